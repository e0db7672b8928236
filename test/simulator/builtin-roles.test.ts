// The built-in roles: all of Azure's, with their real permissions and conditions, and what the filters of their list take in.

import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSimulator, startSimulator } from '../../simulator/server.ts';
import { type ArmCall, asker, type Reply } from './ask.ts';

const production = '50bc0000-0000-4000-8000-000000000001';
const answers = new URL('../../../shared/facts/azure-vectors/builtin-roles-2026-08.json', import.meta.url);

interface Permission {
  actions: string[];
  notActions: string[];
  dataActions: string[];
  notDataActions: string[];
  condition?: string;
  conditionVersion?: string;
}
interface Role {
  id: string;
  name: string;
  type: string;
  properties: {
    roleName: string;
    type: string;
    description: string;
    assignableScopes: string[];
    permissions: Permission[];
  };
}
let simulator: RunningSimulator;
let ask: (asked: ArmCall) => Promise<Reply>;

beforeAll(async () => {
  simulator = await startSimulator({ settings: { throttling: false } });
  ask = await asker(simulator);
});
afterAll(async () => await simulator?.close());

async function roles(filter = '', scope = `/subscriptions/${production}`): Promise<Role[]> {
  const query = filter === '' ? '' : `&$filter=${encodeURIComponent(filter)}`;
  const path = `${scope}/providers/Microsoft.Authorization/roleDefinitions?api-version=2022-04-01${query}`;
  const reply = await ask({ method: 'GET', path });
  expect(reply.status, JSON.stringify(reply.body).slice(0, 300)).toBe(200);
  return (reply.body as { value: Role[] }).value;
}

describe('built-in roles', () => {
  it('are 928, each with an id, a name of its own, and permissions', async () => {
    const all = await roles("type eq 'BuiltInRole'");
    expect(all).toHaveLength(928);
    expect(new Set(all.map(({ name }) => name)).size).toBe(928);
    expect(new Set(all.map(({ properties }) => properties.roleName.toLowerCase())).size).toBe(928);
    for (const { id, name, properties } of all) {
      expect(id).toBe(`/subscriptions/${production}/providers/Microsoft.Authorization/roleDefinitions/${name}`);
      expect(properties.assignableScopes).toEqual(['/']);
      expect(properties.permissions.length).toBeGreaterThan(0);
      for (const permission of properties.permissions)
        for (const list of ['actions', 'notActions', 'dataActions', 'notDataActions'] as const)
          expect(permission[list]).toEqual(expect.any(Array));
    }
  });

  it('have Azure’s permissions: RBAC Administrator assigns, Managed Identity Contributor federates, AcrPull pulls', async () => {
    const permissionsOf = async (name: string) => (await roles(`roleName eq '${name}'`))[0]?.properties.permissions;
    expect((await permissionsOf('role based access control administrator'))?.[0]?.actions).toEqual([
      'Microsoft.Authorization/roleAssignments/write',
      'Microsoft.Authorization/roleAssignments/delete',
      '*/read',
      'Microsoft.Support/*',
    ]);
    expect((await permissionsOf('Managed Identity Contributor'))?.[0]?.actions).toContain(
      'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write',
    );
    expect((await permissionsOf('AcrPull'))?.[0]?.actions).toEqual([
      'Microsoft.ContainerRegistry/registries/pull/read',
    ]);
    expect((await permissionsOf('Contributor'))?.[0]?.notActions).toContain('Microsoft.Authorization/*/Write');
  });

  it('bear their conditions where Azure’s do, in the permission and with the version', async () => {
    const all = await roles();
    const withCondition = all.filter(({ properties }) => properties.permissions.some(({ condition }) => condition));
    expect(withCondition.length).toBeGreaterThan(25);
    const [keyVault] = await roles("roleName eq 'Key Vault Data Access Administrator'");
    expect(keyVault?.properties.permissions).toHaveLength(1);
    expect(keyVault?.properties.permissions[0]).toMatchObject({
      conditionVersion: '2.0',
      condition: expect.stringContaining("ActionMatches{'Microsoft.Authorization/roleAssignments/write'}"),
    });
    expect(all.find(({ properties }) => properties.roleName === 'Owner')?.properties.permissions[0]).not.toHaveProperty(
      'condition',
    );
  });

  it('are told from custom ones by type; atScopeAndBelow() takes in roles that are for a group below alone', async () => {
    expect((await roles("type eq 'CustomRole'")).map(({ properties }) => properties.roleName)).toEqual([
      'Contoso Deployment Operator',
      'Identity Desk Resource Groups',
      'Identity Desk Attachments',
    ]);
    const megan = await asker(simulator, 'megan@contoso.com');
    const id = 'c0570000-0000-4000-8000-00000000000b';
    const made = await megan({
      method: 'PUT',
      path: `/subscriptions/${production}/providers/Microsoft.Authorization/roleDefinitions/${id}?api-version=2022-04-01`,
      body: {
        properties: {
          roleName: 'Only below',
          assignableScopes: [`/subscriptions/${production}/resourceGroups/rg-payments`],
          permissions: [{ actions: ['*/read'] }],
        },
      },
    });
    expect(made.status).toBe(201);
    expect(await roles("roleName eq 'Only below'")).toEqual([]);
    expect((await roles("atScopeAndBelow() and roleName eq 'Only below'")).map(({ name }) => name)).toEqual([id]);
    expect(await roles("type eq 'BuiltInRole' and roleName eq 'Only below'")).toEqual([]);
  });

  it('cannot be changed, nor can another role take the name of one', async () => {
    const megan = await asker(simulator, 'megan@contoso.com');
    const put = (id: string, roleName: string) =>
      megan({
        method: 'PUT',
        path: `/subscriptions/${production}/providers/Microsoft.Authorization/roleDefinitions/${id}?api-version=2022-04-01`,
        body: { properties: { roleName, assignableScopes: [`/subscriptions/${production}`], permissions: [] } },
      });
    expect((await put('acdd72a7-3385-48ef-bd42-f606fba81ae7', 'Mine')).status).toBe(403);
    expect((await put('c0570000-0000-4000-8000-00000000000c', 'ACRPULL')).status).toBe(409);
  });

  it.skipIf(!existsSync(answers))('say what Azure said, role by role', async () => {
    const said = JSON.parse(readFileSync(answers, 'utf8')) as {
      id: string;
      roleName: string;
      description: string;
      permissions: Partial<Permission>[];
    }[];
    const none = { actions: [], notActions: [], dataActions: [], notDataActions: [] };
    const told = new Map((await roles("type eq 'BuiltInRole'")).map(({ name, properties }) => [name, properties]));
    for (const { id, roleName, description, permissions } of said) {
      const wanted = permissions.map((permission) => ({ ...none, ...permission }));
      expect(told.get(id)).toMatchObject({ roleName, description, permissions: wanted });
    }
  });
});
