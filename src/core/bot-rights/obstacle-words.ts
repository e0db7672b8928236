// The words for what keeps the bot from carrying out a plan: which right it lacks, and who can give it how.

import { Fault } from '../errors.ts';
import { joinNames } from '../format-text.ts';
import type { OwnIdentity } from '../model/own-access.ts';
import { parseScope, resourceGroupScope } from '../model/scope.ts';
import { scopeLabel } from '../model/scope-label.ts';
import type { NeededRight } from '../operations/definition.ts';
import type { RightVerdict } from './judge-right.ts';
import { leastRole } from './least-role.ts';

/** A right that the bot certainly cannot use, and why. */
export interface Obstacle {
  readonly right: NeededRight;
  readonly verdict: Exclude<RightVerdict, { kind: 'held' | 'unclear' }>;
}

type Words = { readonly message: string; readonly next: string; readonly lines?: readonly string[] };

const givers = 'An Owner or User Access Administrator there';
const unique = <T>(all: readonly T[]) => [...new Set(all)];

/** Roles are given on groups: whoever may delete one identity is to be able to delete the next one. */
function scopeForRole({ scope, assignment }: NeededRight): string {
  const { kind, subscriptionId, resourceGroup } = parseScope(scope) ?? {};
  if (kind !== 'resource' || assignment || subscriptionId === undefined || resourceGroup === undefined) return scope;
  return resourceGroupScope(subscriptionId, resourceGroup);
}

/** The az line that assigns the role. */
function azLine(role: string, scope: string, self: OwnIdentity | undefined): string {
  const who = self?.principalId ?? '<object id of Identity Desk>';
  return `az role assignment create --assignee-object-id ${who} --assignee-principal-type ServicePrincipal --role "${role}" --scope "${scope}"`;
}

function missingWords(rights: readonly NeededRight[], self: OwnIdentity | undefined): Words {
  const where = joinNames(unique(rights.map((right) => scopeLabel(scopeForRole(right)))));
  const actions = joinNames(unique(rights.map(({ action }) => action)));
  // A role that is given for the change is enough to read, too.
  const changes = rights.filter(({ action }) => !/\/read$/i.test(action));
  const roles = (changes.length > 0 ? changes : rights).map((right) => ({
    role: leastRole(right.action),
    scope: scopeForRole(right),
  }));
  const names = unique(roles.map(({ role }) => role));
  const lines = unique(roles.map(({ role, scope }) => azLine(role, scope, self)));
  return {
    message: `Identity Desk itself lacks ${actions} on ${where}.`,
    next: `${givers} can assign it the role ${names.join(' and ')}. It takes up to ten minutes to take effect.`,
    lines,
  };
}

function deniedWords({ action, scope }: NeededRight, name: string): Words {
  return {
    message: `A deny assignment in Azure, “${name}”, keeps Identity Desk itself from ${action} on ${scopeLabel(scope)}.`,
    next: 'No role overrides it. Whoever manages it, often a deployment stack or a managed application, can exclude Identity Desk from it.',
  };
}

function conditionWords({ action, scope, assignment }: NeededRight, role: string | undefined): Words {
  const what = role ?? assignment?.roleDefinitionId;
  return {
    message: `A condition on Identity Desk’s own role assignment does not allow it ${action} on ${scopeLabel(scope)}${what === undefined ? '' : ` for the role ${what}`}.`,
    next: `${givers} can change the condition, or make this change themselves.`,
  };
}

/** The fault for a plan that the bot cannot carry out. `roleNameOf`: the plan's name of a role. */
export function obstacleFault(
  obstacles: readonly Obstacle[],
  self: OwnIdentity | undefined,
  nothing: string,
  roleNameOf: (roleDefinitionId: string) => string | undefined,
): Fault {
  const missing = obstacles.filter(({ verdict }) => verdict.kind === 'missing').map(({ right }) => right);
  const words = [
    ...(missing.length > 0 ? [missingWords(missing, self)] : []),
    ...obstacles.flatMap(({ right, verdict }) => {
      if (verdict.kind === 'denied') return [deniedWords(right, verdict.name)];
      if (verdict.kind !== 'condition') return [];
      const id = right.assignment?.roleDefinitionId;
      return [conditionWords(right, id === undefined ? undefined : roleNameOf(id))];
    }),
  ];
  const text = (of: (one: Words) => string) => unique(words.map(of)).join(' ');
  const lines = unique(words.flatMap((one) => one.lines ?? []));
  return new Fault(
    'azure-forbidden',
    text(({ message }) => message),
    {
      next: `${nothing} ${text(({ next }) => next)}`,
      ...(lines.length > 0 ? { lines } : {}),
    },
  );
}
