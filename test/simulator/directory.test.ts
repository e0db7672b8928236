// Microsoft Graph as the simulator has it: people, groups, what is behind an object id, and who may not ask.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSimulator, startSimulator } from '../../simulator/server.ts';
import { type ArmCall, asker, type Reply } from './ask.ts';

const megan = '3e9a0000-0000-4000-8000-000000000002';
const adele = 'ade1e000-0000-4000-8000-000000000003';
const alex = 'a1ec0000-0000-4000-8000-000000000001';
const platform = '6f1c0000-0000-4000-8000-000000000001';
const engineering = '6f1c0000-0000-4000-8000-000000000003';
const gone = 'dead0000-0000-4000-8000-000000000001';
let simulator: RunningSimulator;
let ask: (asked: ArmCall) => Promise<Reply>;

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

  it('finds a person by a proxy address, whatever its case, and ends of addresses only by an advanced query', async () => {
    const byProxy = (value: string, more = '', headers = {}) =>
      ask({ method: 'GET', path: `/v1.0/users?$filter=${encodeURIComponent(value)}${more}`, headers });
    expect(idsOf(await byProxy("proxyAddresses/any(p:p eq 'smtp:megan.bowen@contoso.com')"))).toEqual([megan]);
    expect(
      idsOf(await byProxy("proxyAddresses/any(x:x eq 'smtp:MEGAN@contoso.com') or mail eq 'alex@contoso.com'")),
    ).toEqual([megan, alex].sort());
    expect(idsOf(await byProxy("proxyAddresses/any(p:startsWith(p,'smtp:megan.'))"))).toEqual([megan]);
    const ends = "proxyAddresses/any(p:endsWith(p,'bowen@contoso.com'))";
    expect(codeOf(await byProxy(ends))).toBe('Request_UnsupportedQuery');
    const advanced = { consistencylevel: 'eventual' };
    expect(idsOf(await byProxy(ends, '&$count=true', advanced))).toEqual([megan]);
    expect(codeOf(await byProxy(ends, '', advanced))).toBe('Request_UnsupportedQuery');
    const many = Array.from({ length: 16 }, (_, index) => `mail eq 'a${index}@contoso.com'`).join(' or ');
    expect(codeOf(await byProxy(many))).toBe('Request_UnsupportedQuery');
    expect(codeOf(await byProxy("proxyAddresses eq 'smtp:megan@contoso.com'"))).toBe('Request_UnsupportedQuery');
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
    expect(codeOf(await get(`/users?$filter=${encodeURIComponent("endsWith(mail,'@contoso.com')")}`))).toBe(
      'Request_UnsupportedQuery',
    );
    const stranger = await graphAsker('de910000-0000-4000-8000-000000000002');
    const refused = await stranger({ method: 'GET', path: `/v1.0/users/${alex}` });
    expect([refused.status, codeOf(refused)]).toEqual([403, 'Authorization_RequestDenied']);
    const arm = await asker(simulator);
    expect((await arm({ method: 'GET', path: `/v1.0/users/${alex}` })).status).toBe(401);
  });
});
