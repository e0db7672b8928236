// Azure Resource Graph: queries over what the caller may read, as late as the settings say, in pages that a token leads to.
// What is not understood is refused: simulator/kql has the language, simulator/resource-graph the tables.

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { versions } from '../api-versions.ts';
import { type Answer, bodyOf, type Call, type Simulation } from '../exchange.ts';
import { QueryError } from '../kql/errors.ts';
import { parseQuery } from '../kql/parse-query.ts';
import { prepare } from '../kql/run.ts';
import type { Tables } from '../kql/stage.ts';
import { authorizationRows } from '../resource-graph/authorization.ts';
import { columns } from '../resource-graph/columns.ts';
import { containerRows } from '../resource-graph/containers.ts';
import { hasNext, keptFor, leadsOn, mostRows, pageOf, placeOf, type Whole } from '../resource-graph/pages.ts';
import { invalidQuery, refused } from '../resource-graph/refusals.ts';
import { resourceRows } from '../resource-graph/resources.ts';
import { authorizationScopes, scopeOf } from '../resource-graph/scope.ts';
import type { Route } from '../router.ts';

const schema = z.object({
  query: z.string(),
  subscriptions: z.array(z.string()).nullish(),
  managementGroups: z.array(z.string()).nullish(),
  facets: z.array(z.unknown()).nullish(),
  options: z
    .looseObject({
      $top: z.int().min(1).max(mostRows).nullish(),
      $skip: z.int().min(0).nullish(),
      $skipToken: z.string().nullish(),
      resultFormat: z.enum(['objectArray', 'table']).nullish(),
      allowPartialScopes: z.boolean().nullish(),
      authorizationScopeFilter: z.enum(authorizationScopes).nullish(),
    })
    .nullish(),
});

type Body = z.infer<typeof schema>;

function tablesFor(simulation: Simulation, call: Call, body: Body): Tables {
  const scope = scopeOf(simulation, call, body);
  const filter = body.options?.authorizationScopeFilter ?? 'AtScopeAndBelow';
  return (name) => {
    switch (name) {
      case 'resources':
        return { columns, rows: (types) => resourceRows(simulation, call, scope, types) };
      case 'resourcecontainers':
        return { columns, rows: (types) => containerRows(simulation, call, scope, types) };
      case 'authorizationresources':
        return { columns, rows: (types) => authorizationRows(simulation, call, scope, filter, types) };
      default:
        return undefined;
    }
  };
}

function answered(simulation: Simulation, call: Call, body: Body): Whole {
  const tables = tablesFor(simulation, call, body);
  try {
    const pipeline = parseQuery(body.query);
    const stage = prepare(pipeline, tables, { now: simulation.now() });
    return { rows: [...stage.rows()], columns: stage.columns, leadsOn: leadsOn(pipeline, stage) };
  } catch (error) {
    if (error instanceof QueryError) throw invalidQuery(error);
    throw error;
  }
}

function answer(simulation: Simulation, call: Call): Answer {
  const body = bodyOf(call, schema);
  if (body.facets && body.facets.length > 0) throw refused(400, 'InvalidFacets', 'The simulator has no facets.');
  const options = body.options ?? {};
  const { query, subscriptions, managementGroups } = body;
  const filter = options.authorizationScopeFilter;
  const mark = createHash('sha256')
    .update(JSON.stringify([call.caller.objectId, query, subscriptions, managementGroups, filter]))
    .digest('base64url');
  const place = placeOf(options, mark);
  const kept = keptFor(simulation.world);
  const whole = (options.$skipToken ? kept.get(mark) : undefined) ?? answered(simulation, call, body);
  if (hasNext(whole, place)) kept.set(mark, whole);
  const standard = call.query.get('api-version') === '2019-04-01' ? 'table' : 'objectArray';
  return { status: 200, body: pageOf(whole, place, mark, (options.resultFormat ?? standard) === 'table') };
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
