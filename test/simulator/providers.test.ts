// What single providers hold to: federated credentials, groups that go with all that is in them, a graph that is late,
// tags, locks by the SDK, a description of a world that is wrong.

import tls from 'node:tls';
import { ManagementLockClient } from '@azure/arm-locks';
import { ResourceManagementClient } from '@azure/arm-resources';
import { ManagedIdentityCredential } from '@azure/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSimulator, startSimulator } from '../../simulator/server.ts';
import { parseSeed } from '../../simulator/world/seed-file.ts';
import { type ArmCall, asker, type Reply } from './ask.ts';

const production = '50bc0000-0000-4000-8000-000000000001';
const sandbox = '50bc0000-0000-4000-8000-000000000003';
const group = `/subscriptions/${sandbox}/resourceGroups/rg-playground`;
const identity = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uami-demo`;
const version = 'api-version=2024-11-30';
let simulator: RunningSimulator;
let ask: (asked: ArmCall) => Promise<Reply>;

beforeAll(async () => {
  simulator = await startSimulator({ settings: { throttling: false, federatedWriteTime: 5 } });
  ask = await asker(simulator);
});
afterAll(async () => await simulator?.close());

const codeOf = ({ body }: Reply) => (body as { error?: { code?: string } } | undefined)?.error?.code;
const messageOf = ({ body }: Reply) => (body as { error?: { message?: string } } | undefined)?.error?.message;

describe('federated credentials', () => {
  const put = (name: string, subject: string, audiences = ['api://AzureADTokenExchange']) =>
    ask({
      method: 'PUT',
      path: `${identity}/federatedIdentityCredentials/${name}?${version}`,
      body: { properties: { issuer: 'https://token.actions.githubusercontent.com', subject, audiences } },
    });

  it('takes 20 at most, one audience, each issuer and subject once, and pages by $top', async () => {
    expect((await put('fic-00', 'repo:contoso/demo:0')).status).toBe(201);
    expect((await put('fic-00', 'repo:contoso/demo:0')).status).toBe(200);
    expect(messageOf(await put('fic-xx', 'repo:contoso/demo:0'))).toBe(
      'Issuer and subject combination already exists for this Managed Identity.',
    );
    expect(messageOf(await put('fic-xx', 's', ['a', 'b']))).toBe(
      'Federated identity credentials must have exactly one audience.',
    );
    expect(messageOf(await put('x', 's'))).toBe("Federated Identity Credential name 'x' is invalid.");
    for (let index = 1; index < 20; index += 1) {
      const name = `fic-${String(index).padStart(2, '0')}`;
      expect((await put(name, `repo:contoso/demo:${index}`)).status).toBe(201);
    }
    expect((await put('fic-20', 'repo:contoso/demo:20')).status).toBe(400);
    const path = `${identity}/federatedIdentityCredentials?${version}&$top=15`;
    const first = (await ask({ method: 'GET', path })).body as { value: unknown[]; nextLink: string };
    expect(first.value).toHaveLength(15);
    const next = await ask({ method: 'GET', path: first.nextLink.replace(simulator.endpoint, '') });
    expect((next.body as { value: unknown[] }).value).toHaveLength(5);
  });

  it('refuses two writes at once under one identity', async () => {
    // Long enough that the second arrives while the first is under way, however busy the machine is.
    simulator.control.settings.federatedWriteTime = 1_000;
    const replies = await Promise.all([put('fic-00', 'repo:contoso/demo:0'), put('fic-01', 'repo:contoso/demo:1')]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(replies.map(codeOf)).toContain('ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity');
    simulator.control.settings.federatedWriteTime = 5;
  });
});

describe('a late graph', () => {
  it('shows what is gone for a while, and what is new only after it', async () => {
    const query = "resources | where name contains 'uami-tempo' | project id, name | order by id asc";
    const names = async () => {
      const path = '/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01';
      const { body } = await ask({ method: 'POST', path, body: { query } });
      return (body as { data: { name: string }[] }).data.map(({ name }) => name);
    };
    const path = `${identity.replace('uami-demo', 'uami-tempo')}?${version}`;
    const old = `${identity.replace('uami-demo', 'uami-tempo-old')}?${version}`;
    let clock = Date.now();
    const late = await startSimulator({ settings: { throttling: false, graphDelay: 60_000 }, now: () => clock });
    const before = ask;
    ask = await asker(late);
    try {
      await ask({ method: 'PUT', path: old, body: { location: 'westeurope' } });
      clock += 61_000;
      await ask({ method: 'PUT', path, body: { location: 'westeurope' } });
      await ask({ method: 'DELETE', path: old });
      expect(await names()).toEqual(['uami-tempo-old']);
      clock += 61_000;
      expect(await names()).toEqual(['uami-tempo']);
    } finally {
      ask = before;
      await late.close();
    }
  });
});

describe('by the real SDKs', () => {
  it('a group is made, locked, freed and deleted with all that is in it', async () => {
    tls.setDefaultCACertificates([...tls.getCACertificates('default'), simulator.caPem]);
    process.env.IDENTITY_ENDPOINT = simulator.tokenEndpoint;
    process.env.IDENTITY_HEADER = simulator.identityHeader;
    const options = { endpoint: simulator.endpoint, credentialScopes: ['https://management.azure.com/.default'] };
    const credential = new ManagedIdentityCredential({ clientId: 'megan@contoso.com' });
    const resources = new ResourceManagementClient(credential, sandbox, options);
    // The bot may neither lock nor delete a group: an Owner does.
    const owner = await asker(simulator, 'megan@contoso.com');
    const locks = new ManagementLockClient(credential, sandbox, options);
    await resources.resourceGroups.createOrUpdate('rg-brief', { location: 'West Europe' });
    const scope = `/subscriptions/${sandbox}/resourceGroups/rg-brief`;
    const inside = `${scope}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uami-inside`;
    await ask({ method: 'PUT', path: `${inside}?${version}`, body: { location: 'westeurope' } });
    const lock = `${inside}/providers/Microsoft.Authorization/locks/keep`;
    const body = { properties: { level: 'CanNotDelete' } };
    expect((await ask({ method: 'PUT', path: `${lock}?api-version=2016-09-01`, body })).status).toBe(403);
    expect((await owner({ method: 'PUT', path: `${lock}?api-version=2016-09-01`, body })).status).toBe(201);
    const found = [];
    for await (const one of locks.managementLocks.listAtResourceGroupLevel('rg-brief')) found.push(one.name);
    expect(found).toEqual(['keep']);
    await expect(resources.resourceGroups.delete('rg-brief')).rejects.toMatchObject({ code: 'ScopeLocked' });
    await owner({ method: 'DELETE', path: `${lock}?api-version=2016-09-01` });
    await resources.resourceGroups.delete('rg-brief', { updateIntervalInMs: 1 });
    expect((await ask({ method: 'HEAD', path: `${scope}?api-version=2025-04-01` })).status).toBe(404);
    expect(codeOf(await ask({ method: 'GET', path: `${inside}?${version}` }))).toBe('ResourceGroupNotFound');
  });
});

describe('refusals', () => {
  it.each([
    [
      'a tag name with reserved characters',
      { location: 'westeurope', tags: { 'a<b': 'x' } },
      'InvalidTagNameCharacters',
    ],
    ['no location', {}, 'LocationRequired'],
    ['a region that is none', { location: 'atlantis' }, 'LocationNotAvailableForResourceType'],
    ['another region than before', { location: 'eastus' }, 'InvalidResourceLocation'],
    ['a body of another shape', { location: 7 }, 'InvalidRequestContent'],
  ])('%s', async (_what, body, code) => {
    expect(codeOf(await ask({ method: 'PUT', path: `${identity}?${version}`, body }))).toBe(code);
  });

  it('an api-version that is missing or was never published', async () => {
    expect(codeOf(await ask({ method: 'GET', path: identity }))).toBe('MissingApiVersionParameter');
    expect(codeOf(await ask({ method: 'GET', path: `${identity}?api-version=2001-01-01` }))).toBe(
      'NoRegisteredProviderFound',
    );
  });

  it('tags of a machine that Azure would not take', async () => {
    const path = `/subscriptions/${production}/resourceGroups/rg-payments/providers/Microsoft.Compute/virtualMachines/vm-ledger-01?api-version=2024-07-01`;
    const owner = await asker(simulator, 'megan@contoso.com');
    expect(codeOf(await owner({ method: 'PATCH', path, body: { tags: { 'a/b': 'x' } } }))).toBe(
      'InvalidTagNameCharacters',
    );
  });

  it('a description of a world that is wrong, with the place', () => {
    const bot = { name: 'bot', objectId: production, clientId: sandbox };
    const tenant = { id: production, name: 'T', domain: 't.example' };
    const subscriptions = [{ id: production, name: 'S', resourceGroups: [{ name: 'rg', location: 'atlantis' }] }];
    expect(() => parseSeed({ tenant, bot, subscriptions }, 'mine.yaml')).toThrow(
      /mine\.yaml[\s\S]*subscriptions\[0\]\.resourceGroups\[0\]\.location: 'atlantis' is not an Azure region/,
    );
    const roleAssignments = [{ principal: 'bot', role: 'Redaer', scope: 'S' }];
    expect(() => parseSeed({ tenant, bot, subscriptions: [], roleAssignments }, 'mine.yaml')).toThrow(
      /roleAssignments\[0\]\.role: there is no role 'Redaer'/,
    );
  });
});
