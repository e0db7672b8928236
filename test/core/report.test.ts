// What a report asks about each identity, how much of that at most, and what it says where it does not know.

import { describe, expect, it } from 'vitest';
import type { AzureReader } from '../../src/core/azure-ports.ts';
import type { Card } from '../../src/core/chat.ts';
import type { CommandContext, LastUse } from '../../src/core/commands/context.ts';
import { report } from '../../src/core/commands/report.ts';
import { Fault } from '../../src/core/errors.ts';
import type { FederatedCredential, Identity } from '../../src/core/model/azure.ts';
import { lookCloser } from '../../src/core/report/look-closer.ts';
import { identity, subscriptionId } from './authorise-world.ts';

const now = new Date('2026-06-01T00:00:00Z');
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000).toISOString();
const found = async <T>(items: readonly T[], missing: readonly string[] = []) => ({ items, missing });
const credential: FederatedCredential = {
  name: 'github',
  issuer: 'https://token.actions.githubusercontent.com',
  subject: 'repo:contoso/orders:pull_request',
  audiences: ['api://AzureADTokenExchange'],
};

interface Given {
  readonly identities: readonly Identity[];
  readonly azure?: Partial<AzureReader>;
  readonly uses?: Readonly<Record<string, LastUse>>;
}

function contextOf({ identities, azure = {}, uses = {} }: Given): CommandContext {
  return {
    azure: {
      subscriptions: async () => [{ id: subscriptionId, name: 'Production', tenantId: subscriptionId }],
      identities: () => found(identities),
      allAssignments: () => found([]),
      orphanedAssignments: () => found([]),
      assignmentCounts: () => found([{ subscriptionId, assignments: 3_700 }]),
      federatedCredentials: async () => [],
      carriedIdentities: () => found([]),
      ...azure,
    },
    clock: { now: () => now },
    lastUse: async (id: string) => uses[id] ?? { hasGrant: false },
    rewrite: () => 'report',
  } as unknown as CommandContext;
}
const unusedOf = async (given: Given) => {
  const { unused, missing } = await lookCloser(contextOf(given), given.identities);
  return { unused: unused.map(({ name }) => name), missing };
};
const one = identity('rg-a', 'uami-a');

describe('unused', () => {
  it('is what nothing carries, trusts, asked about in 90 days or holds for a while', async () => {
    const [carried, trusting, asked, granted, quiet] = ['carried', 'trusting', 'asked', 'granted', 'quiet'].map(
      (name) => identity('rg-a', name),
    ) as [Identity, Identity, Identity, Identity, Identity];
    expect(
      await unusedOf({
        identities: [carried, trusting, asked, granted, quiet],
        azure: {
          carriedIdentities: () => found([carried.id.toLowerCase()]),
          federatedCredentials: async (id) => (id === trusting.id ? [credential] : []),
        },
        uses: {
          [asked.id]: { requestedAt: daysAgo(89), hasGrant: false },
          [granted.id]: { requestedAt: daysAgo(200), hasGrant: true },
          [quiet.id]: { requestedAt: daysAgo(91), hasGrant: false },
        },
      }),
    ).toEqual({ unused: ['quiet'], missing: [] });
  });

  const fails = async () => {
    throw new Fault('azure-forbidden', 'Azure refused.');
  };
  it.each<[string, Partial<AzureReader>]>([
    ['credentials', { federatedCredentials: fails }],
    ['resources', { carriedIdentities: fails }],
    ['resources of Resource Graph', { carriedIdentities: () => found<string>([], ['Azure Resource Graph: refused']) }],
  ])('is nothing whose %s are not known, and that is told', async (_what, azure) => {
    const { unused, missing } = await unusedOf({ identities: [one], azure });
    expect(unused).toEqual([]);
    expect(missing.join()).toMatch(/1 identity.*refused/);
  });

  it('is not what the record did not tell of', async () => {
    const context = { ...contextOf({ identities: [one] }), lastUse: fails };
    const { unused, missing } = await lookCloser(context, [one]);
    expect(unused).toEqual([]);
    expect(missing.join()).toContain('the record of 1 identity was not read');
  });
});

describe('of many identities', () => {
  const many = Array.from({ length: 250 }, (_, at) => identity('rg-a', `uami-${at}`));

  it('at most 200 are looked at, eight at a time, and the rest is told', async () => {
    let [reads, running, most] = [0, 0, 0];
    const federatedCredentials = async () => {
      reads += 1;
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
      return [];
    };
    const { unused, missing } = await unusedOf({ identities: many, azure: { federatedCredentials } });
    expect({ reads, most, unused: unused.length }).toEqual({ reads: 200, most: 8, unused: 200 });
    expect(missing.join()).toContain('50 identities not looked at');
  });

  it('no more are asked about where Azure does not answer', async () => {
    let reads = 0;
    const federatedCredentials = async () => {
      reads += 1;
      throw new Fault('azure-unreachable', 'Azure did not answer.');
    };
    const { missing } = await unusedOf({ identities: many, azure: { federatedCredentials } });
    expect(reads).toBeLessThan(17);
    expect(missing.join()).toContain('250 identities not looked at');
  });

  it('no more are asked about once it takes long', async () => {
    let seconds = 0;
    const federatedCredentials = async () => {
      seconds += 1;
      return [];
    };
    const clock = { now: () => new Date(now.getTime() + seconds * 1_000) };
    const context = { ...contextOf({ identities: many, azure: { federatedCredentials } }), clock };
    const { credentials, missing } = await lookCloser(context, many);
    expect(credentials.length).toBeLessThan(30);
    expect(missing.join()).toContain(`${250 - credentials.length} identities not looked at`);
  });
});

describe('the card', () => {
  const cardOf = async (given: Given, kind?: 'unused' | 'wide-subject' | 'near-assignments') =>
    (await report.run(contextOf(given) as never, { kind } as never)) as Card;
  const barsOf = ({ blocks: [chart] }: Card) =>
    chart?.kind === 'chart' ? Object.fromEntries(chart.bars.map(({ label, value }) => [label, value])) : undefined;
  const commandsOf = ({ buttons }: Card) => buttons.map((button) => (button.kind === 'command' ? button.command : ''));

  it('begins with the counts as a chart, and each line has its button', async () => {
    const risky = identity('rg-a', 'uami-risky');
    const given: Given = {
      identities: [one, risky],
      azure: { federatedCredentials: async (id) => (id === risky.id ? [credential] : []) },
    };
    expect(barsOf(await cardOf(given))).toMatchObject({
      'Risky credential': 1,
      'Near 4,000 assignments': 1,
      Unused: 1,
      'Near 20 credentials': 0,
    });
    expect(commandsOf(await cardOf(given, 'unused'))).toEqual([`delete ${one.id}`]);
    expect(commandsOf(await cardOf(given, 'wide-subject'))).toEqual([`credential list ${risky.id}`]);
    expect(commandsOf(await cardOf(given, 'near-assignments'))).toEqual([
      `who --scope /subscriptions/${subscriptionId}`,
    ]);
  });

  it('has no count of what is not known, and says that the numbers are partial', async () => {
    const card = await cardOf({ identities: [], azure: { assignmentCounts: () => found([], ['not counted']) } });
    expect(barsOf(card)).not.toHaveProperty(['Near 4,000 assignments']);
    expect(JSON.stringify(card.blocks)).toContain('partial: not counted');
  });
});
