// Who may do what, by random worlds: against an oracle that is written apart and knows nothing of indices.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accessOf } from '../../simulator/permissions.ts';
import type { DenyAssignment, Permission, RoleAssignment, WorldData } from '../../simulator/world/types.ts';
import { World } from '../../simulator/world/world.ts';

const subscription = '50bc0000-0000-4000-8000-000000000001';
const root = `/subscriptions/${subscription}`;
const managementGroup = '/providers/Microsoft.Management/managementGroups';
/** Each with what it lies under, itself included. */
const lineage: Readonly<Record<string, readonly string[]>> = {
  [`${root}/resourceGroups/rg/providers/Microsoft.Web/sites/a`]: ['/', 'top', 'low', root, 'rg', 'a'],
  [`${root}/resourceGroups/rg/providers/Microsoft.Web/sites/ab`]: ['/', 'top', 'low', root, 'rg', 'ab'],
  [`${root}/resourceGroups/RG`]: ['/', 'top', 'low', root, 'rg'],
  [`${root}/resourceGroups/rg2`]: ['/', 'top', 'low', root, 'rg2'],
  [root]: ['/', 'top', 'low', root],
};
const places: Readonly<Record<string, string>> = {
  '/': '/',
  top: `${managementGroup}/top`,
  low: `${managementGroup}/low`,
  [root]: root,
  rg: `${root}/resourceGroups/rg`,
  rg2: `${root}/resourceGroups/rg2`,
  a: `${root}/resourceGroups/rg/providers/Microsoft.Web/sites/a`,
  ab: `${root}/resourceGroups/rg/providers/Microsoft.Web/sites/ab`,
};
const people = ['p0', 'p1'];
/** p0 is in g0, which is in g1; p1 is in g1. */
const groups = [
  { id: 'g0', displayName: 'g0', members: ['p0'] },
  { id: 'g1', displayName: 'g1', members: ['p1', 'g0'] },
];
const standsFor: Readonly<Record<string, readonly string[]>> = { p0: ['p0', 'g0', 'g1'], p1: ['p1', 'g1'] };
const everyone = '00000000-0000-0000-0000-000000000000';

const actions = ['X/a/read', 'X/a/write', 'Y/write'];
/** Which actions each pattern covers, said by hand. */
const covered: Readonly<Record<string, readonly string[]>> = {
  '*': actions,
  '*/write': ['X/a/write', 'Y/write'],
  'X/*': ['X/a/read', 'X/a/write'],
  'Y/*/WRITE': ['Y/write'],
  'x/a/read': ['X/a/read'],
  'Z/*': [],
};
/** Which actions each condition lets through. */
const conditions: Readonly<Record<string, readonly string[]>> = {
  '': actions,
  "!(ActionMatches{'X/*'})": ['Y/write'],
  "ActionMatches{'*/write'} AND !(ActionMatches{'Y/write'})": ['X/a/write'],
  'nonsense ((': [],
};

const patterns = fc.subarray(Object.keys(covered));
const permission: fc.Arbitrary<Permission> = fc.record({
  actions: patterns,
  notActions: fc.subarray(Object.keys(covered).slice(1), { maxLength: 1 }),
  dataActions: patterns,
  notDataActions: patterns,
});
const permissions = fc.array(permission, { minLength: 1, maxLength: 2 });
const place = fc.constantFrom(...Object.keys(places));
const principal = fc.constantFrom(...people, 'g0', 'g1');
const grant = fc.record({ place, principal, permissions, condition: fc.constantFrom(...Object.keys(conditions)) });
const denial = fc.record({
  place,
  permissions,
  onlyHere: fc.boolean(),
  principals: fc.oneof(fc.subarray([...people, 'g0', 'g1'], { minLength: 1 }), fc.constant<string[]>([everyone])),
  excluded: fc.subarray([...people, 'g0', 'g1'], { maxLength: 1 }),
});
type Grant = typeof grant extends fc.Arbitrary<infer T> ? T : never;
type Denial = typeof denial extends fc.Arbitrary<infer T> ? T : never;

function worldOf(grants: readonly Grant[], denials: readonly Denial[]): World {
  const at = { createdOn: '', updatedOn: '', createdBy: null, updatedBy: null };
  const data: WorldData = {
    tenant: { id: 't', name: 'T', domain: 't.example' },
    botId: 'p0',
    subscriptions: [{ id: subscription, name: 'S' }],
    managementGroups: [
      { id: 'top', name: 'top', subscriptions: [] },
      { id: 'low', name: 'low', parent: 'Top', subscriptions: [subscription] },
    ],
    resourceGroups: [],
    identities: [],
    resources: [],
    roleDefinitions: grants.map((one, index) => ({
      ...at,
      id: `r${index}`,
      roleName: `r${index}`,
      type: 'CustomRole',
      description: '',
      assignableScopes: ['/'],
      permissions: one.permissions,
    })),
    roleAssignments: grants.map(
      (one, index): RoleAssignment => ({
        ...at,
        name: `n${index}`,
        scope: places[one.place] ?? '',
        roleDefinitionId: `r${index}`,
        principalId: one.principal,
        principalType: 'User',
        description: null,
        condition: one.condition || null,
        conditionVersion: null,
      }),
    ),
    denyAssignments: denials.map(
      (one, index): DenyAssignment => ({
        name: `d${index}`,
        denyAssignmentName: `d${index}`,
        description: '',
        permissions: one.permissions,
        scope: places[one.place] ?? '',
        doNotApplyToChildScopes: one.onlyHere,
        principals: one.principals.map((id) => ({ id, type: 'User' })),
        excludePrincipals: one.excluded.map((id) => ({ id, type: 'User' })),
        isSystemProtected: true,
        createdOn: '',
      }),
    ),
    locks: [],
    users: [],
    directoryGroups: groups,
    servicePrincipals: [],
  };
  return new World(data);
}

const gives = (sets: readonly Permission[], action: string) =>
  sets.some(
    (set) =>
      set.actions.some((pattern) => covered[pattern]?.includes(action)) &&
      !set.notActions.some((pattern) => covered[pattern]?.includes(action)),
  );

/** 'denied', 'allowed', 'condition' or 'no role': Azure's rules, said once more. */
function oracle(grants: readonly Grant[], denials: readonly Denial[], who: string, action: string, scope: string) {
  const line = lineage[scope] ?? [];
  const self = standsFor[who] ?? [];
  const fitting = grants.filter(
    (one) => line.includes(one.place) && self.includes(one.principal) && gives(one.permissions, action),
  );
  if (fitting.length === 0) return 'no role';
  if (!fitting.some((one) => conditions[one.condition]?.includes(action))) return 'condition';
  const isDenied = denials.some(
    (one) =>
      (one.onlyHere ? line.at(-1) === one.place : line.includes(one.place)) &&
      gives(one.permissions, action) &&
      (one.principals.includes(everyone) || one.principals.some((id) => self.includes(id))) &&
      !one.excluded.some((id) => self.includes(id)),
  );
  return isDenied ? 'denied' : 'allowed';
}

const told = (refusal: ReturnType<ReturnType<typeof accessOf>['refusal']>) =>
  typeof refusal === 'object' ? 'denied' : (refusal ?? 'allowed');

describe('who may do what', () => {
  it('is what the oracle says, for everyone, every action and every scope of a random world', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(fc.array(grant, { maxLength: 5 }), fc.array(denial, { maxLength: 2 }), (grants, denials) => {
        const world = worldOf(grants, denials);
        for (const who of people)
          for (const action of actions) {
            const access = accessOf(world, who, { action });
            for (const scope of Object.keys(lineage)) {
              const wanted = oracle(grants, denials, who, action, scope);
              expect(told(access.refusal(scope)), `${who} ${action} ${scope}`).toBe(wanted);
              expect(access.allows(scope)).toBe(wanted === 'allowed');
              seen.set(wanted, (seen.get(wanted) ?? 0) + 1);
            }
          }
      }),
      { numRuns: 400 },
    );
    expect([...seen.keys()].sort()).toEqual(['allowed', 'condition', 'denied', 'no role']);
  });

  it('never grows by a denial', () => {
    fc.assert(
      fc.property(
        fc.array(grant, { maxLength: 5 }),
        fc.array(denial, { maxLength: 2 }),
        denial,
        (grants, some, one) => {
          const [before, after] = [worldOf(grants, some), worldOf(grants, [...some, one])];
          for (const who of people)
            for (const action of actions)
              for (const scope of Object.keys(lineage))
                if (accessOf(after, who, { action }).allows(scope))
                  expect(accessOf(before, who, { action }).allows(scope)).toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  });
});
