// A pending request while it waits: its times, reminders, and whom else it asks, as pure functions.

import type { Change, Job, Request } from '../model/request.ts';
import { membersAsked } from './requirements.ts';
import { bot, defaultExpireMs, later, transition } from './transition.ts';

/** The times of the policy for a pending request. */
export interface WaitTimes {
  readonly remindAfterMs?: number;
  readonly expireAfterMs?: number;
  readonly escalateAfter?: readonly { readonly afterMs: number }[];
}

/** The job for whichever comes first: a reminder, or an escalation. */
export function remindJob(
  id: string,
  { remindAt, escalateAt }: Pick<Request, 'remindAt' | 'escalateAt'>,
): readonly Job[] {
  const at = nextCall({ ...(remindAt && { remindAt }), ...(escalateAt && { escalateAt }) });
  return at === undefined ? [] : [{ kind: 'remind', id, at }];
}

/** When approvers are called next, by a reminder or an escalation. */
export function nextCall({ remindAt, escalateAt }: Pick<Request, 'remindAt' | 'escalateAt'>): string | undefined {
  return [remindAt, escalateAt].filter((at) => at !== undefined).toSorted()[0];
}

/** When a pending request is reminded of and expires, and the jobs for it. */
export function waiting(id: string, times: WaitTimes, now: Date) {
  const expiresAt = later(now, times.expireAfterMs ?? defaultExpireMs);
  const remindAt = times.remindAfterMs === undefined ? undefined : later(now, times.remindAfterMs);
  const first = Math.min(...(times.escalateAfter ?? []).map(({ afterMs }) => afterMs));
  const escalateAt = first === Infinity ? undefined : later(now, first);
  const patch = {
    askedAt: now.toISOString(),
    expiresAt,
    ...(remindAt === undefined ? {} : { remindAt }),
    ...(escalateAt === undefined ? {} : { escalateAt }),
  };
  return { patch, jobs: [{ kind: 'expire', id, at: expiresAt } as const, ...remindJob(id, patch)] };
}

/** The most reminders, and the longest time between two. */
const mostReminders = 8;
const longestPauseMs = 24 * 3600_000;

/** A reminder. The next one comes after the same time again that the request has waited so far, a day at most; none after its expiry. */
export function remind(request: Request, now: Date): Change {
  const { remindAt: _due, escalateAt, reminders = 0, ...rest } = request;
  const waitedMs = now.getTime() - Date.parse(request.askedAt ?? request.createdAt);
  const next = later(now, Math.min(waitedMs, longestPauseMs));
  const isWithin = request.expiresAt !== undefined && next < request.expiresAt && reminders + 1 < mostReminders;
  const times = { ...(isWithin ? { remindAt: next } : {}), ...(escalateAt === undefined ? {} : { escalateAt }) };
  return transition(
    'remind',
    rest,
    now,
    { remindedAt: now.toISOString(), reminders: reminders + 1, ...times },
    { actor: bot, events: [{ event: 'request.reminded', data: {} }] },
    remindJob(request.id, times),
  );
}

/** Others are asked besides, since nobody has approved: `requirements` name them, `next` is when more are asked. */
export function escalate(
  request: Request,
  requirements: Request['requirements'],
  next: string | undefined,
  now: Date,
): Change {
  const { escalateAt: _due, remindAt, ...rest } = request;
  const before = new Set(membersAsked(request.requirements));
  const to = membersAsked(requirements).filter((member) => !before.has(member));
  const times = {
    ...(remindAt === undefined ? {} : { remindAt }),
    ...(next === undefined ? {} : { escalateAt: next }),
  };
  return transition(
    'escalate',
    rest,
    now,
    { requirements, ...times },
    { actor: bot, events: to.length === 0 ? [] : [{ event: 'request.escalated', data: { to } }] },
    remindJob(request.id, times),
  );
}
