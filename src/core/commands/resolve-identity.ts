// From the words for an identity to the one that they stand for: its name, narrowed by group and subscription, or one of its ids.

import { seeList } from '../common-texts.ts';
import { Fault, withParam } from '../errors.ts';
import type { Identity } from '../model/azure.ts';
import { identityScope, isGuid, parseScope } from '../model/scope.ts';
import { ambiguousName, nameNotFound } from './lookup-errors.ts';
import { findGroup, groupAndSubscription, groupNotFound, type LookupContext } from './resolve-group.ts';

/** What `identityParams` parse to. */
export interface NamedIdentity {
  readonly name: string;
  readonly resourceGroup?: string | undefined;
  readonly subscription?: string | undefined;
}

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

/** The identity that was named. Throws Fault that names the parameter at fault. */
export async function findIdentity(context: LookupContext, given: NamedIdentity): Promise<Identity> {
  const { name: word } = given;
  const { name: group, subscription } = await groupAndSubscription(context, given);
  const narrowed = {
    ...(group === undefined ? {} : { resourceGroup: group }),
    ...(subscription ? { subscriptionId: subscription.id } : {}),
  };
  if (word.startsWith('/')) {
    throwUnlessWithin(word, narrowed);
    const identity = await withParam('name', context.azure.identity(word));
    if (identity) return identity;
    throw identityNotFound(word, [], seeList);
  }
  const isId = isGuid(word);
  if (!isId && group !== undefined && subscription) {
    // There is but one place where it can be, and its provider knows it sooner than the graph.
    const identity = await withParam('name', context.azure.identity(identityScope(subscription.id, group, word)));
    if (identity) return identity;
  }
  const { items, missing } = await context.azure.identities(isId ? narrowed : { ...narrowed, name: word });
  const found = items.filter(({ name, clientId, principalId }) =>
    isId ? same(clientId, word) || same(principalId, word) : same(name, word),
  );
  if (found.length > 1) throw ambiguous(context, word, found);
  if (found[0]) {
    // The graph may be minutes late: what is acted on is read from the provider itself.
    const fresh = await context.azure.identity(found[0].id);
    if (fresh) return fresh;
  }
  if (group !== undefined && !(await withParam('resourceGroup', findGroup(context, group, subscription)))) {
    const { code, message, details } = await groupNotFound(context, group, subscription);
    throw new Fault(code, message, { ...details, param: 'resourceGroup' });
  }
  const all = isId ? [] : (await context.azure.identities(narrowed)).items;
  const near = context.textTools.nearest(word, [...new Set(all.map(({ name }) => name))]);
  const where = group ?? subscription?.name;
  const look = where === undefined ? seeList : `Only ${where} was searched. ${seeList}`;
  throw identityNotFound(word, near, look, missing);
}

function identityNotFound(word: string, near: readonly string[], all: string, missing: readonly string[] = []): Fault {
  const { code, message, details } = nameNotFound('identity', word, near, all, missing);
  return new Fault(code, message, { ...details, param: 'name' });
}

function ambiguous(context: LookupContext, word: string, found: readonly Identity[]): Fault {
  const { code, message, details } = ambiguousName(
    context,
    'identities',
    word,
    found,
    ({ id, resourceGroup, location }) => ({ label: `in ${resourceGroup} (${location})`, param: 'name', value: id }),
  );
  return new Fault(code, message, { ...details, param: 'name' });
}

/** A full id says all; a group or subscription beside it must be its own. */
function throwUnlessWithin(
  id: string,
  narrowed: { readonly resourceGroup?: string; readonly subscriptionId?: string },
): void {
  const scope = parseScope(id);
  const wrong =
    narrowed.resourceGroup !== undefined && !same(scope?.resourceGroup ?? '', narrowed.resourceGroup)
      ? 'resourceGroup'
      : narrowed.subscriptionId !== undefined && !same(scope?.subscriptionId ?? '', narrowed.subscriptionId)
        ? 'subscription'
        : undefined;
  if (wrong === undefined) return;
  const flag = wrong === 'resourceGroup' ? '--resource-group' : '--subscription';
  throw new Fault('bad-input', `The id of the identity and ${flag} do not match.`, {
    next: `Remove ${flag}: the id is enough.`,
    param: wrong,
  });
}
