// The roles that docs/azure.md tells people to give are those that the bot has in the simulated company, where every story is played,
// and they are enough for every kind of operation.

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { builtinRoleNamed } from '../../simulator/builtin-roles.ts';
import { leastRole } from '../../src/core/bot-rights/least-role.ts';
import { type PermissionSet, permitsAction } from '../../src/core/model/permission.ts';
import { definitionOf, type Operation } from '../../src/core/operations/registry.ts';

const docs = readFileSync('docs/azure.md', 'utf8');
const seed = z
  .object({
    roleDefinitions: z.array(z.object({ name: z.string(), actions: z.array(z.string()) })),
    roleAssignments: z.array(
      z.object({ principal: z.string(), role: z.string(), scope: z.string(), condition: z.string().optional() }),
    ),
  })
  .parse(parse(readFileSync('simulator/seed/contoso.yaml', 'utf8')));
const own = seed.roleAssignments.filter(({ principal }) => principal === 'bot');

const customRole = z.object({ Name: z.string(), Actions: z.array(z.string()) });
const customRoles = [...docs.matchAll(/```json\n(.*?)```/gs)].map(([, json]) =>
  customRole.parse(JSON.parse(json ?? '')),
);
const table = docs.split('\n').filter((line) => /^\| .*\*/.test(line));
const named = new Set(table.flatMap((line) => [...line.matchAll(/\*([^*]+)\*/g)].map(([, name]) => name ?? '')));
const plain = (text: string) => text.replace(/\s+/g, '');

const scope = '/subscriptions/50bc0000-0000-4000-8000-000000000001';
const id = `${scope}/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/u`;
const where = { subscriptionId: scope.split('/')[2] ?? '', resourceGroup: 'g' };
const role = { scope, roleDefinitionId: 'r', roleName: 'R', identityId: id, principalId: 'p' };
const operations: readonly Operation[] = [
  { kind: 'resource-group.create', ...where, name: 'g', location: 'l' },
  { kind: 'identity.create', ...where, id, name: 'u', location: 'l', tags: {} },
  { kind: 'identity.delete', ...where, id, name: 'u', principalId: 'p' },
  { kind: 'role-assignment.create', ...role },
  { kind: 'role-assignment.delete', assignmentId: 'a', ...role },
  ...['Compute/virtualMachines', 'Compute/virtualMachineScaleSets', 'Web/sites', 'App/containerApps'].flatMap(
    (type) => {
      const resourceId = `${scope}/resourceGroups/g/providers/Microsoft.${type}/r`;
      const about = { resourceId, identityId: id, principalId: 'p' };
      return [
        { kind: 'attachment.add' as const, ...about },
        { kind: 'attachment.remove' as const, ...about },
      ];
    },
  ),
];
const needed = operations.flatMap((operation) => definitionOf(operation).rights(operation));

const setOf = (actions: readonly string[]): PermissionSet => ({
  actions,
  notActions: [],
  dataActions: [],
  notDataActions: [],
});
const setsOf = (name: string): readonly PermissionSet[] =>
  builtinRoleNamed(name.toLowerCase())?.permissions.map(({ condition: _c, conditionVersion: _v, ...set }) => set) ??
  customRoles.filter((one) => one.Name === name).map(({ Actions }) => setOf(Actions));

it('names the roles that the bot has in the simulated company, and no others', () => {
  expect([...named].sort()).toEqual([...new Set(own.map(({ role: name }) => name))].sort());
});

it('has the custom role and the condition of the simulated company', () => {
  for (const name of ['Identity Desk Resource Groups', 'Identity Desk Attachments']) {
    const given = seed.roleDefinitions.find((one) => one.name === name)?.actions ?? [];
    expect(customRoles.find(({ Name }) => Name === name)?.Actions).toEqual(given);
    expect(given.length).toBeGreaterThan(0);
  }
  const assigning = own.filter(({ role: name }) => name === 'Role Based Access Control Administrator');
  expect(assigning.length).toBeGreaterThan(0);
  for (const { condition = '' } of assigning) expect(plain(docs)).toContain(plain(condition) || 'no condition');
});

it('gives enough for every kind of operation: all roles together, and the one custom role with that for assigning', () => {
  const all = [...named].flatMap(setsOf);
  const inOne = ['Identity Desk', 'Role Based Access Control Administrator'].flatMap(setsOf);
  for (const { action } of needed) {
    expect([action, permitsAction(all, action), permitsAction(inOne, action)]).toEqual([action, true, true]);
  }
});

it('none of the roles can be left out, but for Reader beside the one that includes it', () => {
  const changes = needed.filter(({ action }) => !action.endsWith('/read'));
  for (const name of [...named].filter((one) => one !== 'Reader')) {
    const others = [...named].filter((one) => one !== name).flatMap(setsOf);
    expect([name, changes.every(({ action }) => permitsAction(others, action))]).toEqual([name, false]);
  }
  const seen = (name: string) => permitsAction(setsOf(name), 'Microsoft.Compute/virtualMachines/read');
  expect(['Reader', 'Role Based Access Control Administrator'].map(seen)).toEqual([true, true]);
  expect(['Managed Identity Contributor', 'Identity Desk Resource Groups'].map(seen)).toEqual([false, false]);
});

it('a refusal names a role that has the right', () => {
  for (const { action } of needed)
    expect([action, permitsAction(setsOf(leastRole(action)), action)]).toEqual([action, true]);
});
