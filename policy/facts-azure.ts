// An Azure made from a file of facts, for the core's own commands: it has what the file names, and every built-in role.

import { readFileSync } from 'node:fs';
import type { AzureReader } from '../src/core/azure-ports.ts';
import { Fault } from '../src/core/errors.ts';
import type { Identity, RoleDefinition } from '../src/core/model/azure.ts';
import { fold, sameName } from '../src/core/model/fold.ts';
import type { PermissionSet } from '../src/core/model/permission.ts';
import {
  identityScope,
  isGuid,
  parseScope,
  resourceGroupScope,
  resourceName,
  resourceType,
  sameScope,
  subscriptionScope,
} from '../src/core/model/scope.ts';
import { builtinRoles } from '../src/policy-file/builtin-roles.ts';
import { type Facts, UsageError } from './facts-schema.ts';

const none: PermissionSet = { actions: [], notActions: [], dataActions: [], notDataActions: [] };
const tenantId = '00000000-0000-4000-8000-000000000000';
/** An id that is the same in every run. */
const idOf = (kind: string, index: number) => `${kind}0000000-0000-4000-8000-${String(index + 1).padStart(12, '0')}`;

/** What the built-in roles permit, as the simulator serves it. */
function builtinPermissions(): ReadonlyMap<string, readonly PermissionSet[]> {
  const lines = readFileSync(new URL('../simulator/data/builtin-roles.jsonl', import.meta.url), 'utf8').split('\n');
  return new Map(
    lines.filter(Boolean).map((line) => {
      const { id, permissions } = JSON.parse(line) as { id: string; permissions: readonly Partial<PermissionSet>[] };
      return [id, permissions.map((set) => ({ ...none, ...set }))];
    }),
  );
}

/** All roles: Azure's and those of the facts. */
function rolesOf(facts: Facts): readonly RoleDefinition[] {
  const permissions = builtinPermissions();
  const built = builtinRoles().map(({ id, name }): RoleDefinition => {
    return { id, name, description: '', kind: 'built-in', permissions: permissions.get(id) ?? [] };
  });
  const custom = Object.entries(facts.roles).map(([name, set], index): RoleDefinition => {
    return { id: idOf('c', index), name, description: '', kind: 'custom', permissions: [set] };
  });
  return [...built, ...custom];
}

/** The things of a file of facts by name and by id. */
export interface FactsAzure {
  readonly reader: AzureReader;
  /** A role by its name or GUID. Throws UsageError. */
  role(name: string): RoleDefinition;
  /** The Azure id of a scope that is named, or is one. Throws UsageError. */
  scope(name: string): string;
  /** By an Azure id in the form in which ids are compared. */
  readonly tags: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** Builds the Azure of these facts. Throws UsageError for what names something that is not there. */
export function createFactsAzure(facts: Facts): FactsAzure {
  const roles = rolesOf(facts);
  const subscriptions = Object.entries(facts.subscriptions).map(([name, id]) => ({ id: fold(id), name, tenantId }));
  const subscriptionId = (name: string) => {
    const found = subscriptions.find((one) => sameName(one.name, name) || sameName(one.id, name));
    if (!found) throw new UsageError(`the facts have no subscription ${name}`);
    return found.id;
  };
  const groups = facts.resourceGroups.map(({ name, subscription, tags }) => {
    const id = subscriptionId(subscription);
    return { id: resourceGroupScope(id, name), name, subscriptionId: id, location: 'westeurope', tags };
  });
  const identities = facts.identities.map(({ name, group, tags }, index): Identity => {
    const home = groups.find((one) => sameName(one.name, group) || sameScope(one.id, group));
    if (!home) throw new UsageError(`the facts have no resource group ${group}, of the identity ${name}`);
    const { subscriptionId: at, location } = home;
    const ids = { principalId: idOf('a', index), clientId: idOf('b', index), tenantId };
    return {
      id: identityScope(at, home.name, name),
      name,
      subscriptionId: at,
      resourceGroup: home.name,
      location,
      tags,
      ...ids,
    };
  });
  const tagged: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ...Object.entries(facts.tags),
    ...groups.map(({ id, tags }) => [id, tags] as const),
    ...identities.map(({ id, tags }) => [id, tags] as const),
  ];
  const found = <T>(items: readonly T[]) => Promise.resolve({ items, missing: [] });
  const reader: AzureReader = {
    subscriptions: async () => subscriptions,
    locations: async () => [{ name: 'westeurope', displayName: 'West Europe' }],
    resourceGroups: async (id) => groups.filter((one) => sameName(one.subscriptionId, id)),
    resourceGroup: async (id, name) =>
      groups.find((one) => sameName(one.subscriptionId, id) && sameName(one.name, name)),
    identities: ({ subscriptionId: at, resourceGroup, name = '' }) =>
      found(
        identities.filter(
          (one) =>
            (at === undefined || sameName(one.subscriptionId, at)) &&
            (resourceGroup === undefined || sameName(one.resourceGroup, resourceGroup)) &&
            fold(one.name).includes(fold(name)),
        ),
      ),
    identity: async (id) => identities.find((one) => sameScope(one.id, id)),
    federatedCredentials: async () => [],
    roleDefinitions: async () => roles,
    roleDefinition: async (_scope, id) => roles.find((one) => sameName(one.id, id)),
    roleAssignments: () => found([]),
    roleAssignmentsAt: async () => [],
    assignmentsReaching: () => found([]),
    firstIdentities: async () => ({ items: [], missing: [], isAll: true }),
    allAssignments: () => found([]),
    orphanedAssignments: () => found([]),
    assignmentCounts: () => found([]),
    carriedIdentities: () => found([]),
    gonePrincipals: async () => new Set(),
    roleAssignment: async () => undefined,
    endKeeper: async () => ({ keeper: 'unknown' }),
    resourcesUsing: () => found([]),
    resourcesNamed: () => found([]),
    locks: async () => [],
    exists: async (id) => {
      const kind = parseScope(id)?.kind;
      if (kind === 'subscription') return subscriptions.some((one) => sameScope(subscriptionScope(one.id), id));
      if (kind === 'resource-group') return groups.some((one) => sameScope(one.id, id));
      // Resources are not listed in the facts: one that is named is taken to be there.
      return kind !== undefined;
    },
    resource: async (id) => {
      const type = resourceType(id);
      if (type === undefined) return undefined;
      const carried = { identities: [], hasSystemAssigned: false, takesIdentities: true, needsInstanceUpgrade: false };
      return { id, name: resourceName(id), type, location: '', ...carried };
    },
    resourcesLike: async () => [],
    usesOf: async () => ({ carriers: { items: [], missing: [] }, namedIn: [] }),
    locksIn: async () => [],
  };
  return {
    reader,
    tags: new Map(tagged.map(([id, tags]) => [fold(id), tags])),
    role(name) {
      const one = roles.find((role) => sameName(role.name, name) || sameName(role.id, name));
      if (one) return one;
      throw new UsageError(`no built-in role and none of the facts is named ${name}`);
    },
    scope(name) {
      if (parseScope(name)) return name;
      const group = groups.filter((one) => sameName(one.name, name));
      if (group.length > 1) throw new UsageError(`several resource groups of the facts are named ${name}`);
      if (group[0]) return group[0].id;
      const identity = identities.find((one) => sameName(one.name, name));
      if (identity) return identity.id;
      if (isGuid(name) || subscriptions.some((one) => sameName(one.name, name)))
        return subscriptionScope(subscriptionId(name));
      throw new UsageError(`the facts have no subscription, resource group or identity ${name}`);
    },
  };
}

/** Nothing is written when a policy is tried out. */
export function refuseWrite(): never {
  throw new Fault('internal', 'Nothing is written when a policy is tried out.');
}
