// Who holds a right in Azure, as the bot works it out, beside what Azure (the simulated one) itself would allow.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allows } from '../../simulator/permissions.ts';
import type { DenyAssignment, RoleAssignment, WorldData } from '../../simulator/world/types.ts';
import { World } from '../../simulator/world/world.ts';
import type { Azure } from '../../src/azure/azure.ts';
import { type Right, rightKey } from '../../src/core/model/permission.ts';
import { useGateway } from '../azure/gateway-world.ts';
import * as world from './facts-world.ts';

const { ids, groups, roles, production, payments, checkout, actions, personOf } = world;
const people = ['alex', 'megan', 'adele', 'lynne', 'diego', 'grady'] as const;
let simulator: world.RunningSimulator;
let azure: Azure;
useGateway({}, (gateway) => {
  ({ simulator, azure } = gateway);
});

/** Sets the world for one test. */
async function inWorld<T>(change: (seed: WorldData) => WorldData, work: () => Promise<T>): Promise<T> {
  const seed = simulator.control.world();
  simulator.control.reset(change(seed));
  try {
    return await work();
  } finally {
    simulator.control.reset(seed);
  }
}

const assigned =
  (rows: readonly RoleAssignment[], denials: readonly DenyAssignment[] = []) =>
  (seed: WorldData) => ({
    ...world.withAssignments(seed, rows),
    denyAssignments: denials,
  });

const user = (number: number, name: (typeof people)[number], roleDefinitionId: string, more = {}) =>
  world.assignment(number, {
    scope: payments,
    roleDefinitionId,
    principalId: ids[name],
    principalType: 'User',
    ...more,
  });

/** Names of those who hold the right: both ways of asking must say the same. */
async function holders(right: Right): Promise<string[]> {
  const sources = world.factsOf(azure);
  const unread: string[] = [];
  const note = (text: string) => void unread.push(text);
  const everybody = await sources.azureRights?.([right], 'everybody', note);
  const each = await sources.azureRights?.([right], people.map(personOf), note);
  expect(unread).toEqual([]);
  const listed = everybody?.get(rightKey(right))?.map(({ entraId }) => entraId) ?? [];
  const served = people.filter((name) => name !== 'diego' && name !== 'grady');
  const asked = each?.get(rightKey(right))?.map(({ entraId }) => entraId) ?? [];
  expect(asked.filter((id) => served.some((name) => ids[name] === id)).sort()).toEqual([...listed].sort());
  return people.filter((name) => listed.includes(ids[name]));
}

const deny = (given: Partial<DenyAssignment>): DenyAssignment => ({
  name: 'de900000-0000-4000-8000-000000000009',
  denyAssignmentName: 'a denial',
  description: '',
  permissions: [{ actions: ['*/write', '*/delete'], notActions: [], dataActions: [], notDataActions: [] }],
  scope: payments,
  doNotApplyToChildScopes: false,
  principals: [{ id: '00000000-0000-0000-0000-000000000000', type: 'SystemDefined' }],
  excludePrincipals: [],
  isSystemProtected: true,
  createdOn: '2026-01-15T09:00:00.0000000Z',
  ...given,
});

describe('who holds a right in Azure', () => {
  it('is who has a role that permits the action there or above, themselves or through groups in groups', async () => {
    const rows = [
      user(1, 'alex', roles.identityContributor),
      world.assignment(2, {
        scope: world.managementGroup,
        roleDefinitionId: roles.reader,
        principalId: groups.engineering,
        principalType: 'Group',
      }),
      user(3, 'lynne', roles.identityOperator, { scope: checkout }),
    ];
    await inWorld(assigned(rows), async () => {
      expect(await holders({ action: actions.create, scope: payments })).toEqual(['alex']);
      expect(await holders({ action: actions.create, scope: checkout })).toEqual(['alex']);
      expect(await holders({ action: actions.create, scope: production })).toEqual([]);
      // Platform team and Payments developers are in Everybody in engineering.
      expect(await holders({ action: actions.read, scope: production })).toEqual(['alex', 'megan', 'adele', 'lynne']);
    });
  });

  it('counts at what does not exist yet what will hold there', async () => {
    const scope = `${production}/resourceGroups/rg-new/providers/Microsoft.ManagedIdentity/userAssignedIdentities/x`;
    await inWorld(assigned([user(1, 'alex', roles.identityContributor, { scope: production })]), async () => {
      expect(await holders({ action: actions.create, scope })).toEqual(['alex']);
      expect(await holders({ action: actions.create, scope: `${payments}/providers/Microsoft.Web/sites/new` })).toEqual(
        ['alex'],
      );
    });
  });

  it('is nobody under a condition, of the assignment or of the role', async () => {
    const condition = `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${roles.reader}}))`;
    const keyVaultDataAccessAdministrator = '8b54135c-b56d-4d72-a534-26097cfdc8d8';
    const rows = [
      user(1, 'alex', roles.rbacAdministrator, { condition }),
      user(2, 'lynne', roles.rbacAdministrator),
      user(3, 'megan', keyVaultDataAccessAdministrator),
    ];
    await inWorld(assigned(rows), async () => {
      expect(await holders({ action: actions.assign, scope: payments })).toEqual(['lynne']);
    });
  });

  it('is nobody who may do everything to the data alone', async () => {
    const custom = 'c0570000-0000-4000-8000-000000000001';
    const set = { actions: [], notActions: [], dataActions: ['*'], notDataActions: [] };
    const change = (seed: WorldData): WorldData => ({
      ...assigned([user(1, 'alex', custom)])(seed),
      roleDefinitions: seed.roleDefinitions.map((role) => ({ ...role, permissions: [set] })),
    });
    await inWorld(change, async () => {
      expect(await holders({ action: actions.create, scope: payments })).toEqual([]);
    });
  });

  it('is no guest, no account that is disabled, no application, nobody of another tenant', async () => {
    const rows = [
      user(1, 'diego', roles.owner),
      user(2, 'grady', roles.owner),
      world.assignment(3, {
        scope: payments,
        roleDefinitionId: roles.owner,
        principalId: 'de910000-0000-4000-8000-000000000001',
        principalType: 'ServicePrincipal',
      }),
      world.assignment(4, {
        scope: payments,
        roleDefinitionId: roles.owner,
        principalId: 'f0e10000-0000-4000-8000-000000000001',
        principalType: 'ForeignGroup',
      }),
      user(5, 'alex', roles.owner),
    ];
    await inWorld(assigned(rows), async () => {
      expect(await holders({ action: actions.create, scope: payments })).toEqual(['alex']);
    });
  });

  it('is nobody whom a deny assignment stops, but whom it excludes, through groups too', async () => {
    const rows = people.map((name, index) => user(index, name, roles.owner, { scope: production }));
    const excluded = deny({ excludePrincipals: [{ id: groups.platform, type: 'Group' }] });
    await inWorld(assigned(rows, [excluded]), async () => {
      expect(await holders({ action: actions.create, scope: checkout })).toEqual(['megan', 'adele']);
      expect(await holders({ action: actions.create, scope: production })).toHaveLength(4);
      expect(await holders({ action: actions.read, scope: checkout })).toHaveLength(4);
    });
    const group = deny({ principals: [{ id: groups.payments, type: 'Group' }], doNotApplyToChildScopes: true });
    await inWorld(assigned(rows, [group]), async () => {
      expect(await holders({ action: actions.create, scope: payments })).toEqual(['megan', 'adele']);
      expect(await holders({ action: actions.create, scope: checkout })).toHaveLength(4);
    });
  });

  it('is nobody where a denial is for a group that the directory does not show: anybody may be in it', async () => {
    const rows = people.map((name, index) => user(index, name, roles.owner, { scope: production }));
    const ghost = { id: '6f1c0000-0000-4000-8000-00000000dead', type: 'Group' } as const;
    await inWorld(assigned(rows, [deny({ principals: [ghost] })]), async () => {
      expect(await holders({ action: actions.create, scope: checkout })).toEqual([]);
      expect(await holders({ action: actions.read, scope: checkout })).toHaveLength(4);
    });
  });

  it.each(['roleAssignments', 'denyAssignments', 'roleDefinitions', 'transitiveMembers'])(
    'is unknown where %s cannot be read, and it is told',
    async (path) => {
      simulator.control.faults.add({ path: `re:${path}`, status: 403, code: 'AuthorizationFailed', message: 'no' });
      const right = { action: actions.create, scope: payments };
      const unread: string[] = [];
      const found = await world.factsOf(azure).azureRights?.([right], 'everybody', (text) => void unread.push(text));
      expect(found?.has(rightKey(right))).toBe(false);
      expect(unread.join()).toContain('Who may userAssignedIdentities/write in Azure: ');
    },
  );

  it('is never more than Azure would allow, and without conditions no less, in any world', async () => {
    const principal = fc.oneof(
      fc.constantFrom(...people).map((name) => ({ id: ids[name] as string, type: 'User' as const })),
      fc.constantFrom(...Object.values(groups)).map((id) => ({ id: id as string, type: 'Group' as const })),
    );
    const scope = fc.constantFrom(world.managementGroup, production, payments, checkout);
    const row = fc.record({ principal, scope, role: fc.constantFrom(...Object.values(roles)) });
    const denial = fc.record({
      scope: fc.constantFrom(production, payments, checkout),
      isOnlyHere: fc.boolean(),
      actions: fc.constantFrom(['*'], ['*/write'], ['Microsoft.ManagedIdentity/*'], ['*/read']),
      principals: fc.oneof(
        fc.constant([{ id: '00000000-0000-0000-0000-000000000000', type: 'SystemDefined' as const }]),
        fc.array(principal, { minLength: 1, maxLength: 2 }),
      ),
      excluded: fc.array(principal, { maxLength: 2 }),
    });
    const right = fc.record({
      action: fc.constantFrom(...Object.values(actions)),
      scope: fc.constantFrom(production, payments, checkout),
    });
    const given = fc.record({
      rows: fc.uniqueArray(row, {
        maxLength: 6,
        selector: (one) => `${one.principal.id} ${one.scope} ${one.role}`,
      }),
      denials: fc.array(denial, { maxLength: 2 }),
      right,
    });
    await fc.assert(
      fc.asyncProperty(given, async ({ rows, denials, right: asked }) => {
        const change = assigned(
          rows.map(({ principal: { id, type }, scope: at, role }, index) =>
            world.assignment(index, { scope: at, roleDefinitionId: role, principalId: id, principalType: type }),
          ),
          denials.map((one, index) =>
            deny({
              name: `de900000-0000-4000-8000-${String(index).padStart(12, '0')}`,
              scope: one.scope,
              doNotApplyToChildScopes: one.isOnlyHere,
              permissions: [{ actions: one.actions, notActions: [], dataActions: [], notDataActions: [] }],
              principals: one.principals,
              excludePrincipals: [...one.excluded, { id: simulator.control.world().botId, type: 'ServicePrincipal' }],
            }),
          ),
        );
        await inWorld(change, async () => {
          const oracle = new World(simulator.control.world());
          const may = people.filter(
            (name) => name !== 'diego' && name !== 'grady' && allows(oracle, ids[name], asked.action, asked.scope),
          );
          expect(await holders(asked)).toEqual(may);
        });
      }),
      { numRuns: 40 },
    );
  });
});
