// PREPAREs every statement against the real schema: Kysely's as they are compiled, textual ones as they stand in the sources.

import { globSync, readFileSync } from 'node:fs';
import {
  type CompiledQuery,
  type KyselyPlugin,
  type PluginTransformQueryArgs,
  type RootOperationNode,
  sql,
} from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Grant } from '../../src/core/model/grant.ts';
import { createQueue } from '../../src/jobs/queue.ts';
import type { Database } from '../../src/store/database.ts';
import { createStore, type Store } from '../../src/store/store.ts';
import { openTestDatabase, silent } from '../support/database.ts';
import { aChange, anEntry, aRequest, grown, identityId } from './fixtures/request.ts';
import { account, accountNote, aFreeze, aLink, aTicket } from './fixtures/sign-in.ts';

const sources = globSync('src/**/*.ts').filter((file) => !file.includes('/migrations/'));
const textOf = (file: string) => readFileSync(file, 'utf8');

/** Calls every function of the store in all ways that compile a different statement. */
type Drive = { [Port in keyof Store]: { [Name in keyof Store[Port]]: () => Promise<unknown> } };

function driveOf(store: Store): Drive {
  const { requests, grants, audit, conversations, messages, inbox, checkpoints, signIns, links, freezes } = store;
  const conversation = { chat: 'teams', id: 'a:1', isPersonal: true, personKey: 'entra:1', reference: {} } as const;
  const shown = { requestId: 'R-STMT01', revision: 1, chat: 'teams', conversation: 'a:1' };
  const sent = { requestId: 'R-STMT01', slot: 'origin', chat: 'teams', conversation: 'a:1', message: 'm' } as const;
  const by = { key: 'entra:2', name: 'Megan' };
  const decision = { by, verdict: 'approve', digest: 'd1', chat: 'teams', at: '2026-01-01T10:00:00Z' } as const;
  const delivery = { chat: 'teams', id: 'delivery' } as const;
  const operation = {
    kind: 'role-assignment.create',
    scope: '/subscriptions/11111111-0000-4000-8000-000000000001',
    roleDefinitionId: 'r',
    roleName: 'Reader',
    identityId,
  } as const;
  const grant: Grant = {
    id: 'R-STMT01.1',
    requestId: 'R-STMT01',
    state: 'active',
    operation,
    result: { outcome: 'created', ids: { assignmentId: '/a' } },
    startsAt: '2026-01-01T10:00:00Z',
    endsAt: '2026-01-01T18:00:00Z',
    end: {
      operation: { ...operation, kind: 'role-assignment.delete', assignmentId: '/a', principalId: 'p' },
      state: 'planned',
    },
  };
  return {
    requests: {
      insert: async () => {
        const change = aChange(aRequest('R-STMT01', { decisions: [decision] }), [{ kind: 'notify', id: 'any' }]);
        await requests.insert(change, ['pending']);
        await requests.insert(
          aChange(aRequest('R-STMT02')),
          ['pending'],
          { openRequests: 9, requestsPerHour: 9 },
          delivery,
        );
      },
      get: () => requests.get('R-STMT01'),
      ofDelivery: () => requests.ofDelivery(delivery),
      list: async () => {
        await requests.list({ limit: 1, needsReview: true });
        await requests.list({ limit: 1 });
        await requests.list({ limit: 1, offset: 1, requesterKey: 'entra:1', states: ['pending'], identityId });
      },
      changeSharing: () => requests.changeSharing('R-STMT01', '/a', (one) => [aChange(grown(one))]),
      change: () =>
        requests.change(
          'R-STMT01',
          (current) => {
            const operations = current.plan.steps.map((step) => ({ ...step, state: 'planned' as const }));
            return aChange(grown(current, { decisions: [decision, decision], operations, grants: [grant] }));
          },
          { chat: 'teams', id: 'change' },
        ),
      changeAlone: () => requests.changeAlone('R-STMT01', () => undefined),
    },
    grants: {
      list: async () => {
        const of = { identityId, subjectId: '/s', requesterKey: 'entra:1', endsBefore: '2026-01-01T10:00:00Z' };
        for (const more of [{}, { state: 'active', ...of }] as const) await grants.list({ limit: 1, ...more });
      },
    },
    audit: {
      of: () => audit.of('R-STMT01'),
      list: async () => {
        const since = '2026-01-01T10:00:00Z';
        await audit.list({}, { limit: 1 });
        await audit.list({ since, until: since, person: 'Megan', identity: 'uami' }, { before: 5, limit: 1 });
      },
      countLately: () => audit.countLately('entra:1', 5),
      append: () => audit.append([anEntry('R-STMT01')]),
    },
    conversations: {
      remember: () => conversations.remember(conversation),
      find: () => conversations.find('teams', 'a:1'),
      personal: () => conversations.personal('entra:1'),
      forget: () => conversations.forget('teams', 'a:1'),
    },
    messages: {
      save: () => messages.save({ ...sent, version: 1, revision: 1, toldLines: 0 }),
      of: () => messages.of('R-STMT01'),
      find: () => messages.find('teams', 'a:1', 'm'),
      remove: () => messages.remove('R-STMT01', 'origin'),
      inThread: () => messages.inThread('teams', 'a:1', 'm'),
      noteShown: () => messages.noteShown({ ...shown, personKey: 'entra:1' }),
      newestShown: () => messages.newestShown(shown),
    },
    inbox: {
      start: inbox.start,
      record: () => inbox.record(delivery, {}),
      finish: async () => inbox.finish(delivery),
      read: () => inbox.read('teams', ['delivery']),
      takeUp: () => inbox.takeUp('teams', 1),
      begin: () => inbox.begin(delivery),
      ownAll: inbox.ownAll,
      stop: inbox.stop,
    },
    signIns: {
      offer: () => signIns.offer({ ticket: aTicket('hash') }, { since: '2026-01-01T10:00:00Z', most: 1 }),
      byToken: () => signIns.byToken('hash'),
      byState: () => signIns.byState('hash'),
      ofAccount: () => signIns.ofAccount(account, '2026-01-01T10:00:00Z'),
      change: () => signIns.change('hash', (ticket) => ({ ticket, link: aLink })),
    },
    links: {
      of: () => links.of(account),
      remove: () => links.remove(account, () => accountNote),
      removeAll: () => links.removeAll('e', () => accountNote),
    },
    freezes: {
      of: () => freezes.of(account),
      freeze: () => freezes.freeze(aFreeze, accountNote),
      lift: () => freezes.lift('R-000001', () => accountNote),
    },
    checkpoints: {
      rows: async () => {
        for await (const _row of checkpoints.rows()) break;
      },
      entries: () => checkpoints.entries(),
      all: () => checkpoints.all(),
      add: () => checkpoints.add({ size: 1, note: 'a note' }),
      toldTo: () => checkpoints.toldTo('file:/w'),
      setTold: () => checkpoints.setTold('file:/w', 1),
      exclusively: () => checkpoints.exclusively(async () => undefined),
    },
  };
}

let database: Database;
const compiled = new Set<string>();

/** PREPAREs a statement. Returns the error, if any. */
async function complaint(statement: string): Promise<string | undefined> {
  return database.kysely.connection().execute(async (db) => {
    try {
      await sql.raw(`prepare audited as ${statement}`).execute(db);
      await sql`deallocate audited`.execute(db);
      return undefined;
    } catch (error) {
      return `${statement}: ${error instanceof Error ? error.message : error}`;
    }
  });
}

beforeAll(async () => {
  database = await openTestDatabase();
  const plain = database.kysely;
  const collector: KyselyPlugin = {
    transformQuery: ({ node, queryId }: PluginTransformQueryArgs): RootOperationNode => {
      const query: CompiledQuery = plain.getExecutor().compileQuery(node, queryId);
      if (/^(select|insert|update|delete|with)\b/i.test(query.sql.trim())) compiled.add(query.sql);
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  const watched = { ...database, kysely: plain.withPlugin(collector) };
  const drive = driveOf(createStore({ database: watched, queue: { enqueue: async () => undefined } }));
  for (const port of Object.values(drive)) for (const call of Object.values(port)) await call();
});
afterAll(() => database.close());

describe('statements that Kysely builds', () => {
  test('are all seen: each table that a source reads or writes, in each way', () => {
    const verbs = { selectFrom: 'select', insertInto: 'insert', updateTable: 'update', deleteFrom: 'delete' } as const;
    const pattern = /\.(selectFrom|insertInto|updateTable|deleteFrom)\('(\w+)'\)/g;
    const wanted = sources.flatMap((file) =>
      [...textOf(file).matchAll(pattern)].map(([, verb, table]) => [verb, table]),
    );
    const unseen = wanted.filter(([verb, table]) => {
      const begin = verbs[verb as keyof typeof verbs];
      return ![...compiled].some((text) => text.startsWith(begin) && text.includes(`"${table}"`));
    });
    expect(wanted.length).toBeGreaterThan(10);
    expect(unseen).toEqual([]);
  });

  test('fit the schema, and the database can tell the type of each parameter', async () => {
    const said = await Promise.all([...compiled].map(complaint));
    expect(said.filter((one) => one !== undefined)).toEqual([]);
    expect(compiled.size).toBeGreaterThan(15);
  });
});

describe('statements that are written as text', () => {
  /** String literals with a parameter. Only the schema's name, which cannot be a parameter in SQL, is interpolated. */
  const written = sources.flatMap((file) =>
    [
      ...textOf(file).matchAll(
        /'((?:select|insert|update|delete|with)\s[^'\n]*\$\d[^'\n]*)'|`((?:select|insert|update|delete|with)\s[^`]*\$\d[^`]*)`/gi,
      ),
    ].map(([, quoted, template]) => ({ file, text: quoted ?? template ?? '' })),
  );

  test('fit the schema as well', { timeout: 30_000 }, async () => {
    // The queue creates its tables when it starts.
    const queue = createQueue({ database, log: silent });
    await queue.start();
    await queue.stop({ graceMs: 1 });
    const statements = [...new Set(written.map(({ text }) => text.replaceAll('$' + '{schema}', 'jobs')))];
    expect(statements.length).toBeGreaterThan(3);
    const said = await Promise.all(statements.map(complaint));
    expect(said.filter((one) => one !== undefined)).toEqual([]);
  });

  test('have nothing put into them but a schema’s name, so that no value escapes its parameter', () => {
    const putIn = written.flatMap(({ file, text }) =>
      [...text.matchAll(/\$\{([^}]*)\}/g)].filter(([, what]) => what !== 'schema').map(([all]) => `${file}: ${all}`),
    );
    expect(putIn).toEqual([]);
  });

  test('are never made of raw pieces: sql`` binds what is put in, sql.raw and its like do not', () => {
    // Except migrations: DDL takes no parameters, and they interpolate nothing from outside.
    const raw = sources.filter((file) => /\bsql\s*\.\s*(raw|lit|literal|unsafe)\b/.test(textOf(file)));
    expect(raw).toEqual([]);
    const handed = sources.filter((file) =>
      /\.(query|executeSql)(<[^(]*>)?\(\s*(`[^`]*\$\{(?!schema\})|[^,)]*\s\+\s)/.test(textOf(file)),
    );
    expect(handed).toEqual([]);
  });
});
