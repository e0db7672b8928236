// Calls to Azure Resource Manager that the SDKs do not have, or whose answers they cut: the SDK's permission sets have no
// conditions. They take the same pipeline as every other call.

import { createRestError } from '@azure-rest/core-client';
import { z } from 'zod';
import type { Clients } from './clients.ts';

type Query = Readonly<Record<string, string>>;

/** A path below a scope. Scopes come from people too: what is no part of a path is escaped. */
export function pathBelow(scope: string, rest: string): string {
  return `${encodeURI(scope.replace(/\/+$/, '')).replaceAll('?', '%3F').replaceAll('#', '%23')}/providers/${rest}`;
}

/** One thing; undefined where Azure responds 404. Throws a RestError, or a ZodError where the answer has another shape. */
export async function armGet<T>(
  { resourceManager }: Pick<Clients, 'resourceManager'>,
  path: string,
  queryParameters: Query,
  shape: z.ZodType<T>,
): Promise<T | undefined> {
  const answer = await resourceManager.pathUnchecked(path).get({ queryParameters });
  if (answer.status === '404') return undefined;
  if (answer.status !== '200') throw createRestError(answer);
  return shape.parse(answer.body);
}

/** All pages of a list. Throws as `armGet`; 404 is an error here. */
export async function armList<T>(
  { resourceManager }: Pick<Clients, 'resourceManager'>,
  path: string,
  queryParameters: Query,
  row: z.ZodType<T>,
): Promise<T[]> {
  const page = z.object({ value: z.array(row), nextLink: z.string().nullish() });
  const rows: T[] = [];
  let answer = await resourceManager.pathUnchecked(path).get({ queryParameters });
  for (;;) {
    if (answer.status !== '200') throw createRestError(answer);
    const { value, nextLink } = page.parse(answer.body);
    rows.push(...value);
    if (!nextLink) return rows;
    answer = await resourceManager.pathUnchecked(nextLink).get();
  }
}
