// Finds requests and grants that are overdue and enqueues their jobs again: a job that was lost, or given up after all retries, must
// not leave a grant active or a request pending forever.

import { nextCall } from '../core/approvals/waiting-transitions.ts';
import { activeGrant, grantOverdue } from '../core/execution/grant-transitions.ts';
import type { Grants } from '../core/grant-ports.ts';
import type { Grant } from '../core/model/grant.ts';
import type { Failure } from '../core/model/operation-record.ts';
import type { Job, JobKind, Request } from '../core/model/request.ts';
import type { Clock, Log, Requests } from '../core/ports.ts';

/** How long past its time something counts as overdue, in milliseconds. */
const lateMs = 60_000;
const mostAtOnce = 500;
/** A grant that is so long past its end, in milliseconds, is told of even where nothing was refused. */
const longLateMs = 5 * 60_000;

const notDone: Failure = {
  code: 'azure-unreachable',
  message: 'Its removal was not carried out in time.',
  next: 'If this does not pass within minutes, remove the role in the Azure portal.',
  isRetryable: false,
};

/** The overdue job of a request, if any. */
function overdueJob(request: Request, nowMs: number): JobKind | undefined {
  const isPast = (at: string | undefined) => at !== undefined && Date.parse(at) + lateMs < nowMs;
  switch (request.state) {
    case 'approved':
    case 'executing':
      return isPast(request.updatedAt) ? 'execute' : undefined;
    case 'draft':
    case 'pending':
    case 'failed':
      if (isPast(request.expiresAt)) return 'expire';
      return request.state === 'pending' && isPast(nextCall(request)) ? 'remind' : undefined;
    default:
      return undefined;
  }
}

/** One pass over all requests that are not final and all grants past their end. Throws what the store and the queue throw. */
export function createReconcile(given: {
  requests: Requests;
  grants: Grants;
  clock: Clock;
  send: (job: Job) => Promise<void>;
  /** Is told of how many grants are past their end. */
  onOverdue?: (grants: number) => void;
  log: Log;
}): () => Promise<void> {
  const { requests, grants, clock, send, onOverdue = () => {}, log } = given;

  async function reconcileRequests(nowMs: number): Promise<void> {
    for (let offset = 0; ; offset += mostAtOnce) {
      const page = await requests.list({
        states: ['draft', 'pending', 'approved', 'executing', 'failed'],
        limit: mostAtOnce,
        offset,
      });
      for (const request of page.requests) {
        const kind = overdueJob(request, nowMs);
        if (!kind) continue;
        const { id, state } = request;
        log.warn({ request: id, state, job: kind }, 'request overdue; job enqueued again');
        await send({ kind, id });
      }
      if (offset + page.requests.length >= page.total || page.requests.length === 0) return;
    }
  }

  async function reconcileReviews(nowMs: number): Promise<void> {
    const { requests: due } = await requests.list({ needsReview: true, limit: mostAtOnce });
    for (const { id, reviews = [] } of due) {
      const isLate = reviews.some(({ done, remindAt }) => !done && remindAt && Date.parse(remindAt) + lateMs < nowMs);
      if (!isLate) continue;
      log.warn({ request: id, job: 'remind' }, 'review overdue; job enqueued again');
      await send({ kind: 'remind', id });
    }
  }

  /** One that is long past its end although nothing was refused: its job was lost, or nobody could do it. */
  async function tellOverdue({ id, requestId, endsAt, failure }: Grant, nowMs: number): Promise<void> {
    if (failure || Date.parse(endsAt) + longLateMs > nowMs) return;
    await requests.change(requestId, (current) => {
      const grant = activeGrant(current, id);
      return grant && !grant.failure ? grantOverdue(current, grant, notDone, clock.now()) : undefined;
    });
  }

  return async () => {
    const nowMs = clock.now().getTime();
    await reconcileRequests(nowMs);
    await reconcileReviews(nowMs);
    const endsBefore = new Date(nowMs - lateMs).toISOString();
    const overdue = await grants.list({ state: 'active', endsBefore, limit: mostAtOnce });
    onOverdue(overdue.length);
    for (const grant of overdue) {
      const { id } = grant;
      await tellOverdue(grant, nowMs);
      log.warn({ grant: id, job: 'end-grant' }, 'grant overdue; job enqueued again');
      await send({ kind: 'end-grant', id });
    }
  };
}
