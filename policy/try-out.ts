// Explains lines and effects with a policy and a file of facts, by the core's own path: the line is read, planned and judged as the
// bot does it, with an Azure made from the facts.

import { type Explanation, explainVerdict, type PolicyExplanation } from '../src/core/approvals/explanation.ts';
import { gatherFacts } from '../src/core/approvals/policy-facts.ts';
import { createExplainLine, type ExplainDependencies } from '../src/core/explain-line.ts';
import { commands } from '../src/core/grammar/registry.ts';
import type { Effect } from '../src/core/model/plan.ts';
import type { Policy } from '../src/core/model/policy.ts';
import { ids } from '../src/ids.ts';
import { textTools } from '../src/text-tools.ts';
import { createFactsAzure, refuseWrite } from './facts-azure.ts';
import { type Case, type Facts, UsageError } from './facts-schema.ts';
import { createFactSources, personOf } from './facts-sources.ts';

/** A Wednesday morning: a policy with hours must not be judged by when its test runs. */
const defaultTime = '2026-01-07T10:00:00Z';

/** What Azure requires for each command at the scope of its effect. */
const actions: Readonly<Record<string, string>> = {
  create: 'Microsoft.ManagedIdentity/userAssignedIdentities/write',
  delete: 'Microsoft.ManagedIdentity/userAssignedIdentities/delete',
  grant: 'Microsoft.Authorization/roleAssignments/write',
  revoke: 'Microsoft.Authorization/roleAssignments/delete',
  show: 'Microsoft.ManagedIdentity/userAssignedIdentities/read',
  list: 'Microsoft.ManagedIdentity/userAssignedIdentities/read',
  audit: 'Microsoft.ManagedIdentity/userAssignedIdentities/read',
  'explain-others': 'Microsoft.ManagedIdentity/userAssignedIdentities/read',
};

/** A policy with facts, ready to be tried out. */
export function createTryOut(policy: Policy, facts: Facts) {
  const azure = createFactsAzure(facts);
  const factSources = createFactSources(facts, azure);
  const timeOf = (at: string | undefined) => new Date(at ?? facts.at ?? defaultTime);

  function dependencies(at: string | undefined): ExplainDependencies {
    return {
      azure: azure.reader,
      portal: { origin: 'https://portal.azure.com' },
      requests: {
        get: async () => undefined,
        ofDelivery: async () => undefined,
        list: async () => ({ requests: [], total: 0 }),
        insert: async () => refuseWrite(),
        change: async () => refuseWrite(),
        changeAlone: async () => refuseWrite(),
        changeSharing: async () => refuseWrite(),
      },
      grants: { list: async () => [] },
      // The audit entry of an explanation has no place to go here.
      audit: { of: async () => [], list: async () => [], append: async () => {}, countLately: async () => 0 },
      people: { resolvePerson: async () => refuseWrite(), byEmail: async (email) => personOf(facts, email) },
      // There is no bot here that could have rights.
      ownAccess: { self: async () => undefined, at: async () => refuseWrite() },
      policy: () => policy,
      factSources,
      clock: { now: () => timeOf(at) },
      ids,
      textTools,
    };
  }

  async function explainEffect(
    { as, reason, at }: Case,
    given: NonNullable<Case['effect']>,
  ): Promise<PolicyExplanation> {
    const action = actions[given.command];
    const role = given.role === undefined ? undefined : azure.role(given.role);
    const durationMs = given.for === undefined ? undefined : textTools.parseDuration(given.for);
    if (given.for !== undefined && durationMs === undefined) throw new UsageError(`${given.for} is not a duration`);
    const effect: Effect = {
      command: given.command,
      scope: azure.scope(given.scope),
      ...(action === undefined ? {} : { action }),
      ...(role === undefined ? {} : { role: { id: role.id, name: role.name } }),
      ...(durationMs === undefined ? {} : { durationMs }),
    };
    const subject = {
      who: personOf(facts, as),
      effects: [effect],
      at: timeOf(at),
      ...(reason === undefined ? {} : { reason }),
    };
    return explainVerdict(policy, await gatherFacts(policy, subject, factSources), subject);
  }

  return {
    /** Throws Fault, as the bot would answer. */
    line: (email: string, line: string, at?: string): Promise<Explanation> =>
      createExplainLine(dependencies(at), commands)(personOf(facts, email), line),
    effect: explainEffect,
  };
}
