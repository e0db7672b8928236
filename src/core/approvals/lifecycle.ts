// The life of a request until its work begins, as pure moves: from a request as it stands and what happened to what it
// becomes, what the audit says of it and what work follows. What comes after is in running.ts.

import type { Person } from '../model/person.ts';
import type { Plan } from '../model/plan.ts';
import type { AuditEntry, Change, Decision, Request, Requirement } from '../model/request.ts';
import { bot, defaultExpireMs, later, step } from './step.ts';

/** How long a draft waits for its asker. */
export const draftLifeMs = 3600_000;

export interface NewRequest {
  readonly id: string;
  readonly command: Request['command'];
  readonly args: Request['args'];
  readonly text: string;
  readonly reason?: string;
  readonly requester: Person;
  readonly origin: Request['origin'];
  readonly plan: Plan;
  readonly digest: string;
  readonly requirements: readonly Requirement[];
  readonly rules: readonly string[];
}

/** A draft: written down, shown to its asker, not yet asked of anyone. */
export function draft(given: NewRequest, now: Date): Change {
  const at = now.toISOString();
  const expiresAt = later(now, draftLifeMs);
  const request: Request = {
    ...given,
    version: 1,
    revision: 1,
    state: 'draft',
    decisions: [],
    operations: given.plan.operations.map((operation) => ({ operation, state: 'planned' })),
    attempt: 1,
    createdAt: at,
    updatedAt: at,
    expiresAt,
  };
  const entry: AuditEntry = {
    at,
    requestId: given.id,
    actor: given.requester.key,
    actorName: given.requester.name,
    event: 'request.drafted',
    data: { text: given.text, digest: given.digest, plan: given.plan, rules: given.rules, chat: given.origin.chat },
  };
  return {
    request,
    audit: [entry],
    jobs: [
      { kind: 'notify', requestId: given.id },
      { kind: 'expire', requestId: given.id, at: expiresAt },
    ],
  };
}

/** The asker says go on. Where nothing has to be approved it runs at once. */
export function submit(request: Request, times: { remindAfterMs?: number; expireAfterMs?: number }, now: Date): Change {
  const isFree = request.requirements.length === 0;
  const expiresAt = later(now, times.expireAfterMs ?? defaultExpireMs);
  const { expiresAt: _draftEnd, ...rest } = request;
  const remindAt = times.remindAfterMs === undefined ? undefined : later(now, times.remindAfterMs);
  const who = request.requester;
  return step(
    'submit',
    rest,
    now,
    isFree ? { state: 'approved' } : { expiresAt, ...(remindAt === undefined ? {} : { remindAt }) },
    {
      actor: who,
      event: 'request.submitted',
      story: isFree
        ? `${who.name} asked; the policy needs no approval (${request.rules.join(', ')}).`
        : `${who.name} asked for this.`,
      data: { digest: request.digest, requirements: request.requirements },
    },
    isFree
      ? [{ kind: 'execute' }]
      : [
          { kind: 'expire', at: expiresAt },
          ...(remindAt === undefined ? [] : [{ kind: 'remind' as const, at: remindAt }]),
        ],
  );
}

/** A new request that goes straight to its approvers (or to work), as one change. */
export function ask(given: NewRequest, times: { remindAfterMs?: number; expireAfterMs?: number }, now: Date): Change {
  const first = draft(given, now);
  const second = submit({ ...first.request, version: 0 }, times, now);
  return { request: second.request, audit: [...first.audit, ...second.audit], jobs: second.jobs };
}

/** A yes. `isEnough` says whether all requirements are met with it. A second yes of the same person changes nothing. */
export function approve(request: Request, decision: Decision, isEnough: boolean, missing: string, now: Date): Change {
  const comment = decision.comment ? `: “${decision.comment}”` : '';
  return step(
    'decide',
    request,
    now,
    { decisions: [...request.decisions, decision], state: isEnough ? 'approved' : 'pending' },
    {
      actor: decision.by,
      event: 'request.approved',
      story: `${decision.by.name} approved${comment}.${isEnough ? '' : ` ${missing}`}`,
      data: { digest: decision.digest, chat: decision.chat, comment: decision.comment ?? null },
    },
    isEnough ? [{ kind: 'execute' }] : [],
  );
}

export function deny(request: Request, decision: Decision, now: Date): Change {
  return step(
    'deny',
    request,
    now,
    { decisions: [...request.decisions, decision] },
    {
      actor: decision.by,
      event: 'request.denied',
      story: `${decision.by.name} denied it${decision.comment ? `: “${decision.comment}”` : ''}. Nothing was changed in Azure.`,
      data: { digest: decision.digest, chat: decision.chat, comment: decision.comment ?? null },
    },
  );
}

export function cancel(request: Request, by: Person, now: Date): Change {
  return step(
    'cancel',
    request,
    now,
    {},
    { actor: by, event: 'request.cancelled', story: `${by.name} cancelled it. Nothing was changed in Azure.` },
  );
}

export function expire(request: Request, now: Date): Change {
  const story =
    request.state === 'draft'
      ? 'The plan was never sent on, so it has lapsed. Nothing was changed in Azure.'
      : 'Nobody decided in time, so it has lapsed. Nothing was changed in Azure.';
  return step('expire', request, now, {}, { actor: bot, event: 'request.expired', story });
}

/** A reminder; each next one waits as long again as the request has waited so far, and none comes after its end. */
export function remind(request: Request, now: Date): Change {
  const { remindAt: _due, ...rest } = request;
  const next = later(now, now.getTime() - Date.parse(request.createdAt));
  const isWithin = request.expiresAt !== undefined && next < request.expiresAt;
  return step(
    'remind',
    rest,
    now,
    { remindedAt: now.toISOString(), ...(isWithin ? { remindAt: next } : {}) },
    { actor: bot, event: 'request.reminded', story: 'Reminder: this still waits for an approval.' },
    isWithin ? [{ kind: 'remind', at: next }] : [],
  );
}

/** Another run after a failure. What is done stays done. */
export function retry(request: Request, by: Person, now: Date): Change {
  const { failure: _old, ...rest } = request;
  return step(
    'retry',
    rest,
    now,
    { attempt: request.attempt + 1 },
    { actor: by, event: 'request.retried', story: `${by.name} asked for another try.` },
    [{ kind: 'execute' }],
  );
}
