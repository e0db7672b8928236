// Microsoft Graph as the simulator has it: people, groups, what is behind an object id, and who may not ask.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSimulator, startSimulator } from '../../simulator/server.ts';
import { asker, type PolicySubject, type Reply } from './ask.ts';

const megan = '3e9a0000-0000-4000-8000-000000000002';
const adele = 'ade1e000-0000-4000-8000-000000000003';
const alex = 'a1ec0000-0000-4000-8000-000000000001';
const platform = '6f1c0000-0000-4000-8000-000000000001';
const engineering = '6f1c0000-0000-4000-8000-000000000003';
const gone = 'dead0000-0000-4000-8000-000000000001';
let simulator: RunningSimulator;
let ask: (asked: PolicySubject) => Promise<Reply>;

/** A caller whose token is for Microsoft Graph. */
async function graphAsker(clientId?: string) {
  return await asker(simulator, clientId, 'https://graph.microsoft.com');
}

beforeAll(async () => {
  simulator = await startSimulator({ settings: { throttling: false } });
  ask = await graphAsker();
});
afterAll(async () => await simulator?.close());

const get = async (path: string) => await ask({ method: 'GET', path: `/v1.0${path}` });
const idsOf = ({ body }: Reply) => (body as { value: { id: string }[] }).value.map(({ id }) => id).sort();
const codeOf = ({ body }: Reply) => (body as { error?: { code?: string } }).error?.code;

describe('Microsoft Graph', () => {
  it('finds a person by id, by user principal name and by address', async () => {
    expect((await get(`/users/${megan}`)).body).toMatchObject({
      id: megan,
      displayName: 'Megan Bowen',
      mail: 'megan@contoso.com',
      userPrincipalName: 'megan@contoso.com',
      userType: 'Member',
      accountEnabled: true,
    });
    expect((await get('/users/MEGAN@contoso.com')).body).toMatchObject({ id: megan });
    const filter = encodeURIComponent("mail eq 'megan@contoso.com' or userPrincipalName eq 'megan@contoso.com'");
    expect((await get(`/users?$filter=${filter}&$select=id,mail`)).body).toMatchObject({
      value: [{ id: megan, mail: 'megan@contoso.com' }],
    });
    expect(idsOf(await get(`/users?$filter=${encodeURIComponent("mail eq 'o''neil@contoso.com'")}`))).toEqual([]);
  });

  it('tells guests and disabled accounts', async () => {
    expect((await get('/users/d1e60000-0000-4000-8000-000000000005')).body).toMatchObject({ userType: 'Guest' });
    expect((await get('/users/grady@contoso.com')).body).toMatchObject({ accountEnabled: false });
  });

  it('lists members straight and through other groups, and the groups of a person', async () => {
    expect(idsOf(await get(`/groups/${platform}/members`))).toEqual([megan, adele].sort());
    expect(idsOf(await get(`/groups/${engineering}/members`))).toHaveLength(2);
    expect(idsOf(await get(`/groups/${engineering}/transitiveMembers/microsoft.graph.user`))).toEqual(
      expect.arrayContaining([alex, megan, adele]),
    );
    expect(idsOf(await get(`/users/${megan}/transitiveMemberOf`))).toEqual([platform, engineering]);
  });

  it('says what is behind an object id, and is silent about who is gone', async () => {
    const identity = simulator.control.world().identities[0]?.principalId ?? '';
    const reply = await ask({
      method: 'POST',
      path: '/v1.0/directoryObjects/getByIds',
      body: { ids: [alex, identity, gone], types: ['user', 'servicePrincipal'] },
    });
    expect(idsOf(reply)).toEqual([alex, identity].sort());
    expect((await get(`/servicePrincipals/${identity}`)).body).toMatchObject({
      servicePrincipalType: 'ManagedIdentity',
    });
  });

  it('refuses in its own shape: the unknown, a filter it has not, a caller without the right, a token for ARM', async () => {
    const unknown = await get('/users/nobody@contoso.com');
    expect([unknown.status, codeOf(unknown)]).toEqual([404, 'Request_ResourceNotFound']);
    expect((unknown.body as { error: { innerError: object } }).error.innerError).toHaveProperty('request-id');
    expect(codeOf(await get(`/users?$filter=${encodeURIComponent("proxyAddresses/any(p:p eq 'x')")}`))).toBe(
      'Request_UnsupportedQuery',
    );
    const stranger = await graphAsker('de910000-0000-4000-8000-000000000002');
    const refused = await stranger({ method: 'GET', path: `/v1.0/users/${alex}` });
    expect([refused.status, codeOf(refused)]).toEqual([403, 'Authorization_RequestDenied']);
    const arm = await asker(simulator);
    expect((await arm({ method: 'GET', path: `/v1.0/users/${alex}` })).status).toBe(401);
  });
});
