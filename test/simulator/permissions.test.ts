// The permissions API: what the caller's roles give at a scope, set by set.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSimulator, startSimulator } from '../../simulator/server.ts';
import { type ArmCall, asker, type Reply } from './ask.ts';

const staging = '/subscriptions/50bc0000-0000-4000-8000-000000000002';
const sandbox = '/subscriptions/50bc0000-0000-4000-8000-000000000003';
let simulator: RunningSimulator;

beforeAll(async () => {
  simulator = await startSimulator({ settings: { throttling: false } });
});
afterAll(async () => await simulator?.close());

interface Permission {
  actions: string[];
  notActions: string[];
  dataActions: string[];
  notDataActions: string[];
}
type Ask = (asked: ArmCall) => Promise<Reply>;

async function permissions(scope: string, ask?: Ask): Promise<Permission[]> {
  const path = `${scope}/providers/Microsoft.Authorization/permissions?api-version=2022-04-01`;
  const reply = await (ask ?? (await asker(simulator)))({ method: 'GET', path });
  expect(reply.status, JSON.stringify(reply.body)).toBe(200);
  return (reply.body as { value: Permission[] }).value;
}
const actionsOf = (list: readonly Permission[]) => list.flatMap(({ actions }) => actions);

describe('the permissions API', () => {
  it('tells what the roles at a scope and above give: subscription, group, resource', async () => {
    const atStaging = await permissions(staging);
    expect(atStaging).toEqual([{ actions: ['*/read'], notActions: [], dataActions: [], notDataActions: [] }]);
    const atGroup = actionsOf(await permissions(`${staging}/resourceGroups/rg-web-staging`));
    expect(atGroup).toContain('Microsoft.ManagedIdentity/userAssignedIdentities/write');
    expect(atGroup).toContain('Microsoft.Authorization/roleAssignments/write');
    const identity = `${staging}/resourceGroups/rg-web-staging/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uami-web`;
    expect(actionsOf(await permissions(identity)).sort()).toEqual(atGroup.sort());
    const playground = `${sandbox}/resourceGroups/rg-playground`;
    const alex = await asker(simulator, 'alex@contoso.com');
    const contributor = (await permissions(playground, alex)).find(({ actions }) => actions.includes('*'));
    expect(contributor?.notActions).toContain('Microsoft.Authorization/*/Write');
  });

  it('counts roles that come through groups and management groups, and has nothing for one without any', async () => {
    expect(actionsOf(await permissions(staging, await asker(simulator, 'megan@contoso.com')))).toContain('*');
    expect(actionsOf(await permissions(staging, await asker(simulator, 'alex@contoso.com')))).toEqual(['*/read']);
    expect(await permissions(staging, await asker(simulator, 'grady@contoso.com'))).toEqual([]);
  });

  it('tells data actions apart, and a condition that a role has of its own', async () => {
    const { servicePrincipals } = simulator.control.world();
    const deployer = servicePrincipals.find(({ displayName }) => displayName === 'contoso-deployments');
    const owner = await asker(simulator, 'megan@contoso.com');
    const give = async (role: string, name: string) => {
      const path = `${staging}/providers/Microsoft.Authorization/roleAssignments/${name}?api-version=2022-04-01`;
      const roleDefinitionId = `/providers/Microsoft.Authorization/roleDefinitions/${role}`;
      const body = { properties: { roleDefinitionId, principalId: deployer?.id } };
      expect((await owner({ method: 'PUT', path, body })).status).toBe(201);
    };
    await give('2a2b9908-6ea1-4ae2-8e65-a410df84e7d1', '77777777-0000-4000-8000-000000000001');
    await give('8b54135c-b56d-4d72-a534-26097cfdc8d8', '77777777-0000-4000-8000-000000000002');
    const [blobs, keyVault] = await permissions(staging, await asker(simulator, deployer?.appId));
    expect(blobs?.dataActions).toContain('Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read');
    expect(blobs?.actions).not.toContain('Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read');
    expect(keyVault).toHaveProperty('conditionVersion', '2.0');
  });

  it('answers 404 for a scope that is not there and 401 without a token', async () => {
    const ask = await asker(simulator);
    const path = (group: string) =>
      `${staging}/resourceGroups/${group}/providers/Microsoft.Authorization/permissions?api-version=2022-04-01`;
    expect((await ask({ method: 'GET', path: path('rg-none') })).status).toBe(404);
    expect((await ask({ method: 'GET', path: path('rg-web-staging'), headers: { authorization: '' } })).status).toBe(
      401,
    );
  });
});
