// Reads role assignments, with what role-definitions.ts reads of their roles.

import type { RoleAssignment as ArmAssignment } from '@azure/arm-authorization';
import { z } from 'zod';
import type { AzureReader } from '../core/azure-ports.ts';
import type { Found, RoleAssignment, Subscription } from '../core/model/azure.ts';
import { fold } from '../core/model/fold.ts';
import { parseScope, resourceName, sameScope } from '../core/model/scope.ts';
import type { AzureContext } from './azure-context.ts';
import { fanOut } from './fan-out.ts';
import { undefinedIfNotFound } from './not-found.ts';
import { merged } from './recent-writes.ts';
import { queryResourceGraph } from './resource-graph.ts';
import { isFallbackPointless } from './resource-graph-fallback.ts';
import { roleAssignmentsQuery } from './resource-graph-queries.ts';
import { createRoleDefinitions } from './role-definitions.ts';

/** Up to so many subscriptions each is listed, which is always current; with more, that would take too many requests. */
const mostAsked = 20;

const assignmentRow = z.object({
  id: z.string(),
  scope: z.string(),
  roleDefinitionId: z.string(),
  createdOn: z.string().nullish(),
  description: z.string().nullish(),
  condition: z.string().nullish(),
});

const guidOf = (id: string) => fold(resourceName(id));
/** A scope as the SDK takes it: without the leading slash, which the SDK adds. */
export const sdkScope = (scope: string) => scope.replace(/^\/+/, '');

/** An assignment from ARM's response. */
export function assignmentOf(one: ArmAssignment): RoleAssignment {
  const { id = '', scope = '', roleDefinitionId = '', principalId = '', description, createdOn, condition } = one;
  return {
    id,
    scope,
    roleDefinitionId: guidOf(roleDefinitionId),
    principalId: fold(principalId),
    ...(description ? { description } : {}),
    ...(createdOn ? { createdOn: createdOn.toISOString() } : {}),
    ...(condition ? { condition } : {}),
  };
}

/** One assignment by its ARM id, from the resource provider. Throws what the SDK throws. */
export async function assignmentNow(
  { clients }: Pick<AzureContext, 'clients'>,
  id: string,
): Promise<RoleAssignment | undefined> {
  const { roleAssignments } = clients.authorization(parseScope(id)?.subscriptionId ?? '');
  const found = await undefinedIfNotFound(roleAssignments.getById(sdkScope(id)));
  return found && assignmentOf(found);
}

type Roles = Pick<
  AzureReader,
  'roleDefinitions' | 'roleDefinition' | 'roleAssignments' | 'roleAssignmentsAt' | 'roleAssignment'
>;

/** The reads of roles over one gateway. All of them throw Fault. */
export function createRoles(azureContext: AzureContext, seen: () => Promise<readonly Subscription[]>): Roles {
  const { calls, clients, limit, log, recentAssignments } = azureContext;
  const authorization = (scope: string) => clients.authorization(parseScope(scope)?.subscriptionId ?? '');
  const ofPrincipal = (principalId: string) => `principalId eq '${principalId.replaceAll("'", "''")}'`;

  async function fromGraph(principalId: string, where: readonly Subscription[]): Promise<RoleAssignment[]> {
    const rows = await calls.read(
      'role assignments by graph',
      () =>
        queryResourceGraph(
          clients,
          roleAssignmentsQuery(principalId),
          where.map(({ id }) => id),
          assignmentRow,
          // Without it Resource Graph leaves out assignments at management groups above.
          { authorizationScopeFilter: 'AtScopeAboveAndBelow' },
        ),
      { deadlineMs: calls.readMs / 2 },
    );
    const items = rows.map(({ id, scope, roleDefinitionId, createdOn, description, condition }) => ({
      id,
      scope,
      roleDefinitionId: guidOf(roleDefinitionId),
      principalId: fold(principalId),
      ...(createdOn ? { createdOn } : {}),
      ...(description ? { description } : {}),
      ...(condition ? { condition } : {}),
    }));
    const touched = recentAssignments.list().filter(({ info }) => info.principalId === fold(principalId));
    return merged(items, touched, (id) =>
      limit(() => calls.read('role assignment', () => assignmentNow({ clients }, id))),
    );
  }

  async function roleAssignments(principalId: string): Promise<Found<RoleAssignment>> {
    const where = await seen();
    if (where.length > mostAsked) {
      try {
        return { items: uniqueAssignments(await fromGraph(principalId, where)), missing: [] };
      } catch (error) {
        if (isFallbackPointless(error, calls)) throw error;
        log.warn({ err: error }, 'Resource Graph query for role assignments failed; listing each subscription');
      }
    }
    const { items, missing } = await fanOut(where, limit, ({ id }) =>
      calls.read('role assignments of a subscription', async () => {
        const filter = ofPrincipal(principalId);
        const found: RoleAssignment[] = [];
        const list = clients.authorization(id).roleAssignments.listForSubscription({ filter });
        for await (const page of list.byPage()) found.push(...page.map(assignmentOf));
        return found;
      }),
    );
    // Assignments above the subscriptions are in the list of each.
    return { items: uniqueAssignments(items), missing };
  }

  async function roleAssignmentsAt(scope: string, principalId: string): Promise<readonly RoleAssignment[]> {
    const found: RoleAssignment[] = [];
    await calls.read('role assignments at a scope', async () => {
      const filter = ofPrincipal(principalId);
      const list = authorization(scope).roleAssignments.listForScope(sdkScope(scope), { filter });
      for await (const page of list.byPage()) found.push(...page.map(assignmentOf));
    });
    // The filter also returns assignments above and below the scope.
    return found.filter((one) => sameScope(one.scope, scope) && one.principalId === fold(principalId));
  }

  const roleAssignment = (id: string) => calls.read('role assignment', () => assignmentNow({ clients }, id));

  return { ...createRoleDefinitions(azureContext), roleAssignments, roleAssignmentsAt, roleAssignment };
}

/** Each once, by id: an assignment above several subscriptions is in the list of each. */
export function uniqueAssignments(items: readonly RoleAssignment[]): RoleAssignment[] {
  return [...new Map(items.map((one) => [fold(one.id), one])).values()];
}
