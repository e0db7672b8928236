// Reads temporary grants. They are written with their request (request-rows.ts).

import { sql } from 'kysely';
import type { Grants } from '../core/grant-ports.ts';
import { fold } from '../core/model/fold.ts';
import type { Database } from './database.ts';
import { withRetry } from './db-errors.ts';

/** The store of grants. Throws Fault('unavailable') where the database stays unavailable. */
export function createGrants({ kysely }: Database): Grants {
  return {
    list: ({ state, identityId, subjectId, requesterKey, endsBefore, limit }) =>
      withRetry(async () => {
        let query = kysely.selectFrom('grants').select('document');
        if (state !== undefined) query = query.where('state', '=', state);
        if (subjectId !== undefined) query = query.where('subject_id', '=', fold(subjectId));
        if (requesterKey !== undefined) {
          const theirs = kysely.selectFrom('requests').select('id').where('requester_key', '=', requesterKey);
          query = query.where('request_id', 'in', theirs);
        }
        if (endsBefore !== undefined) query = query.where('ends_at', '<=', new Date(endsBefore));
        if (identityId !== undefined) {
          query = query.where(sql<boolean>`identity_ids @> ${[fold(identityId)]}::text[]`);
        }
        const rows = await query.orderBy('ends_at').orderBy('id').limit(limit).execute();
        return rows.map(({ document }) => document);
      }),
  };
}
