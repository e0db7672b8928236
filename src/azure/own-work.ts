// Whether something that exists was made by this very request: asked of Azure's activity log, by the id of the call that made it. A
// resource says nothing of who made it, and somebody else's of the same name may look just the same.
// Source: Azure Monitor REST API, ActivityLogs_List 2015-04-01; `httpRequest.clientRequestId` is the x-ms-client-request-id of the call.

import { v5 as idFrom } from 'uuid';
import { z } from 'zod';
import { Fault } from '../core/errors.ts';
import { fold, sameName } from '../core/model/fold.ts';
import type { PerformOptions } from '../core/ports.ts';
import { armList } from './arm-call.ts';
import type { AzureContext } from './azure-context.ts';
import { readAzureError } from './azure-error.ts';

/** The UUID v5 namespace of call ids. Never change it: a resumed run finds its own call by that id. */
const namespace = '0b3f5b9e-6a51-5d0c-8f1d-2f4f3c1f7d11';
/** How late the activity log may be, in milliseconds. Microsoft states 3 to 20 minutes. */
const latestMs = 20 * 60_000;
/** Clocks may differ by so much. */
const slackMs = 5 * 60_000;
const hourMs = 3_600_000;

/** Something that a request makes. `what`: its name in a sentence. */
export interface Work {
  readonly id: string;
  readonly subscriptionId: string;
  readonly what: string;
}

/** The id of the call by which a request makes it: the same for every attempt. */
function callId({ id }: Work, { marker }: PerformOptions): string {
  return idFrom(fold(`${marker}|${id}`), namespace);
}

/** The headers of the call that makes it, so that the activity log tells whose call it was. */
export function markedCall(work: Work, options: PerformOptions) {
  return { 'x-ms-client-request-id': callId(work, options) };
}

/** What exists is somebody else's. */
export function madeByOthers(what: string): Fault {
  return new Fault('stale', `${what} was created by somebody else in the meantime.`, {
    next: 'It was not changed, and no role was assigned. Submit a new request with another name, or for what exists.',
  });
}

const named = z.object({ value: z.string() }).nullish();
const event = z.object({
  eventTimestamp: z.string(),
  httpRequest: z.object({ clientRequestId: z.string().nullish(), method: z.string().nullish() }).nullish(),
  operationName: named,
  status: named,
  subStatus: named,
});

/** 'ours': our call made it, and nothing removed it since. 'others': somebody else's did. 'unknown': the log does not tell (yet). */
async function maker({ calls, clients, clock }: AzureContext, work: Work, options: PerformOptions) {
  const nowMs = clock().getTime();
  const sinceMs = options.startedAt === undefined ? nowMs - hourMs : Date.parse(options.startedAt);
  const at = (ms: number) => new Date(ms).toISOString();
  const $filter = `eventTimestamp ge '${at(sinceMs - slackMs)}' and eventTimestamp le '${at(nowMs + slackMs)}' and resourceUri eq '${work.id.replaceAll("'", "''")}'`;
  const path = `/subscriptions/${work.subscriptionId}/providers/Microsoft.Insights/eventtypes/management/values`;
  const told = await calls.attempt('who made it', () =>
    armList(clients, path, { 'api-version': '2015-04-01', $filter }, event),
  );
  const done = told
    .filter(({ status }) => sameName(status?.value, 'Succeeded'))
    .toSorted((a, b) => b.eventTimestamp.localeCompare(a.eventTimestamp));
  // What counts is what made it last, or took it away after that.
  const last = done.find(
    ({ subStatus, operationName }) =>
      sameName(subStatus?.value, 'Created') || /\/delete$/i.test(operationName?.value ?? ''),
  );
  if (!last || !sameName(last.subStatus?.value, 'Created')) return 'unknown';
  return sameName(last.httpRequest?.clientRequestId ?? '', callId(work, options)) ? 'ours' : 'others';
}

/**
 * Makes sure that what exists is this request's own work. `isSent`: it was written to all the same, so its tags are ours by now.
 * Throws Fault: 'stale' where it is somebody else's or nobody can tell, 'azure-unreachable' where it may still be told.
 */
export async function demandOwnWork(
  context: AzureContext,
  work: Work,
  options: PerformOptions,
  isSent = false,
): Promise<void> {
  const { what } = work;
  const made = await maker(context, work, options).catch((error: unknown) => {
    // Without the right to read the log no time will tell.
    if (readAzureError(error).status === 403) return 'untold' as const;
    throw error;
  });
  if (made === 'ours') return;
  const sent = 'Its tags were replaced by those of this request, and no role was assigned. Check it with show.';
  if (made === 'others') {
    if (!isSent) throw madeByOthers(what);
    throw new Fault('stale', `${what} was created by somebody else at the same moment.`, { next: sent });
  }
  const sinceMs = Date.parse(options.startedAt ?? context.clock().toISOString());
  const isLate = context.clock().getTime() - sinceMs > latestMs;
  if (made === 'untold' || isLate) {
    throw new Fault('stale', `${what} exists, and it is unknown whether this request made it.`, {
      next: isSent ? sent : 'It was not changed, and no role was assigned. If it is not needed, delete it and retry.',
    });
  }
  throw new Fault(
    'azure-unreachable',
    `${what} exists. Azure’s activity log does not tell yet whether this request made it.`,
    {
      next: 'It is checked again until Azure tells. Nothing is overwritten.',
      retryAfterMs: 30_000,
    },
  );
}
