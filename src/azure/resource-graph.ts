// Sends a query to Azure Resource Graph and reads all pages. Rows are validated, because the SDK does not type them.

import type { AuthorizationScopeFilter } from '@azure/arm-resourcegraph';
import { z } from 'zod';
import type { Clients } from './clients.ts';

/** Rows per page: the maximum of Resource Graph. */
const pageSize = 1000;
/** Subscriptions named in one query. Source: Resource Graph's documentation of request scopes. */
const mostSubscriptions = 1000;
/** A query with many rows is split into so many, each over a part of the subscriptions: pages of one query are sequential. */
const lanes = 4;
const leastInLane = 10;
/** Resource Graph allows 15 queries per 5 seconds: a result of more pages does not arrive in time. */
const mostPages = 15;

/**
 * The rows of `query` over these subscriptions. The query must project `id`, else Resource Graph returns no skip token.
 * `hasManyRows`: the result is worth several of the few queries allowed. Throws what the SDK throws, and an Error where the result
 * is truncated, or has so many rows that listing each subscription is faster.
 */
export async function queryResourceGraph<Row>(
  clients: Clients,
  query: string,
  subscriptions: readonly string[],
  row: z.ZodType<Row>,
  {
    hasManyRows = false,
    ...options
  }: { hasManyRows?: boolean; authorizationScopeFilter?: AuthorizationScopeFilter } = {},
): Promise<Row[]> {
  const page = z.array(row);
  const size = Math.min(
    mostSubscriptions,
    Math.max(leastInLane, Math.ceil(subscriptions.length / (hasManyRows ? lanes : 1))),
  );
  const scopes = Array.from({ length: Math.ceil(subscriptions.length / size) }, (_, lane) =>
    subscriptions.slice(lane * size, (lane + 1) * size),
  );
  let total = 0;
  const askScope = async (scope: readonly string[]): Promise<Row[]> => {
    const rows: Row[] = [];
    let skipToken: string | undefined;
    do {
      const answer = await clients.resourceGraph.resources({
        subscriptions: [...scope],
        query,
        options: {
          top: pageSize,
          resultFormat: 'objectArray',
          ...options,
          ...(skipToken === undefined ? {} : { skipToken }),
        },
      });
      if (skipToken === undefined) total += answer.totalRecords;
      if (scopes.length > 1 && total > mostPages * pageSize) throw new Error('too many rows for Resource Graph');
      rows.push(...page.parse(answer.data));
      if (answer.skipToken === undefined && answer.resultTruncated === 'true') {
        throw new Error('Resource Graph truncated its result');
      }
      if (answer.skipToken === skipToken && skipToken !== undefined)
        throw new Error('Resource Graph repeats its skip token');
      skipToken = answer.skipToken;
    } while (skipToken !== undefined);
    return rows;
  };
  return (await Promise.all(scopes.map(askScope))).flat();
}
