// A custom role that is edited after somebody approved it: what runs is what was approved, or it is asked for again.

import { beforeEach, describe, expect, it } from 'vitest';
import type { PermissionSet } from '../../src/core/model/permission.ts';
import { createWorld, people, type World } from '../support/core-world.ts';
import { reader } from '../support/memory-roles.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});

function edit(permissions: readonly PermissionSet[]): void {
  world.azure.roles.set(reader.id, { ...reader, permissions });
}
const set = (...actions: string[]): PermissionSet => ({ actions, notActions: [], dataActions: [], notDataActions: [] });
const original = reader.permissions;

async function approvedGrant(): Promise<string> {
  const id = await world.ask('grant', world.role('uami-a'));
  await world.decide('approve', id, people.megan);
  return id;
}

describe('a role that was edited between approval and run', () => {
  it.each<[string, readonly PermissionSet[]]>([
    ['permits more', [set('*/read', 'Microsoft.Storage/*')]],
    ['permits another set besides', [...original, set('Microsoft.Web/sites/*')]],
    ['permits data', [{ ...set('*/read'), dataActions: ['Microsoft.KeyVault/vaults/secrets/*'] }]],
    ['takes less away', [{ ...set('*/read'), notDataActions: ['x'] }]],
    ['has lost its condition', [{ ...set('*/read'), condition: 'a' }]],
  ])('%s: it does not run, and is asked for again', async (_what, permissions) => {
    const id = await approvedGrant();
    edit(permissions);
    await world.runDue();
    expect(await world.get(id)).toMatchObject({ state: 'pending', revision: 2 });
    expect(world.azure.effects).toEqual([]);
    await world.decide('approve', id, people.megan);
    await world.runDue();
    expect((await world.get(id)).state).toBe('succeeded');
  });

  it('into one with power over access: the policy refuses it, whatever was approved', async () => {
    const id = await approvedGrant();
    edit([set('*/read', 'Microsoft.Authorization/roleAssignments/write')]);
    await world.runDue();
    expect(await world.get(id)).toMatchObject({ state: 'failed', failure: { code: 'not-allowed' } });
    expect(world.azure.effects).toEqual([]);
  });

  it('is the same role where Azure lists the same permissions in another way', async () => {
    edit([set('b/read', 'A/read'), set('c')]);
    const id = await approvedGrant();
    edit([set('C'), set('a/read', 'B/read', 'b/read')]);
    await world.runDue();
    expect((await world.get(id)).state).toBe('succeeded');
  });
});

it('a role that is edited while the request runs is not assigned', async () => {
  const role = { id: reader.id, scope: world.role('uami-a').scope };
  const id = await world.ask('create', world.identity('uami-new', { role }));
  await world.decide('approve', id, people.megan);
  world.azure.onEffect(({ operation }) => {
    if (operation.kind === 'identity.create') edit([set('Microsoft.Storage/*')]);
  });
  await world.runDue();
  expect(await world.get(id)).toMatchObject({ state: 'failed', failure: { code: 'stale' } });
  expect(world.azure.effects.map(({ operation }) => operation.kind)).toEqual(['identity.create']);
});

it('a role that is deleted while the request runs is not assigned', async () => {
  const role = { id: reader.id, scope: world.role('uami-a').scope };
  const id = await world.ask('create', world.identity('uami-new', { role }));
  await world.decide('approve', id, people.megan);
  world.azure.onEffect(({ operation }) => {
    if (operation.kind === 'identity.create') world.azure.roles.delete(reader.id);
  });
  await world.runDue();
  // The policy refuses what it knows nothing of, and the operation a role that is not there: whichever looks first.
  expect((await world.get(id)).failure?.code).toMatch(/^(not-allowed|stale)$/);
  expect(world.azure.effects.map(({ operation }) => operation.kind)).toEqual(['identity.create']);
});
