// Throttling and faults on demand, the real SDKs as clients, and the simulator as a program that keeps its world.

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
import { afterAll, describe, expect, it } from 'vitest';
import { type RunningSimulator, startSimulator } from '../../simulator/server.ts';
import { type ArmCall, asker, type Reply, send } from './ask.ts';
import { identities, production, sandbox, useSimulator, version } from './use-simulator.ts';

const folder = mkdtempSync(join(tmpdir(), 'simulator-'));
let simulator: RunningSimulator;
let ask: (asked: ArmCall) => Promise<Reply>;
useSimulator((started, asking) => {
  simulator = started;
  ask = asking;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('trouble on demand', () => {
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
