// What lint warns of, each at its line; and that the data that it works from is Azure's.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { builtinRolesText } from '../../policy/build.ts';
import { policyCommands } from '../../src/core/grammar/registry.ts';
import { lintPolicy } from '../../src/policy-file/lint.ts';
import { parsePolicy } from '../../src/policy-file/read.ts';
import { textTools } from '../../src/text-tools.ts';

const subscription = '/subscriptions/aaaaaaaa-0000-4000-8000-000000000001';

/** A policy of these rules and lines after them, whose warnings are asked for. The first rule is in line 6. */
function warningsOf(rules: string, groups = 'platform: [megan@contoso.com, adele@contoso.com]') {
  const text = `version: 1
groups:
  ${groups}
places: [approvers]
rules:
${rules.trim().replace(/^/gm, '  ')}
`;
  const policy = parsePolicy(text, 'policy.yaml', textTools, policyCommands);
  const now = new Date('2026-01-07T10:00:00Z');
  return lintPolicy(text, { policy, commands: policyCommands, textTools, now }).map(
    ({ line, message }) => `${line}: ${message}`,
  );
}

const rule = (name: string, more: string) => `- name: ${name}
  commands: [grant, delete]
  who: anyone
  ${more}`;
const approved = 'approvals: { count: 1, by: [platform] }\n  expireAfter: 1d';

describe('a good policy', () => {
  it('has no warnings', () => {
    expect(warningsOf(rule('all', approved))).toEqual([]);
  });

  it.each(['sandbox/policy.yaml'])('%s has none', (file) => {
    const text = readFileSync(file, 'utf8');
    const policy = parsePolicy(text, file, textTools, policyCommands);
    expect(lintPolicy(text, { policy, commands: policyCommands, textTools, now: new Date(0) })).toEqual([]);
  });
});

describe('lint warns of', () => {
  it.each<readonly [string, string, string]>([
    ['a rule below one for the same', `${rule('all', approved)}\n${rule('again', approved)}`, '11: “again” can never'],
    [
      'a rule below one that is wider',
      `${rule('all', approved)}\n${rule('one group', `scopes: [${subscription}/resourceGroups/rg]\n  ${approved}`)}`,
      '11: “one group” can never decide: “all” above decides',
    ],
    [
      'a rule that a deny takes everything from, wherever it stands',
      `${rule('all', approved)}\n- { name: no, commands: [grant, delete], who: anyone, deny: No. }`,
      '6: “all” can never decide: “no” decides',
    ],
    [
      'a deny below one that denies the same',
      `- { name: no, commands: [grant], deny: No. }\n- { name: "no, too", commands: [grant], who: [platform], deny: No! }\n${rule('all', approved)}`,
      '7: “no, too” can never decide',
    ],
    [
      'a deny of what no rule allows',
      `- { name: no, commands: [create], deny: No. }\n${rule('all', approved)}`,
      '6: “no” denies what no rule allows',
    ],
    ['anyone without approval', rule('all', 'approvals: none'), '9: anyone may use grant, delete everywhere'],
    [
      'anyone without approval in a subscription',
      rule('all', `scopes: [${subscription}]\n  approvals: none`),
      '10: anyone may use grant, delete in a whole subscription',
    ],
    [
      'power over access without approval, by name',
      `- { name: all, commands: [grant], who: [platform], roles: [Owner], approvals: none }`,
      '6: Owner can be assigned without approval',
    ],
    [
      'power over access without approval, by what it permits',
      `- { name: all, commands: [grant], who: [platform], permits: ["Microsoft.Authorization/roleAssignments/write"], approvals: none }`,
      '6: roles that permit Microsoft.Authorization/roleAssignments/write',
    ],
    [
      'as many approvers as approvals, of whom one may request',
      rule('all', 'approvals: { count: 2, by: [platform] }\n  expireAfter: 1d'),
      '9: 2 of platform must approve, and there are only 2',
    ],
    ['requests without an end', rule('all', 'approvals: { count: 1, by: [platform] }'), '6: “all” has no expireAfter'],
    [
      'a role that is not built in',
      rule('all', `roles: [Reader, Ownr]\n  ${approved}`),
      '9: “Ownr” is not a built-in role; at the start it is looked up in Azure; did you mean Owner?',
    ],
    [
      'a freeze that is over',
      `${rule('all', approved)}`,
      '', // replaced below: a freeze stands outside the rules
    ],
  ])('%s', (_what, rules, expected) => {
    if (expected === '') {
      const text = `${rules}\nfreeze:\n- { from: 2025-12-20, to: 2026-01-03, deny: Freeze. }`;
      const whole = `version: 1\ngroups: { platform: [a@b.c, d@b.c] }\nplaces: [approvers]\nrules:\n${text}\n`;
      const policy = parsePolicy(whole, 'policy.yaml', textTools, policyCommands);
      const given = { policy, commands: policyCommands, textTools, now: new Date('2026-01-07T10:00:00Z') };
      expect(lintPolicy(whole, given)).toMatchObject([{ line: 11, message: 'this freeze is over; remove it' }]);
      expect(lintPolicy(whole, { ...given, now: new Date('2026-01-03T23:00:00Z') })).toEqual([]);
      return;
    }
    expect(
      warningsOf(rules).find((line) => line.startsWith(expected)),
      warningsOf(rules).join('\n'),
    ).toBeDefined();
  });

  it('a group that no rule names', () => {
    const groups = 'platform: [a@b.c, d@b.c]\n  left-over: [a@b.c]';
    expect(warningsOf(rule('all', approved), groups)).toEqual(['4: no rule names the group “left-over”']);
  });

  it('nothing that a comment accepts, on the line or the one above', () => {
    const unused = ['3: no rule names the group “platform”'];
    expect(warningsOf(rule('all', 'approvals: none # lint: accept, a test subscription'))).toEqual(unused);
    expect(warningsOf(rule('all', '# lint: accept\n  approvals: none'))).toEqual(unused);
    expect(warningsOf(rule('all', 'approvals: none # lint: accepted?'))).toHaveLength(2);
  });
});

describe('a rule that may decide is not warned of', () => {
  it.each<readonly [string, string]>([
    ['other people above', rule('some', `${approved}`).replace('who: anyone', 'who: [platform]')],
    ['another scope above', rule('some', `scopes: [${subscription}/resourceGroups/rg]\n  ${approved}`)],
    ['some roles above', rule('some', `roles: [Reader]\n  ${approved}`)],
    ['what roles permit above', rule('some', `permits: ["*/read"]\n  ${approved}`)],
    ['tags above', rule('some', `tags: { env: prod }\n  ${approved}`)],
    ['hours above', rule('some', `hours: { from: "08:00", to: "18:00", timeZone: UTC }\n  ${approved}`)],
  ])('with %s', (_what, above) => {
    expect(warningsOf(`${above}\n${rule('all', approved)}`)).toEqual([]);
  });
});

describe('the built-in roles that are known without Azure', () => {
  it('are those that the simulator serves', () => {
    const kept = readFileSync('src/policy-file/builtin-roles.jsonl', 'utf8');
    expect(kept === builtinRolesText(), 'run node policy/build.ts').toBe(true);
    expect(kept.trim().split('\n')).toHaveLength(928);
  });
});
