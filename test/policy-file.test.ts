// policy.yaml as an operator writes it: what is read, and what is told of each mistake.

import { describe, expect, it } from 'vitest';
import { policyCommands } from '../src/core/grammar/registry.ts';
import { PolicyError, parsePolicy } from '../src/policy-file/read.ts';
import { textTools } from '../src/text-tools.ts';
import { policyOf } from './support/policy.ts';

const subscription = '/subscriptions/aaaaaaaa-0000-4000-8000-000000000000';
const text = policyOf(subscription);
const parse = (source: string) => parsePolicy(source, 'policy.yaml', textTools, policyCommands);

it('is named by its text', () => {
  expect(parse(text).version).toMatch(/^[0-9a-f]{64}$/);
  expect(parse(text).version).toBe(parse(text).version);
  expect(parse(`${text}# a remark\n`).version).not.toBe(parse(text).version);
});

describe('a policy file with a mistake', () => {
  const problemsOf = (source: string) => {
    try {
      parse(source);
    } catch (error) {
      if (error instanceof PolicyError) return error.problems;
      throw error;
    }
    throw new Error('it was taken');
  };

  it.each([
    [text.replace('maxDuration: 7d', 'maxDuraton: 7d'), 'policy.yaml:16: ', 'unknown key'],
    [text.replace('[platform] }', '[platfrom] }'), 'policy.yaml:20: ', 'did you mean platform?'],
    [
      text.replace('    who: anyone\n    approvals: none', '    who: azure-rbac\n    approvals: none'),
      'policy.yaml:14: ',
      'requesterNeeds',
    ],
    [text.replace('[Megan@contoso.com]', '["entra:6f1c"]'), 'policy.yaml:3: ', 'entra:'],
    [text.replace('[Megan@contoso.com]', '["slack:platform"]'), 'policy.yaml:3: ', 'slack:'],
    [text.replace('[Megan@contoso.com]', '[owners]'), 'policy.yaml:3: ', 'must be emails'],
    [text.replace(subscription, '/subscription/x'), 'policy.yaml:13: ', 'not an Azure scope'],
    [text.replace('24h', 'soon'), 'policy.yaml:21: ', 'is not a duration'],
    [text.replace('commands: [grant, create]', 'commands: [grant, destroy]'), 'policy.yaml:8: ', 'list'],
    [text.replace('    who: anyone\n    approvals: none\n', ''), 'policy.yaml:11: ', 'needs who'],
    [text.replace('version: 1', 'version: 2'), 'policy.yaml:1: ', 'version: 1'],
    [
      text.replace('name: everything else', 'name: playground is self-service'),
      'policy.yaml:17: ',
      'another rule is named',
    ],
    [text.replace('rules:', 'rules: ['), 'policy.yaml:', ''],
    [text.replace('  - approvers', '  - nowhere'), 'policy.yaml:5: ', 'approvers'],
    [`${text}version: 1\n`, 'policy.yaml:22: ', 'unique'],
    ['', 'policy.yaml:1: ', ''],
  ])('case %#: names its line and what is wrong', (source, where, part) => {
    const problems = problemsOf(source);
    const found = problems.find((problem) => problem.startsWith(where) && problem.includes(part));
    expect(found, problems.join('\n')).toBeDefined();
  });

  it('tells all of them at once', () => {
    expect(problemsOf(text.replace('24h', 'soon').replace('maxDuration: 7d', 'maxDuraton: 7d')).length).toBe(2);
  });
});

describe('a policy that could not be meant', () => {
  it.each([
    [text.replaceAll('platform', 'anyone'), 'is a reserved word'],
    [text.replace('count: 1', 'count: 3'), 'there are only 1'],
    [text.replace(subscription, '/providers/Microsoft.Management/managementGroups'), 'is not an Azure scope'],
    [text.replace('commands: [grant, create]', 'commands: [delete]'), 'can only be used with create, grant, revoke'],
    [text.replace('24h', '999999999999d'), 'is not a duration'],
  ])('case %# is refused', (source, part) => {
    expect(() => parse(source)).toThrow(part);
  });

  it('knows a role by its ARM id', () => {
    const id = '8E3AF657-A8FF-443C-A75C-2FE8C4BCB635';
    const byId = parse(text.replace('[Owner]', `[/providers/Microsoft.Authorization/roleDefinitions/${id}]`));
    expect(byId.rules[0]?.roles).toEqual([id.toLowerCase()]);
  });
});

describe('the commands that a rule may name', () => {
  const rule = (commands: string, more = '') =>
    text.replace('commands: [grant, create]', `commands: [${commands}]`).replace('    roles: [Owner]\n', more);

  it('are those of the definitions, and no list of the policy’s own', () => {
    const paint = { name: 'paint', hasRole: true };
    expect(() => parse(rule('paint'))).toThrow('commands');
    expect(parsePolicy(rule('paint'), 'policy.yaml', textTools, [...policyCommands, paint]).rules[0]?.commands).toEqual(
      ['paint'],
    );
    expect(() => parsePolicy(text, 'policy.yaml', textTools, [paint])).toThrow('commands');
  });

  it('may be about a role only where their definition has one', () => {
    const withRoles = rule('paint', '    roles: [Owner]\n');
    expect(
      parsePolicy(withRoles, 'p', textTools, [...policyCommands, { name: 'paint', hasRole: true }]).rules.length,
    ).toBe(3);
    expect(() =>
      parsePolicy(withRoles, 'p', textTools, [...policyCommands, { name: 'paint', hasRole: false }]),
    ).toThrow('can only be used with');
  });
});
