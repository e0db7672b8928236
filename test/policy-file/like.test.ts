// Commands that are like another to the policy, so that a policy that is older than they are need not learn them.

import { describe, expect, it } from 'vitest';
import { parsePolicy } from '../../src/policy-file/read.ts';
import { textTools } from '../../src/text-tools.ts';

const known = [
  { name: 'show', hasRole: false },
  { name: 'export', hasRole: false, like: 'show' },
  { name: 'grant', hasRole: true, isChange: true },
];
const commandsOf = (rules: string) =>
  parsePolicy(`version: 1\nplaces: [approvers]\nrules:\n${rules}`, 'policy.yaml', textTools, known).rules.map(
    ({ commands }) => commands,
  );
const rule = (name: string, commands: string, then: string) =>
  `  - { name: ${name}, commands: [${commands}], ${then} }\n`;

describe('a command that is like another', () => {
  it('is allowed and refused as the other, as long as no rule names it', () => {
    expect(
      commandsOf(rule('nobody', 'show', 'deny: No.') + rule('all', 'show, grant', 'who: [anyone], approvals: none')),
    ).toEqual([
      ['show', 'export'],
      ['show', 'grant', 'export'],
    ]);
  });

  it('follows its own rules alone once one of them names it', () => {
    expect(
      commandsOf(rule('no code', 'export', 'deny: No.') + rule('all', 'show', 'who: [anyone], approvals: none')),
    ).toEqual([['export'], ['show']]);
  });
});
