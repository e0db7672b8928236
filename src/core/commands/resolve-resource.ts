// Resolves a resource that can carry identities: by ARM id, portal URL, or name, narrowed by `group/name`. It exists, and of
// several with the name none is guessed.

import { Fault } from '../errors.ts';
import type { AttachedResource, Resource } from '../model/azure.ts';
import { fold, sameName } from '../model/fold.ts';
import { parseScope } from '../model/scope.ts';
import { scopeLabel } from '../model/scope-label.ts';
import { ambiguousName, nameNotFound } from './lookup-errors.ts';
import type { LookupContext } from './resolve-group.ts';

const identityType = 'microsoft.managedidentity/userassignedidentities';
const howToName = 'Enter its name, group/name, its full Azure id or its portal URL.';

/** The resource that was named. Throws Fault. */
export async function findResource(context: LookupContext, word: string): Promise<Resource> {
  const scope = parseScope(word);
  if (scope) {
    if (scope.kind !== 'resource') {
      throw new Fault('bad-input', `${scopeLabel(word)} is no resource: identities are attached to resources.`, {
        next: howToName,
        param: 'resource',
      });
    }
    const resource = await context.azure.resource(scope.id);
    if (resource) return resource;
    throw resourceNotFound(word, [], 'Check its id in the Azure portal or with az resource list.');
  }
  return byName(context, word);
}

async function byName(context: LookupContext, word: string): Promise<Resource> {
  const [name = '', group, subscription] = word.split('/').toReversed();
  const [{ items, missing }, subscriptions] = await Promise.all([
    context.azure.resourcesNamed(name),
    context.azure.subscriptions(),
  ]);
  const home = subscriptions.find((one) => sameName(one.id, subscription) || sameName(one.name, subscription));
  const isMeant = (one: AttachedResource) =>
    fold(one.type) !== identityType &&
    (group === undefined || sameName(one.resourceGroup, group)) &&
    (subscription === undefined || sameName(one.subscriptionId, home?.id));
  const found = items.filter(isMeant);
  if (found.length > 1) {
    throw ambiguousName(context, 'resources', word, found, ({ id }) => ({
      label: scopeLabel(id, subscriptions),
      param: 'resource',
      value: id,
    }));
  }
  const resource = found[0] && (await context.azure.resource(found[0].id));
  if (resource) return resource;
  const like = await context.azure.resourcesLike('');
  const near = context.textTools.nearest(name, [...new Set(like.map((one) => one.name))]);
  throw resourceNotFound(word, near, howToName, missing);
}

function resourceNotFound(word: string, near: readonly string[], all: string, missing: readonly string[] = []): Fault {
  const { code, message, details } = nameNotFound('resource', word, near, all, missing);
  return new Fault(code, message, { ...details, param: 'resource' });
}
