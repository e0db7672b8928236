// From a description that people write to a whole world. Ids that are not given are worked out from names, so that they
// are the same at every start. A mistake is told with its place.

import { groupId, guidFrom, identityId, isGuid, resourceId, subscriptionId } from '../ids.ts';
import { typeNamed } from '../resource-kinds.ts';
import type { PrincipalType } from './schedule-types.ts';
import { customRole, denyAssignment, roleAssignment } from './seed-roles.ts';
import { roleSchedules } from './seed-schedules.ts';
import { type Seed, seedSchema } from './seed-schema.ts';
import type { Identity, Lock, Resource, ResourceGroup, WorldData } from './types.ts';

/** Checks and completes a description. Throws an Error that names the source and every wrong place. */
export function parseSeed(described: unknown, source: string): WorldData {
  const parsed = seedSchema.safeParse(described);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${pathOf(issue.path)}: ${issue.message}`);
    throw new Error(`${source} is not a world's description:\n${lines.join('\n')}`);
  }
  try {
    return new Builder(parsed.data).build();
  } catch (error) {
    throw new Error(`${source}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function pathOf(path: readonly PropertyKey[]): string {
  return (
    path
      .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
      .join('')
      .replace(/^\./, '') || 'the whole'
  );
}

class Builder {
  readonly #seed: Seed;
  readonly #groups: ResourceGroup[] = [];
  readonly #identities: Identity[] = [];
  readonly #resources: Resource[] = [];
  readonly #locks: Lock[] = [];

  constructor(seed: Seed) {
    this.#seed = seed;
  }

  build(): WorldData {
    const { tenant, bot, people, groups, applications, managementGroups, subscriptions } = this.#seed;
    for (const subscription of subscriptions) this.#subscription(subscription);
    this.#bearers();
    const customRoles = this.#seed.roleDefinitions.map((role) => customRole(role, this));
    return {
      tenant,
      botId: bot.objectId,
      subscriptions: subscriptions.map(({ id, name, tags }) => ({ id, name, ...(tags ? { tags } : {}) })),
      managementGroups: managementGroups.map((group) => ({
        ...group,
        subscriptions: group.subscriptions.map((name) => this.#subscriptionNamed(name).id),
      })),
      resourceGroups: this.#groups,
      identities: this.#identities,
      resources: this.#resources,
      roleDefinitions: customRoles,
      roleAssignments: this.#seed.roleAssignments.map((row, index) =>
        roleAssignment(row, `roleAssignments[${index}]`, customRoles, this),
      ),
      denyAssignments: this.#seed.denyAssignments.map((row, index) =>
        denyAssignment(row, `denyAssignments[${index}]`, this),
      ),
      locks: this.#locks,
      ...roleSchedules(this.#seed, customRoles, this, Date.now()),
      users: people.map((person) => ({
        id: person.id,
        displayName: person.name,
        mail: person.mail,
        userPrincipalName: person.userPrincipalName ?? person.mail ?? `${person.id}@${tenant.domain}`,
        proxyAddresses: [
          ...(person.mail ? [`SMTP:${person.mail}`] : []),
          ...person.aliases.map((one) => `smtp:${one}`),
        ],
        userType: person.guest ? ('Guest' as const) : ('Member' as const),
        accountEnabled: person.enabled,
      })),
      directoryGroups: groups.map((group) => ({
        id: group.id,
        displayName: group.name,
        members: group.members.map((member) => this.principal(member, `groups: ${group.name}`).id),
      })),
      servicePrincipals: [
        { id: bot.objectId, appId: bot.clientId, displayName: bot.name, canReadDirectory: true },
        ...applications.map((row) => ({
          id: row.objectId,
          appId: row.clientId,
          displayName: row.name,
          canReadDirectory: row.canReadDirectory,
        })),
      ],
    };
  }

  #subscription(subscription: Seed['subscriptions'][number]): void {
    const { id } = subscription;
    this.#locks.push(...subscription.locks.map((lock) => ({ ...lock, scope: subscriptionId(id) })));
    for (const group of subscription.resourceGroups) {
      this.#groups.push({ subscriptionId: id, name: group.name, location: group.location, tags: group.tags });
      this.#locks.push(...group.locks.map((lock) => ({ ...lock, scope: groupId(id, group.name) })));
      for (const row of group.identities) {
        const arm = identityId(id, group.name, row.name);
        this.#identities.push({
          subscriptionId: id,
          resourceGroup: group.name,
          name: row.name,
          location: row.location ?? group.location,
          tags: row.tags,
          principalId: row.principalId ?? guidFrom(`principal ${arm}`),
          clientId: row.clientId ?? guidFrom(`client ${arm}`),
          isolationScope: row.isolationScope,
          ...(row.assignableTo ? { assignableTo: row.assignableTo } : {}),
          createdAt: 0,
          federatedCredentials: row.federatedCredentials.map(({ audience, ...rest }) => ({
            ...rest,
            audiences: [audience],
          })),
        });
      }
    }
  }

  /** After all identities are known: the resources that bear them. */
  #bearers(): void {
    for (const { id, name: subscription, resourceGroups } of this.#seed.subscriptions) {
      for (const group of resourceGroups) {
        for (const row of group.resources) {
          const type = typeNamed(row.type);
          if (!type)
            throw new Error(`${subscription}/${group.name}/${row.name}: the simulator has no type '${row.type}'`);
          const arm = resourceId(id, group.name, type, row.name);
          this.#resources.push({
            subscriptionId: id,
            resourceGroup: group.name,
            type,
            name: row.name,
            location: row.location ?? group.location,
            tags: row.tags,
            identities: row.identities.map((name) => this.#borne(name, id, group.name)),
            ...(row.kind === undefined ? {} : { kind: row.kind }),
            ...(row.kubeletIdentity === undefined
              ? {}
              : { kubeletIdentity: this.#borne(row.kubeletIdentity, id, group.name) }),
            ...(row.systemAssigned ? { systemPrincipalId: guidFrom(`system ${arm}`) } : {}),
            properties: row.properties,
          });
        }
      }
    }
  }

  #borne(name: string, subscription: string, group: string): string {
    if (name.startsWith('/')) return name;
    return name.includes('/') ? this.scope(name) : identityId(subscription, group, name);
  }

  principal(text: string, place: string): { id: string; type: PrincipalType } {
    const { bot, people, groups, applications } = this.#seed;
    const lower = text.toLowerCase();
    if (lower === 'bot') return { id: bot.objectId, type: 'ServicePrincipal' };
    const person = people.find(({ id, mail, userPrincipalName }) =>
      [id, mail?.toLowerCase(), userPrincipalName?.toLowerCase()].includes(lower),
    );
    if (person) return { id: person.id, type: 'User' };
    const group = groups.find(({ id, name }) => [id, `group:${name.toLowerCase()}`].includes(lower));
    if (group) return { id: group.id, type: 'Group' };
    const application = applications.find(({ objectId, name }) =>
      [objectId, `app:${name.toLowerCase()}`].includes(lower),
    );
    if (application) return { id: application.objectId, type: 'ServicePrincipal' };
    if (isGuid(text)) return { id: lower, type: 'ServicePrincipal' };
    const id = text.includes('/') ? this.scope(text).toLowerCase() : '';
    const identity = this.#identities.find(
      (row) => identityId(row.subscriptionId, row.resourceGroup, row.name).toLowerCase() === id,
    );
    if (identity) return { id: identity.principalId, type: 'ServicePrincipal' };
    throw new Error(`${place}: there is no principal '${text}'`);
  }

  /** 'Subscription', 'Subscription/group', 'Subscription/group/resource' or a scope that starts with '/'. */
  scope(text: string): string {
    if (text.startsWith('/')) return text;
    const [subscriptionName = '', groupName, resourceName] = text.split('/');
    const subscription = this.#subscriptionNamed(subscriptionName);
    if (groupName === undefined) return subscriptionId(subscription.id);
    const group = subscription.resourceGroups.find(({ name }) => name.toLowerCase() === groupName.toLowerCase());
    if (!group) throw new Error(`there is no group '${groupName}' in ${subscription.name} (${text})`);
    if (resourceName === undefined) return groupId(subscription.id, group.name);
    const same = ({ name }: { name: string }) => name.toLowerCase() === resourceName.toLowerCase();
    const resource = group.resources.find(same);
    if (resource)
      return resourceId(subscription.id, group.name, typeNamed(resource.type) ?? resource.type, resource.name);
    if (group.identities.some(same)) return identityId(subscription.id, group.name, resourceName);
    throw new Error(`there is no '${resourceName}' in ${subscription.name}/${group.name}`);
  }

  #subscriptionNamed(text: string): Seed['subscriptions'][number] {
    const found = this.#seed.subscriptions.find(({ id, name }) =>
      [id, name.toLowerCase()].includes(text.toLowerCase()),
    );
    if (!found) throw new Error(`there is no subscription '${text}'`);
    return found;
  }
}
