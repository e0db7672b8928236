// Reads the role assignments of everybody that is no user and no group: those that reach a scope, and those of all subscriptions.

import type { RoleAssignment as ArmAssignment } from '@azure/arm-authorization';
import { z } from 'zod';
import type { AssignmentCount, AzureReader } from '../core/azure-ports.ts';
import { asFault } from '../core/errors.ts';
import type { Found, RoleAssignment, Subscription } from '../core/model/azure.ts';
import { fold, sameName } from '../core/model/fold.ts';
import { containsScope, parseScope, resourceName } from '../core/model/scope.ts';
import type { AzureContext } from './azure-context.ts';
import { fanOut, missingWords } from './fan-out.ts';
import { merged } from './recent-writes.ts';
import { queryResourceGraph } from './resource-graph.ts';
import { isFallbackPointless } from './resource-graph-fallback.ts';
import { allAssignmentsQuery, assignmentCountsQuery } from './resource-graph-queries.ts';
import { assignmentNow, assignmentOf, sdkScope, uniqueAssignments } from './roles.ts';
import { TtlCache } from './ttl-cache.ts';

/** How long the list of all is reused: for the next pages, and because Resource Graph allows few queries. */
const keptMs = 30_000;

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const row = z
  .object({ id: z.string(), scope: z.string(), roleDefinitionId: z.string(), principalId: z.string() })
  .extend({ condition: text, createdOn: text })
  .transform(
    ({ roleDefinitionId, principalId, condition, createdOn, ...one }): RoleAssignment => ({
      ...one,
      roleDefinitionId: fold(resourceName(roleDefinitionId)),
      principalId: fold(principalId),
      ...(condition === '' ? {} : { condition }),
      ...(createdOn === '' ? {} : { createdOn }),
    }),
  );

const countRow = z.object({ subscriptionId: z.string(), assignments: z.number() });

/** An orphaned assignment can be of any type but these. Source: Azure's list of principal types. */
const isOfPerson = ({ principalType = '' }: ArmAssignment) =>
  /^(?:user|group|foreigngroup|device)$/i.test(principalType);

/** The reads over one gateway. All throw Fault. */
export function createAllAssignments(
  context: AzureContext,
  seen: () => Promise<readonly Subscription[]>,
  gonePrincipals: AzureReader['gonePrincipals'],
): Pick<AzureReader, 'assignmentsReaching' | 'allAssignments' | 'orphanedAssignments' | 'assignmentCounts'> {
  const { calls, clients, clock, limit, log, recentAssignments } = context;
  const kept = new TtlCache<Found<RoleAssignment>>({ ttlMs: keptMs, max: 16, clock });
  const authorization = (scope: string) =>
    clients.authorization(parseScope(scope)?.subscriptionId ?? '').roleAssignments;

  async function assignmentsReaching(scope: string): Promise<Found<RoleAssignment>> {
    const found: RoleAssignment[] = [];
    await calls.read('role assignments that reach a scope', async () => {
      found.length = 0;
      for await (const page of authorization(scope).listForScope(sdkScope(scope), { filter: 'atScope()' }).byPage()) {
        found.push(...page.filter((one) => !isOfPerson(one)).map(assignmentOf));
      }
    });
    // What is above a management group is not told by its path; of all else, what lies below is left out again.
    return {
      items: found.filter(({ scope: at }) => !containsScope(scope, at) || containsScope(at, scope)),
      missing: [],
    };
  }

  async function fromGraph(where: readonly Subscription[], ids?: readonly string[]): Promise<RoleAssignment[]> {
    const scope = where.map(({ id }) => id);
    // Without the filter Resource Graph leaves out assignments at management groups above.
    const options = { hasManyRows: ids === undefined, authorizationScopeFilter: 'AtScopeAboveAndBelow' } as const;
    return calls.read(
      'all role assignments by graph',
      () => queryResourceGraph(clients, allAssignmentsQuery(ids), scope, row, options),
      { deadlineMs: calls.readMs / 2 },
    );
  }

  async function load(ids?: readonly string[]): Promise<Found<RoleAssignment>> {
    const where = await seen();
    try {
      return { items: uniqueAssignments(await fromGraph(where, ids)), missing: [] };
    } catch (error) {
      if (isFallbackPointless(error, calls)) throw error;
      log.warn({ err: error }, 'Resource Graph query for all role assignments failed; listing each subscription');
    }
    const { items, missing } = await fanOut(where, limit, ({ id }) =>
      calls.read('all role assignments of a subscription', async () => {
        const found: RoleAssignment[] = [];
        for await (const page of clients.authorization(id).roleAssignments.listForSubscription().byPage()) {
          found.push(...page.filter((one) => !isOfPerson(one)).map(assignmentOf));
        }
        return found;
      }),
    );
    return { items: uniqueAssignments(items), missing };
  }

  async function allAssignments(ids?: readonly string[]): Promise<Found<RoleAssignment>> {
    if (ids?.length === 0) return { items: [], missing: [] };
    const isWanted = (principalId: string) => ids === undefined || ids.some((one) => sameName(one, principalId));
    const { items, missing } = (await kept.get(ids?.join(' ') ?? 'all', () => load(ids))).value;
    const touched = recentAssignments.list().filter(({ info }) => isWanted(info.principalId));
    const fresh = await merged(items, touched, (id) =>
      limit(() => calls.read('role assignment', () => assignmentNow(context, id))),
    );
    return { items: fresh.filter(({ principalId }) => isWanted(principalId)), missing };
  }

  async function assignmentCounts(): Promise<Found<AssignmentCount>> {
    const where = (await seen()).map(({ id }) => id);
    try {
      const items = await calls.read('role assignments counted by graph', () =>
        queryResourceGraph(clients, assignmentCountsQuery, where, countRow),
      );
      return { items, missing: [] };
    } catch (error) {
      if (isFallbackPointless(error, calls)) throw error;
      return { items: [], missing: [missingWords('role assignments of each subscription', asFault(error))] };
    }
  }

  return {
    assignmentsReaching,
    allAssignments,
    assignmentCounts,
    async orphanedAssignments() {
      const { items, missing } = await allAssignments();
      const gone = await gonePrincipals(items.map(({ principalId }) => principalId));
      return { items: items.filter(({ principalId }) => gone.has(principalId)), missing };
    },
  };
}
