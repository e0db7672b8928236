// The system-assigned identity of a resource, as the identity provider tells of it.
// Source: the specification Microsoft.ManagedIdentity 2024-11-30, SystemAssignedIdentities_GetByScope.

import { versions } from '../api-versions.ts';
import { ArmError } from '../errors.ts';
import { type Answer, type Call, param, type Simulation } from '../exchange.ts';
import { guidFrom, key } from '../ids.ts';
import type { Route } from '../router.ts';
import { demandScope } from './existence.ts';

const type = 'Microsoft.ManagedIdentity/identities';

function get({ world }: Simulation, call: Call): Answer {
  const scope = param(call, 'scope');
  demandScope(world, scope);
  const row = world.resources.get(key(scope));
  if (!row?.systemPrincipalId) {
    // Own words.
    throw new ArmError(404, 'NotFound', `The resource '${scope}' has no system-assigned identity.`);
  }
  return {
    status: 200,
    body: {
      id: `${scope}/providers/${type}/default`,
      name: 'default',
      type,
      location: row.location,
      tags: row.tags,
      properties: {
        tenantId: world.tenant.id,
        principalId: row.systemPrincipalId,
        clientId: guidFrom(`client of ${row.systemPrincipalId}`),
        clientSecretUrl: `https://control-${row.location}.identity.azure.net${scope}/credentials?tid=${world.tenant.id}&oid=${row.systemPrincipalId}`,
      },
    },
  };
}

export const systemIdentityRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: `/{scope*}/providers/${type}/default`,
    type,
    versions: versions.systemIdentities,
    action: 'Microsoft.ManagedIdentity/identities/read',
    handle: get,
  },
];
