// Applications and managed identities in the directory, by client id: what the Azure CLI asks before it assigns a role to --assignee.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSimulator, startSimulator } from '../../simulator/server.ts';
import { type ArmCall, asker, type Reply } from './ask.ts';

const application = { id: 'de910000-0000-4000-8000-000000000001', appId: 'de910000-0000-4000-8000-000000000002' };
const group = '/subscriptions/50bc0000-0000-4000-8000-000000000003/resourceGroups/rg-playground';
let simulator: RunningSimulator;
let ask: (asked: ArmCall) => Promise<Reply>;

beforeAll(async () => {
  simulator = await startSimulator({ settings: { throttling: false } });
  ask = await asker(simulator, undefined, 'https://graph.microsoft.com');
});
afterAll(async () => await simulator?.close());

const get = async (path: string) => await ask({ method: 'GET', path: `/v1.0${path}` });
const codeOf = ({ body }: Reply) => (body as { error?: { code?: string } }).error?.code;

async function filtered(filter: string): Promise<{ id: string; appId: string }[]> {
  const reply = await get(`/servicePrincipals?$filter=${encodeURIComponent(filter)}`);
  expect(reply.status, JSON.stringify(reply.body)).toBe(200);
  return (reply.body as { value: { id: string; appId: string }[] }).value;
}

async function makeIdentity(name: string): Promise<{ principalId: string; clientId: string }> {
  const arm = await asker(simulator);
  const path = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}?api-version=2024-11-30`;
  const made = await arm({ method: 'PUT', path, body: { location: 'westeurope' } });
  return (made.body as { properties: { principalId: string; clientId: string } }).properties;
}

describe('service principals', () => {
  it('are found by client id: an application', async () => {
    for (const filter of [
      `servicePrincipalNames/any(c:c eq '${application.appId}')`,
      `servicePrincipalNames/any(x:x eq '${application.appId.toUpperCase()}')`,
      `appId eq '${application.appId}'`,
      `appId eq '${application.appId}' or displayName eq 'nobody'`,
      "displayName eq 'contoso-deployments'",
      "startswith(displayName,'contoso-')",
    ]) {
      expect(await filtered(filter), filter).toMatchObject([
        { ...application, servicePrincipalNames: [application.appId], servicePrincipalType: 'Application' },
      ]);
    }
  });

  it('are found by client id: a managed identity, once the directory knows it', async () => {
    const { principalId, clientId } = await makeIdentity('uami-by-client');
    const byName = () => filtered(`servicePrincipalNames/any(c:c eq '${clientId}')`);
    expect(await byName()).toMatchObject([
      { id: principalId, appId: clientId, displayName: 'uami-by-client', servicePrincipalType: 'ManagedIdentity' },
    ]);
    simulator.control.settings.replicationDelay = 60_000;
    expect(await byName()).toEqual([]);
    expect((await get(`/servicePrincipals(appId='${clientId}')`)).status).toBe(404);
    simulator.control.settings.replicationDelay = 0;
  });

  it('are not found by an object id in the place of a client id, nor by one that nobody has', async () => {
    expect(await filtered(`servicePrincipalNames/any(c:c eq '${application.id}')`)).toEqual([]);
    expect(await filtered(`appId eq '${application.id}'`)).toEqual([]);
    expect(await filtered("servicePrincipalNames/any(c:c eq 'https://nobody.example')")).toEqual([]);
  });

  it('answer one by one, by object id and by appId, with $select', async () => {
    expect((await get(`/servicePrincipals/${application.id}`)).body).toMatchObject(application);
    expect((await get(`/servicePrincipals(appId='${application.appId}')`)).body).toMatchObject(application);
    const picked = (await get(`/servicePrincipals(appId='${application.appId}')?$select=id`)).body;
    expect(picked).toMatchObject({ id: application.id });
    expect(picked).not.toHaveProperty('appId');
    const unknown = await get(`/servicePrincipals(appId='${application.id}')`);
    expect([unknown.status, codeOf(unknown)]).toEqual([404, 'Request_ResourceNotFound']);
    // A person is a directory object, but no service principal.
    expect((await get('/servicePrincipals/a1ec0000-0000-4000-8000-000000000001')).status).toBe(404);
  });

  it('are all listed, a page at a time', async () => {
    const { servicePrincipals, identities } = simulator.control.world();
    const ids = new Set<string>();
    let path: string | undefined = '/v1.0/servicePrincipals?$top=7';
    while (path) {
      const { body } = await ask({ method: 'GET', path });
      const { value, '@odata.nextLink': next } = body as { value: { id: string }[]; '@odata.nextLink'?: string };
      for (const { id } of value) ids.add(id);
      path = next?.slice(simulator.endpoint.length);
    }
    expect(ids.size).toBe(servicePrincipals.length + identities.length);
  });

  it('are among the objects behind ids, each with its kind', async () => {
    const person = 'a1ec0000-0000-4000-8000-000000000001';
    const body = { ids: [application.id, person], types: ['user', 'group', 'servicePrincipal'] };
    const reply = await ask({ method: 'POST', path: '/v1.0/directoryObjects/getByIds', body });
    const kinds = (reply.body as { value: { id: string; '@odata.type': string }[] }).value;
    expect(Object.fromEntries(kinds.map((one) => [one.id, one['@odata.type']]))).toEqual({
      [application.id]: '#microsoft.graph.servicePrincipal',
      [person]: '#microsoft.graph.user',
    });
  });

  it('are not asked by any() of what they have no list of', async () => {
    expect(codeOf(await get(`/servicePrincipals?$filter=${encodeURIComponent("tags/any(t:t eq 'x')")}`))).toBe(
      'Request_UnsupportedQuery',
    );
  });
});
