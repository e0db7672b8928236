// Puts a query to Azure Resource Graph and reads all of its pages. What comes back is checked: it is typed by nobody.

import type { AuthorizationScopeFilter } from '@azure/arm-resourcegraph';
import { z } from 'zod';
import type { Clients } from './clients.ts';

/** Rows in a page, the most that Resource Graph gives. */
const pageSize = 1000;
/** Subscriptions named in one query. Source: Resource Graph's documentation of request scopes. */
const mostSubscriptions = 1000;

/**
 * The rows of `query` over these subscriptions. The query must project `id`, else the graph gives no token for a next page.
 * Throws what the SDK throws, and an Error where the graph cut the answer short: then it is no answer.
 */
export async function queryGraph<Row>(
  clients: Clients,
  query: string,
  subscriptions: readonly string[],
  row: z.ZodType<Row>,
  options: { authorizationScopeFilter?: AuthorizationScopeFilter } = {},
): Promise<Row[]> {
  const rows: Row[] = [];
  const page = z.array(row);
  for (let first = 0; first < subscriptions.length; first += mostSubscriptions) {
    const scope = subscriptions.slice(first, first + mostSubscriptions);
    let skipToken: string | undefined;
    do {
      const answer = await clients.resourceGraph.resources({
        subscriptions: scope,
        query,
        options: {
          top: pageSize,
          resultFormat: 'objectArray',
          ...options,
          ...(skipToken === undefined ? {} : { skipToken }),
        },
      });
      rows.push(...page.parse(answer.data));
      if (answer.skipToken === undefined && answer.resultTruncated === 'true') {
        throw new Error('Resource Graph cut its answer short');
      }
      if (answer.skipToken === skipToken && skipToken !== undefined) throw new Error('Resource Graph goes in circles');
      skipToken = answer.skipToken;
    } while (skipToken !== undefined);
  }
  return rows;
}
