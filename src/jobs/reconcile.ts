// A second net under the jobs: whatever should have happened by now and has not is enqueued again. A job that is lost, given
// up, or was never made because of a fault of ours must not leave a role in force or a request waiting for ever.

import type { JobKind, Request } from '../core/model/request.ts';
import type { Clock, Log, Requests } from '../core/ports.ts';

/** How long after its time something counts as left behind. */
const lateMs = 60_000;
const mostAtOnce = 500;

/** The job that a request waits for in vain, if it does. */
function overdueJob(request: Request, nowMs: number): JobKind | undefined {
  const isPast = (at: string | undefined) => at !== undefined && Date.parse(at) + lateMs < nowMs;
  switch (request.state) {
    case 'approved':
    case 'executing':
      return isPast(request.updatedAt) ? 'execute' : undefined;
    case 'draft':
    case 'pending':
      return isPast(request.expiresAt) ? 'expire' : undefined;
    case 'active':
      return isPast(request.endsAt) ? 'end-grant' : undefined;
    default:
      return undefined;
  }
}

/** Looks once through all requests that are not over. */
export function createReconcile(given: {
  requests: Requests;
  clock: Clock;
  send: (job: { kind: JobKind; requestId: string }) => Promise<void>;
  log: Log;
}): () => Promise<void> {
  return async () => {
    const nowMs = given.clock.now().getTime();
    for (let offset = 0; ; offset += mostAtOnce) {
      const { requests, total } = await given.requests.list({
        states: ['draft', 'pending', 'approved', 'executing', 'active'],
        limit: mostAtOnce,
        offset,
      });
      for (const request of requests) {
        const kind = overdueJob(request, nowMs);
        if (!kind) continue;
        given.log.warn(
          { request: request.id, state: request.state, job: kind },
          'a request was left behind; its job is enqueued again',
        );
        await given.send({ kind, requestId: request.id });
      }
      if (offset + requests.length >= total || requests.length === 0) return;
    }
  };
}
