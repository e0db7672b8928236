// A policy file that is not used is told where people see it, and to nobody whom the record is hidden from.

import { expect, it } from 'vitest';
import type { Card } from '../../src/core/chat.ts';
import type { AuthorisedContext } from '../../src/core/commands/context.ts';
import { whoami } from '../../src/core/commands/whoami.ts';
import type { Policy } from '../../src/core/model/policy.ts';
import type { ChatMessenger } from '../../src/core/ports.ts';
import { createPolicyNews } from '../../src/policy-file/news.ts';
import { people } from '../support/core-world.ts';
import { silent } from '../support/database.ts';

const channel = { kind: 'channel', chat: 'slack', conversation: 'C0APPROVALS' } as const;
const policy: Policy = {
  version: 'a'.repeat(64),
  groups: {},
  channels: [channel, { kind: 'approvers' }],
  rules: [{ name: 'auditors', commands: ['audit'], who: ['megan@x.y'] }],
};

it('is posted once to each channel, without the mistakes themselves', async () => {
  const posted: { to: string; card: Card }[] = [];
  const messenger = {
    chat: 'slack',
    post: async ({ conversation }: { conversation: string }, card: Card) => {
      posted.push({ to: conversation, card });
      return { ok: true, message: 'm' } as const;
    },
  } as unknown as ChatMessenger;
  const tell = createPolicyNews({ policy: () => policy, messengers: () => [messenger], log: silent });
  const refused = { version: 'b'.repeat(64), problems: ['policy.yaml:3: rules: secret@x.y'], kept: policy.version };
  await tell(refused);
  await tell(refused);
  expect(posted.map(({ to }) => to)).toEqual(['C0APPROVALS']);
  expect(JSON.stringify(posted)).toContain('1 mistake. Policy version aaaaaaaaaaaa stays in effect');
  expect(JSON.stringify(posted)).not.toContain('secret');
  await tell({ ...refused, version: 'c'.repeat(64) });
  expect(posted).toHaveLength(2);
});

it.each([
  ['megan', true],
  ['alex', false],
] as const)('is told by whoami to who may see the record: %s, %s', async (name, isTold) => {
  const person = people[name];
  const memberships = new Map([[person.key, new Map([['megan@x.y', name === 'megan']])]]);
  const context = { person, policy, policyProblems: 2, facts: { memberships }, clock: { now: () => new Date() } };
  const answer = await whoami.run(context as unknown as AuthorisedContext, {});
  expect(JSON.stringify(answer).includes('is not used: 2 mistakes')).toBe(isTold);
});
