// From the words for a scope to the scope that they stand for: an ARM id, or the name of a subscription, a group or a resource.
// Whatever comes back exists. A name that stands for several asks which: the wrong scope would be access to the wrong things.

import { Fault } from '../errors.ts';
import { isGuid, parseScope, type Scope, subscriptionScope } from '../model/scope.ts';
import { scopeLabel } from '../model/scope-label.ts';
import { ambiguousName, nameNotFound } from './lookup-errors.ts';
import { findGroup, findSubscription, groupNotFound, type LookupContext } from './resolve-group.ts';

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

/** The id of the scope. Throws Fault. */
export async function findScope(context: LookupContext, word: string): Promise<string> {
  const parsed = parseScope(word);
  if (parsed) return scopeById(context, parsed);
  const [subscription, group] = word.split('/');
  if (subscription !== undefined && group !== undefined) {
    return groupIn(context, group, await findSubscription(context, subscription, 'scope', (id) => `${id}/${group}`));
  }
  return scopeByName(context, word);
}

async function groupIn(
  context: LookupContext,
  name: string,
  subscription: Awaited<ReturnType<typeof findSubscription>>,
): Promise<string> {
  const group = await findGroup(context, name, subscription);
  if (!group) throw await groupNotFound(context, name, subscription);
  return group.id;
}

async function scopeById(context: LookupContext, { kind, id, name, subscriptionId = '' }: Scope): Promise<string> {
  if (kind === 'root' || kind === 'management-group') {
    const where = kind === 'root' ? 'the root' : 'a management group';
    throw new Fault('bad-input', `Roles cannot be assigned at ${where}.`, {
      next: 'Enter a subscription, a resource group or a resource.',
      param: 'scope',
    });
  }
  const subscription = await findSubscription(context, subscriptionId);
  if (kind === 'subscription') return subscriptionScope(subscription.id);
  if (kind === 'resource-group') return groupIn(context, name, subscription);
  if (await context.azure.exists(id)) return id;
  throw nameNotFound('resource', id, [], 'Check its id in the Azure portal or with az resource list.');
}

async function scopeByName(context: LookupContext, word: string): Promise<string> {
  const subscriptions = await context.azure.subscriptions();
  // A resource of the name counts as well: who means it must not be given the whole group of the same name.
  const [groups, resources] = await Promise.all([
    Promise.all(subscriptions.map(({ id }) => context.azure.resourceGroup(id, word))),
    isGuid(word) ? { items: [], missing: [] } : context.azure.resourcesNamed(word),
  ]);
  const found = [
    ...subscriptions
      .filter(({ id, name }) => same(name, word) || same(id, word))
      .map(({ id }) => subscriptionScope(id)),
    ...groups.flatMap((group) => (group ? [group.id] : [])),
    ...resources.items.map(({ id }) => id).filter((id) => parseScope(id) !== undefined),
  ];
  if (found.length > 1) {
    const nameOf = new Map(subscriptions.map(({ id, name }) => [id.toLowerCase(), name]));
    throw ambiguousName(context, 'scopes', word, found, (id) => {
      const { kind, subscriptionId = '' } = parseScope(id) ?? {};
      const home = kind === 'subscription' ? '' : `, ${nameOf.get(subscriptionId) ?? subscriptionId}`;
      return { label: `${scopeLabel(id, subscriptions)}${home}`, param: 'scope', value: id };
    });
  }
  if (found[0] !== undefined) return found[0];
  const all = (await Promise.all(subscriptions.map(({ id }) => context.azure.resourceGroups(id)))).flat();
  const names = [...new Set([...all.map(({ name }) => name), ...subscriptions.map(({ name }) => name)])];
  throw nameNotFound(
    'scope',
    word,
    context.textTools.nearest(word, names),
    'Enter a resource group, a subscription or a resource, or a full id such as /subscriptions/…/resourceGroups/rg-payments.',
    resources.missing,
  );
}
