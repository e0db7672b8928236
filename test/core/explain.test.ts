// What explain says, and that it says no more than requesting would: a line is explained by the path on which it is requested.

import { describe, expect, it } from 'vitest';
import { type Answer, type Card, cardOf } from '../../src/core/chat.ts';
import type { Rule } from '../../src/core/model/policy.ts';
import { alex, megan, subscriptionId } from './authorise-world.ts';
import { auditors, grants, looking, policy, powerless, scope, wordsOf, world } from './explain-world.ts';

const line = 'grant uami-a --role Reader --scope rg-a --for 4h';

describe('explain', () => {
  it('says that a line would be allowed, who would be asked for each stage, and what it needs', async () => {
    const card = await world().card(`explain ${line}`);
    const said = wordsOf(card);
    expect(card.title).toBe('Assign role Reader on resource group rg-a to uami-a');
    for (const words of [
      'Would be allowed after approval.',
      '1 of platform (megan@x.y and adele@x.y)',
      // Alex is of the platform team too, and is not asked about his own request.
      '1 of security',
      'Each approver confirms with a fresh sign-in',
      '8 hours',
      '1 day',
      'grants in a: decides.',
      'contractors (deny): is for other people.',
      'Nothing was requested and nobody was asked. Policy version 0123456789ab.',
    ])
      expect(said).toContain(words);
  });

  it('names the deny that a role meets by what it permits, and what made it match', async () => {
    const said = wordsOf(await world().card('explain grant uami-a --role Owner --scope rg-a --for 4h'));
    expect(said).toContain('Would be refused: Ask the platform team. Rule: “no power”.');
    expect(said).toContain('no power (deny): decides. The role permits Microsoft.Authorization/roleAssignments/write.');
    expect(said).toContain('grants in a: matches too, but another rule decides.');
  });

  it('says which condition of a rule does not hold, and not for whom or what it is', async () => {
    const said = wordsOf(await world().card('explain grant uami-a --role Reader --scope rg-b'));
    expect(said).toContain('grants in a: is for other scopes.');
    expect(said).toContain('No rule matches');
    expect(said).not.toContain('carl@x.y');
    expect(said).not.toContain(scope('rg-a'));
  });

  it.each([
    `explain "${line}"`,
    `explain “${line}”`,
    `Explain /identity ${line}`,
    'explain az role assignment create --assignee uami-a --role Reader --scope rg-a -o json',
    'explain `grant uami-a --role Reader --scope rg-a --for 4h`',
    `explain —as alex@x.y ${line}`,
  ])('understands %s', async (typed) => {
    expect((await world().card(typed)).title).toBe('Assign role Reader on resource group rg-a to uami-a');
  });

  it('leaves an audit entry and nothing else', async () => {
    const { card, audit } = world();
    await card(`explain ${line}`);
    await card('explain grant uami-a --role Owner --scope rg-a');
    expect(audit.map(({ event, data }) => [event, data])).toMatchObject([
      ['policy.explained', { text: line, for: alex.key, verdict: 'allowed', rules: ['grants in a'] }],
      ['policy.explained', { verdict: 'refused', rules: ['no power'] }],
    ]);
  });

  it('opens its form alone, and asks for a whole line', async () => {
    const { say } = world();
    expect(await say('explain')).toMatchObject({ kind: 'form', command: 'explain' });
    expect(wordsOf(await world().card('explain grant'))).toContain('Enter the whole command to explain');
    expect(wordsOf(await world().card('explain whoami'))).toContain('The policy has no rules for whoami.');
    expect(wordsOf(await world().card('explain explain list'))).toContain('The policy has no rules for explain.');
    expect(wordsOf(await world().card('explain frobnicate'))).toContain('Unknown command “frobnicate”');
    expect(wordsOf(await world().card('explain approve R-7K3F9Q'))).toContain('Who may do this depends on the request');
  });

  it('says what the bot itself may not do, and only to whom the policy would allow it', async () => {
    const lacking = await world({ ownAccess: powerless }).card(`explain ${line}`);
    const said = wordsOf(lacking);
    expect(said).toContain('The policy would allow it, but Identity Desk itself may not do it in Azure.');
    expect(said).toContain('Microsoft.Authorization/roleAssignments/write');
    expect(lacking.buttons).toEqual([]);
    const refused = wordsOf(
      await world({ ownAccess: powerless }).card('explain grant uami-a --role Owner --scope rg-a'),
    );
    expect(refused).not.toContain('Identity Desk itself');
  });

  it('explains a read of one identity', async () => {
    const said = wordsOf(await world().card('explain show uami-a'));
    expect(said).toContain('Would be allowed without approval.');
    expect(said).toContain('looking: decides.');
  });

  it('asks which of several by explaining again, never by requesting', async () => {
    const names = [
      ['rg-a', 'uami-a'],
      ['rg-d', 'uami-a'],
    ] as const;
    const open = { ...policy, rules: [{ ...looking, scopes: [`/subscriptions/${subscriptionId}`] }, ...policy.rules] };
    const card = await world({ names: names.map(([group, name]) => [group, name]), policy: open }).card(
      `explain ${line}`,
    );
    const commands = card.buttons.flatMap((button) => (button.kind === 'command' ? [button.command] : []));
    expect(commands).toHaveLength(2);
    for (const command of commands) expect(command).toMatch(/^explain grant \/subscriptions/);
  });
});

describe('what may not be seen', () => {
  const hidden = { ...policy, rules: [{ ...grants, scopes: [scope('rg-a')] }, looking] };

  it.each(['grant uami-d --role Reader --scope rg-a', 'show uami-d', 'delete uami-d'])(
    'is explained like what does not exist: %s',
    async (asked) => {
      const there = await world({ policy: hidden, names: [['rg-d', 'uami-d']] }).say(`explain ${asked}`);
      const notThere = await world({ policy: hidden, names: [] }).say(`explain ${asked}`);
      expect(there).toEqual(notThere);
    },
  );
});

describe('explaining for somebody else', () => {
  it('shows what the policy says for that person, to whom it lets', async () => {
    const { card, audit } = world();
    const said = wordsOf(await card('explain --as megan@x.y grant uami-a --role Reader --scope rg-a --for 4h'));
    expect(said).toContain('Megan (megan@x.y)');
    expect(said).toContain('Would be refused: No rule allows');
    expect(audit).toMatchObject([{ actor: alex.key, data: { for: megan.key } }]);
    expect(wordsOf(await card('explain show uami-a --as Megan@x.y'))).toContain('Would be allowed');
  });

  it('offers no button that would request it as oneself', async () => {
    const both = { ...policy, groups: { ...policy.groups, engineers: ['alex@x.y', 'megan@x.y'] } };
    const card = await world({ policy: both }).card(`explain --as megan@x.y ${line}`);
    expect(wordsOf(card)).toContain('Would be allowed after approval.');
    expect(card.buttons).toEqual([]);
    const own = await world({ policy: both }).card(`explain ${line}`);
    expect(own.buttons).toMatchObject([{ kind: 'command', owner: alex.key }]);
  });

  it.each<readonly [string, readonly Rule[]]>([
    ['no rule', []],
    ['only a rule for one scope', [{ ...auditors, scopes: [scope('rg-a')] }]],
    ['only a rule with an approval', [{ ...auditors, approvals: [{ count: 1, by: ['platform'] }] }]],
    ['a rule for others', [{ ...auditors, who: ['security'] }]],
    ['only a rule for explaining everything to oneself', [{ ...auditors, commands: ['show', 'list', 'grant'] }]],
  ])('is refused with %s, whether there is such a person or not', async (_what, rules) => {
    const without = { ...policy, rules: [looking, grants, ...rules] };
    const known = await world({ policy: without }).say(`explain --as megan@x.y ${line}`);
    const unknown = await world({ policy: without }).say(`explain --as nobody@x.y ${line}`);
    const words = (answer: Answer) => wordsOf(cardOf(answer) as Card).replaceAll(/megan@x.y|nobody@x.y/g, '');
    expect(words(known)).toContain('The policy does not allow you to explain commands for other people.');
    expect(words(known)).toBe(words(unknown));
  });
});
