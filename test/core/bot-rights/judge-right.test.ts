// Whether the bot holds a right, by every combination of what is known: certain comes before unclear, and unclear is never a yes.

import { expect, it } from 'vitest';
import { judgeRight } from '../../../src/core/bot-rights/judge-right.ts';
import type { AccessFacts } from '../../../src/core/model/own-access.ts';
import type { PermissionSet } from '../../../src/core/model/permission.ts';

const action = 'Microsoft.Authorization/roleAssignments/write';
const role = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
const right = { action, scope: '/', assignment: { roleDefinitionId: role, principalType: 'ServicePrincipal' } };
const set = (actions: string[], more: Partial<PermissionSet> = {}): PermissionSet => ({
  actions,
  notActions: [],
  dataActions: [],
  notDataActions: [],
  ...more,
});
const all = [set(['*'])];
const roleIs = (id: string) => `@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] GuidEquals ${id}`;
const yes = roleIs(role);
const no = roleIs('8e3af657-a8ff-443c-a75c-2fe8c4bcb635');
const maybe = "@Environment[UtcNow] DateTimeLessThan '2030-01-01T00:00:00Z'";
const denial = (isCertain: boolean, actions = ['*/write']) => ({ name: 'd', permissions: [set(actions)], isCertain });
const facts = (more: Partial<AccessFacts>): AccessFacts => ({
  permissions: all,
  conditional: [],
  denials: [],
  ...more,
});

it.each<[string, Partial<AccessFacts>, object]>([
  ['a role without a condition', {}, { kind: 'held' }],
  ['no role', { permissions: [set(['*/read'])] }, { kind: 'missing' }],
  ['a role that takes it away', { permissions: [set(['*'], { notActions: ['*/write'] })] }, { kind: 'missing' }],
  ['a condition that is fulfilled', { conditional: [{ permissions: all, condition: yes }] }, { kind: 'held' }],
  ['one that is not', { conditional: [{ permissions: all, condition: no }] }, { kind: 'condition' }],
  [
    'one that cannot be told',
    { conditional: [{ permissions: all, condition: maybe }] },
    { kind: 'unclear', why: 'condition' },
  ],
  [
    'a condition of the role itself',
    { conditional: [{ permissions: [set(['*'], { condition: no })] }] },
    { kind: 'condition' },
  ],
  [
    'one of the role that is not, beside one of the assignment that cannot be told',
    { conditional: [{ permissions: [set(['*'], { condition: no })], condition: maybe }] },
    { kind: 'condition' },
  ],
  [
    'two assignments, of which one is fulfilled',
    {
      conditional: [
        { permissions: all, condition: no },
        { permissions: all, condition: yes },
      ],
    },
    { kind: 'held' },
  ],
  [
    'two, of which one has no condition',
    { conditional: [{ permissions: all, condition: no }, { permissions: all }] },
    { kind: 'held' },
  ],
  [
    'two, of which one cannot be told',
    {
      conditional: [
        { permissions: all, condition: no },
        { permissions: all, condition: maybe },
      ],
    },
    { kind: 'unclear', why: 'condition' },
  ],
  [
    'a role under a condition that the permissions do not tell of',
    { permissions: [], conditional: [{ permissions: all, condition: yes }] },
    { kind: 'held' },
  ],
  [
    'permissions that no assignment explains',
    { conditional: [{ permissions: [set(['*/read'])] }] },
    { kind: 'unclear', why: 'unread' },
  ],
  ['assignments that could not be read', { conditional: undefined }, { kind: 'unclear', why: 'unread' }],
  ['neither of them', { permissions: [], conditional: undefined }, { kind: 'unclear', why: 'unread' }],
  ['permissions that could not be read', { permissions: undefined }, { kind: 'unclear', why: 'unread' }],
  ['denials that could not be read', { denials: undefined }, { kind: 'unclear', why: 'unread' }],
  ['a denial', { denials: [denial(true)] }, { kind: 'denied', name: 'd' }],
  ['a denial of something else', { denials: [denial(true, ['*/delete'])] }, { kind: 'held' }],
  ['a denial that may not be for the bot', { denials: [denial(false)] }, { kind: 'unclear', why: 'deny' }],
  [
    'such a one beside a condition that is not fulfilled',
    { denials: [denial(false)], conditional: [{ permissions: all, condition: no }] },
    { kind: 'condition' },
  ],
])('%s', (_what, given, verdict) => {
  expect(judgeRight(right, facts(given))).toEqual(verdict);
});

it('an action that no condition can be about needs no assignments', () => {
  const read = { action: 'Microsoft.ManagedIdentity/userAssignedIdentities/write', scope: '/' };
  expect(judgeRight(read, facts({ conditional: undefined }))).toEqual({ kind: 'held' });
  expect(judgeRight(read, facts({ permissions: [], conditional: undefined }))).toEqual({ kind: 'missing' });
});
