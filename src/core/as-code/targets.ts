// Where a template's parts are deployed to: Azure deploys a template to one resource group, subscription, management group or to the
// tenant; what belongs elsewhere is a template of its own, nested where Azure takes it.

import { fold, sameName } from '../model/fold.ts';
import { parseScope } from '../model/scope.ts';
import {
  type CodeItem,
  type CredentialItem,
  type GroupItem,
  type IdentityItem,
  itemsOf,
  type RoleItem,
} from './items.ts';

/** What a template is deployed to. */
export type Target =
  | { readonly kind: 'group'; readonly subscriptionId: string; readonly resourceGroup: string }
  | { readonly kind: 'subscription'; readonly subscriptionId: string }
  | { readonly kind: 'management-group'; readonly name: string }
  | { readonly kind: 'tenant' };

/** What a template can say. */
export type TemplateItem = GroupItem | IdentityItem | CredentialItem | RoleItem;

/** A target with what is deployed there. */
export interface Deployment {
  readonly target: Target;
  readonly items: readonly TemplateItem[];
}

/** The target of a scope. */
function targetOf(scope: string): Target {
  const { kind, subscriptionId = '', resourceGroup, name } = parseScope(scope) ?? { kind: 'root', name: '/' };
  if (kind === 'root') return { kind: 'tenant' };
  if (kind === 'management-group') return { kind: 'management-group', name };
  return resourceGroup === undefined
    ? { kind: 'subscription', subscriptionId }
    : { kind: 'group', subscriptionId, resourceGroup };
}

/** A key by which equal targets are one. */
function targetKey(target: Target): string {
  switch (target.kind) {
    case 'group':
      return fold(`group/${target.subscriptionId}/${target.resourceGroup}`);
    case 'subscription':
      return fold(`subscription/${target.subscriptionId}`);
    case 'management-group':
      return fold(`management-group/${target.name}`);
    case 'tenant':
      return 'tenant';
  }
}

function targetOfItem(item: TemplateItem): Target {
  switch (item.kind) {
    case 'group':
      return { kind: 'subscription', subscriptionId: item.subscriptionId };
    case 'identity':
      return targetOf(item.id);
    case 'credential':
      return targetOf(item.identityId);
    case 'role':
      return targetOf(item.scope);
  }
}

/** Whether a template has words for the item. */
const isTemplateItem = (item: CodeItem): item is TemplateItem =>
  item.kind === 'group' || item.kind === 'identity' || item.kind === 'credential' || item.kind === 'role';

/** The items by target, each target once, in the order of their first items. */
function deploymentsOf(items: readonly CodeItem[]): readonly Deployment[] {
  const found = new Map<string, { target: Target; items: TemplateItem[] }>();
  for (const item of items.filter(isTemplateItem)) {
    const target = targetOfItem(item);
    const key = targetKey(target);
    const one = found.get(key) ?? { target, items: [] };
    one.items.push(item);
    found.set(key, one);
  }
  return [...found.values()];
}

/** Whether a template for `outer` can nest one for `inner`: not upwards to a management group or the tenant. */
function canNest(outer: Target, inner: Target): boolean {
  return (
    (outer.kind === 'group' || outer.kind === 'subscription') &&
    (inner.kind === 'group' || inner.kind === 'subscription')
  );
}

/** The templates to deploy, in order: each with those nested in it. */
export interface TemplateTree extends Deployment {
  readonly nested: readonly Deployment[];
}

/** The trees of all items: what creates groups and identities first, and in it whatever it can nest. */
export function templateTrees(items: readonly CodeItem[]): readonly TemplateTree[] {
  const [first, ...others] = deploymentsOf(items);
  if (!first) return [];
  // Without anything to create, each target stands for itself.
  const creates = first.items.some(({ kind }) => kind === 'group' || kind === 'identity');
  const below = creates ? others.filter(({ target }) => canNest(first.target, target)) : [];
  const apart = others.filter((one) => !below.includes(one));
  // A new group's template cannot read an identity that is created further in: its own roles follow in a template after that.
  const isLate = (item: TemplateItem) => item.kind === 'role' && first.target.kind === 'subscription';
  const late = creates ? first.items.filter(isLate) : [];
  return [
    {
      target: first.target,
      items: first.items.filter((item) => !late.includes(item)),
      nested: [...below, ...(late.length > 0 ? [{ target: first.target, items: late }] : [])],
    },
    ...apart.map((one) => ({ ...one, nested: [] })),
  ];
}

/** The resource group of a target, where the template creates it. */
export function newGroupOf({ items }: TemplateTree, target: Target): GroupItem | undefined {
  if (target.kind !== 'group') return undefined;
  return itemsOf(items, 'group').find(({ name }) => sameName(name, target.resourceGroup));
}

/** A resource within its deployment: its provider, then types and names in turn. */
export function pathInProvider(resourceId: string): string {
  const mark = '/providers/';
  return resourceId.slice(fold(resourceId).indexOf(mark) + mark.length);
}

/** The line of az that deploys a template to its target. `location` is where Azure keeps the deployment's record. */
export function deployLine(target: Target, fileName: string, location: string): string {
  switch (target.kind) {
    case 'group':
      return `az deployment group create --subscription ${target.subscriptionId} --resource-group ${target.resourceGroup} --template-file ${fileName}`;
    case 'subscription':
      return `az deployment sub create --subscription ${target.subscriptionId} --location ${location} --template-file ${fileName}`;
    case 'management-group':
      return `az deployment mg create --management-group-id ${target.name} --location ${location} --template-file ${fileName}`;
    case 'tenant':
      return `az deployment tenant create --location ${location} --template-file ${fileName}`;
  }
}

/** The location of what is created; else one that exists in every cloud is not known, so a placeholder for the reader. */
export function locationOf(items: readonly CodeItem[]): string {
  for (const item of items) if (item.kind === 'identity' || item.kind === 'group') return item.location;
  return 'westeurope';
}
