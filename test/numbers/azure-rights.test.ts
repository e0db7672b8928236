// How long it takes to know who holds a right in Azure, with nothing read before: the target is half a second.

import { expect, it } from 'vitest';
import { rightKey } from '../../src/core/model/permission.ts';
import * as world from '../facts/facts-world.ts';
import { startGateway } from '../support/azure.ts';

const people = Array.from({ length: 600 }, (_, index) => ({
  id: `c40d0000-0000-4000-8000-${String(index).padStart(12, '0')}`,
  displayName: `Person ${index}`,
  mail: `p${index}@contoso.com`,
  userPrincipalName: `p${index}@contoso.com`,
  proxyAddresses: [],
  userType: 'Member' as const,
  accountEnabled: true,
}));
const teams = Array.from({ length: 12 }, (_, index) => ({
  id: `6f1c0000-0000-4000-8000-0000000001${String(index).padStart(2, '0')}`,
  displayName: `Team ${index}`,
  members: people.slice(index * 50, (index + 1) * 50).map(({ id }) => id),
}));

it('a decision by rights in Azure takes at most 500 ms cold, for everybody who holds them and for one person', async () => {
  const { simulator, azure, close } = await startGateway();
  try {
    const seed = simulator.control.world();
    const roles = Object.values(world.roles);
    const scopes = [world.production, world.payments, world.checkout];
    const ofTeams = teams.map(({ id }, index) => ({ principalId: id, principalType: 'Group' as const, index }));
    const ofPeople = people
      .slice(0, 60)
      .map(({ id }, index) => ({ principalId: id, principalType: 'User' as const, index }));
    simulator.control.reset({
      ...world.withAssignments(
        seed,
        [...ofTeams, ...ofPeople].map(({ index, ...principal }, row) =>
          world.assignment(row, {
            ...principal,
            roleDefinitionId: roles[index % roles.length] ?? world.roles.reader,
            scope: scopes[index % scopes.length] ?? world.production,
          }),
        ),
      ),
      users: [...seed.users, ...people],
      directoryGroups: [...seed.directoryGroups, ...teams],
    });
    const right = { action: world.actions.create, scope: world.checkout };
    const [first] = people;
    const asked = { key: `entra:${first?.id}`, name: 'one', entraId: first?.id ?? '' };
    const took: Record<string, number> = {};
    for (const [name, whose] of [
      ['everybody', 'everybody'],
      ['one person', [asked]],
    ] as const) {
      const startedAt = performance.now();
      const found = await world.factsOf(azure).azureRights?.([right], whose);
      took[name] = performance.now() - startedAt;
      expect(found?.get(rightKey(right))?.length).toBeGreaterThan(0);
    }
    const told = Object.entries(took).map(([name, ms]) => `${name} ${Math.round(ms)} ms`);
    process.stdout.write(`rights in Azure, cold: ${told.join(', ')}\n`);
    expect(Math.max(...Object.values(took))).toBeLessThan(500);
  } finally {
    await close();
  }
});
