// The management groups of a tenant as a tree. Its root is always there and has the tenant's id; what is placed nowhere hangs from it.
// Source: azure-docs governance/management-groups/overview.

import { key, subscriptionOf } from '../ids.ts';
import type { ManagementGroup, Subscription, Tenant } from './types.ts';

const prefix = '/providers/Microsoft.Management/managementGroups';
/** The root and six levels under it. */
const deepest = 7;

export function managementGroupId(id: string): string {
  return `${prefix}/${id}`;
}

/** The id of the management group that a scope is, in lower case; undefined for every other scope. */
export function managementGroupOf(scope: string): string | undefined {
  const parts = key(scope).split('/');
  return parts.length === 5 && parts.slice(0, 4).join('/') === prefix.toLowerCase() ? parts[4] : undefined;
}

export class ManagementTree {
  readonly #groups = new Map<string, ManagementGroup>();
  readonly #parents = new Map<string, string>();
  /** Of the root, lower case. */
  readonly rootId: string;

  /** The root is described or not: without a description it is called as Azure calls it. */
  constructor(tenant: Tenant, groups: readonly ManagementGroup[]) {
    this.rootId = tenant.id.toLowerCase();
    const root: ManagementGroup = { id: tenant.id, name: 'Tenant Root Group', subscriptions: [] };
    for (const group of [root, ...groups]) {
      const id = group.id.toLowerCase();
      this.#groups.set(id, group);
      if (id !== this.rootId) this.#parents.set(id, group.parent?.toLowerCase() ?? this.rootId);
    }
    for (const group of groups) for (const one of group.subscriptions) this.#parents.set(one, group.id.toLowerCase());
  }

  get(id: string): ManagementGroup | undefined {
    return this.#groups.get(id.toLowerCase());
  }

  all(): readonly ManagementGroup[] {
    return [...this.#groups.values()];
  }

  /** The groups above a group or a subscription, nearest first. */
  ancestors(of: { group: string } | { subscription: string }): readonly ManagementGroup[] {
    const above: ManagementGroup[] = [];
    let id = 'group' in of ? this.#parents.get(of.group.toLowerCase()) : this.#parentOf(of.subscription);
    while (id !== undefined && above.length < deepest) {
      const group = this.#groups.get(id);
      if (group) above.push(group);
      id = this.#parents.get(id);
    }
    return above;
  }

  #parentOf(subscription: string): string {
    return this.#parents.get(subscription.toLowerCase()) ?? this.rootId;
  }

  /** The groups right under a group, by name. */
  children(id: string): readonly ManagementGroup[] {
    const wanted = id.toLowerCase();
    return this.all()
      .filter((group) => this.#parents.get(group.id.toLowerCase()) === wanted)
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Those of the subscriptions that hang right under a group. */
  subscriptionsOf(id: string, subscriptions: Iterable<Subscription>): readonly Subscription[] {
    return [...subscriptions].filter((one) => this.#parentOf(one.id) === id.toLowerCase());
  }

  /** The groups above any scope, as scopes in comparable form, nearest first. */
  above(scope: string): readonly string[] {
    // What lies in a group, such as where a subscription is placed, has the same above it.
    const group = managementGroupOf(key(scope).split('/').slice(0, 5).join('/'));
    const subscription = subscriptionOf(scope);
    if (group === undefined && subscription === undefined) return [];
    const above = this.ancestors(group === undefined ? { subscription: subscription ?? '' } : { group });
    return above.map(({ id }) => key(managementGroupId(id)));
  }
}
