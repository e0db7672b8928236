// Attacks on the policy, each of which got through once: Owner by another name, and more asked for to get around a stricter rule.

import { describe, expect, it } from 'vitest';
import { judge } from '../../src/core/approvals/policy.ts';
import { policyCommands } from '../../src/core/grammar/registry.ts';
import type { PermissionSet } from '../../src/core/model/permission.ts';
import type { Effect } from '../../src/core/model/plan.ts';
import type { Policy, PolicyFacts } from '../../src/core/model/policy.ts';
import { powersOverAccess } from '../../src/core/model/powers.ts';
import { parsePolicy } from '../../src/policy-file/read.ts';
import { textTools } from '../../src/text-tools.ts';
import { builtinPermissions, builtinRole, builtinRoles, permissionSet } from '../support/builtin-roles.ts';

const subscription = '/subscriptions/aaaaaaaa-0000-4000-8000-000000000000';
const group = `${subscription}/resourceGroups/rg-prod`;
const vault = `${group}/providers/Microsoft.KeyVault/vaults/v`;
const alex = { key: 'mail:alex@contoso.com', name: 'alex', email: 'alex@contoso.com' };
const hour = 3600_000;

const policyOf = (rules: string): Policy =>
  parsePolicy(`version: 1\nplaces: [approvers]\nrules:\n${rules}`, 'policy.yaml', textTools, policyCommands);

const grant = (role: { id: string; name: string }, scope: string, more: Partial<Effect> = {}): Effect => ({
  command: 'grant',
  action: 'Microsoft.Authorization/roleAssignments/write',
  scope,
  role: { id: role.id, name: role.name },
  ...more,
});

/** The verdict where everything about Azure's own roles is known, and about the others given. */
function judged(
  policy: Policy,
  effects: readonly Effect[],
  custom: readonly (readonly [string, PermissionSet[]])[] = [],
) {
  const facts: PolicyFacts = {
    memberships: new Map([[alex.key, new Map([['ops@contoso.com', false]])]]),
    rolePermissions: new Map([...builtinPermissions, ...custom]),
    tags: new Map([subscription, group, vault].map((scope) => [scope.toLowerCase(), {}])),
    tagsBelow: new Map([subscription, group].map((scope) => [scope.toLowerCase(), []])),
  };
  return judge(policy, facts, { who: alex, effects, at: new Date('2026-12-01T12:00:00Z') });
}

const selfService =
  '  - { name: self-service, commands: [create, delete, grant, revoke], who: anyone, approvals: none }\n';

describe('Owner by another name', () => {
  const open = policyOf(selfService);
  const custom = (actions: string[], notActions: string[] = []) => {
    const role = { id: 'c0000000-0000-4000-8000-000000000000', name: 'Harmless Helper' };
    return judged(open, [grant(role, group)], [[role.id, [permissionSet({ actions, notActions })]]]);
  };

  it('is refused where no rule names it: all 28 built-in roles that assign roles, and no other of the 928', () => {
    const refused = builtinRoles.filter((role) => judged(open, [grant(role, group)]).kind === 'refused');
    expect(refused.map(({ name }) => name)).toEqual(
      builtinRoles.filter(({ permissions }) => powersOverAccess(permissions).length > 0).map(({ name }) => name),
    );
    expect(refused.length).toBe(28);
    expect(refused.map(({ name }) => name)).toContain('Key Vault Data Access Administrator');
    expect(judged(open, [grant(builtinRole('Contributor'), group)])).toMatchObject({ kind: 'allowed' });
  });

  it.each([
    [['*']],
    [['*/write']],
    [['Microsoft.Authorization/*/write']],
    [['Microsoft.*/write']],
    [['*/action']],
    [['microsoft.authorization/ROLEASSIGNMENTS/*']],
    [['Microsoft.Authorization/roleDefinitions/write']],
    [['Microsoft.Authorization/roleAssignmentScheduleRequests/write']],
    [['*/read', '*Assignments/write']],
  ])('is refused as a custom role with %s', (actions) => {
    expect(custom(actions)).toMatchObject({ kind: 'refused', why: 'power' });
  });

  it('is told by what is left, not by what is written', () => {
    const without = ['Microsoft.Authorization/*'];
    expect(custom(['*'], without)).toMatchObject({ kind: 'allowed' });
    const role = { id: 'c0000000-0000-4000-8000-000000000000', name: 'Two sets' };
    const sets = [
      permissionSet({ actions: ['*'], notActions: without }),
      permissionSet({ actions: ['Microsoft.Authorization/*'], condition: 'some condition' }),
    ];
    expect(judged(open, [grant(role, group)], [[role.id, sets]])).toMatchObject({ kind: 'refused', why: 'power' });
  });

  it('is refused as the first role of a new identity, and where nobody knows what the role permits', () => {
    const create: Effect = {
      command: 'create',
      action: 'Microsoft.ManagedIdentity/userAssignedIdentities/write',
      scope: `${group}/providers/x/y/z`,
    };
    const first = (name: string) => [create, grant(builtinRole(name), group, { via: 'create' })];
    expect(judged(open, first('Owner'))).toMatchObject({ kind: 'refused', why: 'power' });
    expect(judged(open, first('Reader'))).toMatchObject({ kind: 'allowed' });
    const unknown = { id: 'd0000000-0000-4000-8000-000000000000', name: 'New' };
    expect(judged(open, [grant(unknown, group)])).toMatchObject({ kind: 'refused', why: 'unknown' });
  });

  it('is possible by a rule that names the role, or the action; taking it away needs neither', () => {
    const owner = builtinRole('Owner');
    const named = (more: string) =>
      judged(policyOf(`  - { name: named, commands: [grant], ${more}, who: anyone, approvals: none }\n`), [
        grant(owner, group),
      ]);
    expect(named('roles: [owner]')).toMatchObject({ kind: 'allowed' });
    expect(named('permits: [microsoft.authorization/roleassignments/WRITE]')).toMatchObject({ kind: 'allowed' });
    expect(named('permits: ["Microsoft.Authorization/*"]')).toMatchObject({ kind: 'refused', why: 'power' });
    expect(named('permits: [Microsoft.Authorization/roleDefinitions/write]')).toMatchObject({ kind: 'refused' });
    const revoke = {
      ...grant(owner, group),
      command: 'revoke',
      action: 'Microsoft.Authorization/roleAssignments/delete',
    };
    expect(judged(open, [revoke])).toMatchObject({ kind: 'allowed' });
  });

  it('does not pass a deny by what it permits', () => {
    const guarded = policyOf(
      `  - { name: power, commands: [grant, create], permits: [Microsoft.Authorization/roleAssignments/write], deny: Ask us. }\n` +
        `  - { name: all, commands: [grant], roles: [Owner, Helper, Contributor], who: anyone, approvals: none }\n`,
    );
    const helper = { id: 'c0000000-0000-4000-8000-000000000000', name: 'Helper' };
    for (const actions of [['*'], ['*/write'], ['Microsoft.Authorization/*']]) {
      const sets = [permissionSet({ actions })];
      expect(judged(guarded, [grant(helper, group)], [[helper.id, sets]])).toMatchObject({
        why: 'denied',
        rule: 'power',
      });
    }
    expect(judged(guarded, [grant(helper, group)])).toMatchObject({ kind: 'refused', why: 'unknown' });
    expect(judged(guarded, [grant(builtinRole('Contributor'), group)])).toMatchObject({ kind: 'allowed' });
  });

  it('does not pass a deny with wildcards, not even where nobody knows whether something is left', () => {
    const guarded = policyOf(
      `  - { name: authorization, commands: [grant], permits: ["Microsoft.Authorization/*"], deny: Ask us. }\n${selfService}`,
    );
    expect(judged(guarded, [grant(builtinRole('Contributor'), group)])).toMatchObject({ why: 'denied' });
    expect(judged(guarded, [grant(builtinRole('AcrPull'), group)])).toMatchObject({ kind: 'allowed' });
  });
});

describe('a stricter rule', () => {
  const reader = builtinRole('Reader');
  const strict = `  - name: production
    commands: [grant, create, delete]
    scopes: [${group}]
    who: anyone
    approvals: { count: 2, by: [ops@contoso.com, on-call@contoso.com] }
    maxDuration: 8h
  - name: the rest
    commands: [grant, create, delete]
    who: anyone
    approvals: { count: 1, by: [ops@contoso.com] }
`;
  const within = { durationMs: hour };

  it('is not dodged by a role above it: both must approve, for no longer than either allows', () => {
    const policy = policyOf(strict);
    for (const scope of [subscription, '/', '/providers/Microsoft.Management/managementGroups/corp']) {
      expect(judged(policy, [grant(reader, scope, within)])).toMatchObject({
        kind: 'allowed',
        rules: ['production', 'the rest'],
        requirements: [{ rule: 'production', stages: [{ count: 2 }] }, { rule: 'the rest' }],
        maxDurationMs: 8 * hour,
      });
      expect(judged(policy, [grant(reader, scope)])).toMatchObject({ kind: 'refused', why: 'too-long' });
      expect(judged(policy, [grant(reader, scope, { durationMs: 9 * hour })])).toMatchObject({ why: 'too-long' });
    }
    expect(judged(policy, [grant(reader, vault, within)])).toMatchObject({ rules: ['production'] });
    expect(judged(policy, [grant(reader, `${group}-2`)])).toMatchObject({ rules: ['the rest'] });
  });

  it('is not dodged by a role that comes with a create, or by deleting what is above', () => {
    const policy = policyOf(
      strict.replace('    approvals: { count: 2', '    roles: [Reader]\n    approvals: { count: 2'),
    );
    const first = grant(reader, subscription, { via: 'create', ...within });
    expect(judged(policy, [first])).toMatchObject({ rules: ['production', 'the rest'] });
    const deletion: Effect = {
      command: 'delete',
      action: 'Microsoft.Resources/subscriptions/resourceGroups/delete',
      scope: subscription,
    };
    expect(judged(policyOf(strict), [deletion])).toMatchObject({ rules: ['production', 'the rest'] });
  });

  it('does not count where an earlier rule decides for all of its scope', () => {
    const first = `  - { name: first, commands: [grant], scopes: [${subscription}], who: anyone, approvals: none }\n`;
    expect(judged(policyOf(first + strict), [grant(reader, subscription)])).toMatchObject({ rules: ['first'] });
    const half = first.replace(subscription, group);
    expect(judged(policyOf(half + strict), [grant(reader, subscription)])).toMatchObject({
      rules: ['first', 'the rest'],
    });
  });

  it('by tags is not dodged above what has them, by one’s own tags, or by an identity that has none', () => {
    const prod = strict.replace(`scopes: [${group}]`, 'tags: { env: prod }');
    const policy = policyOf(prod);
    const at = (
      tags: Record<string, Record<string, string>>,
      below: Record<string, string>[] | undefined,
      effect: Effect,
    ) =>
      judge(
        policy,
        {
          rolePermissions: builtinPermissions,
          tags: new Map([subscription, group, vault].map((scope) => [scope.toLowerCase(), tags[scope] ?? {}])),
          ...(below ? { tagsBelow: new Map([[effect.scope.toLowerCase(), below]]) } : {}),
        },
        { who: alex, effects: [effect] },
      );
    const both = { rules: ['production', 'the rest'] };
    expect(at({}, [{ ENV: 'Prod' }], grant(reader, subscription, within))).toMatchObject(both);
    expect(at({}, undefined, grant(reader, subscription, within))).toMatchObject(both);
    expect(at({}, [], grant(reader, subscription))).toMatchObject({ rules: ['the rest'] });
    expect(at({ [group]: { env: 'prod' } }, [], grant(reader, vault, within))).toMatchObject({ rules: ['production'] });
    const mixed = { [group]: { env: 'prod' }, [vault]: { env: 'dev' } };
    expect(at(mixed, [], grant(reader, vault, within))).toMatchObject(both);
    const ofIdentity = grant(reader, subscription, { ...within, identity: vault });
    expect(at({ [vault]: { env: 'prod' } }, [], ofIdentity)).toMatchObject(both);
    const create: Effect = {
      command: 'create',
      action: 'Microsoft.ManagedIdentity/userAssignedIdentities/write',
      scope: vault,
    };
    expect(at({}, [], { ...create, tags: { env: 'prod' } })).toMatchObject(both);
    expect(at({ [group]: { env: 'prod' } }, [], { ...create, tags: { env: 'dev' } })).toMatchObject(both);
    expect(judge(policy, { rolePermissions: builtinPermissions }, { who: alex, effects: [create] })).toMatchObject({
      kind: 'refused',
      why: 'unknown',
    });
  });

  it('that denies by tags holds where nobody knows what is below', () => {
    const policy = policyOf(
      `  - { name: no prod, commands: [grant], tags: { env: prod }, deny: Not here. }\n${selfService}`,
    );
    const facts = { rolePermissions: builtinPermissions, tags: new Map([[subscription, {}]]) };
    const effects = [grant(reader, subscription)];
    expect(judge(policy, facts, { who: alex, effects })).toMatchObject({ kind: 'refused', why: 'unknown' });
    expect(judged(policy, effects)).toMatchObject({ kind: 'allowed' });
  });
});
