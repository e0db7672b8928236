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

/** The answer to a write of a resource. */
export interface Written {
  readonly status: number;
  /** Where an operation that goes on after the answer is followed; undefined: it is done. */
  readonly follow?: string;
  readonly retryAfterMs?: number;
}

/** Writes a resource. Throws a RestError for what is no success. */
export async function armWrite(
  { resourceManager }: Pick<Clients, 'resourceManager'>,
  method: 'PATCH' | 'PUT',
  path: string,
  {
    version,
    ifMatch,
    body,
  }: { readonly version: string; readonly ifMatch?: string | undefined; readonly body: unknown },
): Promise<Written> {
  const at = resourceManager.pathUnchecked(path);
  const options = {
    queryParameters: { 'api-version': version },
    body,
    ...(ifMatch === undefined ? {} : { headers: { 'if-match': ifMatch } }),
  };
  const answer = await (method === 'PATCH' ? at.patch(options) : at.put(options));
  const status = Number(answer.status);
  if (status < 200 || status > 299) throw createRestError(answer);
  const { headers } = answer;
  const follow = headers['azure-asyncoperation'] ?? (status === 202 ? headers.location : undefined);
  const seconds = Number(headers['retry-after']);
  return {
    status,
    ...(follow === undefined ? {} : { follow }),
    ...(Number.isFinite(seconds) && headers['retry-after'] !== undefined ? { retryAfterMs: seconds * 1000 } : {}),
  };
}

const operationState = z.looseObject({
  status: z.string().nullish(),
  error: z.looseObject({ code: z.string().nullish(), message: z.string().nullish() }).nullish(),
});

/** How an operation that is followed stands. Source: “Track asynchronous Azure operations”. Throws a RestError. */
export async function armFollow(
  { resourceManager }: Pick<Clients, 'resourceManager'>,
  url: string,
): Promise<{ readonly state: 'going' | 'done' | 'failed'; readonly why?: string }> {
  const answer = await resourceManager.pathUnchecked(url).get();
  // A location, as opposed to an operation’s own address, answers 202 until it is over.
  if (answer.status === '202') return { state: 'going' };
  if (answer.status !== '200' && answer.status !== '201' && answer.status !== '204') throw createRestError(answer);
  const { status, error } = operationState.safeParse(answer.body ?? {}).data ?? {};
  if (!status || /^Succeeded$/i.test(status)) return { state: 'done' };
  if (/^(Failed|Canceled)$/i.test(status)) return { state: 'failed', why: error?.message ?? error?.code ?? status };
  return { state: 'going' };
}
