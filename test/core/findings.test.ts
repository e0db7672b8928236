// What the report finds.

import { expect, it } from 'vitest';
import type { RoleAssignment, RoleDefinition } from '../../src/core/model/azure.ts';
import { findingsOf } from '../../src/core/report/findings.ts';
import { identity, subscriptionId } from './authorise-world.ts';

const [a, b] = [identity('rg-a', 'uami-a'), identity('rg-b', 'uami-b')];
const subscription = `/subscriptions/${subscriptionId}`;
const roleOf = ({ roleDefinitionId }: RoleAssignment): RoleDefinition | undefined => {
  const actions = { owner: ['*'], reader: ['*/read'] }[roleDefinitionId];
  if (!actions) return undefined;
  const permissions = [{ actions, notActions: [], dataActions: [], notDataActions: [] }];
  return { id: roleDefinitionId, name: roleDefinitionId, description: '', kind: 'built-in', permissions };
};
const held = (roleDefinitionId: string, scope: string, principalId = a.principalId): RoleAssignment => ({
  id: `${scope}/a/${roleDefinitionId}`,
  scope,
  roleDefinitionId,
  principalId,
});
const nothingMore = { credentials: [], unused: [], counts: [] };
const find = (assignments: readonly RoleAssignment[], orphans: readonly RoleAssignment[] = []) =>
  findingsOf({ identities: [a, b], assignments, orphans, roleOf, ...nothingMore }).map(
    ({ kind, identity }) => `${kind} ${identity?.name ?? '-'}`,
  );

it('finds each kind, the gravest first', () => {
  const group = `${subscription}/resourceGroups/rg-a`;
  expect(
    find([held('reader', group), held('reader', subscription), held('owner', group)], [held('reader', group, 'gone')]),
  ).toEqual(['orphaned -', 'privileged uami-a', 'wide uami-a', 'twice uami-a', 'without-role uami-b']);
});

it('a role that could not be read is not called privileged, and one with a condition gives nothing twice', () => {
  const group = `${subscription}/resourceGroups/rg-a`;
  expect(find([held('unknown', group), held('reader', group, b.principalId)])).toEqual([]);
  const conditional = { ...held('reader', subscription), condition: 'x' };
  expect(find([held('reader', group), conditional, held('reader', group, b.principalId)])).toEqual(['wide uami-a']);
});

const trusted = (name: string, subject: string) => ({
  name,
  issuer: 'https://token.actions.githubusercontent.com',
  subject,
  audiences: ['api://AzureADTokenExchange'],
});

it('finds credentials that others can fool, identities and subscriptions near a limit, and the unused', () => {
  const safe = (many: number) =>
    Array.from({ length: many }, (_, at) => trusted(`c${at}`, `repo:contoso/orders:environment:e${at}`));
  const kinds = (given: Partial<Parameters<typeof findingsOf>[0]>) =>
    findingsOf({ identities: [], assignments: [], orphans: [], roleOf, ...nothingMore, ...given }).map(
      ({ kind, number, credential }) => [kind, number ?? credential?.name].join(' '),
    );
  const pull = trusted('pulls', 'repo:contoso/orders:pull_request');
  expect(kinds({ credentials: [{ identity: a, credentials: [pull, ...safe(16)] }] })).toEqual(['wide-subject pulls']);
  expect(kinds({ credentials: [{ identity: a, credentials: safe(18) }] })).toEqual(['near-credentials 18']);
  const counts = [3_599, 3_600].map((assignments) => ({ subscriptionId, assignments }));
  expect(kinds({ counts, unused: [b] })).toEqual(['near-assignments 3600', 'unused ']);
});

it('a subject that only matches nothing is not called risky', () => {
  const slash = { ...trusted('s', 'repo:contoso/orders:environment:e'), issuer: `${trusted('', '').issuer}/` };
  const credentials = [{ identity: a, credentials: [slash] }];
  expect(findingsOf({ identities: [], assignments: [], orphans: [], roleOf, ...nothingMore, credentials })).toEqual([]);
});
