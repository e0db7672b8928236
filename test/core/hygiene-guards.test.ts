// What nobody learns by who and report, and what is never taken for gone.

import { describe, expect, it } from 'vitest';
import type { AzureReader } from '../../src/core/azure-ports.ts';
import type { CommandContext } from '../../src/core/commands/context.ts';
import { revokeOne } from '../../src/core/commands/revoke-assignment.ts';
import { Fault } from '../../src/core/errors.ts';
import type { RoleAssignment } from '../../src/core/model/azure.ts';
import { guardIdentities, type Visibility } from '../../src/core/visibility.ts';
import { identity, subscriptionId } from './authorise-world.ts';

const [open, hidden] = [identity('rg-a', 'uami-open'), identity('rg-b', 'uami-hidden')];
const group = (name: string) => `/subscriptions/${subscriptionId}/resourceGroups/${name}`;
const held = (name: string, principalId: string): RoleAssignment => ({
  id: `${group(name)}/providers/Microsoft.Authorization/roleAssignments/${principalId}`,
  scope: group(name),
  roleDefinitionId: 'reader',
  principalId,
});
const found = async <T>(items: readonly T[]) => ({ items, missing: [] });
const assignments = [held('rg-a', open.principalId), held('rg-a', hidden.principalId)];
const azure = {
  subscriptions: async () => [],
  identities: () => found([open, hidden]),
  assignmentsReaching: () => found(assignments),
  allAssignments: () => found(assignments),
  orphanedAssignments: () => found([held('rg-a', 'gone-a'), held('rg-b', 'gone-b')]),
  assignmentCounts: () => found([subscriptionId, 'rg-a'].map((id) => ({ subscriptionId: id, assignments: 5 }))),
  carriedIdentities: () => found([open.id]),
  roleAssignment: async () => held('rg-a', 'gone-a'),
  roleDefinitions: async () => [],
  locks: async () => [],
} as unknown as AzureReader;
/** A person who may list in rg-a alone. */
const visibility = {
  verdicts: async (_command: string, ids: readonly string[]) =>
    new Map(ids.map((id) => [id, id.includes('rg-a') ? { kind: 'allowed' } : { kind: 'refused', reason: 'no' }])),
} as unknown as Visibility;

describe('a person who may look in one group', () => {
  const guarded = guardIdentities(azure, visibility, { kind: 'each', command: 'list' });

  it('is told of no role of an identity elsewhere, wherever the role is', async () => {
    const [open1] = assignments;
    expect((await guarded.assignmentsReaching(group('rg-a'))).items).toEqual([open1]);
    expect((await guarded.allAssignments()).items).toEqual([open1]);
  });

  it('is told of orphaned roles in that group alone', async () => {
    expect((await guarded.orphanedAssignments()).items.map(({ principalId }) => principalId)).toEqual(['gone-a']);
  });

  it('is told of the number of roles where they may look alone, and of what uses such identities alone', async () => {
    expect((await guarded.assignmentCounts()).items.map(({ subscriptionId: id }) => id)).toEqual(['rg-a']);
    expect((await guarded.carriedIdentities([open.id])).items).toEqual([open.id]);
    await expect(guarded.carriedIdentities([open.id, hidden.id])).rejects.toThrow('does not allow');
  });

  it('gets none of it by another command', async () => {
    const show = guardIdentities(azure, visibility, { kind: 'named', command: 'show' });
    expect((await show.allAssignments()).items).toEqual([]);
    expect((await show.orphanedAssignments()).items).toEqual([]);
    expect((await show.assignmentCounts()).items).toEqual([]);
    await expect(show.carriedIdentities([open.id])).rejects.toThrow('does not allow');
    await expect(show.gonePrincipals(['gone-a'])).rejects.toThrow('does not allow');
  });
});

describe('a principal', () => {
  const given = { assignmentId: assignments[0]?.id, principalId: 'gone-a', roleId: 'reader', scope: group('rg-a') };
  const planWith = (gonePrincipals: AzureReader['gonePrincipals']) =>
    revokeOne.plan(
      { azure: { ...azure, identities: () => found([]), gonePrincipals } } as unknown as CommandContext,
      given,
    );

  it('is gone only where the directory says so', async () => {
    expect(await planWith(async () => new Set(['gone-a']))).toHaveProperty('plan.effects.0.command', 'revoke');
    await expect(planWith(async () => new Set())).rejects.toThrow('not assigned to a managed identity');
    const denied = async () => {
      throw new Fault('azure-forbidden', 'Denied.');
    };
    await expect(planWith(denied)).rejects.toThrow('could not be read');
  });
});
