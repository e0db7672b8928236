// From the names of subscriptions and resource groups to the things of Azure they stand for. One match is taken, several are asked
// about, none is answered with the nearest that exist.

import { Fault, withParam } from '../errors.ts';
import type { ResourceGroup, Subscription } from '../model/azure.ts';
import { parseScope } from '../model/scope.ts';
import type { CommandContext } from './context.ts';
import { ambiguousName, joinedNames, nameNotFound } from './lookup-errors.ts';

/** What finding a thing by its name takes. */
export type LookupContext = Pick<CommandContext, 'azure' | 'textTools' | 'rewrite'>;

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

/**
 * The subscription of that name or id. Throws Fault 'not-found', or 'ambiguous' with choices that give `param` what `choose` makes
 * of the id.
 */
export async function findSubscription(
  context: LookupContext,
  word: string,
  param = 'subscription',
  choose = (id: string) => id,
): Promise<Subscription> {
  const all = await context.azure.subscriptions();
  const wanted = parseScope(word)?.subscriptionId ?? word;
  const found = all.filter(({ id, name }) => same(id, wanted) || same(name, wanted));
  const partly =
    found.length > 0 ? found : all.filter(({ name }) => name.toLowerCase().split(/\W+/).includes(wanted.toLowerCase()));
  if (partly.length > 1) {
    throw ambiguousName(context, 'subscriptions', word, partly, ({ name, id }) => ({
      label: `${name} (${id.slice(0, 8)})`,
      param,
      value: choose(id),
    }));
  }
  if (partly[0]) return partly[0];
  const names = all.map(({ name }) => name);
  throw nameNotFound(
    'subscription',
    word,
    context.textTools.nearest(word, names),
    joinedNames('Available:', names, 'Identity Desk has no access to any subscription.'),
  );
}

/** A group's name, and the subscription that its id names where it was given by id. */
export function parseGroup(word: string): { readonly name: string; readonly subscriptionId?: string } {
  const { kind, name = word, subscriptionId } = parseScope(word) ?? {};
  return kind === 'resource-group' && subscriptionId !== undefined ? { name, subscriptionId } : { name: word };
}

/**
 * The name of a group, and the subscription that was said or that the group's id names. Throws Fault 'bad-input' where the two are
 * not the same.
 */
export async function groupAndSubscription(
  context: LookupContext,
  given: { readonly resourceGroup?: string | undefined; readonly subscription?: string | undefined },
): Promise<{ readonly name?: string; readonly subscription?: Subscription }> {
  const { name, subscriptionId } = given.resourceGroup === undefined ? {} : parseGroup(given.resourceGroup);
  const said =
    given.subscription === undefined
      ? undefined
      : await withParam('subscription', findSubscription(context, given.subscription));
  if (said && subscriptionId !== undefined && !same(said.id, subscriptionId)) {
    throw new Fault('bad-input', `Resource group ${name} is not in subscription ${said.name}.`, {
      next: 'Remove the subscription, or choose a resource group in it.',
      param: 'subscription',
    });
  }
  const subscription =
    said ??
    (subscriptionId === undefined
      ? undefined
      : await withParam('resourceGroup', findSubscription(context, subscriptionId)));
  return { ...(name === undefined ? {} : { name }), ...(subscription ? { subscription } : {}) };
}

/** The resource group of that name, in the subscription where one is named, in all of them otherwise. */
export async function findGroup(
  context: LookupContext,
  word: string,
  subscription: Subscription | undefined,
  param = 'subscription',
): Promise<ResourceGroup | undefined> {
  const where = subscription ? [subscription] : await context.azure.subscriptions();
  const found = (await Promise.all(where.map(({ id }) => context.azure.resourceGroup(id, word)))).filter(
    (group) => group !== undefined,
  );
  if (found.length > 1) {
    const names = new Map(where.map(({ id, name }) => [id.toLowerCase(), name]));
    throw ambiguousName(context, 'resource groups', word, found, ({ id, subscriptionId }) => ({
      label: `in ${names.get(subscriptionId.toLowerCase()) ?? subscriptionId}`,
      param,
      value: param === 'subscription' ? subscriptionId : id,
    }));
  }
  return found[0];
}

/** What to say when there is no such group. */
export async function groupNotFound(context: LookupContext, word: string, subscription?: Subscription): Promise<Fault> {
  const where = subscription ? [subscription] : await context.azure.subscriptions();
  const groups = (await Promise.all(where.map(({ id }) => context.azure.resourceGroups(id)))).flat();
  const names = [...new Set(groups.map(({ name }) => name))];
  return nameNotFound(
    'resource group',
    word,
    context.textTools.nearest(word, names),
    joinedNames(
      subscription ? `Available in ${subscription.name}:` : 'Available:',
      names,
      'Identity Desk has no access to any resource group.',
    ),
  );
}
