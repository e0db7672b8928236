// Deny assignments, to be looked at: Azure makes them, and so does the world's description. What they stop is judged in
// simulator/permissions.ts. Source: the 2022-04-01 specification of DenyAssignments and its examples.

import { versions } from '../api-versions.ts';
import { ArmError, unsupportedFilter } from '../errors.ts';
import { type Answer, type Call, param, type Simulation } from '../exchange.ts';
import { key } from '../ids.ts';
import { page } from '../paging.ts';
import { reaches } from '../permissions.ts';
import type { Route } from '../router.ts';
import type { DenyAssignment } from '../world/types.ts';
import { demandScope } from './existence.ts';

const type = 'Microsoft.Authorization/denyAssignments';

function show(row: DenyAssignment) {
  const { name, scope, createdOn, condition, ...rest } = row;
  return {
    properties: {
      denyAssignmentName: rest.denyAssignmentName,
      description: rest.description,
      permissions: rest.permissions,
      scope,
      doNotApplyToChildScopes: rest.doNotApplyToChildScopes,
      principals: rest.principals,
      excludePrincipals: rest.excludePrincipals,
      isSystemProtected: rest.isSystemProtected,
      ...(condition ? { condition, conditionVersion: '2.0' } : {}),
      createdOn,
      updatedOn: createdOn,
      createdBy: null,
      updatedBy: null,
    },
    id: `${scope === '/' ? '' : scope}/providers/${type}/${name}`,
    type,
    name,
  };
}

interface Filter {
  atScope: boolean;
  tests: readonly ((row: DenyAssignment) => boolean)[];
}

/** `atScope()`, `denyAssignmentName eq`, `principalId eq`, `gdprExportPrincipalId eq`, `assignedTo('…')`, joined by `and`. */
function parseFilter(simulation: Simulation, text: string): Filter {
  const tests: ((row: DenyAssignment) => boolean)[] = [];
  let atScope = false;
  const term = /\s*(?:(\w+)\s+eq\s+'((?:[^']|'')*)'|(assignedTo)\('([^']*)'\)|(atScope\(\)))\s*(?:and\b|$)/iy;
  while (term.lastIndex < text.length) {
    const found = term.exec(text);
    if (!found) throw unsupportedFilter(text);
    const value = (found[2] ?? found[4] ?? '').replaceAll("''", "'").toLowerCase();
    const names = (list: DenyAssignment['principals'], ids: readonly string[]) =>
      list.some(({ id }) => ids.includes(id));
    switch ((found[1] ?? found[3] ?? '').toLowerCase()) {
      case '':
        atScope = true;
        break;
      case 'denyassignmentname':
        tests.push((row) => row.denyAssignmentName.toLowerCase() === value);
        break;
      case 'principalid':
        tests.push((row) => names(row.principals, [value]));
        break;
      case 'gdprexportprincipalid':
        tests.push((row) => names(row.principals, [value]) || names(row.excludePrincipals, [value]));
        break;
      case 'assignedto': {
        const ids = [value, ...simulation.world.groupsOf(value)];
        tests.push((row) => names(row.principals, ids));
        break;
      }
      default:
        throw unsupportedFilter(text);
    }
  }
  return { atScope, tests };
}

/** At the scope and above; without atScope() below it too, as with role assignments. */
function list(simulation: Simulation, call: Call): Answer {
  const { world } = simulation;
  const scope = param(call, 'scope');
  demandScope(world, scope);
  const { atScope, tests } = parseFilter(simulation, call.query.get('$filter') ?? '');
  const rows = world.denyAssignments
    .sorted()
    .filter((row) => reaches(world, row.scope, scope) || (!atScope && reaches(world, scope, row.scope)))
    .filter((row) => tests.every((test) => test(row)));
  return page(simulation, call, rows, (row) => row.name, show);
}

function get({ world }: Simulation, call: Call): Answer {
  const name = param(call, 'deny').toLowerCase();
  const row = world.denyAssignments.get(name);
  if (!row || key(row.scope) !== key(param(call, 'scope'))) {
    // The text is own words.
    throw new ArmError(404, 'DenyAssignmentNotFound', `The deny assignment '${name}' is not found.`);
  }
  return { status: 200, body: show(row) };
}

const path = `/{scope*}/providers/${type}`;
const common = { method: 'GET', versions: versions.denyAssignments, type, action: `${type}/read` } as const;

export const denyAssignmentRoutes: readonly Route[] = [
  { ...common, path, handle: list },
  { ...common, path: `${path}/{deny}`, handle: get },
];
