// The tags of a subscription, a group or a resource, by the one path that Azure has for all of them, and the names that are in use.
// Source: Azure/azure-rest-api-specs, Microsoft.Resources, Tags_GetAtScope, _CreateOrUpdateAtScope, _UpdateAtScope, _DeleteAtScope, _List.

import { z } from 'zod';
import { versions } from '../api-versions.ts';
import { ArmError } from '../errors.ts';
import { type Answer, bodyOf, type Call, param, type Simulation } from '../exchange.ts';
import { key } from '../ids.ts';
import { demandUnlocked } from '../locks.ts';
import { page } from '../paging.ts';
import type { Route } from '../router.ts';
import { checkTags } from '../tags.ts';
import type { Tags } from '../world/types.ts';
import type { World } from '../world/world.ts';
import { demandScope, demandSubscription } from './existence.ts';

/** What bears tags at a scope, and how it is given others. */
interface Tagged {
  tags: Tags;
  put(tags: Tags): void;
}

function taggedAt(world: World, wanted: string): Tagged | undefined {
  const id = /^\/subscriptions\/([^/]+)$/.exec(wanted)?.[1];
  const subscription = id === undefined ? undefined : world.subscriptions.get(id);
  if (subscription)
    return { tags: subscription.tags ?? {}, put: (tags) => world.subscriptions.put({ ...subscription, tags }) };
  const group = world.resourceGroups.get(wanted);
  if (group) return { tags: group.tags, put: (tags) => world.resourceGroups.put({ ...group, tags }) };
  const identity = world.identities.get(wanted);
  if (identity) return { tags: identity.tags, put: (tags) => world.identities.put({ ...identity, tags }) };
  const resource = world.resources.get(wanted);
  return resource && { tags: resource.tags, put: (tags) => world.resources.put({ ...resource, tags }) };
}

function demandTagged(world: World, scope: string): Tagged {
  demandScope(world, scope);
  const found = taggedAt(world, key(scope));
  if (!found) throw new ArmError(400, 'TagsNotSupported', `The resource '${scope}' does not support tags.`);
  return found;
}

function show(scope: string, tags: Tags): Answer {
  return {
    status: 200,
    body: {
      id: `${scope}/providers/Microsoft.Resources/tags/default`,
      name: 'default',
      type: 'Microsoft.Resources/tags',
      properties: { tags },
    },
  };
}

function get({ world }: Simulation, call: Call): Answer {
  const scope = param(call, 'scope');
  return show(scope, demandTagged(world, scope).tags);
}

/** Gives the scope the tags that `next` makes of those it has. */
function write({ world }: Simulation, call: Call, next: (tags: Tags) => Tags): Answer {
  const scope = param(call, 'scope');
  const tagged = demandTagged(world, scope);
  demandUnlocked(world, scope, 'write');
  const tags = checkTags(next(tagged.tags));
  tagged.put(tags);
  return show(scope, tags);
}

const properties = z.object({ tags: z.record(z.string(), z.string()).nullish() });
const putSchema = z.object({ properties });
const patchSchema = z.object({ operation: z.enum(['Replace', 'Merge', 'Delete']), properties: properties.nullish() });

function put(simulation: Simulation, call: Call): Answer {
  const body = bodyOf(call, putSchema);
  return write(simulation, call, () => body.properties.tags ?? {});
}

function patch(simulation: Simulation, call: Call): Answer {
  const body = bodyOf(call, patchSchema);
  const given = body.properties?.tags ?? {};
  return write(simulation, call, (tags) => {
    if (body.operation === 'Replace') return given;
    return body.operation === 'Merge' ? merged(tags, given) : without(tags, given);
  });
}

/** Names are the same in whatever case; the one that is there keeps its own. */
function merged(tags: Tags, given: Tags): Tags {
  const names = new Map(Object.keys(tags).map((name) => [name.toLowerCase(), name]));
  return {
    ...tags,
    ...Object.fromEntries(Object.entries(given).map(([name, value]) => [names.get(name.toLowerCase()) ?? name, value])),
  };
}

/** A tag goes where name and value are those that were given. */
function without(tags: Tags, given: Tags): Tags {
  const gone = new Map(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]));
  return Object.fromEntries(Object.entries(tags).filter(([name, value]) => gone.get(name.toLowerCase()) !== value));
}

function remove(simulation: Simulation, call: Call): Answer {
  write(simulation, call, () => ({}));
  return { status: 200 };
}

/** The names in use on groups and resources of a subscription, with how often and with which values. */
function names(simulation: Simulation, call: Call): Answer {
  const { world } = simulation;
  const { id } = demandSubscription(world, param(call, 'subscription'));
  const counts = new Map<string, { name: string; values: Map<string, number> }>();
  const bearers = [world.resourceGroups, world.identities, world.resources].flatMap((table) =>
    table.sorted('subscription', id).map(({ tags }) => tags),
  );
  for (const [name, value] of bearers.flatMap((tags) => Object.entries(tags))) {
    const known = counts.get(name.toLowerCase()) ?? { name, values: new Map<string, number>() };
    known.values.set(value, (known.values.get(value) ?? 0) + 1);
    counts.set(name.toLowerCase(), known);
  }
  const count = (value: number) => ({ type: 'Total', value });
  return page(
    simulation,
    call,
    [...counts].sort(([a], [b]) => (a < b ? -1 : 1)),
    ([folded]) => folded,
    ([, { name, values }]) => ({
      id: `/subscriptions/${id}/tagNames/${name}`,
      tagName: name,
      count: count([...values.values()].reduce((all, one) => all + one, 0)),
      values: [...values].map(([tagValue, often]) => ({
        id: `/subscriptions/${id}/tagNames/${name}/tagValues/${tagValue}`,
        tagValue,
        count: count(often),
      })),
    }),
  );
}

const common = {
  path: '/{scope*}/providers/Microsoft.Resources/tags/default',
  versions: versions.resources,
} as const;
const action = (verb: string) => `Microsoft.Resources/tags/${verb}`;

export const tagRoutes: readonly Route[] = [
  { ...common, method: 'GET', action: action('read'), handle: get },
  { ...common, method: 'PUT', action: action('write'), handle: put },
  { ...common, method: 'PATCH', action: action('write'), handle: patch },
  { ...common, method: 'DELETE', action: action('delete'), handle: remove },
  {
    method: 'GET',
    path: '/subscriptions/{subscription}/tagNames',
    versions: versions.resources,
    action: 'Microsoft.Resources/subscriptions/tagNames/read',
    handle: names,
  },
];
