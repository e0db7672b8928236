// What Azure does beyond its examples: permissions, paging, throttling, replication, faults, locks, a world that is kept.

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import tls from 'node:tls';
import { AuthorizationManagementClient } from '@azure/arm-authorization';
import { ManagedServiceIdentityClient } from '@azure/arm-msi';
import { ResourceGraphClient } from '@azure/arm-resourcegraph';
import { SubscriptionClient } from '@azure/arm-resources-subscriptions';
import { ManagedIdentityCredential } from '@azure/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSimulator, startSimulator } from '../../simulator/server.ts';
import { asker, type PolicySubject, type Reply, send } from './ask.ts';

const production = '50bc0000-0000-4000-8000-000000000001';
const staging = '50bc0000-0000-4000-8000-000000000002';
const sandbox = '50bc0000-0000-4000-8000-000000000003';
const folder = mkdtempSync(join(tmpdir(), 'simulator-'));
let simulator: RunningSimulator;
let ask: (asked: PolicySubject) => Promise<Reply>;

beforeAll(async () => {
  simulator = await startSimulator({ settings: { throttling: false, pageSize: 7 }, control: true });
  ask = await asker(simulator);
});
afterAll(async () => {
  await simulator?.close();
  rmSync(folder, { recursive: true, force: true });
});

const identities = (subscription: string, group = '') =>
  `/subscriptions/${subscription}${group === '' ? '' : `/resourceGroups/${group}`}/providers/Microsoft.ManagedIdentity/userAssignedIdentities`;
const version = 'api-version=2024-11-30';
const codeOf = ({ body }: Reply) => (body as { error?: { code?: string } }).error?.code;

describe('by plain HTTP', () => {
  it('creates with 201, updates with 200, keeps the ids, deletes with 200 then 204, whatever the case of the path', async () => {
    const path = `${identities(production, 'rg-payments')}/uami-life?${version}`;
    const made = await ask({ method: 'PUT', path, body: { location: 'westeurope', tags: { a: '1' } } });
    expect(made.status).toBe(201);
    expect(made.headers.location).toMatch(/^\/subscriptions\//);
    expect((made.body as { id: string }).id).toContain('/resourcegroups/');
    const again = await ask({
      method: 'PUT',
      path: path.toUpperCase().replace('API-VERSION', 'api-version'),
      body: { location: 'westeurope' },
    });
    expect(again.status).toBe(200);
    expect((again.body as { properties: unknown }).properties).toEqual(
      (made.body as { properties: unknown }).properties,
    );
    expect((again.body as { tags: unknown }).tags).toEqual({});
    const moved = await ask({ method: 'PUT', path, body: { location: 'eastus' } });
    expect([moved.status, codeOf(moved)]).toEqual([409, 'InvalidResourceLocation']);
    expect((await ask({ method: 'DELETE', path })).status).toBe(200);
    expect((await ask({ method: 'DELETE', path })).status).toBe(204);
    expect(codeOf(await ask({ method: 'GET', path }))).toBe('ResourceNotFound');
  });

  it.each([
    [
      'GET',
      `/subscriptions/00000000-0000-4000-8000-000000000000/resourceGroups?api-version=2022-09-01`,
      404,
      'SubscriptionNotFound',
    ],
    ['GET', `${identities(production, 'rg-none')}?${version}`, 404, 'ResourceGroupNotFound'],
    ['GET', `${identities(production)}`, 400, 'MissingApiVersionParameter'],
    ['GET', `${identities(production)}?api-version=2001-01-01`, 400, undefined],
    [
      'GET',
      `/subscriptions/${production}/providers/Microsoft.Authorization/roleAssignmentsX?api-version=2022-04-01`,
      404,
      'InvalidResourceType',
    ],
  ])('%s %s is answered with %i %s', async (method, path, status, code) => {
    const reply = await ask({ method, path });
    expect(reply.status).toBe(status);
    if (code) expect(codeOf(reply)).toBe(code);
  });

  it('answers 401 without a token or with a wrong one, and 403 in Azure’s own words without the right', async () => {
    expect((await send(simulator, { method: 'GET', path: `${identities(production)}?${version}` })).status).toBe(401);
    expect(
      (
        await send(simulator, {
          method: 'GET',
          path: `${identities(production)}?${version}`,
          headers: { authorization: 'Bearer x' },
        })
      ).status,
    ).toBe(401);
    const refused = await ask({
      method: 'PUT',
      path: `${identities(staging, 'rg-legacy-staging')}/uami-no?${version}`,
      body: { location: 'westeurope' },
    });
    if (refused.status !== 201) {
      expect(refused.status).toBe(403);
      expect(JSON.stringify(refused.body)).toMatch(
        /does not have authorization to perform action 'Microsoft\.ManagedIdentity\/userAssignedIdentities\/write' over scope/,
      );
    }
  });

  it('pages by links that go on over https and miss nothing', async () => {
    const seen: string[] = [];
    let path: string | undefined = `${identities(production)}?${version}`;
    while (path) {
      const { body } = (await ask({ method: 'GET', path })) as { body: { value: { id: string }[]; nextLink?: string } };
      seen.push(...body.value.map(({ id }) => id));
      expect(body.nextLink ?? simulator.endpoint).toContain(simulator.endpoint);
      path = body.nextLink?.slice(simulator.endpoint.length);
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThan(14);
  });

  it('knows one assignment of a triple only, refuses another name for it, and sees at, above and below a scope', async () => {
    const scope = `/subscriptions/${sandbox}/resourceGroups/rg-playground`;
    const put = (
      name: string,
      principalId = '11111111-1111-4111-8111-111111111111',
      principalType: string | null = 'ServicePrincipal',
    ) =>
      ask({
        method: 'PUT',
        path: `/${scope}/providers/Microsoft.Authorization/roleAssignments/${name}?api-version=2022-04-01`,
        body: {
          properties: {
            roleDefinitionId: '/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7',
            principalId,
            ...(principalType ? { principalType } : {}),
          },
        },
      });
    const first = '22222222-2222-4222-8222-222222222222';
    expect((await put(first)).status).toBe(201);
    const twin = await put('33333333-3333-4333-8333-333333333333');
    expect([twin.status, codeOf(twin)]).toEqual([409, 'RoleAssignmentExists']);
    expect(JSON.stringify(twin.body)).toContain(first.replaceAll('-', ''));
    expect(codeOf(await put(first, '44444444-4444-4444-8444-444444444444'))).toBe('RoleAssignmentUpdateNotPermitted');
    expect(
      codeOf(await put('55555555-5555-4555-8555-555555555555', '66666666-6666-4666-8666-666666666666', null)),
    ).toBe('PrincipalNotFound');
    const list = async (at: string, filter: string) => {
      const reply = await ask({
        method: 'GET',
        path: `${at}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&$filter=${encodeURIComponent(filter)}`,
      });
      return (reply.body as { value: { name: string }[] }).value.map(({ name }) => name);
    };
    expect(await list(`/subscriptions/${sandbox}`, `principalId eq '11111111-1111-4111-8111-111111111111'`)).toContain(
      first,
    );
    expect(await list(`/subscriptions/${sandbox}`, 'atScope()')).not.toContain(first);
    expect(await list(scope, 'atScope()')).toContain(first);
    const path = `${scope}/providers/Microsoft.Authorization/roleAssignments/${first}?api-version=2022-04-01`;
    expect((await ask({ method: 'DELETE', path })).status).toBe(200);
    expect((await ask({ method: 'DELETE', path })).status).toBe(204);
  });

  it('does not know a new principal for a while, unless it is told what it is', async () => {
    simulator.control.settings.replicationDelay = 60_000;
    const made = await ask({
      method: 'PUT',
      path: `${identities(sandbox, 'rg-playground')}/uami-new?${version}`,
      body: { location: 'westeurope' },
    });
    const { principalId } = (made.body as { properties: { principalId: string } }).properties;
    const put = (principalType: object) =>
      ask({
        method: 'PUT',
        path: `/subscriptions/${sandbox}/resourceGroups/rg-playground/providers/Microsoft.Authorization/roleAssignments/77777777-7777-4777-8777-777777777777?api-version=2022-04-01`,
        body: {
          properties: {
            roleDefinitionId: '/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7',
            principalId,
            ...principalType,
          },
        },
      });
    expect(codeOf(await put({}))).toBe('PrincipalNotFound');
    expect((await put({ principalType: 'ServicePrincipal' })).status).toBe(201);
    simulator.control.settings.replicationDelay = 0;
  });

  it('holds locks: what is under one is not deleted, nor are role assignments there', async () => {
    const path = `${identities(production, 'rg-platform-prod')}/uami-cert-rotation?${version}`;
    const reply = await ask({ method: 'DELETE', path });
    expect([reply.status, codeOf(reply)]).toEqual([409, 'ScopeLocked']);
  });

  it('leaves an identity on its resources when it is deleted, and lets one be attached only with the right', async () => {
    const vm = `/subscriptions/${sandbox}/resourceGroups/rg-playground/providers/Microsoft.App/containerApps/ca-playground?api-version=2024-03-01`;
    const identity = `${identities(sandbox, 'rg-playground')}/uami-demo`;
    const attached = await ask({
      method: 'PATCH',
      path: vm,
      body: { identity: { type: 'UserAssigned', userAssignedIdentities: { [identity]: {} } } },
    });
    expect(attached.status).toBe(200);
    expect(
      Object.keys((attached.body as { identity: { userAssignedIdentities: object } }).identity.userAssignedIdentities)
        .length,
    ).toBe(2);
    await ask({ method: 'DELETE', path: `${identity}?${version}` });
    const after = await ask({ method: 'GET', path: vm });
    expect(JSON.stringify((after.body as { identity: unknown }).identity)).toContain('uami-demo":{}');
    const dangling = await ask({
      method: 'PATCH',
      path: vm,
      body: {
        identity: {
          type: 'UserAssigned',
          userAssignedIdentities: { [`${identities(sandbox, 'rg-playground')}/uami-nobody`]: {} },
        },
      },
    });
    expect([dangling.status, codeOf(dangling)]).toEqual([403, 'LinkedAuthorizationFailed']);
  });

  it('throttles with Retry-After, and tells what is left', async () => {
    simulator.control.settings.throttling = true;
    const replies = await Promise.all(
      Array.from({ length: 20 }, () =>
        ask({
          method: 'POST',
          path: '/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01',
          body: { query: 'resources | project id' },
        }),
      ),
    );
    const refused = replies.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(Number(refused[0]?.headers['retry-after'])).toBeGreaterThan(0);
    expect(replies[0]?.headers['x-ms-user-quota-remaining']).toBeDefined();
    const read = await ask({ method: 'GET', path: `${identities(production)}?${version}` });
    expect(Number(read.headers['x-ms-ratelimit-remaining-subscription-reads'])).toBeGreaterThan(0);
    simulator.control.settings.throttling = false;
  });

  it('fails as it is told through its control path, and only where that was asked for', async () => {
    const control = (method: string, body?: unknown) =>
      send(simulator, { method, path: '/_control/faults', ...(body ? { body } : {}) });
    expect(
      (await control('POST', { path: '/subscriptions', status: 503, code: 'ServerBusy', times: 1 })).status,
    ).toBeLessThan(300);
    expect((await ask({ method: 'GET', path: '/subscriptions?api-version=2022-12-01' })).status).toBe(503);
    expect((await ask({ method: 'GET', path: '/subscriptions?api-version=2022-12-01' })).status).toBe(200);
    await control('POST', { path: '/subscriptions', drop: true, times: 1 });
    await expect(ask({ method: 'GET', path: '/subscriptions?api-version=2022-12-01' })).rejects.toThrow();
    await control('DELETE');
    const plain = await startSimulator({});
    expect((await send(plain, { method: 'GET', path: '/_control/faults' })).status).toBeGreaterThanOrEqual(400);
    await plain.close();
  });
});

describe('by the real SDKs', () => {
  it('identities, roles, subscriptions and Resource Graph, with a managed identity’s token', async () => {
    tls.setDefaultCACertificates([...tls.getCACertificates('default'), simulator.caPem]);
    process.env.IDENTITY_ENDPOINT = simulator.tokenEndpoint;
    process.env.IDENTITY_HEADER = simulator.identityHeader;
    const credential = new ManagedIdentityCredential();
    const options = { endpoint: simulator.endpoint, credentialScopes: ['https://management.azure.com/.default'] };
    const names: string[] = [];
    for await (const { displayName } of new SubscriptionClient(credential, options).subscriptions.list())
      names.push(displayName ?? '');
    expect(names.toSorted()).toEqual(['Contoso Production', 'Contoso Sandbox', 'Contoso Staging']);
    const msi = new ManagedServiceIdentityClient(credential, production, options);
    const made = await msi.userAssignedIdentities.createOrUpdate('rg-payments', 'uami-sdk', {
      location: 'westeurope',
      tags: { a: 'b' },
    });
    expect(made.principalId).toMatch(/^[0-9a-f-]{36}$/);
    const roles = new AuthorizationManagementClient(credential, production, options);
    const scope = `subscriptions/${production}/resourceGroups/rg-payments`;
    const assignment = await roles.roleAssignments.create(scope, '88888888-8888-4888-8888-888888888888', {
      roleDefinitionId: `/subscriptions/${production}/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7`,
      principalId: made.principalId ?? '',
      principalType: 'ServicePrincipal',
    });
    expect(assignment.scope).toBe(`/${scope}`);
    const graph = new ResourceGraphClient(credential, { endpoint: simulator.endpoint });
    const found = await graph.resources({
      subscriptions: [production],
      query:
        "resources | where type =~ 'microsoft.managedidentity/userassignedidentities' | where name contains 'sdk' | project id, name | order by id asc",
    });
    expect((found.data as { name: string }[]).map(({ name }) => name)).toEqual(['uami-sdk']);
    await msi.userAssignedIdentities.delete('rg-payments', 'uami-sdk');
  });
});

describe('as a program', () => {
  const start = (...args: string[]) => {
    const child = spawn(
      process.execPath,
      ['simulator/main.ts', '--port', '0', '--token-port', '0', '--json', ...args],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    const ready = new Promise<{ endpoint: string; tokenEndpoint: string; identityHeader: string; certificate: string }>(
      (resolve, reject) => {
        child.once('exit', (code) => reject(new Error(`ended with ${code}`)));
        createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line)));
      },
    );
    return { child, ready };
  };

  it('keeps its world in a file, also when it is killed', async () => {
    const state = join(folder, 'world.json');
    const one = start('--state', state);
    const first = (await one.ready) as unknown as RunningSimulator;
    const caPem = (await import('node:fs')).readFileSync(first.certificate, 'utf8');
    const put = await asker({ ...first, caPem });
    const made = await put({
      method: 'PUT',
      path: `${identities(sandbox, 'rg-playground')}/uami-kept?${version}`,
      body: { location: 'westeurope' },
    });
    expect(made.status).toBe(201);
    const deadline = Date.now() + 5_000;
    const isKept = () =>
      existsSync(state) &&
      execFileSync('grep', ['-c', 'uami-kept', state], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim() !== '0';
    const kept = (): boolean => {
      try {
        return isKept();
      } catch {
        return false;
      }
    };
    while (!kept() && Date.now() < deadline) await new Promise((resolve) => setImmediate(resolve));
    one.child.removeAllListeners('exit');
    one.child.kill('SIGKILL');
    const two = start('--state', state);
    const second = (await two.ready) as unknown as RunningSimulator;
    const get = await asker({ ...second, caPem });
    expect(
      (await get({ method: 'GET', path: `${identities(sandbox, 'rg-playground')}/uami-kept?${version}` })).status,
    ).toBe(200);
    two.child.removeAllListeners('exit');
    two.child.kill('SIGTERM');
  });

  it('makes a world of 100 subscriptions and 100,000 identities, and pages through it quickly', async () => {
    const begun = performance.now();
    const large = await startSimulator({
      seed: 'generated:100,100000',
      settings: { throttling: false, pageSize: 1000 },
    });
    const startedMs = performance.now() - begun;
    const asked = await asker(large);
    const query =
      "resources | where type =~ 'microsoft.managedidentity/userassignedidentities' | project id, name | order by id asc";
    const before = performance.now();
    const reply = await asked({
      method: 'POST',
      path: '/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01',
      body: { query, options: { $top: 1000 } },
    });
    const pageMs = performance.now() - before;
    expect((reply.body as { totalRecords: number }).totalRecords).toBe(100_000);
    process.stdout.write(
      `a world of 100,000 identities: made in ${Math.round(startedMs)} ms, first page in ${Math.round(pageMs)} ms\n`,
    );
    expect(startedMs).toBeLessThan(10_000);
    expect(pageMs).toBeLessThan(5_000);
    await large.close();
  });
});
