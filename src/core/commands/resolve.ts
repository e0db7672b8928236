// From names that people use to the things of Azure they stand for. One match is taken, several are asked about, none is
// answered with the nearest that exist.

import { about, Fault } from '../errors.ts';
import type { Identity, ResourceGroup, RoleDefinition, Subscription } from '../model/azure.ts';
import { isGuid, parseScope, subscriptionScope } from '../model/scope.ts';
import { scopeLabel } from '../model/scope-label.ts';
import type { CommandContext } from './context.ts';

type Reads = Pick<CommandContext, 'azure' | 'textTools' | 'rewrite'>;

/** As many choices as a person can take in at once. */
const mostChoices = 8;

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

function notFound(what: string, word: string, near: readonly string[], all: string): Fault {
  return new Fault('not-found', `There is no ${what} “${word}” that I can see.`, {
    next: near.length > 0 ? `Did you mean ${near.join(', ')}?` : all,
    suggestions: near,
  });
}

function askWhich<T>(
  context: Reads,
  what: string,
  word: string,
  items: readonly T[],
  of: (item: T) => { label: string; param: string; value: string },
): Fault {
  const choices = items.slice(0, mostChoices).map((item) => {
    const { label, param, value } = of(item);
    return { label, command: context.rewrite(param, value) };
  });
  const more =
    items.length > mostChoices
      ? ` Here are ${mostChoices} of ${items.length}; name it by its full id for the others.`
      : '';
  return new Fault('ambiguous', `“${word}” stands for ${items.length} ${what}.`, {
    next: `Which one?${more}`,
    choices,
  });
}

/** The subscription of that name or id. Throws Fault 'not-found' or 'ambiguous'. */
async function findSubscription(context: Reads, word: string): Promise<Subscription> {
  const all = await context.azure.subscriptions();
  const wanted = parseScope(word)?.subscriptionId ?? word;
  const found = all.filter(({ id, name }) => same(id, wanted) || same(name, wanted));
  const partly =
    found.length > 0 ? found : all.filter(({ name }) => name.toLowerCase().split(/\W+/).includes(wanted.toLowerCase()));
  if (partly.length > 1) {
    throw askWhich(context, 'subscriptions', word, partly, ({ name, id }) => ({
      label: `${name} (${id.slice(0, 8)})`,
      param: 'subscription',
      value: id,
    }));
  }
  if (partly[0]) return partly[0];
  const names = all.map(({ name }) => name);
  throw notFound(
    'subscription',
    word,
    context.textTools.nearest(word, names),
    listOf('I see', names, 'No subscription is in my sight.'),
  );
}

function listOf(lead: string, names: readonly string[], none: string): string {
  if (names.length === 0) return none;
  return `${lead} ${names.slice(0, 6).join(', ')}${names.length > 6 ? ` and ${names.length - 6} more` : ''}.`;
}

/** A group's name, and the subscription that its id names where it was given by id. */
export function groupWord(word: string): { readonly name: string; readonly subscriptionId?: string } {
  const { kind, name = word, subscriptionId } = parseScope(word) ?? {};
  return kind === 'resource-group' && subscriptionId !== undefined ? { name, subscriptionId } : { name: word };
}

/**
 * The name of a group, and the subscription that was said or that the group's id names. Throws Fault 'bad-input' where the two are
 * not the same.
 */
export async function groupAndSubscription(
  context: Reads,
  given: { readonly resourceGroup?: string | undefined; readonly subscription?: string | undefined },
): Promise<{ readonly name?: string; readonly subscription?: Subscription }> {
  const { name, subscriptionId } = given.resourceGroup === undefined ? {} : groupWord(given.resourceGroup);
  const said =
    given.subscription === undefined
      ? undefined
      : await about('subscription', findSubscription(context, given.subscription));
  if (said && subscriptionId !== undefined && !same(said.id, subscriptionId)) {
    throw new Fault('bad-input', `The resource group ${name} that you chose is not in ${said.name}.`, {
      next: 'Leave the subscription away, or choose a group of it.',
      param: 'subscription',
    });
  }
  const subscription =
    said ??
    (subscriptionId === undefined
      ? undefined
      : await about('resourceGroup', findSubscription(context, subscriptionId)));
  return { ...(name === undefined ? {} : { name }), ...(subscription ? { subscription } : {}) };
}

/** The resource group of that name, in the subscription where one is named, in all of them otherwise. */
export async function findGroup(
  context: Reads,
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
    throw askWhich(context, 'resource groups', word, found, ({ id, subscriptionId }) => ({
      label: `in ${names.get(subscriptionId.toLowerCase()) ?? subscriptionId}`,
      param,
      value: param === 'subscription' ? subscriptionId : id,
    }));
  }
  return found[0];
}

/** What to say when there is no such group. */
export async function groupNotFound(context: Reads, word: string, subscription?: Subscription): Promise<Fault> {
  const where = subscription ? [subscription] : await context.azure.subscriptions();
  const groups = (await Promise.all(where.map(({ id }) => context.azure.resourceGroups(id)))).flat();
  const names = [...new Set(groups.map(({ name }) => name))];
  return notFound(
    'resource group',
    word,
    context.textTools.nearest(word, names),
    listOf(subscription ? `${subscription.name} has` : 'I see', names, 'No resource group is in my sight.'),
  );
}

/** The identity of that name, resource id, client id or principal id. */
export async function findIdentity(context: Reads, word: string): Promise<Identity> {
  if (word.startsWith('/')) {
    const identity = await context.azure.identity(word);
    if (identity) return identity;
    throw notFound('identity', word, [], 'Look with: list');
  }
  const isId = isGuid(word);
  const { items, missing } = await context.azure.identities(isId ? {} : { name: word });
  const found = items.filter(({ name, clientId, principalId }) =>
    isId ? same(clientId, word) || same(principalId, word) : same(name, word),
  );
  if (found.length > 1) {
    throw askWhich(context, 'identities', word, found, ({ id, resourceGroup, location }) => ({
      label: `in ${resourceGroup} (${location})`,
      param: 'name',
      value: id,
    }));
  }
  if (found[0]) {
    // The graph may be minutes late: what is acted on is read from the provider itself.
    const fresh = await context.azure.identity(found[0].id);
    if (fresh) return fresh;
  }
  const all = isId ? [] : (await context.azure.identities({})).items;
  const names = all.map(({ name }) => name);
  const near = context.textTools.nearest(word, [...new Set(names)]);
  const unread = missing.length > 0 ? ` I could not look everywhere: ${missing.join('; ')}.` : '';
  throw notFound('identity', word, near, `Look with: list.${unread}`);
}

/** The role of that name or id that may be assigned at the scope. */
export async function findRole(context: Reads, word: string, scope: string): Promise<RoleDefinition> {
  const roles = await context.azure.roleDefinitions(scope);
  const wanted = word.startsWith('/') ? (word.split('/').at(-1) ?? word) : word;
  const found = roles.filter(({ id, name }) => same(id, wanted) || same(name, wanted));
  if (found.length > 1) {
    throw askWhich(context, 'roles', word, found, ({ id, name, kind }) => ({
      label: `${name} (${kind}, ${id.slice(0, 8)})`,
      param: 'role',
      value: id,
    }));
  }
  if (found[0]) return found[0];
  const part = wanted.toLowerCase();
  const near = [
    ...context.textTools.nearest(
      wanted,
      roles.map(({ name }) => name),
    ),
    ...roles.filter(({ name }) => part.length >= 3 && name.toLowerCase().includes(part)).map(({ name }) => name),
  ];
  throw notFound('role', word, [...new Set(near)].slice(0, 4), 'Look with: roles, and a part of its name.');
}

/** The scope that an id, a group's name or a subscription's name stands for. It exists. */
export async function findScope(context: Reads, word: string): Promise<{ id: string; label: string }> {
  const parsed = parseScope(word);
  if (parsed) {
    if (parsed.kind === 'root' || parsed.kind === 'management-group') {
      throw new Fault(
        'bad-input',
        `I give no roles at ${parsed.kind === 'root' ? 'the root' : 'a management group'}.`,
        {
          next: 'Name a subscription, a resource group or a resource.',
          param: 'scope',
        },
      );
    }
    const subscription = await findSubscription(context, parsed.subscriptionId ?? '');
    if (parsed.kind === 'subscription')
      return { id: subscriptionScope(subscription.id), label: `subscription ${subscription.name}` };
    if (parsed.kind === 'resource-group') {
      const group = await findGroup(context, parsed.name, subscription);
      if (!group) throw await groupNotFound(context, parsed.name, subscription);
      return { id: group.id, label: `resource group ${group.name}` };
    }
    if (await context.azure.exists(parsed.id)) return { id: parsed.id, label: scopeLabel(parsed.id) };
    throw notFound('resource', word, [], 'Look at its id in the portal or with az resource list.');
  }
  const subscriptions = await context.azure.subscriptions();
  const named = subscriptions.filter(({ id, name }) => same(name, word) || same(id, word));
  if (named.length === 1 && named[0])
    return { id: subscriptionScope(named[0].id), label: `subscription ${named[0].name}` };
  const group = await findGroup(context, word, undefined, 'scope');
  if (group) return { id: group.id, label: `resource group ${group.name}` };
  const groups = (await Promise.all(subscriptions.map(({ id }) => context.azure.resourceGroups(id)))).flat();
  const names = [...new Set([...groups.map(({ name }) => name), ...subscriptions.map(({ name }) => name)])];
  throw notFound(
    'scope',
    word,
    context.textTools.nearest(word, names),
    'Name a resource group, a subscription, or a full id such as /subscriptions/…/resourceGroups/rg-payments.',
  );
}

/** The location of that name or display name. Throws Fault 'not-found' with the nearest. */
export async function findLocation(context: Reads, word: string, subscriptionId: string): Promise<string> {
  const all = await context.azure.locations(subscriptionId);
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  const found = all.find(({ name, displayName }) => plain(name) === plain(word) || plain(displayName) === plain(word));
  if (found) return found.name;
  const near = context.textTools.nearest(
    plain(word),
    all.map(({ name }) => name),
  );
  throw notFound(
    'location',
    word,
    near,
    listOf(
      'This subscription has',
      all.map(({ name }) => name),
      'It has none.',
    ),
  );
}
