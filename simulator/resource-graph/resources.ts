// The table `resources`: identities and all that may carry one. Types stand in lower case, ids as ARM has them.

import { idOf } from '../arm/identities.ts';
import { identityBlock, propertiesOf, resourceIdOf } from '../arm/resources.ts';
import type { Call, Simulation } from '../exchange.ts';
import { groupId, identityType } from '../ids.ts';
import type { Row } from '../kql/values.ts';
import { accessOf } from '../permissions.ts';
import { reader } from './columns.ts';
import type { Scope } from './scope.ts';

type Types = ReadonlySet<string> | undefined;

export function* resourceRows(simulation: Simulation, call: Call, scope: Scope, types: Types): Iterable<Row> {
  if (types === undefined || types.has(identityType.toLowerCase())) yield* identityRows(simulation, call, scope);
  yield* otherRows(simulation, call, scope, types);
}

function* identityRows({ world, settings }: Simulation, call: Call, scope: Scope): Iterable<Row> {
  const tenantId = world.tenant.id;
  const mayRead = reader(accessOf(world, call.caller.objectId, { action: `${identityType}/read` }));
  for (const row of world.history.rows(world.identities, settings.graphDelay)) {
    if (!scope.subscriptions.has(row.subscriptionId)) continue;
    const id = idOf(row);
    if (!mayRead(groupId(row.subscriptionId, row.resourceGroup), id)) continue;
    const { name, location, resourceGroup, subscriptionId, tags, principalId, clientId, isolationScope } = row;
    yield {
      id,
      name,
      type: identityType.toLowerCase(),
      tenantId,
      location,
      resourceGroup,
      subscriptionId,
      properties: { tenantId, principalId, clientId, isolationScope },
      tags,
    };
  }
}

function* otherRows(simulation: Simulation, call: Call, scope: Scope, types: Types): Iterable<Row> {
  const { world, settings } = simulation;
  const tenantId = world.tenant.id;
  const readers = new Map<string, ReturnType<typeof reader>>();
  for (const row of world.history.rows(world.resources, settings.graphDelay)) {
    const type = row.type.toLowerCase();
    if (!scope.subscriptions.has(row.subscriptionId) || (types !== undefined && !types.has(type))) continue;
    const mayRead = readers.get(type) ?? reader(accessOf(world, call.caller.objectId, { action: `${row.type}/read` }));
    readers.set(type, mayRead);
    const id = resourceIdOf(row);
    if (!mayRead(groupId(row.subscriptionId, row.resourceGroup), id)) continue;
    const { name, kind, location, resourceGroup, subscriptionId, tags } = row;
    yield {
      id,
      name,
      type,
      tenantId,
      kind,
      location,
      resourceGroup,
      subscriptionId,
      properties: propertiesOf(simulation, row),
      tags,
      identity: identityBlock(world, row) ?? null,
    };
  }
}
