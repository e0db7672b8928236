// Every key that a rule of policy.yaml may have: what it is read as, and what is told of each mistake with its line.

import { describe, expect, it } from 'vitest';
import { policyCommands } from '../src/core/grammar/registry.ts';
import { findUnknownRoles } from '../src/policy-file/checks.ts';
import { describeMistakes, PolicyError, parsePolicy } from '../src/policy-file/read.ts';
import { textTools } from '../src/text-tools.ts';

const group = '6F1C0000-0000-4000-8000-000000000001';
const head = `version: 1
groups:
  platform: [Megan@contoso.com, "entra:${group}", "slack:S0614TZR7"]
  leads: [lynne@contoso.com]
places: [approvers]
`;
const whole = `${head}rules:
  - name: production
    commands: [create, delete, grant, revoke]
    scopes: [/subscriptions/aaaaaaaa-0000-4000-8000-000000000000]
    tags: { Env: prod }
    who: [platform, "slack:S0614TZR8"]
    hours: { days: mon-fri, from: "08:00", to: "18:30", timeZone: Europe/Berlin }
    requesterNeeds: azure-rbac
    approvals:
      - { count: 1, by: [azure-rbac] }
      - { count: 2, by: [platform] }
    stepUp: true
    reason: "(INC|CHG)-[0-9]+"
    maxDuration: 8h
    maxExtensions: 2
    remindAfter: 30m
    escalateAfter: { 4h: ["entra:${group}"], 1h: [leads] }
    expireAfter: 24h
  - name: power over access
    commands: [grant, create]
    permits: [Microsoft.Authorization/roleAssignments/write, "*/delete"]
    deny: Ask the platform team.
  - name: break glass
    commands: [grant]
    roles: [Contributer]
    who: [leads]
    approvals: none
    breakGlass: { review: [platform], within: 24h }
freeze:
  - { from: 2026-12-20, to: 2027-01-03, except: [break glass], deny: Change freeze. }
  - { from: "2027-03-01T18:00+01:00", to: "2027-03-02T06:00Z", deny: Data centre move. }
`;
const parse = (source: string) => parsePolicy(source, 'policy.yaml', textTools, policyCommands);

describe('a policy with every key', () => {
  const policy = parse(whole);

  it('is read', () => {
    expect(policy.groups.platform).toEqual(['megan@contoso.com', `entra:${group.toLowerCase()}`, 'slack:S0614TZR7']);
    expect(policy.rules[0]).toMatchObject({
      tags: { Env: 'prod' },
      hours: { days: [1, 2, 3, 4, 5], from: 480, to: 1110, timeZone: 'Europe/Berlin' },
      requesterNeeds: 'azure-rbac',
      approvals: [
        { count: 1, by: ['azure-rbac'] },
        { count: 2, by: ['platform'] },
      ],
      stepUp: true,
      maxDurationMs: 8 * 3600_000,
      maxExtensions: 2,
      remindAfterMs: 1800_000,
      escalateAfter: [
        { afterMs: 3600_000, to: ['leads'] },
        { afterMs: 4 * 3600_000, to: [`entra:${group.toLowerCase()}`] },
      ],
      expireAfterMs: 24 * 3600_000,
    });
    expect(policy.rules[1]).toMatchObject({
      permits: ['Microsoft.Authorization/roleAssignments/write', '*/delete'],
      deny: 'Ask the platform team.',
    });
    expect(policy.rules[2]).toMatchObject({ breakGlass: { review: ['platform'], withinMs: 24 * 3600_000 } });
    expect(policy.rules[2]).not.toHaveProperty('approvals');
  });

  it('has patterns that no reason can make slow', () => {
    const reason = parse(whole.replace('(INC|CHG)-[0-9]+', '^(a+)+$')).rules[0]?.reason;
    const startedAt = performance.now();
    expect(reason?.isIn(`${'a'.repeat(4_000)}!`)).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(policy.rules[0]?.reason?.isIn('for INC-42, as agreed')).toBe(true);
    expect(policy.rules[0]?.reason?.isIn('inc-42')).toBe(false);
  });

  it('freezes whole days, in UTC, the last one too', () => {
    expect(policy.freezes).toEqual([
      {
        from: '2026-12-20T00:00:00.000Z',
        to: '2027-01-04T00:00:00.000Z',
        except: ['break glass'],
        deny: 'Change freeze.',
      },
      { from: '2027-03-01T17:00:00.000Z', to: '2027-03-02T06:00:00.000Z', except: [], deny: 'Data centre move.' },
    ]);
  });

  it('is told of roles that Azure does not have, at their line', () => {
    const roles = [{ id: 'b24988ac-6180-42a0-ab88-20f7382dd24c', name: 'Contributor' }];
    const mistakes = findUnknownRoles(policy, roles, textTools);
    expect(describeMistakes(whole, 'policy.yaml', mistakes)).toEqual([
      expect.stringMatching(
        /^policy\.yaml:30: rules\[3\]\.roles\[1\]: .*“Contributer”.*“break glass”.*did you mean Contributor\?$/,
      ),
    ]);
    const mended = parse(whole.replace('Contributer', 'B24988AC-6180-42A0-AB88-20F7382DD24C'));
    expect(findUnknownRoles(mended, roles, textTools)).toEqual([]);
  });
});

describe('a mistake in a key', () => {
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
    ['"*/delete"', 'delete', 'policy.yaml:26: ', 'looks like Microsoft.Authorization'],
    ['{ Env: prod }', '{}', 'policy.yaml:10: ', 'at least one tag'],
    ['mon-fri', 'mon-friday', 'policy.yaml:12: ', 'days such as'],
    ['"18:30"', '"25:00"', 'policy.yaml:12: ', 'time such as'],
    ['"18:30"', '"08:00"', 'policy.yaml:12: ', 'end when they begin'],
    ['Europe/Berlin', 'Berlin', 'policy.yaml:12: ', 'time zone'],
    ['requesterNeeds: azure-rbac', 'requesterNeeds: owner', 'policy.yaml:13: ', 'azure-rbac'],
    ['{ count: 2, by: [platform] }', '{ count: 2, by: [platfrom] }', 'policy.yaml:16: ', 'did you mean platform?'],
    ['{ count: 2, by: [platform] }', '{ count: 2, by: [leads] }', 'policy.yaml:16: ', 'there are only 1'],
    ['{ count: 2, by: [platform] }', '{ count: 2, of: [platform] }', 'policy.yaml:16: ', 'unknown key'],
    ['stepUp: true', 'stepUp: yes please', 'policy.yaml:17: ', 'stepUp'],
    ['(INC|CHG)-[0-9]+', '(INC', 'policy.yaml:18: ', 'regular expression'],
    ['(INC|CHG)-[0-9]+', '(?=a)b', 'policy.yaml:18: ', 'regular expression'],
    ['maxExtensions: 2', 'maxExtensions: some', 'policy.yaml:20: ', 'maxExtensions'],
    ['1h: [leads]', 'soon: [leads]', 'policy.yaml:22: ', 'is not a duration'],
    ['1h: [leads]', '1h: [leeds]', 'policy.yaml:22: ', 'did you mean leads?'],
    [
      'deny: Ask the platform team.',
      'deny: No.\n    stepUp: true',
      'policy.yaml:28: ',
      'not allowed in a rule with deny',
    ],
    ['[grant, create]', '[delete]', 'policy.yaml:26: ', 'can only be used with'],
    ['within: 24h', 'within: later', 'policy.yaml:33: ', 'is not a duration'],
    ['review: [platform]', 'review: [anyone]', 'policy.yaml:33: ', 'cannot be used here'],
    ['    approvals: none', '    approvals: { by: [platform] }', 'policy.yaml:33: ', 'needs approvals: none'],
    ['    breakGlass', '    stepUp: true\n    breakGlass', 'policy.yaml:33: ', 'no meaning where approvals is none'],
    ['2026-12-20', '2026-13-20', 'policy.yaml:35: ', 'a day such as'],
    ['2027-01-03', '2026-02-30', 'policy.yaml:35: ', 'a day such as'],
    ['to: 2027-01-03', 'to: 2026-12-01', 'policy.yaml:35: ', 'ends before it begins'],
    ['except: [break glass]', 'except: [brake glass]', 'policy.yaml:35: ', 'did you mean break glass?'],
  ])('case %#: %s → %s is told with its line', (from, to, where, part) => {
    expect(whole).toContain(from);
    const problems = problemsOf(whole.replace(from, to));
    expect(problems, problems.join('\n')).toContainEqual(expect.stringContaining(part));
    for (const problem of problems) expect(problem).toMatch(new RegExp(`^${where}`));
  });
});
