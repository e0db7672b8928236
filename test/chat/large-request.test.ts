// Attack by size: what fills a card must not push a fact, a change or a warning off it while it can be approved.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderCard as drawSlack } from '../../src/chat/slack/render.ts';
import { LIMITS } from '../../src/chat/teams/limits.ts';
import { renderCard as drawTeams } from '../../src/chat/teams/render.ts';
import { requestCard } from '../../src/core/cards/request-card.ts';
import { tagWords } from '../../src/core/cards/tag-words.ts';
import { warningWords } from '../../src/core/cards/warning-words.ts';
import type { Request } from '../../src/core/model/request.ts';
import type { Warning } from '../../src/core/model/warning.ts';
import { plannedWords } from '../../src/core/operations/registry.ts';
import { faults, textOf } from '../slack/blocks.ts';
import { aRequest } from '../store/fixtures/request.ts';
import { problems } from '../teams/adaptive.ts';

interface Size {
  readonly tags: number;
  readonly steps: number;
  readonly warnings: number;
  readonly reason: number;
  readonly name: number;
  readonly sign: string;
}

function largeRequest({ tags, steps, warnings, reason, name, sign }: Size): Request {
  const scope = '/subscriptions/11111111-0000-4000-8000-000000000001/resourceGroups/rg-payments';
  const all = Object.fromEntries(
    Array.from({ length: tags }, (_, index) => [`${index}-${sign.repeat(508)}`, sign.repeat(256)]),
  );
  const warning = (index: number): Warning => ({
    code: 'locked-against',
    level: 'danger',
    params: { lock: `lock-${index}-`.padEnd(60, 'l'), scope: 'rg-payments', prevents: 'create-there' },
  });
  const operation = (index: number) => ({
    kind: 'role-assignment.create' as const,
    scope,
    roleDefinitionId: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635',
    roleName: `role-${index}`,
    identityId: `${scope}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${'n'.repeat(name)}`,
  });
  const operations = Array.from({ length: steps }, (_, index) => operation(index));
  const base = aRequest('R-7K3F9Q', { reason: sign.repeat(reason) });
  return {
    ...base,
    operations: operations.map((one) => ({ operation: one, state: 'planned' })) as unknown as Request['operations'],
    plan: {
      ...base.plan,
      summary: `Create identity ${'n'.repeat(name)} in rg-payments`,
      facts: [
        { label: 'Identity', value: 'n'.repeat(name) },
        { label: 'Tags', value: tagWords(all) },
        { label: 'Role', value: 'Owner' },
        { label: 'Scope', value: 'subscription Contoso Production' },
        { label: 'Duration', value: 'Permanent' },
        { label: 'Resource id', value: operation(0).identityId, isId: true },
      ],
      steps: operations.map((one) => ({ operation: one })),
      warnings: Array.from({ length: warnings }, (_, index) => warning(index)),
    },
  };
}

const sizes = fc.record({
  tags: fc.nat(50),
  steps: fc.integer({ min: 1, max: 20 }),
  warnings: fc.nat(30),
  reason: fc.integer({ min: 1, max: 1_000 }),
  name: fc.integer({ min: 3, max: 128 }),
  sign: fc.constantFrom('x', 'é', '\u{1F600}', '\u202E', 'ש', '"'),
});

/** What whoever approves must have seen. */
function mustBeSeen(request: Request): string[] {
  return [
    ...['Requested by', 'Reason', 'Identity', 'Tags', 'Role', 'Scope', 'Duration'],
    ...['Owner', 'subscription Contoso Production', 'Permanent', 'Alex Wilber'],
    ...request.plan.steps.map(({ operation }) => plannedWords(operation)),
    ...request.plan.warnings.map(warningWords),
  ];
}

const asked = 'cannot be approved with a button';

function check(shown: string, request: Request): void {
  const missing = mustBeSeen(request).filter((words) => !shown.includes(words));
  if (shown.includes('request.approve')) expect(missing).toEqual([]);
  else expect(shown).toContain(asked);
  expect(shown).toContain('Details');
}

describe('a request of any size', () => {
  it('in Teams shows every fact, change and warning, or cannot be approved there', async () => {
    await fc.assert(
      fc.property(sizes, (size) => {
        const request = largeRequest(size);
        const drawn = drawTeams(requestCard(request, 'approvers'));
        expect(Buffer.byteLength(JSON.stringify(drawn))).toBeLessThanOrEqual(LIMITS.cardBytes);
        expect(problems(drawn)).toEqual([]);
        check(JSON.stringify(drawn).replaceAll('\\"', '"'), request);
      }),
      { numRuns: 60 },
    );
  });

  it('in Slack shows every fact, change and warning, or cannot be approved there', async () => {
    await fc.assert(
      fc.property(sizes, fc.constantFrom('message' as const, 'home' as const), (size, surface) => {
        const request = largeRequest(size);
        const blocks = drawSlack(requestCard(request, 'approvers'), { surface });
        expect(faults(blocks, surface)).toEqual([]);
        check(`${textOf(blocks)}\n${JSON.stringify(blocks).replaceAll('\\"', '"')}`, request);
      }),
      { numRuns: 60 },
    );
  });

  it('with 38 KB of tags can be approved in both chats, and says how much of them is not shown', () => {
    const request = largeRequest({ tags: 50, steps: 2, warnings: 2, reason: 1_000, name: 128, sign: 'x' });
    const card = requestCard(request, 'approvers');
    for (const drawn of [drawTeams(card), drawSlack(card, { surface: 'message' })]) {
      const shown = JSON.stringify(drawn);
      expect(shown).toContain('request.approve');
      expect(shown).toMatch(/\([\d,]+ more characters\)/);
    }
  });

  it('with more changes and warnings than a card holds loses its Approve, and says why', () => {
    const request = largeRequest({ tags: 50, steps: 20, warnings: 60, reason: 1_000, name: 128, sign: 'x' });
    const card = requestCard(request, 'approvers');
    for (const drawn of [drawTeams(card), drawSlack(card, { surface: 'message' })]) {
      const shown = JSON.stringify(drawn);
      expect(shown).not.toContain('request.approve');
      expect(shown).toContain('request.deny');
      expect(shown).toContain(asked);
    }
  });
});

describe('tags', () => {
  it('cannot pass for others', () => {
    expect(tagWords({ team: 'orders', env: 'prod' })).toBe('team=orders, env=prod');
    expect(tagWords({ note: 'a, env=prod', x: ' ', y: '' })).toBe('note="a, env=prod", x=" ", y=');
  });
});
