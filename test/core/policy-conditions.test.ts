// What a rule may demand besides approvals: reasons, hours, freezes, rights in Azure, and what an allowed request then has to keep to.

import { describe, expect, it } from 'vitest';
import { judge } from '../../src/core/approvals/policy.ts';
import { canBeMet, isMet, mayDecide } from '../../src/core/approvals/requirements.ts';
import { policyCommands } from '../../src/core/grammar/registry.ts';
import { rightKey } from '../../src/core/model/permission.ts';
import type { Person } from '../../src/core/model/person.ts';
import type { Effect } from '../../src/core/model/plan.ts';
import type { PolicyFacts, PolicySubject } from '../../src/core/model/policy.ts';
import { parsePolicy } from '../../src/policy-file/read.ts';
import { textTools } from '../../src/text-tools.ts';
import { builtinPermissions, builtinRole } from '../support/builtin-roles.ts';

const group = '/subscriptions/aaaaaaaa-0000-4000-8000-000000000000/resourceGroups/rg';
const id = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/u`;
const person = (name: string): Person => ({ key: `mail:${name}@x.y`, name, email: `${name}@x.y` });
const [alex, megan, adele] = [person('alex'), person('megan'), person('adele')];
const create: Effect = {
  command: 'create',
  scope: id,
  action: 'Microsoft.ManagedIdentity/userAssignedIdentities/write',
};
const { id: roleId, name: roleName } = builtinRole('Reader');
const grant: Effect = {
  command: 'grant',
  scope: group,
  action: 'Microsoft.Authorization/roleAssignments/write',
  role: { id: roleId, name: roleName },
};
const look: Effect = { command: 'show', scope: id, action: 'Microsoft.ManagedIdentity/userAssignedIdentities/read' };
const facts: PolicyFacts = { rolePermissions: builtinPermissions };

const judged = (text: string, effects: readonly Effect[], more: Partial<PolicySubject> = {}, known = facts) =>
  judge(
    parsePolicy(
      `version: 1\ngroups: { leads: [megan@x.y] }\nplaces: [approvers]\n${text}`,
      'p',
      textTools,
      policyCommands,
    ),
    known,
    { who: alex, effects, ...more },
  );
const rule = (more: string, name = 'r') =>
  `rules:\n  - { name: ${name}, commands: [show, create, grant, revoke], who: anyone, approvals: none, ${more} }\n`;

describe('a reason', () => {
  it('must contain what the rule says, and a refusal names the parameter and the pattern', () => {
    const text = rule('reason: "(INC|CHG)-[0-9]+"');
    expect(judged(text, [create], { reason: 'as of INC-12' })).toMatchObject({ kind: 'allowed' });
    for (const reason of [undefined, 'because', 'INC-']) {
      expect(judged(text, [create], reason === undefined ? {} : { reason })).toMatchObject({
        kind: 'refused',
        why: 'reason',
        param: 'reason',
        reason: expect.stringContaining('(INC|CHG)-[0-9]+'),
      });
    }
  });

  it('is needed to break the glass, which is reviewed afterwards', () => {
    const text = rule('breakGlass: { review: [leads], within: 24h }');
    expect(judged(text, [grant], { reason: ' ' })).toMatchObject({ why: 'reason', param: 'reason' });
    expect(judged(text, [grant, create], { reason: 'production is down' })).toMatchObject({
      kind: 'allowed',
      requirements: [],
      obligations: [{ kind: 'review', rule: 'r', by: ['leads'], withinMs: 24 * 3600_000 }],
    });
  });
});

describe('hours', () => {
  const text = (from: string, to: string, days = 'mon-fri') =>
    rule(`hours: { days: ${days}, from: "${from}", to: "${to}", timeZone: Europe/Berlin }`);
  const kindAt = (policy: string, at: string) => judged(policy, [create], { at: new Date(at) }).kind;

  it.each([
    ['08:00', '18:00', 'mon-fri', '2026-11-27T07:00:00Z', 'allowed'], // 08:00 on a Friday, in winter
    ['08:00', '18:00', 'mon-fri', '2026-11-27T06:59:00Z', 'refused'],
    ['08:00', '18:00', 'mon-fri', '2026-11-27T17:00:00Z', 'refused'],
    ['08:00', '18:00', 'mon-fri', '2026-11-28T12:00:00Z', 'refused'], // a Saturday
    ['08:00', '18:00', 'mon-fri', '2026-07-03T06:00:00Z', 'allowed'], // 08:00 in summer
    ['22:00', '06:00', 'fri', '2026-11-27T22:00:00Z', 'allowed'], // 23:00 on the Friday
    ['22:00', '06:00', 'fri', '2026-11-28T04:59:00Z', 'allowed'], // the same night
    ['22:00', '06:00', 'fri', '2026-11-28T05:00:00Z', 'refused'],
    ['22:00', '06:00', 'fri', '2026-11-27T04:00:00Z', 'refused'], // the night before
    ['00:00', '24:00', 'sat-mon', '2026-11-28T22:59:00Z', 'allowed'],
    ['00:00', '24:00', 'sat-mon', '2026-11-26T12:00:00Z', 'refused'],
  ])('from %s to %s on %s: at %s it is %s', (from, to, days, at, kind) => {
    expect(kindAt(text(from, to, days), at)).toBe(kind);
  });

  it('that nobody can compare with a time decide nothing', () => {
    expect(judged(text('08:00', '18:00'), [create])).toMatchObject({ kind: 'refused', why: 'unknown' });
  });

  it('limit a deny as well', () => {
    const night = `rules:\n  - { name: night, commands: [create], deny: Sleep., hours: { from: "22:00", to: "06:00", timeZone: UTC } }\n${rule('maxDuration: 1h').slice(7)}`;
    expect(kindAt(night, '2026-11-27T23:00:00Z')).toBe('refused');
    expect(kindAt(night, '2026-11-27T12:00:00Z')).toBe('allowed');
  });
});

describe('a freeze', () => {
  const text = `${rule('maxDuration: 8h')}freeze:\n  - { from: 2026-12-20, to: 2027-01-03, except: [], deny: Change freeze. }\n`;
  const at = (time: string) => ({ at: new Date(time) });

  it('refuses changes with its text and its end, until the end of its last day', () => {
    expect(judged(text, [create], at('2026-12-19T23:59:59Z')).kind).toBe('allowed');
    expect(judged(text, [create], at('2026-12-20T00:00:00Z'))).toEqual({
      kind: 'refused',
      why: 'freeze',
      reason: 'Change freeze. Changes are frozen until 2027-01-04 00:00 UTC.',
      rule: 'r',
    });
    expect(judged(text, [create], at('2027-01-03T23:59:59Z')).kind).toBe('refused');
    expect(judged(text, [create], at('2027-01-04T00:00:00Z')).kind).toBe('allowed');
    expect(judged(text, [create])).toMatchObject({ kind: 'refused', why: 'unknown' });
  });

  it('lets people look, and the rules that it excepts decide', () => {
    expect(judged(text, [look], at('2026-12-24T00:00:00Z')).kind).toBe('allowed');
    const excepted = text.replace('except: []', 'except: [r]');
    expect(judged(excepted, [create], at('2026-12-24T00:00:00Z')).kind).toBe('allowed');
  });
});

describe('rights in Azure', () => {
  const held = (...holders: [Effect, Person[]][]): PolicyFacts => ({
    ...facts,
    azureRights: new Map(holders.map(([{ action = '', scope }, people]) => [rightKey({ action, scope }), people])),
  });

  it('may be needed to ask', () => {
    const text = rule('requesterNeeds: azure-rbac');
    expect(judged(text, [create], {}, held([create, [alex]]))).toMatchObject({ kind: 'allowed' });
    expect(judged(text, [create], {}, held([create, [megan]]))).toMatchObject({
      why: 'requester-rights',
      reason: expect.stringContaining('Microsoft.ManagedIdentity/userAssignedIdentities/write'),
    });
    expect(judged(text, [create])).toMatchObject({ why: 'unknown' });
    const { action: _none, ...unknown } = create;
    expect(judged(text, [unknown], {}, held([create, [alex]]))).toMatchObject({ why: 'unknown' });
  });

  it('make approvers of those who hold them for everything that the rule decides, and of nobody else', () => {
    const text = rule('').replace('approvals: none, ', 'approvals: { count: 1, by: [azure-rbac] }');
    const known = held([create, [megan, adele]], [grant, [adele, alex]]);
    const verdict = judged(text, [create, { ...grant, via: 'create' }], {}, known);
    if (verdict.kind === 'refused') throw new Error(verdict.reason);
    const [requirement] = verdict.requirements;
    expect(verdict.requirements).toHaveLength(1);
    expect(requirement?.rights).toHaveLength(2);
    if (!requirement) return;
    expect(mayDecide(known, alex, megan, [requirement]).may).toBe(false);
    expect(mayDecide(known, alex, adele, [requirement]).may).toBe(true);
    expect(isMet(known, alex, requirement, [megan])).toBe(false);
    expect(isMet(known, alex, requirement, [adele])).toBe(true);
    expect(isMet({}, alex, requirement, [adele])).toBe(false);
    expect(canBeMet(known, alex, requirement)).toBe(true);
    expect(canBeMet(known, adele, requirement)).toBe(false);
  });

  it('for which Azure’s action is not known are held by nobody', () => {
    const text = rule('').replace('approvals: none, ', 'approvals: { count: 1, by: [azure-rbac] }');
    const { action: _none, ...unknown } = grant;
    const known = held([create, [megan]], [grant, [megan]]);
    const verdict = judged(text, [create, unknown], {}, known);
    if (verdict.kind === 'refused') throw new Error(verdict.reason);
    for (const requirement of verdict.requirements) expect(isMet(known, alex, requirement, [megan])).toBe(false);
  });
});

it('adds up what several rules demand: the shortest time, the fewest extensions, every stage and confirmation', () => {
  const text = `rules:
  - name: here
    commands: [create]
    who: anyone
    approvals: [{ by: [leads] }, { count: 2, by: [anyone] }]
    stepUp: true
    maxExtensions: 2
    expireAfter: 2h
    escalateAfter: { 2h: [leads] }
  - name: there
    commands: [grant]
    who: anyone
    approvals: { by: [leads] }
    maxExtensions: 5
    expireAfter: 1h
    remindAfter: 10m
    escalateAfter: { 1h: [leads], 2h: [leads] }
`;
  expect(judged(text, [create, grant])).toEqual({
    kind: 'allowed',
    rules: ['here', 'there'],
    requirements: [
      {
        rule: 'here',
        stages: [
          { count: 1, by: ['leads'] },
          { count: 2, by: ['anyone'] },
        ],
      },
      { rule: 'there', stages: [{ count: 1, by: ['leads'] }] },
    ],
    obligations: [{ kind: 'step-up', rule: 'here' }],
    escalateAfter: [
      { afterMs: 3600_000, to: ['leads'] },
      { afterMs: 2 * 3600_000, to: ['leads'] },
    ],
    maxExtensions: 2,
    remindAfterMs: 600_000,
    expireAfterMs: 3600_000,
  });
});
