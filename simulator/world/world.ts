// The simulated tenant in memory, with the indices that make a big one fast. It holds and finds; it does not judge:
// permissions, locks and limits are checked by those who write to it.

import { builtinRole, builtinRoles } from '../builtin-roles.ts';
import { groupId, identityId, key, resourceId, subscriptionOf } from '../ids.ts';
import { History } from './history.ts';
import { ManagementTree } from './management-tree.ts';
import type * as Pim from './schedule-types.ts';
import { Table } from './table.ts';
import type * as Types from './types.ts';

type Change = (table: string, key: string, old: unknown) => void;

/** What a principal is, as the directory tells it. */
export interface Principal {
  id: string;
  type: Pim.PrincipalType;
  displayName: string;
}

export class World {
  readonly tenant: Types.Tenant;
  readonly botId: string;
  readonly subscriptions = new Table<Types.Subscription>('subscriptions', (row) => row.id);
  readonly managementTree: ManagementTree;
  readonly resourceGroups = new Table<Types.ResourceGroup>(
    'resourceGroups',
    (row) => key(groupId(row.subscriptionId, row.name)),
    {
      groups: {
        subscription: (row) => row.subscriptionId,
        deleting: (row) => (row.deletionEndsAt === undefined ? undefined : 'true'),
      },
    },
  );
  readonly identities = new Table<Types.Identity>(
    'identities',
    (row) => key(identityId(row.subscriptionId, row.resourceGroup, row.name)),
    {
      unique: { principal: (row) => row.principalId, client: (row) => row.clientId },
      groups: {
        subscription: (row) => row.subscriptionId,
        group: (row) => key(groupId(row.subscriptionId, row.resourceGroup)),
      },
    },
  );
  readonly resources = new Table<Types.Resource>(
    'resources',
    (row) => key(resourceId(row.subscriptionId, row.resourceGroup, row.type, row.name)),
    {
      groups: {
        subscription: (row) => row.subscriptionId,
        group: (row) => key(groupId(row.subscriptionId, row.resourceGroup)),
      },
    },
  );
  /** Custom roles; `role` and `roles` know the built-in ones too. */
  readonly roleDefinitions = new Table<Types.RoleDefinition>('roleDefinitions', (row) => row.id);
  readonly roleAssignments = new Table<Types.RoleAssignment>('roleAssignments', (row) => row.name, {
    unique: { triple: (row) => triple(row.scope, row.roleDefinitionId, row.principalId) },
    groups: {
      principal: (row) => row.principalId,
      scope: (row) => key(row.scope),
      subscription: (row) => subscriptionOf(row.scope) ?? '',
    },
  });
  readonly denyAssignments = new Table<Types.DenyAssignment>('denyAssignments', (row) => row.name);
  readonly locks = new Table<Types.Lock>('locks', (row) => `${key(row.scope)} ${row.name.toLowerCase()}`, {
    groups: { scope: (row) => key(row.scope), subscription: (row) => subscriptionOf(row.scope) ?? '' },
  });
  readonly roleSchedules = new Table<Pim.RoleSchedule>('roleSchedules', (row) => row.name, {
    groups: { triple: (row) => triple(row.scope, row.roleDefinitionId, row.principalId) },
  });
  readonly roleScheduleRequests = new Table<Pim.RoleScheduleRequest>('roleScheduleRequests', (row) => row.name);
  readonly roleEligibilities = new Table<Pim.RoleEligibility>('roleEligibilities', (row) => row.name, {
    groups: { principal: (row) => row.principalId },
  });
  readonly rolePolicies = new Table<Pim.RolePolicy>('rolePolicies', (row) =>
    triple(row.scope, row.roleDefinitionId, ''),
  );
  readonly users = new Table<Types.User>('users', (row) => row.id, {
    unique: { upn: (row) => row.userPrincipalName.toLowerCase() },
  });
  readonly directoryGroups = new Table<Types.DirectoryGroup>('directoryGroups', (row) => row.id);
  readonly servicePrincipals = new Table<Types.ServicePrincipal>('servicePrincipals', (row) => row.id, {
    unique: { app: (row) => row.appId },
  });
  readonly #managementGroups: readonly Types.ManagementGroup[];
  readonly #listeners: (() => void)[] = [];

  /** What the tables held before. */
  readonly history: History;

  /** `now`: milliseconds since 1970. */
  constructor(data: Types.WorldData, now: () => number = Date.now) {
    this.history = new History(now);
    this.tenant = data.tenant;
    this.botId = data.botId;
    this.#managementGroups = data.managementGroups;
    this.managementTree = new ManagementTree(data.tenant, data.managementGroups);
    fill(this.subscriptions, data.subscriptions);
    fill(this.resourceGroups, data.resourceGroups);
    fill(this.identities, data.identities);
    fill(this.resources, data.resources);
    fill(this.roleDefinitions, data.roleDefinitions);
    fill(this.roleAssignments, data.roleAssignments);
    fill(this.denyAssignments, data.denyAssignments ?? []);
    fill(this.locks, data.locks);
    fill(this.roleSchedules, data.roleSchedules ?? []);
    fill(this.roleScheduleRequests, data.roleScheduleRequests ?? []);
    fill(this.roleEligibilities, data.roleEligibilities ?? []);
    fill(this.rolePolicies, data.rolePolicies ?? []);
    fill(this.users, data.users);
    fill(this.directoryGroups, data.directoryGroups);
    fill(this.servicePrincipals, data.servicePrincipals);
    for (const table of this.#tables()) {
      table.onChange = (name, rowKey, old) => {
        this.history.note(name, rowKey, old);
        for (const listener of this.#listeners) listener();
      };
    }
  }

  /** Calls back after every change of every table. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Who bears an object id: person, group, application or managed identity. */
  principal(id: string): Principal | undefined {
    const wanted = id.toLowerCase();
    const user = this.users.get(wanted);
    if (user) return { id: wanted, type: 'User', displayName: user.displayName };
    const group = this.directoryGroups.get(wanted);
    if (group) return { id: wanted, type: 'Group', displayName: group.displayName };
    const application = this.servicePrincipals.get(wanted);
    if (application) return { id: wanted, type: 'ServicePrincipal', displayName: application.displayName };
    const identity = this.identities.one('principal', wanted);
    return identity && { id: wanted, type: 'ServicePrincipal', displayName: identity.name };
  }

  /** A role by its GUID, built-in or custom. */
  role(id: string): Types.RoleDefinition | undefined {
    const wanted = id.toLowerCase();
    return builtinRole(wanted) ?? this.roleDefinitions.get(wanted);
  }

  /** Every role, built-in and custom, by id. */
  roles(): readonly Types.RoleDefinition[] {
    return [...builtinRoles(), ...this.roleDefinitions.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** The groups that an object is in, through other groups too. */
  groupsOf(id: string): readonly string[] {
    const found = new Set<string>();
    const ask = [id];
    for (let member = ask.pop(); member !== undefined; member = ask.pop()) {
      for (const group of this.directoryGroups.values()) {
        if (!group.members.includes(member) || found.has(group.id)) continue;
        found.add(group.id);
        ask.push(group.id);
      }
    }
    return [...found];
  }

  /** Everything, as it is written to a state file. Built-in roles are left out: they come with the program. */
  data(): Types.WorldData {
    return {
      tenant: this.tenant,
      botId: this.botId,
      subscriptions: [...this.subscriptions.values()],
      managementGroups: this.#managementGroups,
      resourceGroups: [...this.resourceGroups.values()],
      identities: [...this.identities.values()],
      resources: [...this.resources.values()],
      roleDefinitions: [...this.roleDefinitions.values()],
      roleAssignments: [...this.roleAssignments.values()],
      denyAssignments: [...this.denyAssignments.values()],
      locks: [...this.locks.values()],
      roleSchedules: [...this.roleSchedules.values()],
      roleScheduleRequests: [...this.roleScheduleRequests.values()],
      roleEligibilities: [...this.roleEligibilities.values()],
      rolePolicies: [...this.rolePolicies.values()],
      users: [...this.users.values()],
      directoryGroups: [...this.directoryGroups.values()],
      servicePrincipals: [...this.servicePrincipals.values()],
    };
  }

  /** Removes what is set on a scope or below it: assignments and locks go with the thing they were set on. */
  dropBelow(scope: string): void {
    const wanted = key(scope);
    const subscription = subscriptionOf(wanted) ?? '';
    const under = (other: string) => key(other) === wanted || key(other).startsWith(`${wanted}/`);
    for (const row of this.roleAssignments.by('subscription', subscription))
      if (under(row.scope)) this.roleAssignments.delete(row.name);
    for (const table of [this.denyAssignments, this.roleSchedules, this.roleEligibilities] as const) {
      for (const row of [...table.values()]) if (under(row.scope)) table.delete(row.name);
    }
    for (const row of this.locks.by('subscription', subscription))
      if (under(row.scope)) this.locks.delete(`${key(row.scope)} ${row.name.toLowerCase()}`);
  }

  #tables(): { onChange: Change }[] {
    return [
      this.subscriptions,
      this.resourceGroups,
      this.identities,
      this.resources,
      this.roleDefinitions,
      this.roleAssignments,
      this.denyAssignments,
      this.locks,
      this.roleSchedules,
      this.roleScheduleRequests,
      this.roleEligibilities,
      this.rolePolicies,
      this.users,
      this.directoryGroups,
      this.servicePrincipals,
    ];
  }
}

/** The key under which an assignment exists only once. */
export function triple(scope: string, role: string, principal: string): string {
  return `${key(scope)} ${role.toLowerCase()} ${principal.toLowerCase()}`;
}

function fill<T>(table: Table<T>, rows: readonly T[]): void {
  for (const row of rows) table.put(row);
}
