// The runs that wait for another one about the same identity.

import type { Change, Job, Request } from '../model/request.ts';
import { identityIdsOf } from '../operations/registry.ts';
import type { Requests } from '../ports.ts';

/** Most requests that wait for one. */
const mostWaiting = 50;

/** The jobs of those that may start when this run ends. One that begins to wait just now is tried again by its own job. */
export async function waitingFor(
  { requests }: { readonly requests: Pick<Requests, 'list'> },
  { id, plan }: Request,
): Promise<readonly Job[]> {
  const identities = identityIdsOf(plan.steps.map(({ operation }) => operation));
  const found = await Promise.all(
    identities.map((identityId) => requests.list({ states: ['approved'], identityId, limit: mostWaiting })),
  );
  const waiting = found.flatMap((page) => page.requests).filter(({ waitsFor }) => waitsFor === id);
  return [...new Set(waiting.map((one) => one.id))].map((one) => ({ kind: 'execute', id: one }));
}

/** A change with more jobs. */
export const withJobs = (change: Change, jobs: readonly Job[]): Change => ({
  ...change,
  jobs: [...change.jobs, ...jobs],
});
