// One move of a request: which are legal, and what each writes besides the request itself. A move that is not legal throws
// Fault 'stale'; nothing else changes a request.

import { stateWords } from '../cards/state-words.ts';
import { Fault } from '../errors.ts';
import type { AuditEntry, Change, Job, Request, RequestState } from '../model/request.ts';

interface Move {
  readonly from: readonly RequestState[];
  readonly to: RequestState;
}

const moves = {
  submit: { from: ['draft'], to: 'pending' },
  decide: { from: ['pending'], to: 'approved' },
  deny: { from: ['pending'], to: 'denied' },
  cancel: { from: ['draft', 'pending'], to: 'cancelled' },
  expire: { from: ['draft', 'pending'], to: 'expired' },
  remind: { from: ['pending'], to: 'pending' },
  execute: { from: ['approved'], to: 'executing' },
  progress: { from: ['executing'], to: 'executing' },
  replan: { from: ['approved', 'executing'], to: 'pending' },
  succeed: { from: ['executing'], to: 'succeeded' },
  activate: { from: ['executing'], to: 'active' },
  fail: { from: ['approved', 'executing'], to: 'failed' },
  retry: { from: ['failed'], to: 'approved' },
  end: { from: ['active'], to: 'revoked' },
  endTrouble: { from: ['active'], to: 'active' },
} as const satisfies Record<string, Move>;

type Patch = Partial<Omit<Request, 'id' | 'version' | 'updatedAt' | 'state'>> & { state?: RequestState };

export interface Actor {
  readonly key: string;
  readonly name: string;
}

export const bot: Actor = { key: 'bot', name: 'Identity Desk' };

/** Whether a move is legal from where the request stands. */
export function can(move: keyof typeof moves, request: Request): boolean {
  return (moves[move].from as readonly RequestState[]).includes(request.state);
}

export function later(now: Date, ms: number): string {
  return new Date(now.getTime() + ms).toISOString();
}

/** How long a request waits when the policy does not say. */
export const defaultExpireMs = 7 * 24 * 3600_000;

/** The change that a move makes: the next version, its audit entry, its jobs, and the job that tells of it. */
export function step(
  move: keyof typeof moves,
  request: Request,
  now: Date,
  patch: Patch,
  said: { actor: Actor; event: string; story?: string; data?: Readonly<Record<string, unknown>> },
  jobs: readonly Omit<Job, 'requestId'>[] = [],
): Change {
  if (!can(move, request)) {
    throw new Fault('stale', `${request.id} ${stateWords[request.state].sentence}`, {
      next: 'Nothing was changed by this. Its card shows how it stands.',
    });
  }
  const at = now.toISOString();
  const next: Request = {
    ...request,
    state: moves[move].to,
    ...patch,
    version: request.version + 1,
    updatedAt: at,
  };
  const entry: AuditEntry = {
    at,
    requestId: request.id,
    actor: said.actor.key,
    actorName: said.actor.name,
    event: said.event,
    ...(said.story === undefined ? {} : { story: said.story }),
    data: { state: next.state, version: next.version, ...said.data },
  };
  const all = [{ kind: 'notify' as const }, ...jobs];
  return { request: next, audit: [entry], jobs: all.map((job) => ({ ...job, requestId: request.id })) };
}
