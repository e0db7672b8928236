// The roles of one identity on its card: where each comes from, when it ends, and what it permits in plain words.

import { permissionWords } from '../cards/permission-words.ts';
import type { RichText } from '../chat.ts';
import { joinNames } from '../format-text.ts';
import { endsOf } from '../grants/ends-of.ts';
import type { Found, Identity, RoleAssignment, Subscription } from '../model/azure.ts';
import { fold, sameName } from '../model/fold.ts';
import type { Grant } from '../model/grant.ts';
import { containsScope, parseScope, sameScope } from '../model/scope.ts';
import { scopeLabel } from '../model/scope-label.ts';
import type { CommandContext } from './context.ts';
import { rolesOf } from './role-names.ts';

/** Roles whose permissions are told in words. */
const mostTold = 6;

/** What the card says of the identity's roles. */
export interface HeldRoles {
  readonly rows: readonly (readonly RichText[])[];
  /** “Reader: can read everything”, each role once. */
  readonly permits: readonly RichText[];
  /** “Reader on rg-payments: …”, of roles that have one. */
  readonly conditions: readonly string[];
  readonly missing: Found<RoleAssignment>['missing'];
}

/** How far an assignment reaches beyond what its scope's name tells. */
function reachOf(scope: string): string {
  const kind = parseScope(scope)?.kind;
  if (kind === 'root' || kind === 'management-group') return ', inherited by every subscription below';
  return kind === 'subscription' ? ', inherited by every resource group in it' : '';
}

/** That the same role comes from above as well. */
function fromAbove(
  one: RoleAssignment,
  all: readonly RoleAssignment[],
  subscriptions: readonly Subscription[],
): string {
  const outer = all.find(
    (other) =>
      sameName(other.roleDefinitionId, one.roleDefinitionId) &&
      containsScope(other.scope, one.scope) &&
      !sameScope(other.scope, one.scope),
  );
  return outer === undefined ? '' : `, also inherited from ${scopeLabel(outer.scope, subscriptions)}`;
}

function roleCell(name: string, one: RoleAssignment, grant: Grant | undefined): RichText {
  const condition = one.condition === undefined ? [] : [' with a condition'];
  return [{ strong: name }, ...condition, ...(grant ? [' ends ', { time: grant.endsAt }] : [])];
}

/** Reads the roles of an identity. Throws Fault. */
export async function heldRoles(context: CommandContext, { id, principalId }: Identity): Promise<HeldRoles> {
  const [ends, { items, missing }, subscriptions] = await Promise.all([
    endsOf(context.grants, id),
    context.azure.roleAssignments(principalId),
    context.azure.subscriptions(),
  ]);
  const roleOf = await rolesOf(context.azure, items);
  const nameOf = (one: RoleAssignment) => roleOf(one)?.name ?? one.roleDefinitionId;
  const told = [...new Map(items.map((one) => [fold(one.roleDefinitionId), one])).values()].slice(0, mostTold);
  return {
    rows: items.map((one) => [
      roleCell(nameOf(one), one, ends.get(fold(one.id))),
      `${scopeLabel(one.scope, subscriptions)}${reachOf(one.scope)}${fromAbove(one, items, subscriptions)}`,
    ]),
    permits: told.flatMap((one): RichText[] => {
      const words = permissionWords(roleOf(one)?.permissions ?? []);
      return words.length === 0 ? [] : [[{ strong: nameOf(one) }, ` can ${joinNames(words)}`]];
    }),
    conditions: items.flatMap((one) =>
      one.condition === undefined
        ? []
        : [`${nameOf(one)} on ${scopeLabel(one.scope, subscriptions)}:\n${one.condition}`],
    ),
    missing,
  };
}
