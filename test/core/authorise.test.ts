// What a person may not look at is, for them, not there: every answer in a world with hidden things equals, word for word, the
// answer in a world without them. The rules are scopes per command, so what is hidden is known here without asking the policy.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressFacts } from '../../src/core/approvals/policy-facts.ts';
import { authorise } from '../../src/core/authorise.ts';
import type { AzureReader } from '../../src/core/azure-ports.ts';
import type { Dependencies } from '../../src/core/dependencies.ts';
import { Fault } from '../../src/core/errors.ts';
import { defineRead } from '../../src/core/grammar/define.ts';
import { parseLine } from '../../src/core/grammar/parse.ts';
import { commands } from '../../src/core/grammar/registry.ts';
import type { Identity } from '../../src/core/model/azure.ts';
import type { Person } from '../../src/core/model/person.ts';
import type { Policy } from '../../src/core/model/policy.ts';
import type { Request } from '../../src/core/model/request.ts';
import { identityScope, resourceGroupScope } from '../../src/core/model/scope.ts';
import type { RequestQuery } from '../../src/core/ports.ts';
import { createSuggest } from '../../src/core/suggest.ts';
import { textTools } from '../../src/text-tools.ts';
import { aRequest } from '../store/fixtures/request.ts';

const subscriptionId = 'aaaaaaaa-0000-4000-8000-000000000000';
const groups = ['rg-a', 'rg-b', 'rg-c', 'rg-d'] as const;
const alex: Person = { key: 'mail:alex@x.y', name: 'Alex', email: 'alex@x.y' };
const megan: Person = { key: 'mail:megan@x.y', name: 'Megan', email: 'megan@x.y' };
const guid = (group: string, name: string, kind: string) => {
  const digits = [...`${kind}${group}${name}`].map((letter) => letter.charCodeAt(0).toString(16)).join('');
  return `${digits.slice(-8).padStart(8, '0')}-0000-4000-8000-${digits.slice(0, 12).padEnd(12, '0')}`;
};
const identity = (resourceGroup: string, name: string): Identity => ({
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
    resourcesNamed: async (name) => ({
      items: identities
        .filter((one) => one.name === name)
        .map((one) => ({ ...one, type: 'microsoft.managedidentity/userassignedidentities' })),
      missing: [],
    }),
    federatedCredentials: async () => [],
    roleDefinitions: async () => [
      {
        id: guid('', 'r', 'r'),
        name: 'Reader',
        description: '',
        kind: 'built-in',
        actions: [],
        notActions: [],
        dataActions: [],
      },
    ],
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
    resourcesUsing: async () => ({ items: [], missing: [] }),
    locks: async () => [],
    exists: async (scope) => identities.some(({ id }) => id.toLowerCase() === scope.toLowerCase()),
  };
}

type Where = Readonly<Record<'list' | 'show' | 'grant' | 'delete', readonly (typeof groups)[number][]>>;

/** A rule for each command, for Alex alone, in these groups; no rule where there is none. */
function policyOf(where: Where): Policy {
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
  return { groups: {}, channels: [], rules };
}

interface World {
  readonly policy: Policy;
  readonly identities?: readonly Identity[];
  readonly requests?: readonly Request[];
}

function dependencies({ policy, identities = [], requests = [] }: World): Dependencies {
  const fits = (query: RequestQuery) => (one: Request) =>
    (query.requesterKey === undefined || one.requester.key === query.requesterKey) &&
    (query.states === undefined || query.states.includes(one.state)) &&
    (query.identityId === undefined || one.plan.effects.some(({ scope }) => scope === query.identityId));
  return {
    azure: azureOf(identities),
    requests: {
      insert: () => Promise.reject(new Error('nothing is written')),
      change: () => Promise.reject(new Error('nothing is written')),
      get: async (id) => requests.find((one) => one.id === id),
      list: async (query) => {
        const found = requests.filter(fits(query));
        const from = query.offset ?? 0;
        return { requests: found.slice(from, from + query.limit), total: found.length };
      },
    },
    audit: { of: async () => [], append: async () => {} },
    messages: { of: async () => [], find: async () => undefined, save: async () => {}, remove: async () => {} },
    inbox: { isNew: async () => true },
    people: { resolvePerson: async () => alex, byEmail: async () => undefined },
    policy: () => policy,
    factSources: addressFacts,
    clock: { now: () => new Date(0) },
    ids: { newRequestId: () => 'R-000000', sha256: (text) => text },
    textTools,
    log: { debug() {}, info() {}, warn() {}, error() {} },
  };
}

/** What Alex is answered to a line: a card, what names came to, or a fault in all its words. */
async function answerTo(world: World, line: string): Promise<unknown> {
  try {
    const deps = dependencies(world);
    const parsed = parseLine(line, commands, deps);
    if (parsed.kind === 'form' || parsed.command.writes === 'request') throw new Error(`“${line}” is no whole line`);
    const context = await authorise(deps, alex, parsed.command, parsed.args);
    if (!parsed.command.writes) return { card: await parsed.command.run(context, parsed.args) };
    return { resolved: await parsed.command.resolve(context, parsed.args) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { code: error.code, message: error.message, details: error.details };
  }
}

const someGroups = fc.subarray([...groups]);
const whereArb: fc.Arbitrary<Where> = fc.record({
  list: someGroups,
  show: someGroups,
  grant: someGroups,
  delete: someGroups,
});
const identitiesArb = fc.uniqueArray(
  fc.record({ group: fc.constantFrom(...groups), name: fc.constantFrom('uami-pay', 'uami-pax', 'uami-shop') }),
  { selector: ({ group, name }) => `${group}/${name}`, maxLength: 8 },
);
const everything = groups.flatMap((group) =>
  ['uami-pay', 'uami-pax', 'uami-shop'].map((name) => identity(group, name)),
);
const wordArb = fc.oneof(
  fc.constantFrom('uami-pay', 'uami-pax', 'uami-shop', 'uami-paz'),
  fc.constantFrom(...everything).map(({ id }) => id),
  fc.constantFrom(...everything).map(({ clientId }) => clientId),
);
/** A line, and the commands that let an identity be spoken of in its answer. */
const lineArb = fc.oneof(
  wordArb.map((word) => ({ line: `show ${word}`, by: ['list', 'show'] as const })),
  fc.constantFrom('list', 'list --name pay', 'list -g rg-a').map((line) => ({ line, by: ['list'] as const })),
  wordArb.map((word) => ({ line: `delete ${word}`, by: ['list', 'show', 'delete'] as const })),
  wordArb.map((word) => ({
    line: `grant ${word} --role Reader --scope rg-a`,
    by: ['list', 'show', 'grant'] as const,
  })),
  fc.constantFrom(...everything).map(({ id }) => ({
    line: `grant uami-pay --role Reader --scope ${id}`,
    by: ['list', 'show', 'grant'] as const,
  })),
  fc.constantFrom('uami-pay', 'uami-pax', 'uami-shop').map((name) => ({
    line: `grant uami-pay --role Reader --scope ${name}`,
    by: ['list', 'show', 'grant'] as const,
  })),
  fc.constantFrom(...everything).map(({ name, resourceGroup }) => ({
    line: `show ${name} -g ${resourceGroup} --subscription Production`,
    by: ['list', 'show'] as const,
  })),
  fc.constantFrom('help', 'whoami', 'roles').map((line) => ({ line, by: [] as const })),
);

describe('an identity that may not be looked at', () => {
  it('and one that does not exist answer alike, word for word, whatever the line and the rules', async () => {
    let hidden = 0;
    await fc.assert(
      fc.asyncProperty(whereArb, identitiesArb, lineArb, async (where, given, { line, by }) => {
        const policy = policyOf(where);
        const identities = given.map(({ group, name }) => identity(group, name));
        const visible = identities.filter(({ resourceGroup }) =>
          by.some((command) => where[command].some((group) => group === resourceGroup)),
        );
        hidden += identities.length - visible.length;
        expect(await answerTo({ policy, identities }, line)).toEqual(
          await answerTo({ policy, identities: visible }, line),
        );
      }),
      { numRuns: 1_000 },
    );
    expect(hidden).toBeGreaterThan(0);
  });

  it('is not in the menus of a form either, nor what it holds', async () => {
    await fc.assert(
      fc.asyncProperty(
        whereArb,
        identitiesArb,
        fc.constantFrom('delete', 'grant'),
        fc.constantFrom('name', 'role', 'scope'),
        async (where, given, command, field) => {
          const policy = policyOf(where);
          const identities = given.map(({ group, name }) => identity(group, name));
          const by = ['list', 'show', command as 'delete' | 'grant'] as const;
          const visible = identities.filter(({ resourceGroup }) =>
            by.some((one) => where[one].some((group) => group === resourceGroup)),
          );
          const options = (known: readonly Identity[]) =>
            createSuggest(dependencies({ policy, identities: known }))(
              {
                sender: { chat: 'x', userId: 'alex', name: 'Alex' },
                location: { chat: 'x', conversation: 'c', isPersonal: true },
              },
              { command, field, query: '', most: 100, values: { name: identities[0]?.name ?? '' } },
            );
          expect(await options(identities)).toEqual(await options(visible));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is refused by its rule, and not hidden, where a list names it', async () => {
    const policy = policyOf({ list: ['rg-a'], show: ['rg-b'], grant: [], delete: [] });
    const identities = [identity('rg-a', 'uami-pay')];
    expect(await answerTo({ policy, identities }, 'show uami-pay')).toMatchObject({ code: 'not-allowed' });
  });
});

describe('a command', () => {
  it('is refused before anything is read where no rule lets the person use it', async () => {
    const policy = policyOf({ list: ['rg-a'], show: [], grant: [], delete: [] });
    for (const line of ['show uami-pay', 'delete uami-pay', 'roles']) {
      expect(await answerTo({ policy }, line)).toMatchObject({ code: 'not-allowed' });
    }
    expect(await answerTo({ policy }, 'list')).toHaveProperty('card');
  });

  it('that reads does not compile unless it says what it looks at, and by which command of the policy', () => {
    const read = { name: 'peek', summary: 'Peek', examples: [], params: {}, run: () => Promise.reject(new Error()) };
    // @ts-expect-error: it does not say what it looks at
    defineRead(read);
    // @ts-expect-error: it looks at identities by no command of the policy
    defineRead({ ...read, looksAt: 'identities' });
    expect(defineRead({ ...read, looksAt: 'identities', policyCommand: 'list' }).looksAt).toBe('identities');
  });

  it('that says that it looks at nothing is shown no identity, and no part of one', async () => {
    const all = { list: groups, show: groups, grant: groups, delete: groups };
    const [one] = everything;
    const help = commands.find(({ name }) => name === 'help');
    if (help?.writes !== false || !one) throw new Error('help is a read');
    const { azure } = await authorise(dependencies({ policy: policyOf(all), identities: everything }), alex, help, {});
    expect(await azure.identities({})).toEqual({ items: [], missing: [] });
    expect(await azure.identity(one.id)).toBeUndefined();
    await expect(azure.roleAssignments(one.principalId)).rejects.toMatchObject({ code: 'not-allowed' });
    await expect(azure.resourcesUsing(one.id)).rejects.toMatchObject({ code: 'not-allowed' });
    await expect(azure.federatedCredentials(one.id)).rejects.toMatchObject({ code: 'not-allowed' });
  });
});

describe('a request that may not be seen', () => {
  const about = (index: number, group: string, by: Person = megan): Request =>
    aRequest(`R-${String(index).padStart(6, '0')}`, {
      requester: by,
      requirements: [{ rule: 'r', stages: [{ count: 1, by: ['megan@x.y'] }] }],
      plan: {
        ...aRequest('R-000000').plan,
        effects: [{ command: 'create', scope: identityScope(subscriptionId, group, 'uami-pay') }],
      },
    });

  it('and one that does not exist answer alike, and no count tells of it', async () => {
    const requestArb = fc.record({ group: fc.constantFrom(...groups), isMine: fc.boolean() });
    const lines = [
      'requests',
      'requests all',
      'requests pending',
      'requests all --page 2',
      'request R-000001',
      'show uami-pay',
    ];
    await fc.assert(
      fc.asyncProperty(
        whereArb,
        fc.array(requestArb, { maxLength: 30 }),
        fc.constantFrom(...lines),
        async (where, given, line) => {
          const policy = policyOf(where);
          const requests = given.map(({ group, isMine }, index) => about(index, group, isMine ? alex : megan));
          const visible = requests.filter((_one, index) => {
            const { group, isMine } = given[index] ?? {};
            return isMine || where.show.some((one) => one === group);
          });
          const identities = [identity('rg-a', 'uami-pay')];
          expect(await answerTo({ policy, identities, requests }, line)).toEqual(
            await answerTo({ policy, identities, requests: visible }, line),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('does not keep the others from being listed, however many there are; where a list ends early it says so', async () => {
    const policy = policyOf({ list: [], show: ['rg-a'], grant: [], delete: [] });
    const many = (count: number) =>
      Array.from({ length: count }, (_none, index) => about(index, index % 2 === 0 ? 'rg-a' : 'rg-b'));
    const text = async (count: number) =>
      JSON.stringify(await answerTo({ policy, requests: many(count) }, 'requests all'));
    expect(await text(500)).toContain('250 requests');
    expect(await text(500)).not.toContain('Older requests');
    expect(await text(2_500)).toContain('Older requests');
  });
});
