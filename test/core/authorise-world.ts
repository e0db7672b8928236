// A world of four resource groups and a policy of one rule for each command, and what Alex is answered in it.

import { addressFacts } from '../../src/core/approvals/policy-facts.ts';
import { authorise } from '../../src/core/authorise.ts';
import type { AzureReader } from '../../src/core/azure-ports.ts';
import type { Dependencies } from '../../src/core/dependencies.ts';
import { Fault } from '../../src/core/errors.ts';
import { parseLine } from '../../src/core/grammar/parse.ts';
import { commands } from '../../src/core/grammar/registry.ts';
import type { Identity } from '../../src/core/model/azure.ts';
import type { Person } from '../../src/core/model/person.ts';
import type { Policy } from '../../src/core/model/policy.ts';
import type { Request } from '../../src/core/model/request.ts';
import { identityScope, resourceGroupScope } from '../../src/core/model/scope.ts';
import type { RequestQuery } from '../../src/core/ports.ts';
import { textTools } from '../../src/text-tools.ts';
import { mayAll } from '../support/own-access.ts';

export const subscriptionId = 'aaaaaaaa-0000-4000-8000-000000000000';
export const groups = ['rg-a', 'rg-b', 'rg-c', 'rg-d'] as const;
export const alex: Person = { key: 'mail:alex@x.y', name: 'Alex', email: 'alex@x.y' };
export const megan: Person = { key: 'mail:megan@x.y', name: 'Megan', email: 'megan@x.y' };
const guid = (group: string, name: string, kind: string) => {
  const digits = [...`${kind}${group}${name}`].map((letter) => letter.charCodeAt(0).toString(16)).join('');
  return `${digits.slice(-8).padStart(8, '0')}-0000-4000-8000-${digits.slice(0, 12).padEnd(12, '0')}`;
};
export const identity = (resourceGroup: string, name: string): Identity => ({
  id: identityScope(subscriptionId, resourceGroup, name),
  name,
  subscriptionId,
  resourceGroup,
  location: 'westeurope',
  tags: {},
  principalId: guid(resourceGroup, name, 'p'),
  clientId: guid(resourceGroup, name, 'c'),
  tenantId: subscriptionId,
});

function azureOf(identities: readonly Identity[]): AzureReader {
  return {
    subscriptions: async () => [{ id: subscriptionId, name: 'Production', tenantId: subscriptionId }],
    locations: async () => [{ name: 'westeurope', displayName: 'West Europe' }],
    resourceGroups: async () =>
      groups.map((name) => ({ id: resourceGroupScope(subscriptionId, name), name, subscriptionId, location: 'x' })),
    resourceGroup: async (_subscription, name) =>
      groups.includes(name as (typeof groups)[number])
        ? { id: resourceGroupScope(subscriptionId, name), name, subscriptionId, location: 'x' }
        : undefined,
    identities: async ({ name = '', resourceGroup = '' }) => ({
      items: identities.filter((one) => one.name.includes(name) && one.resourceGroup.includes(resourceGroup)),
      missing: [],
    }),
    identity: async (id) => identities.find((one) => one.id.toLowerCase() === id.toLowerCase()),
    firstIdentities: async ({ name = '', resourceGroup = '' }) => ({
      items: identities.filter((one) => one.name.includes(name) && one.resourceGroup.includes(resourceGroup)),
      missing: [],
      isAll: true,
    }),
    resourcesNamed: async (name) => ({
      items: identities
        .filter((one) => one.name === name)
        .map((one) => ({ ...one, type: 'microsoft.managedidentity/userassignedidentities' })),
      missing: [],
    }),
    federatedCredentials: async () => [],
    roleDefinitions: async () => [
      { id: guid('', 'r', 'r'), name: 'Reader', description: '', kind: 'built-in', permissions: [] },
    ],
    roleDefinition: async () => undefined,
    roleAssignments: async (principalId) => ({
      items: [
        {
          id: `/a/${principalId}`,
          scope: `/subscriptions/${subscriptionId}`,
          roleDefinitionId: guid('', 'r', 'r'),
          principalId,
        },
      ],
      missing: [],
    }),
    roleAssignmentsAt: async () => [],
    assignmentsReaching: async () => ({ items: [], missing: [] }),
    allAssignments: async () => ({ items: [], missing: [] }),
    assignmentCounts: async () => ({ items: [], missing: [] }),
    carriedIdentities: async () => ({ items: [], missing: [] }),
    orphanedAssignments: async () => ({ items: [], missing: [] }),
    gonePrincipals: async () => new Set(),
    roleAssignment: async () => undefined,
    endKeeper: async () => ({ keeper: 'unknown' }),
    resourcesUsing: async () => ({ items: [], missing: [] }),
    resource: async () => undefined,
    resourcesLike: async () => [],
    usesOf: async () => ({ carriers: { items: [], missing: [] }, namedIn: [] }),
    locksIn: async () => [],
    locks: async () => [],
    exists: async (scope) => identities.some(({ id }) => id.toLowerCase() === scope.toLowerCase()),
  };
}

export type Where = Readonly<Record<'list' | 'show' | 'grant' | 'delete', readonly (typeof groups)[number][]>>;

/** A rule for each command, for Alex alone, in these groups; no rule where there is none. */
export function policyOf(where: Where): Policy {
  const rules = Object.entries(where).flatMap(([name, names]) =>
    names.length === 0
      ? []
      : [
          {
            name,
            commands: [name],
            who: ['alex@x.y'],
            scopes: names.map((group) => resourceGroupScope(subscriptionId, group)),
          },
        ],
  );
  return { version: 'test', groups: {}, channels: [], rules };
}

export interface World {
  readonly policy: Policy;
  readonly identities?: readonly Identity[];
  readonly requests?: readonly Request[];
}

export function dependencies({ policy, identities = [], requests = [] }: World): Dependencies {
  const fits = (query: RequestQuery) => (one: Request) =>
    (query.requesterKey === undefined || one.requester.key === query.requesterKey) &&
    (query.states === undefined || query.states.includes(one.state)) &&
    (query.identityId === undefined || one.plan.effects.some(({ scope }) => scope === query.identityId));
  return {
    azure: azureOf(identities),
    notify: async () => undefined,
    ownAccess: mayAll,
    portal: { origin: 'https://portal.azure.com' },
    requests: {
      insert: () => Promise.reject(new Error('nothing is written')),
      changeAlone: () => Promise.reject(new Error('nothing is written')),
      change: () => Promise.reject(new Error('nothing is written')),
      changeSharing: () => Promise.reject(new Error('nothing is written')),
      get: async (id) => requests.find((one) => one.id === id),
      ofDelivery: async () => undefined,
      list: async (query) => {
        const found = requests.filter(fits(query));
        const from = query.offset ?? 0;
        return { requests: found.slice(from, from + query.limit), total: found.length };
      },
    },
    grants: { list: async () => [] },
    audit: { of: async () => [], list: async () => [], countLately: async () => 0, append: async () => {} },
    messages: {
      of: async () => [],
      find: async () => undefined,
      save: async () => {},
      remove: async () => {},
      inThread: async () => undefined,
      noteShown: async () => {},
      newestShown: async () => ({ revision: 1, isWhole: true }),
    },
    people: { resolvePerson: async () => alex, byEmail: async () => undefined },
    policy: () => policy,
    factSources: addressFacts,
    freezes: { of: async () => undefined, freeze: async () => {}, lift: async () => [] },
    limits: { openRequests: 20, requestsPerHour: 30, actionsPerMinute: 60 },
    standing: { isServed: async () => true },
    clock: { now: () => new Date(0) },
    ids: { newRequestId: () => 'R-000000', sha256: (text) => text, newSecret: () => 'secret' },
    textTools,
    log: { debug() {}, info() {}, warn() {}, error() {} },
  };
}

/** What Alex is answered to a line: a card, what names came to, or a fault in all its words. */
export async function answerTo(world: World, line: string): Promise<unknown> {
  try {
    const deps = dependencies(world);
    const parsed = parseLine(line, commands, deps);
    if (parsed.kind === 'form' || parsed.command.writes === 'request' || parsed.command.writes === 'account')
      throw new Error(`“${line}” is no whole line`);
    const context = await authorise(deps, alex, parsed.command, parsed.args);
    if (!parsed.command.writes) return { card: await parsed.command.run(context, parsed.args) };
    return { resolved: await parsed.command.resolve(context, parsed.args) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { code: error.code, message: error.message, details: error.details };
  }
}
