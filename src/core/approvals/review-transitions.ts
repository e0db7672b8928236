// Reviews afterwards of a request that ran without approval (break glass): when they are due, how they are done, what is overdue. As
// pure functions; who may review is in review-request.ts.

import { prolongedBy } from '../grants/extensions.ts';
import type { Person } from '../model/person.ts';
import type { Change, Job, Request } from '../model/request.ts';
import type { Requirement } from '../model/requirement.ts';
import type { Review, ReviewOutcome } from '../model/review.ts';
import { bot, later, transition } from './transition.ts';
import type { Allowed } from './verdict.ts';

/** An overdue review is reminded of after its own time again, then after twice that, and so on, at most so often. */
const mostReminders = 6;

/** The reviews that a verdict asks for. */
export function reviewsOf({ obligations }: Allowed): {
  readonly reviews?: readonly Review[];
} {
  const reviews = obligations.flatMap((one): Review[] =>
    one.kind === 'review' ? [{ rule: one.rule, by: one.by, withinMs: one.withinMs }] : [],
  );
  return reviews.length > 0 ? { reviews } : {};
}

/** Those that nobody has done yet. */
export function openReviews({ reviews = [] }: Pick<Request, 'reviews'>): readonly Review[] {
  return reviews.filter(({ done }) => done === undefined);
}

/** Reviews as requirements, to ask who their members are. */
export function asRequirements(reviews: readonly Review[]): readonly Requirement[] {
  return reviews.map(({ rule, by }) => ({ rule, stages: [{ count: 1, by }] }));
}

/** Whether a review can be done now: something was changed, and the run is over. */
export function isReviewable(request: Request): boolean {
  return openReviews(request).some(({ dueAt }) => dueAt !== undefined);
}

/** When the run of a request ends: from now on its reviews are due. Nothing is where nothing was changed. */
export function reviewsDue(
  request: Request,
  now: Date,
): { readonly patch: Pick<Request, 'reviews'>; readonly jobs: readonly Job[] } {
  const { id, reviews, operations } = request;
  if (!reviews || !operations.some(({ state }) => state === 'done')) return { patch: {}, jobs: [] };
  const due = reviews.map((one): Review => {
    const at = later(now, one.withinMs);
    return one.done || one.dueAt ? one : { ...one, dueAt: at, remindAt: at };
  });
  const first = due.flatMap(({ remindAt }) => remindAt ?? []).toSorted()[0];
  return { patch: { reviews: due }, jobs: first === undefined ? [] : [{ kind: 'remind', id, at: first }] };
}

/** The reviews of `isTheirs` are done. 'ended': the temporary access was not right, and ends now. */
export function review(
  request: Request,
  isTheirs: (review: Review) => boolean,
  given: { readonly by: Person; readonly outcome: ReviewOutcome; readonly comment: string },
  now: Date,
): Change {
  const { by, outcome, comment } = given;
  const at = now.toISOString();
  const ended = outcome === 'ended' ? request.grants.filter(({ state }) => state === 'active') : [];
  const prolonged = outcome === 'ended' ? prolongedBy(request) : [];
  const reviews = (request.reviews ?? []).map((one): Review => {
    if (one.done || !isTheirs(one)) return one;
    const { remindAt: _over, ...rest } = one;
    return { ...rest, done: { by, at, outcome, comment } };
  });
  return transition(
    'review',
    request,
    now,
    { reviews, grants: request.grants.map((grant) => (ended.includes(grant) ? { ...grant, endsAt: at } : grant)) },
    {
      actor: by,
      events: [
        {
          event: 'request.reviewed',
          data: { outcome, comment, grants: [...ended.map(({ id }) => id), ...prolonged] },
        },
      ],
    },
    [...ended.map(({ id }) => id), ...prolonged].map((id): Job => ({ kind: 'end-grant', id, at })),
  );
}

/** A review is overdue: said loudly, and again after twice as long. Undefined where none is. */
export function remindOfReview(request: Request, now: Date): Change | undefined {
  const at = now.toISOString();
  const isOverdue = ({ done, remindAt }: Review) => !done && remindAt !== undefined && remindAt <= at;
  const overdue = (request.reviews ?? []).filter(isOverdue);
  if (overdue.length === 0) return undefined;
  const reviews = (request.reviews ?? []).map((one): Review => {
    if (!isOverdue(one)) return one;
    const { remindAt: _now, ...rest } = one;
    const reminded = (one.reminded ?? 0) + 1;
    const next = later(now, one.withinMs * 2 ** (reminded - 1));
    return { ...rest, reminded, ...(reminded < mostReminders ? { remindAt: next } : {}) };
  });
  const next = reviews.flatMap(({ remindAt }) => remindAt ?? []).toSorted()[0];
  const data = { by: [...new Set(overdue.flatMap((one) => one.by))], dueAt: overdue[0]?.dueAt ?? at };
  return transition(
    'review-overdue',
    request,
    now,
    { reviews },
    { actor: bot, events: [{ event: 'request.review-overdue', data }] },
    next === undefined ? [] : [{ kind: 'remind', id: request.id, at: next }],
  );
}
