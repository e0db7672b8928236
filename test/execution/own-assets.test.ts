// What the bot itself runs as is not changed through it: not by an approval that came before it was known, nor by a run.

import { beforeEach, describe, expect, it } from 'vitest';
import type { OwnIdentity } from '../../src/core/model/own-access.ts';
import { createWorld, people, policyOf, type World } from '../support/core-world.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});

/** From now on the bot is this identity. */
function become(name: string, how: (own: Required<OwnIdentity>) => OwnIdentity = (own) => own): void {
  const found = [...world.azure.identities.values()].find((one) => one.name === name) ?? world.azure.addIdentity(name);
  const { principalId, clientId, id: resourceId } = found;
  world.deps.ownAccess.self = async () => how({ principalId, clientId, resourceId });
}

const ways: readonly [string, (own: Required<OwnIdentity>) => OwnIdentity][] = [
  ['all its ids', (own) => own],
  ['its object id alone', ({ principalId }) => ({ principalId })],
  [
    'its ids in capitals',
    (own) => ({ ...own, principalId: own.principalId.toUpperCase(), resourceId: own.resourceId.toUpperCase() }),
  ],
];

describe.each(ways)('known by %s', (_how, how) => {
  const changes = () =>
    [
      ['delete', world.role('uami-desk')],
      ['grant', world.role('uami-desk')],
      ['create', world.identity('uami-desk')],
    ] as const;

  it.each([0, 1])('an approval of its change is refused and noted, and a denial is taken (%i)', async (index) => {
    const [command, args] = changes()[index] ?? [];
    const id = await world.ask(command ?? '', args ?? {});
    become('uami-desk', how);
    await expect(world.decide('approve', id, people.megan)).rejects.toMatchObject({ code: 'not-allowed' });
    expect(await world.eventsOf(id)).toContain('click.refused');
    expect((await world.decide('deny', id, people.megan, { comment: 'no' })).state).toBe('denied');
  });

  it.each([0, 1])('what was approved before does not run (%i)', async (index) => {
    const [command, args] = changes()[index] ?? [];
    const id = await world.ask(command ?? '', args ?? {});
    await world.decide('approve', id, people.megan);
    become('uami-desk', how);
    await world.runDue();
    expect(await world.get(id)).toMatchObject({ state: 'failed', failure: { code: 'not-allowed' } });
    expect(world.azure.effects).toEqual([]);
  });

  it('a removal of its role does not run, and another identity’s does', async () => {
    world.setPolicy(policyOf('free'));
    for (const name of ['uami-desk', 'uami-other']) {
      await world.ask('grant', world.role(name));
      await world.runDue();
    }
    const mine = await world.ask('revoke', world.role('uami-desk'));
    const other = await world.ask('revoke', world.role('uami-other'));
    become('uami-desk', how);
    await world.runDue();
    expect([(await world.get(mine)).state, (await world.get(other)).state]).toEqual(['failed', 'succeeded']);
    expect(world.azure.assignments.size).toBe(1);
  });
});

it('a role on its own identity as the scope is a way into it, and refused', async () => {
  const { id } = world.azure.addIdentity('uami-desk');
  const request = await world.ask('grant', { ...world.role('uami-other'), scope: id });
  become('uami-desk');
  await expect(world.decide('approve', request, people.megan)).rejects.toMatchObject({ code: 'not-allowed' });
});

it('it is known again at the operation, where the bot learns who it is while the request runs', async () => {
  const role = { id: 'acdd72a7-3385-48ef-bd42-f606fba81ae7', scope: world.role('uami-a').scope };
  const id = await world.ask('create', world.identity('uami-new', { role }));
  await world.decide('approve', id, people.megan);
  world.azure.onEffect(({ operation }) => {
    if (operation.kind === 'identity.create')
      world.deps.ownAccess.self = async () => ({ principalId: 'p', resourceId: operation.id });
  });
  await world.runDue();
  expect(world.azure.effects.map(({ operation }) => operation.kind)).toEqual(['identity.create']);
  expect((await world.get(id)).failure?.code).toBe('not-allowed');
});

it('an approval is taken while Azure is away: the run looks again', async () => {
  const id = await world.ask('delete', world.role('uami-desk'));
  // Only Azure knows whose client id that is.
  become('uami-desk', ({ clientId }) => ({ principalId: 'p', clientId }));
  world.azure.fail('away');
  expect((await world.decide('approve', id, people.megan)).state).toBe('approved');
  world.azure.mend();
  await world.runDue();
  expect(world.azure.effects).toEqual([]);
});
