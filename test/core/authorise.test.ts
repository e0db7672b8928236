// What a person may not look at is, for them, not there: every answer in a world with hidden things equals, word for word, the
// answer in a world without them. The rules are scopes per command, so what is hidden is known here without asking the policy.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { authorise } from '../../src/core/authorise.ts';
import { defineRead } from '../../src/core/grammar/define.ts';
import { commands } from '../../src/core/grammar/registry.ts';
import type { Identity } from '../../src/core/model/azure.ts';
import type { Person } from '../../src/core/model/person.ts';
import type { Request } from '../../src/core/model/request.ts';
import { identityScope } from '../../src/core/model/scope.ts';
import { createSuggest } from '../../src/core/suggest.ts';
import { aRequest } from '../store/fixtures/request.ts';
import {
  alex,
  answerTo,
  dependencies,
  groups,
  identity,
  megan,
  policyOf,
  subscriptionId,
  type Where,
} from './authorise-world.ts';

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
