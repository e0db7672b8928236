// The columns that every table of Resource Graph has, and who may read which of its rows.
// Source: azure-docs governance/resource-graph, the columns of `resources | getschema`.

import type { Columns } from '../kql/compiled.ts';
import type { Access } from '../permissions.ts';

export const columns: Columns = new Map([
  ['id', 'string'],
  ['name', 'string'],
  ['type', 'string'],
  ['tenantId', 'string'],
  ['kind', 'string'],
  ['location', 'string'],
  ['resourceGroup', 'string'],
  ['subscriptionId', 'string'],
  ['managedBy', 'string'],
  ['sku', 'dynamic'],
  ['plan', 'dynamic'],
  ['properties', 'dynamic'],
  ['tags', 'dynamic'],
  ['identity', 'dynamic'],
  ['zones', 'dynamic'],
  ['extendedLocation', 'dynamic'],
]);

/** Whether a resource may be read: asked once for each group, and for the resource where its group may not. */
export function reader(access: Access): (group: string, id: string) => boolean {
  const groups = new Map<string, boolean>();
  return (group, id) => {
    const known = groups.get(group) ?? access.allows(group);
    groups.set(group, known);
    return known && !access.hasDenials ? true : access.allows(id);
  };
}
