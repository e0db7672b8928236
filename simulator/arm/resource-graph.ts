// Azure Resource Graph: queries over what the caller may read, as late as the settings say, in pages that a token leads to.

import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { versions } from '../api-versions.ts';
import { ArmError } from '../errors.ts';
import { type Answer, bodyOf, type Call, type Simulation } from '../exchange.ts';
import { groupId, identityType, key, subscriptionOf } from '../ids.ts';
import { parseQuery, type Query, QueryError, type Row } from '../kql/pipeline.ts';
import { type Access, accessOf } from '../permissions.ts';
import type { Route } from '../router.ts';
import type { World } from '../world/world.ts';
import { idOf } from './identities.ts';
import { identityBlock, propertiesOf, resourceIdOf } from './resources.ts';
import { assignmentId } from './role-assignments.ts';
import { roleId } from './role-definitions.ts';

const standardPage = 100;
const mostRows = 1000;

const schema = z.object({
  query: z.string(),
  subscriptions: z.array(z.string()).nullish(),
  managementGroups: z.array(z.string()).nullish(),
  options: z
    .looseObject({
      $top: z.int().min(1).max(mostRows).nullish(),
      $skip: z.int().min(0).nullish(),
      $skipToken: z.string().nullish(),
      resultFormat: z.enum(['objectArray', 'table']).nullish(),
    })
    .nullish(),
});

function invalidQuery(detail: string): ArmError {
  return new ArmError(
    400,
    'InvalidQuery',
    `Query is invalid. Please refer to the documentation for the Azure Resource Graph service and fix the error before retrying. ${detail}`,
  );
}

/** Whether a resource may be read: asked once for each group, and for the resource where its group may not. */
function reader(access: Access): (group: string, id: string) => boolean {
  const groups = new Map<string, boolean>();
  return (group, id) => {
    const known = groups.get(group) ?? access.allows(group);
    groups.set(group, known);
    return known && !access.hasDenials ? true : access.allows(id);
  };
}

/** Rows of identities and of all that may carry one. Resource Graph prints types in lower case and ids as ARM has them. */
function* resources(
  simulation: Simulation,
  call: Call,
  within: (subscription: string) => boolean,
  type: string | undefined,
): Iterable<Row> {
  const { world, settings } = simulation;
  const tenantId = world.tenant.id;
  if (type === undefined || type === identityType.toLowerCase()) {
    const mayRead = reader(accessOf(world, call.caller.objectId, { action: `${identityType}/read` }));
    for (const row of world.history.rows(world.identities, settings.graphDelay)) {
      if (!within(row.subscriptionId)) continue;
      const id = idOf(row);
      if (!mayRead(groupId(row.subscriptionId, row.resourceGroup), id)) continue;
      const { name, location, resourceGroup, subscriptionId, tags, principalId, clientId, isolationScope } = row;
      const properties = { tenantId, principalId, clientId, isolationScope };
      yield {
        id,
        name,
        type: identityType.toLowerCase(),
        location,
        resourceGroup,
        subscriptionId,
        tenantId,
        tags,
        properties,
      };
    }
  }
  const allowed = new Map<string, ReturnType<typeof reader>>();
  for (const row of world.history.rows(world.resources, settings.graphDelay)) {
    if (!within(row.subscriptionId) || (type !== undefined && row.type.toLowerCase() !== type)) continue;
    const mayRead =
      allowed.get(row.type) ?? reader(accessOf(world, call.caller.objectId, { action: `${row.type}/read` }));
    allowed.set(row.type, mayRead);
    const id = resourceIdOf(row);
    if (!mayRead(groupId(row.subscriptionId, row.resourceGroup), id)) continue;
    const { name, location, resourceGroup, subscriptionId, tags } = row;
    yield {
      id,
      name,
      type: row.type.toLowerCase(),
      location,
      resourceGroup,
      subscriptionId,
      tenantId,
      tags,
      properties: propertiesOf(simulation, row),
      identity: identityBlock(world, row),
    };
  }
}

function* roleAssignments(
  { world, settings }: Simulation,
  call: Call,
  within: (subscription: string) => boolean,
): Iterable<Row> {
  const access = accessOf(world, call.caller.objectId, { action: 'Microsoft.Authorization/roleAssignments/read' });
  for (const row of world.history.rows(world.roleAssignments, settings.graphDelay)) {
    const subscription = subscriptionOf(row.scope);
    if ((subscription !== undefined && !within(subscription)) || !access.allows(row.scope)) continue;
    const { name, scope, principalId, principalType, createdOn } = row;
    yield {
      id: assignmentId(row),
      name,
      type: 'microsoft.authorization/roleassignments',
      properties: {
        scope,
        principalId,
        principalType,
        createdOn,
        roleDefinitionId: roleId(row.roleDefinitionId, scope),
      },
    };
  }
}

function parsed(source: string): Query {
  try {
    return parseQuery(source);
  } catch (error) {
    if (error instanceof QueryError) throw invalidQuery(error.message);
    throw error;
  }
}

function rowsFor(simulation: Simulation, call: Call, query: Query, within: (subscription: string) => boolean): Row[] {
  if (query.table === 'resources') return query.run(resources(simulation, call, within, query.type));
  if (query.table === 'authorizationresources') return query.run(roleAssignments(simulation, call, within));
  throw invalidQuery(`The simulator has no table '${query.table}'.`);
}

/** Answers that are being paged through: a token leads on through the answer that it came with. */
const keptAnswers = new WeakMap<World, LRUCache<string, Row[]>>();

function keptFor(world: World): LRUCache<string, Row[]> {
  const kept = keptAnswers.get(world) ?? new LRUCache<string, Row[]>({ max: 8, ttl: 60_000 });
  keptAnswers.set(world, kept);
  return kept;
}

/** Where the next page begins; it is good for the same query only. */
function readToken(token: string, query: string): number {
  const [start, of] = Buffer.from(token, 'base64').toString('utf8').split(' ', 2);
  if (of !== key(query).length.toString() || !/^\d+$/.test(start ?? '')) {
    throw new ArmError(400, 'InvalidSkipToken', 'The provided skip token is not valid for this query.');
  }
  return Number(start);
}

function tableOf(rows: readonly Row[]) {
  const names = Object.keys(rows[0] ?? {});
  const columns = names.map((name) => ({ name, type: typeof rows[0]?.[name] === 'object' ? 'object' : 'string' }));
  return { columns, rows: rows.map((row) => names.map((name) => row[name])) };
}

function answer(simulation: Simulation, call: Call): Answer {
  const body = bodyOf(call, schema);
  const named = body.subscriptions?.map((id) => id.toLowerCase());
  const within = (subscription: string) => named === undefined || named.includes(subscription.toLowerCase());
  const options = body.options ?? {};
  const name = [call.caller.objectId, body.query, ...(named ?? ['*'])].join('\n');
  const kept = options.$skipToken ? keptFor(simulation.world).get(name) : undefined;
  const rows = kept ?? rowsFor(simulation, call, parsed(body.query), within);
  keptFor(simulation.world).set(name, rows);
  const start = options.$skipToken ? readToken(options.$skipToken, body.query) : (options.$skip ?? 0);
  const shown = rows.slice(start, start + (options.$top ?? standardPage));
  const end = start + shown.length;
  const hasMore = end < rows.length;
  const isTable =
    (options.resultFormat ?? (call.query.get('api-version') === '2019-04-01' ? 'table' : 'objectArray')) === 'table';
  // Without the id in the rows there is no token, and the answer is cut short.
  const hasId = rows[0] !== undefined && 'id' in rows[0];
  const token = Buffer.from(`${end} ${key(body.query).length}`, 'utf8').toString('base64');
  return {
    status: 200,
    body: {
      totalRecords: rows.length,
      count: shown.length,
      data: isTable ? tableOf(shown) : shown,
      facets: [],
      resultTruncated: hasMore && !hasId ? 'true' : 'false',
      ...(hasMore && hasId ? { $skipToken: token } : {}),
    },
  };
}

export const resourceGraphRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/providers/Microsoft.ResourceGraph/resources',
    type: 'Microsoft.ResourceGraph/resources',
    versions: versions.resourceGraph,
    handle: answer,
  },
];
