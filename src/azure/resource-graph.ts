// Puts a query to Azure Resource Graph and reads all of its pages. What comes back is checked: it is typed by nobody.

import type { AuthorizationScopeFilter } from '@azure/arm-resourcegraph';
import { z } from 'zod';
import type { Clients } from './clients.ts';

/** Rows in a page, the most that Resource Graph gives. */
const pageSize = 1000;
/** Subscriptions named in one query. Source: Resource Graph's documentation of request scopes. */
const mostSubscriptions = 1000;
/** A query of many rows goes out as so many at a time, over a part each: the pages of one come only one after the other. */
const lanes = 4;
const leastInLane = 10;
/** Resource Graph allows some 15 queries in 5 seconds: an answer of more pages cannot be had in time. */
const mostPages = 15;

/**
 * The rows of `query` over these subscriptions. The query must project `id`, else the graph gives no token for a next page.
 * `hasManyRows`: worth several of the few queries that the graph allows. Throws what the SDK throws, and an Error where the graph cuts its
 * answer short, or where the subscriptions themselves are the quicker way to so many rows.
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
        throw new Error('Resource Graph cut its answer short');
      }
      if (answer.skipToken === skipToken && skipToken !== undefined) throw new Error('Resource Graph goes in circles');
      skipToken = answer.skipToken;
    } while (skipToken !== undefined);
    return rows;
  };
  return (await Promise.all(scopes.map(askScope))).flat();
}
