// Which resources bear an identity, those too that the caller may not read. In two preview versions alone.
// Source: Azure/azure-rest-api-specs, Microsoft.ManagedIdentity 2022-01-31-preview; entra-docs how-to-view-associated-resources.

import { versions } from '../api-versions.ts';
import { badRequest } from '../errors.ts';
import type { Answer, Call, Simulation } from '../exchange.ts';
import { identityType, key } from '../ids.ts';
import { page } from '../paging.ts';
import type { Route } from '../router.ts';
import { demandIdentity } from './existence.ts';
import { idOf } from './identities.ts';
import { resourceIdOf } from './resources.ts';

interface Associated {
  id: string;
  name: string;
  type: string;
  resourceGroup: string;
  subscriptionId: string;
  subscriptionDisplayName: string | undefined;
}

type Property = Exclude<keyof Associated, 'id'>;
const properties: readonly Property[] = ['name', 'type', 'resourceGroup', 'subscriptionId', 'subscriptionDisplayName'];

function propertyNamed(text: string): Property | undefined {
  return properties.find((name) => name.toLowerCase() === text.toLowerCase());
}

/** `contains(name, 'x')`, `type eq 'x'`, joined by `and`. Throws the 400 for another filter. */
function filterOf(text: string): (row: Associated) => boolean {
  const clauses = text
    .split(/\s+and\s+(?=(?:[^']*'[^']*')*[^']*$)/i)
    .filter((clause) => clause.trim() !== '')
    .map((clause) => {
      const [, inside, part] = /^\s*contains\(\s*(\w+)\s*,\s*'([^']*)'\s*\)\s*$/i.exec(clause) ?? [];
      const [, equal, whole] = /^\s*(\w+)\s+eq\s+'([^']*)'\s*$/i.exec(clause) ?? [];
      const property = propertyNamed(inside ?? equal ?? '');
      if (!property) throw badRequest(`The filter '${text}' is not supported.`);
      const wanted = (part ?? whole ?? '').toLowerCase();
      return (row: Associated) => {
        const value = (row[property] ?? '').toLowerCase();
        return part === undefined ? value === wanted : value.includes(wanted);
      };
    });
  return (row) => clauses.every((holds) => holds(row));
}

function number(call: Call, name: string, least: number): number | undefined {
  const text = call.query.get(name);
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text) || Number(text) < least) throw badRequest(`The value '${text}' of ${name} is not valid.`);
  return Number(text);
}

function associated(simulation: Simulation, call: Call): Answer {
  const { world } = simulation;
  const wanted = key(idOf(demandIdentity(world, call)));
  const holds = filterOf(call.query.get('$filter') ?? '');
  const all = world.resources
    .sorted()
    .filter((row) => row.identities.some((id) => key(id) === wanted))
    .map((row) => ({
      id: resourceIdOf(row),
      name: row.name,
      type: row.type.toLowerCase(),
      resourceGroup: row.resourceGroup,
      subscriptionId: row.subscriptionId,
      subscriptionDisplayName: world.subscriptions.get(row.subscriptionId)?.name,
    }))
    .filter(holds);
  // What was skipped is not skipped again on the next page, whose link repeats the query.
  const rows = all.slice(call.query.has('$skiptoken') ? 0 : (number(call, '$skip', 0) ?? 0));
  const paged = page(
    simulation,
    call,
    rows,
    ({ id }) => key(id),
    (row) => row,
    number(call, '$top', 1),
  );
  return { ...paged, body: { totalCount: all.length, ...(paged.body as object) } };
}

const common = {
  versions: versions.associatedResources,
  type: identityType,
  path: `/subscriptions/{subscription}/resourceGroups/{group}/providers/${identityType}/{identity}/listAssociatedResources`,
  action: `${identityType}/listAssociatedResources/action`,
  handle: associated,
} as const;

/** POST, and GET for the next page: the clients made from the specification ask for it so. */
export const associatedResourceRoutes: readonly Route[] = [
  { ...common, method: 'POST' },
  { ...common, method: 'GET' },
];
