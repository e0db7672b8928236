// Resource groups. Deleting one takes what is in it, unless a lock stands in the way; the answer is a 202 to be polled.

import { z } from 'zod';
import { versions } from '../api-versions.ts';
import { ArmError, locationRequired } from '../errors.ts';
import { type Answer, bodyOf, type Call, param, type Simulation } from '../exchange.ts';
import { groupId, key } from '../ids.ts';
import { locationNamed, locationNames } from '../locations.ts';
import { demandUnlocked } from '../locks.ts';
import { page } from '../paging.ts';
import { accessOf } from '../permissions.ts';
import type { Route } from '../router.ts';
import { checkTags, tagsSchema } from '../tags.ts';
import type { ResourceGroup } from '../world/types.ts';
import { demandGroup, demandSubscription } from './existence.ts';
import { beginDeletion } from './group-deletion.ts';

const idOf = (group: ResourceGroup) => groupId(group.subscriptionId, group.name);

function show(group: ResourceGroup) {
  return {
    id: idOf(group),
    name: group.name,
    type: 'Microsoft.Resources/resourceGroups',
    location: group.location,
    tags: group.tags,
    properties: { provisioningState: group.deletionEndsAt === undefined ? 'Succeeded' : 'Deleting' },
  };
}

/** ARM itself shows the groups that the caller may read, instead of refusing the list. */
function list(simulation: Simulation, call: Call): Answer {
  const { world } = simulation;
  const { id } = demandSubscription(world, param(call, 'subscription'));
  const action = 'Microsoft.Resources/subscriptions/resourceGroups/read';
  const access = accessOf(world, call.caller.objectId, { action });
  const tag = /^tagName eq '([^']*)'(?: and tagValue eq '([^']*)')?$/i.exec(call.query.get('$filter') ?? '');
  const rows = world.resourceGroups.sorted('subscription', id).filter((group) => {
    if (!access.allows(idOf(group))) return false;
    if (!tag?.[1]) return true;
    const value = group.tags[tag[1]];
    return value !== undefined && (tag[2] === undefined || value === tag[2]);
  });
  return page(simulation, call, rows, (group) => key(idOf(group)), show, Number(call.query.get('$top')) || undefined);
}

function get({ world }: Simulation, call: Call): Answer {
  return { status: 200, body: show(demandGroup(world, param(call, 'subscription'), param(call, 'group'))) };
}

function head({ world }: Simulation, call: Call): Answer {
  const found = world.resourceGroups.get(key(groupId(param(call, 'subscription'), param(call, 'group'))));
  return { status: found ? 204 : 404 };
}

const putSchema = z.object({ location: z.string().optional(), tags: tagsSchema });

function put({ world }: Simulation, call: Call): Answer {
  const subscription = demandSubscription(world, param(call, 'subscription'));
  const name = param(call, 'group');
  checkName(name);
  const body = bodyOf(call, putSchema);
  if (!body.location) throw locationRequired();
  const location = locationNamed(body.location);
  if (!location) {
    throw new ArmError(
      400,
      'LocationNotAvailableForResourceGroup',
      `The provided location '${body.location}' is not available for resource group. List of available regions is '${locationNames().join(',')}'.`,
    );
  }
  const old = world.resourceGroups.get(key(groupId(subscription.id, name)));
  if (old && old.location !== location) {
    throw new ArmError(
      409,
      'InvalidResourceGroupLocation',
      `Invalid resource group location '${location}'. The Resource group already exists in location '${old.location}'.`,
    );
  }
  demandUnlocked(world, groupId(subscription.id, name), 'write');
  const tags = checkTags(body.tags ?? {});
  const row = { subscriptionId: subscription.id, name: old?.name ?? name, location, tags };
  world.resourceGroups.put(row);
  return { status: old ? 200 : 201, body: show(row) };
}

const patchSchema = z.object({ tags: tagsSchema });

function patch({ world }: Simulation, call: Call): Answer {
  const old = demandGroup(world, param(call, 'subscription'), param(call, 'group'));
  const body = bodyOf(call, patchSchema);
  demandUnlocked(world, idOf(old), 'write');
  const row = { ...old, tags: body.tags ? checkTags(body.tags) : old.tags };
  world.resourceGroups.put(row);
  return { status: 200, body: show(row) };
}

function remove(simulation: Simulation, call: Call): Answer {
  const { world, endpoint, settings } = simulation;
  const group = demandGroup(world, param(call, 'subscription'), param(call, 'group'));
  const scope = idOf(group);
  demandUnlocked(world, scope, 'delete', { below: true });
  const now = simulation.now();
  // A second deletion is part of the first.
  const endsAt = group.deletionEndsAt ?? now + settings.groupDeleteTime;
  if (group.deletionEndsAt === undefined) beginDeletion(world, group, endsAt, now);
  const job = Buffer.from(`RESOURCEGROUPDELETIONJOB-${group.name}-${endsAt}`);
  const version = call.query.get('api-version') ?? '';
  const location = `${endpoint}/subscriptions/${group.subscriptionId}/operationresults/${job.toString('base64url')}?api-version=${version}`;
  return { status: 202, headers: { location, 'retry-after': '1' } };
}

function operationResult(simulation: Simulation, call: Call): Answer {
  const job = Buffer.from(param(call, 'job'), 'base64url').toString('utf8');
  const doneAt = Number(/^RESOURCEGROUPDELETIONJOB-.*-(\d+)$/.exec(job)?.[1]);
  if (Number.isNaN(doneAt)) {
    throw new ArmError(404, 'OperationNotFound', `The operation '${param(call, 'job')}' could not be found.`);
  }
  if (simulation.now() >= doneAt) return { status: 200 };
  const path = `/${call.segments.join('/')}?api-version=${call.query.get('api-version') ?? ''}`;
  return { status: 202, headers: { location: `${simulation.endpoint}${path}`, 'retry-after': '1' } };
}

/** The rule is azure-docs resource-name-rules; the code is own words. */
function checkName(name: string): void {
  if (/^[-\p{L}\p{N}_().]{1,90}$/u.test(name) && !name.endsWith('.')) return;
  throw new ArmError(
    400,
    'InvalidResourceGroupName',
    `The provided resource group name '${name}' is invalid. The name can only be 1 to 90 letters, digits, '-', '.', '(', ')' or '_' and cannot end with '.'.`,
  );
}

const action = (verb: string) => `Microsoft.Resources/subscriptions/resourceGroups/${verb}`;
const path = '/subscriptions/{subscription}/resourceGroups/{group}';

export const resourceGroupRoutes: readonly Route[] = [
  { method: 'GET', path: '/subscriptions/{subscription}/resourceGroups', versions: versions.resources, handle: list },
  { method: 'GET', path, versions: versions.resources, action: action('read'), handle: get },
  { method: 'HEAD', path, versions: versions.resources, action: action('read'), handle: head },
  { method: 'PUT', path, versions: versions.resources, action: action('write'), handle: put },
  { method: 'PATCH', path, versions: versions.resources, action: action('write'), handle: patch },
  { method: 'DELETE', path, versions: versions.resources, action: action('delete'), handle: remove },
  {
    method: 'GET',
    path: '/subscriptions/{subscription}/operationresults/{job}',
    versions: versions.resources,
    handle: operationResult,
  },
];
