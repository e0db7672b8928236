// Checks that the bot itself may do what a plan says, before anybody is asked to approve it. A plan that certainly cannot be carried
// out is refused; what Azure may refuse becomes a warning of the plan.

import type { OwnAccess } from '../azure-ports.ts';
import { fold } from '../model/fold.ts';
import type { AccessFacts } from '../model/own-access.ts';
import { rightKey } from '../model/permission.ts';
import { canonicalJson, type Plan, type PlanStep } from '../model/plan.ts';
import { parseScope, subscriptionScope } from '../model/scope.ts';
import type { Warning } from '../model/warning.ts';
import type { NeededRight } from '../operations/definition.ts';
import { definitionOf, type Operation } from '../operations/registry.ts';
import { judgeRight } from './judge-right.ts';
import { type Obstacle, obstacleFault } from './obstacle-words.ts';

/** The rights for a step, and for its end where it is temporary: a role that could not be removed would stay. */
function rightsOfStep({ operation, durationMs }: PlanStep): readonly NeededRight[] {
  const rights = definitionOf(operation).rights(operation);
  const inverse = durationMs === undefined ? undefined : definitionOf(operation).inverse;
  if (!inverse) return rights;
  // What it will have created is not known yet. Rights are of scopes and roles, which are.
  const end = inverse(operation, { outcome: 'created', ids: {} }) as Operation;
  return [...rights, ...definitionOf(end).rights(end)];
}

/** Each right once, in the order of the plan. */
function rightsOf({ steps }: Pick<Plan, 'steps'>): readonly NeededRight[] {
  const keyOf = (right: NeededRight) => `${rightKey(right)} ${canonicalJson(right.assignment ?? {})}`;
  return [...new Map(steps.flatMap(rightsOfStep).map((right) => [keyOf(right), right])).values()];
}

/** So many scopes are each looked at. */
const mostScopes = 25;

async function factsAt(ownAccess: OwnAccess, rights: readonly NeededRight[], isFresh: boolean) {
  const scopes = [...new Map(rights.map(({ scope }) => [fold(scope), scope])).values()];
  const facts = await Promise.all(
    scopes.map(async (scope) => [fold(scope), await ownAccess.at(scope, isFresh)] as const),
  );
  return new Map<string, AccessFacts>(facts);
}

/**
 * The rights that have to be judged where they are. Of those of a large plan, not those that the bot certainly holds in the whole
 * subscription: hundreds of scopes would take thousands of reads. What a narrower deny assignment takes away, Azure then refuses.
 */
async function notHeldAbove(ownAccess: OwnAccess, rights: readonly NeededRight[], isFresh: boolean) {
  if (new Set(rights.map(({ scope }) => fold(scope))).size <= mostScopes) return rights;
  const wide = rights.map((right) => {
    const { subscriptionId } = parseScope(right.scope) ?? {};
    return { right, above: subscriptionId === undefined ? right.scope : subscriptionScope(subscriptionId) };
  });
  const facts = await factsAt(
    ownAccess,
    wide.map(({ right, above }) => ({ ...right, scope: above })),
    isFresh,
  );
  return wide.flatMap(({ right, above }) => {
    const at = facts.get(fold(above));
    return at && judgeRight(right, at).kind === 'held' ? [] : [right];
  });
}

async function judgeAll(ownAccess: OwnAccess, all: readonly NeededRight[], isFresh: boolean) {
  const rights = await notHeldAbove(ownAccess, all, isFresh);
  const facts = await factsAt(ownAccess, rights, isFresh);
  const obstacles: Obstacle[] = [];
  const warnings: Warning[] = [];
  for (const right of rights) {
    const at = facts.get(fold(right.scope));
    if (!at) continue;
    const verdict = judgeRight(right, at);
    if (verdict.kind === 'held') continue;
    if (verdict.kind !== 'unclear') {
      obstacles.push({ right, verdict });
      continue;
    }
    const { scope } = right;
    warnings.push(
      verdict.why === 'unread'
        ? { code: 'bot-rights-not-read', level: 'caution', params: { scope } }
        : { code: 'bot-may-be-refused', level: 'caution', params: { scope, why: verdict.why } },
    );
  }
  return { obstacles, warnings: [...new Map(warnings.map((one) => [canonicalJson(one), one])).values()] };
}

/**
 * The plan, with a warning for each right that the bot may not have. `isFresh`: it is about to run. Throws Fault 'azure-forbidden', with
 * who can give what, where the bot certainly lacks a right; `nothing` says what was not done. Throws a transient Fault where Azure is away.
 */
export async function withBotRights(
  ownAccess: OwnAccess,
  plan: Plan,
  { isFresh, nothing }: { readonly isFresh: boolean; readonly nothing: string },
): Promise<Plan> {
  const rights = rightsOf(plan);
  let found = await judgeAll(ownAccess, rights, isFresh);
  // A right that was just given must not be refused for half a minute.
  if (found.obstacles.length > 0 && !isFresh) found = await judgeAll(ownAccess, rights, true);
  if (found.obstacles.length > 0) {
    const names = new Map(plan.effects.flatMap(({ role }) => (role ? [[fold(role.id), role.name]] : [])));
    throw obstacleFault(found.obstacles, await ownAccess.self(), nothing, (id) => names.get(fold(id)));
  }
  return { ...plan, warnings: [...plan.warnings, ...found.warnings] };
}
