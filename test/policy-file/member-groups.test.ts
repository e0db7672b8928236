// Groups that a policy names and that are kept elsewhere: one that is not there is a mistake, told with its line.

import { describe, expect, it } from 'vitest';
import { policyCommands } from '../../src/core/grammar/registry.ts';
import type { Policy } from '../../src/core/model/policy.ts';
import { checkEntraGroups, findUnreachableGroups } from '../../src/policy-file/member-groups.ts';
import { describeMistakes, parsePolicy } from '../../src/policy-file/read.ts';
import { textTools } from '../../src/text-tools.ts';

const there = '6f1c0000-0000-4000-8000-000000000001';
const gone = '99999999-0000-4000-8000-000000000000';
const text = `
version: 1
groups:
  platform: [megan@contoso.com, "entra:${there.toUpperCase()}"]
  on-call: ["slack:S0614TZR7"]
places: [approvers]
rules:
  - name: everything
    commands: [create]
    who: ["entra:${gone}"]
    approvals: { count: 1, by: [platform] }
`;
const parse = (): Policy => parsePolicy(text, 'policy.yaml', textTools, policyCommands);

describe('groups that are kept elsewhere', () => {
  it('must exist in the directory', async () => {
    const finder = { existingGroups: async (ids: readonly string[]) => ids.filter((id) => id === there) };
    const { mistakes, isComplete } = await checkEntraGroups(parse(), finder);
    expect(isComplete).toBe(true);
    expect(describeMistakes(text, 'policy.yaml', mistakes)).toEqual([
      `policy.yaml:10: rules[1].who: “entra:${gone}”: the directory has no such group`,
    ]);
  });

  it('are no mistake where the directory does not answer, and are not asked for where there are none', async () => {
    const away = { existingGroups: () => Promise.reject(new Error('away')) };
    expect(await checkEntraGroups(parse(), away)).toEqual({ mistakes: [], isComplete: false });
    const plain = { ...parse(), groups: {}, rules: [] };
    expect(await checkEntraGroups(plain, away)).toEqual({ mistakes: [], isComplete: true });
  });

  it('of a chat need that chat', () => {
    expect(describeMistakes(text, 'policy.yaml', findUnreachableGroups(parse(), ['teams']))).toEqual([
      'policy.yaml:5: groups.on-call: “slack:S0614TZR7”: slack is not configured, so nobody can be found in this group',
    ]);
    expect(findUnreachableGroups(parse(), ['teams', 'slack'])).toEqual([]);
  });
});
