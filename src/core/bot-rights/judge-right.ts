// Whether the bot holds a right, by what Azure says of it. Pure: facts in, verdict out.

import type { AccessFacts } from '../model/own-access.ts';
import { permitsAction } from '../model/permission.ts';
import type { NeededRight } from '../operations/definition.ts';
import { isFulfilled } from './condition.ts';

export type RightVerdict =
  | { readonly kind: 'held' }
  /** No role of the bot permits it. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'denied'; readonly name: string }
  /** A role permits it, but for a condition. */
  | { readonly kind: 'condition' }
  /** Azure may refuse it: a condition or a deny assignment that cannot be evaluated, or what could not be read. */
  | { readonly kind: 'unclear'; readonly why: 'condition' | 'deny' | 'unread' };

const held: RightVerdict = { kind: 'held' };

/** The verdict on one right at the scope of the facts. What is certain comes before what is unclear. */
export function judgeRight(right: NeededRight, { permissions, conditional, denials }: AccessFacts): RightVerdict {
  const { action } = right;
  const against = denials?.filter((denial) => permitsAction(denial.permissions, action)) ?? [];
  const certain = against.find(({ isCertain }) => isCertain);
  if (certain) return { kind: 'denied', name: certain.name };
  if (permissions && !permitsAction(permissions, action)) {
    // Whether the permissions API tells of roles under a condition is not documented.
    if (!conditional && right.assignment) return { kind: 'unclear', why: 'unread' };
    if (!conditional?.some((one) => permitsAction(one.permissions, action))) return { kind: 'missing' };
  }
  const byRole = judgeConditions(right, conditional);
  if (byRole.kind === 'condition') return byRole;
  if (!permissions || !denials) return { kind: 'unclear', why: 'unread' };
  if (against.length > 0) return { kind: 'unclear', why: 'deny' };
  return byRole;
}

/** One assignment whose conditions are fulfilled is enough. */
function judgeConditions({ action, assignment }: NeededRight, assignments: AccessFacts['conditional']): RightVerdict {
  // Azure has conditions on data actions and on assigning roles only.
  if (!assignment) return held;
  if (!assignments) return { kind: 'unclear', why: 'unread' };
  if (assignments.length === 0) return held;
  const truths = assignments.flatMap(({ permissions, condition }) =>
    permissions
      .filter((set) => permitsAction([set], action))
      .map((set) => {
        const conditions = [set.condition, condition].filter((one) => one !== undefined);
        const each = conditions.map((one) => isFulfilled(one, { action, assignment }));
        return each.includes(false) ? false : each.includes(undefined) ? undefined : true;
      }),
  );
  if (truths.includes(true)) return held;
  // None of them permits it, although Azure says that something does: what does was not seen.
  if (truths.length === 0) return { kind: 'unclear', why: 'unread' };
  return truths.includes(undefined) ? { kind: 'unclear', why: 'condition' } : { kind: 'condition' };
}
