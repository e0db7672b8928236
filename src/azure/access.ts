// Reads Azure's own access control for the policy's facts: role assignments, deny assignments. Nothing here is cached.

import type { RoleAssignment as ArmAssignment } from '@azure/arm-authorization';
import { z } from 'zod';
import type { AccessQuery, AccessReader, Denial, HeldRole } from '../core/access-ports.ts';
import { fold } from '../core/model/fold.ts';
import { isGuid, parseScope, resourceName } from '../core/model/scope.ts';
import { armList, pathBelow } from './arm-call.ts';
import type { AzureContext } from './azure-context.ts';
import { undefinedIfNotFound } from './not-found.ts';
import { permissionSet } from './role-definitions.ts';
import { sdkScope } from './roles.ts';
import { createTags } from './tags.ts';

const principals = z
  .array(z.object({ id: z.string(), type: z.string().nullish() }))
  .nullish()
  .transform((list) => (list ?? []).map(({ id, type }) => ({ id: fold(id), type: type ?? '' })));

/** Source: the 2022-04-01 specification of DenyAssignments. */
const denial = z
  .object({
    properties: z.object({
      scope: z.string(),
      permissions: z.array(permissionSet).nullish(),
      doNotApplyToChildScopes: z.boolean().nullish(),
      principals,
      excludePrincipals: principals,
    }),
  })
  .transform(
    ({ properties: { excludePrincipals, ...given } }): Denial => ({
      scope: given.scope,
      permissions: given.permissions ?? [],
      isOnlyHere: given.doNotApplyToChildScopes ?? false,
      principals: given.principals,
      excluded: excludePrincipals,
    }),
  );

function heldRoleOf({ scope, roleDefinitionId, principalId, principalType, condition }: ArmAssignment): HeldRole {
  return {
    scope: scope ?? '',
    roleDefinitionId: fold(resourceName(roleDefinitionId ?? '')),
    principal: { id: fold(principalId ?? ''), type: principalType ?? '' },
    isConditional: !!condition,
  };
}

/** The reads over one gateway. */
export function createAccess({ calls, clients, limit }: AzureContext): AccessReader {
  /** Azure's $filter: `atScope()` is what it calls at the scope and above. */
  const filterOf = ({ reach, of }: Omit<AccessQuery, 'scope'> & { readonly of?: string }) =>
    [...(reach === 'above' ? ['atScope()'] : []), ...(of === undefined ? [] : [`assignedTo('${of}')`])].join(' and ');

  return {
    async heldRoles({ scope, ...which }) {
      if (which.of !== undefined && !isGuid(which.of)) return [];
      const { roleAssignments } = clients.authorization(parseScope(scope)?.subscriptionId ?? '');
      const list = async () => {
        const found: HeldRole[] = [];
        const rows = roleAssignments.listForScope(sdkScope(scope), { filter: filterOf(which) });
        for await (const page of rows.byPage()) found.push(...page.map(heldRoleOf));
        return found;
      };
      return calls.read('role assignments', () => undefinedIfNotFound(list()));
    },

    async denials({ scope, ...which }) {
      const filter = filterOf(which);
      const query = { 'api-version': '2022-04-01', ...(filter === '' ? {} : { $filter: filter }) };
      const path = pathBelow(scope, 'Microsoft.Authorization/denyAssignments');
      return calls.read('deny assignments', () => undefinedIfNotFound(armList(clients, path, query, denial)));
    },

    async below(managementGroup) {
      const query = { 'api-version': '2020-05-01' };
      const { name = '' } = parseScope(managementGroup) ?? {};
      const path = `/providers/Microsoft.Management/managementGroups/${encodeURIComponent(name)}/descendants`;
      const list = () => undefinedIfNotFound(armList(clients, path, query, z.object({ id: z.string() })));
      return (await calls.read('what is in a management group', list))?.map(({ id }) => fold(id));
    },

    ...createTags({ calls, clients, limit }),
  };
}
