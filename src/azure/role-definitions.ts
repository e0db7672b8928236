// Reads role definitions with all that they permit. A definition is identified by its GUID: its ARM id depends on the scope of the
// call.

import { z } from 'zod';
import type { AzureReader } from '../core/azure-ports.ts';
import type { RoleDefinition } from '../core/model/azure.ts';
import { fold, sameName } from '../core/model/fold.ts';
import { isGuid, parseScope, resourceGroupScope, resourceName } from '../core/model/scope.ts';
import { armGet, armList, pathBelow } from './arm-call.ts';
import type { AzureContext } from './azure-context.ts';
import { TtlCache } from './ttl-cache.ts';

const tenMinutesMs = 600_000;
const version = { 'api-version': '2022-04-01' };
const definitions = 'Microsoft.Authorization/roleDefinitions';

const patterns = z
  .array(z.string())
  .nullish()
  .transform((list) => list ?? []);

/** A permission set, of a role or a deny assignment. Source: the 2022-04-01 specification; conditions come with it. */
export const permissionSet = z
  .object({
    actions: patterns,
    notActions: patterns,
    dataActions: patterns,
    notDataActions: patterns,
    condition: z.string().nullish(),
  })
  .transform(({ condition, ...set }) => ({ ...set, ...(condition ? { condition } : {}) }));

const definition = z
  .object({
    id: z.string().nullish(),
    name: z.string().nullish(),
    properties: z.object({
      roleName: z.string().nullish(),
      description: z.string().nullish(),
      type: z.string().nullish(),
      permissions: z.array(permissionSet).nullish(),
    }),
  })
  .transform(({ id, name, properties }): RoleDefinition => {
    const { roleName, description, type, permissions } = properties;
    return {
      id: fold(resourceName(name ?? id ?? '')),
      name: roleName ?? '',
      description: description ?? '',
      kind: sameName(type ?? '', 'CustomRole') ? 'custom' : 'built-in',
      permissions: permissions ?? [],
    };
  });

/** The reads of role definitions over one gateway. Both throw Fault. */
export function createRoleDefinitions({
  calls,
  clients,
  clock,
}: Pick<AzureContext, 'calls' | 'clients' | 'clock'>): Pick<AzureReader, 'roleDefinitions' | 'roleDefinition'> {
  const cache = new TtlCache<readonly RoleDefinition[]>({ ttlMs: tenMinutesMs, max: 300, clock });

  async function roleDefinitions(scope: string): Promise<readonly RoleDefinition[]> {
    // A custom role's assignable scopes are groups and above, never single resources: one list serves a whole group.
    const { subscriptionId, resourceGroup } = parseScope(scope) ?? {};
    const where = subscriptionId && resourceGroup ? resourceGroupScope(subscriptionId, resourceGroup) : scope;
    const load = () => armList(clients, pathBelow(where, definitions), version, definition);
    return (await cache.get(fold(where), () => calls.shared('role definitions', load))).value;
  }

  async function roleDefinition(scope: string, id: string): Promise<RoleDefinition | undefined> {
    if (!isGuid(id)) return undefined;
    return calls.read('role definition', () =>
      armGet(clients, pathBelow(scope, `${definitions}/${fold(id)}`), version, definition),
    );
  }

  return { roleDefinitions, roleDefinition };
}
