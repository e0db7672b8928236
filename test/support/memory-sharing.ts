// Which requests in memory share what their grants gave, as the store finds them.

import { subjectOf } from '../../src/core/grants/same-grants.ts';
import { fold } from '../../src/core/model/fold.ts';
import type { Grant } from '../../src/core/model/grant.ts';
import type { Request } from '../../src/core/model/request.ts';

/** Who gives, besides this grant, what it gave: grants that last longer, and requests that gave it for good. */
export function stillGiven(rows: Iterable<Request>, grant: Grant, now: Date): string[] {
  const subject = fold(subjectOf(grant) ?? '');
  return [...rows].flatMap(({ id, grants, operations }) => {
    const longer = grants.filter(
      (one) =>
        one.state === 'active' &&
        one.id !== grant.id &&
        fold(subjectOf(one) ?? '') === subject &&
        Date.parse(one.endsAt) > now.getTime() + 1_000,
    );
    const isForGood = operations.some(
      ({ operation, state, durationMs, result }) =>
        operation.kind === 'role-assignment.create' &&
        state === 'done' &&
        durationMs === undefined &&
        operation.continues?.until === undefined &&
        fold(result?.ids.assignmentId ?? '') === subject,
    );
    return [...longer.map((one) => one.id), ...(isForGood ? [id] : [])];
  });
}

/** The other requests with an active grant of the thing, by id. */
export function sharing(rows: ReadonlyMap<string, Request>, id: string, subjectId: string): Request[] {
  return [...rows.values()]
    .filter((one) => one.id !== id)
    .filter(({ grants }) =>
      grants.some((grant) => grant.state === 'active' && fold(subjectOf(grant) ?? '') === fold(subjectId)),
    )
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The one before. Throws an Error where the request is not its next version. */
export function demandNext({ id, version }: Request, before: Request | undefined): Request {
  if (before?.id !== id || version !== before.version + 1) throw new Error(`${id} ${version} does not follow`);
  return before;
}
