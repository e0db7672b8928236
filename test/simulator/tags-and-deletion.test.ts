// Tags by the path that all of them have, the activity log's filter, and a resource group on its way out.

import { describe, expect, it } from 'vitest';
import { type RunningSimulator, startSimulator } from '../../simulator/server.ts';
import { type ArmCall, asker, type Reply } from './ask.ts';
import { identities, production, sandbox, useSimulator, version } from './use-simulator.ts';

let simulator: RunningSimulator;
let ask: (asked: ArmCall) => Promise<Reply>;
useSimulator((started, asking) => {
  simulator = started;
  ask = asking;
});

const codeOf = ({ body }: Reply) => (body as { error?: { code?: string } } | undefined)?.error?.code;
const resources = 'api-version=2021-04-01';

describe('tags', () => {
  const identity = `${identities(sandbox, 'rg-playground')}/uami-demo`;
  const path = `${identity}/providers/Microsoft.Resources/tags/default?${resources}`;
  const tagsOf = ({ body }: Reply) => (body as { properties: { tags: Record<string, string> } }).properties.tags;
  const owner = () => asker(simulator, 'megan@contoso.com');
  const patch = async (operation: string, tags: object, who = owner()) =>
    await (await who)({ method: 'PATCH', path, body: { operation, properties: { tags } } });

  it('are merged, replaced, taken away by name and value, and are those of the thing itself', async () => {
    const merged = await patch('Merge', { ENV: 'test', more: 'yes' });
    expect(merged.status).toBe(200);
    expect(tagsOf(merged)).toMatchObject({ team: 'sandbox', env: 'test', more: 'yes' });
    expect(tagsOf(await patch('Delete', { more: 'no', TEAM: 'sandbox' }))).toMatchObject({ more: 'yes', env: 'test' });
    expect(tagsOf(await ask({ method: 'GET', path }))).not.toHaveProperty('team');
    const itself = await ask({ method: 'GET', path: `${identity}?${version}` });
    expect((itself.body as { tags: object }).tags).toMatchObject({ env: 'test' });
    expect(tagsOf(await patch('Replace', { only: '1' }))).toEqual({ only: '1' });
    const put = await (await owner())({ method: 'PUT', path, body: { properties: { tags: { a: 'b' } } } });
    expect(tagsOf(put)).toEqual({ a: 'b' });
    expect((await (await owner())({ method: 'DELETE', path })).status).toBe(200);
    expect(tagsOf(await ask({ method: 'GET', path }))).toEqual({});
  });

  it('refuse what Azure refuses, and whom may not', async () => {
    expect((await patch('Merge', { 'a<b': '1' })).status).toBe(400);
    expect((await patch('Append', {})).status).toBe(400);
    // The bot has no right to write tags by this path.
    const refused = await patch('Merge', { a: '1' }, Promise.resolve(ask));
    expect([refused.status, codeOf(refused)]).toEqual([403, 'AuthorizationFailed']);
  });

  it('of a subscription are counted by name', async () => {
    const reply = await ask({ method: 'GET', path: `/subscriptions/${production}/tagNames?${resources}` });
    const [first] = (reply.body as { value: { tagName: string; count: { value: number }; values: unknown[] }[] }).value;
    expect(first).toMatchObject({ tagName: 'cost-center', count: { type: 'Total' } });
    expect(first?.count.value).toBeGreaterThan(first?.values.length ?? 0);
  });
});

describe('the activity log', () => {
  it('is asked by time, group, resource and call; another filter is refused', async () => {
    const path = `${identities(sandbox, 'rg-playground')}/uami-logged`;
    await ask({
      method: 'PUT',
      path: `${path}?${version}`,
      body: { location: 'westeurope' },
      headers: { 'x-ms-client-request-id': 'call-1' },
    });
    const log = `/subscriptions/${sandbox}/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01&$filter=`;
    const start = new Date(Date.now() - 60_000).toISOString();
    const asked = async (more: string) =>
      await ask({ method: 'GET', path: log + encodeURIComponent(`eventTimestamp ge '${start}'${more}`) });
    const counted = async (more: string) => ((await asked(more)).body as { value: { resourceId: string }[] }).value;
    const found = await counted(` and resourceGroupName eq 'RG-Playground' and eventChannels eq 'Admin, Operation'`);
    expect(found.map(({ resourceId }) => resourceId)).toContain(path);
    expect(await counted(` and resourceId eq '${path.toUpperCase()}'`)).toMatchObject([
      { operationName: { value: 'Microsoft.ManagedIdentity/userAssignedIdentities/write' }, correlationId: 'call-1' },
    ]);
    expect(await counted(` and resourceProvider eq 'Microsoft.Compute'`)).toEqual([]);
    // As the Azure CLI asks: without quotes, and without the zone.
    const plain = `eventTimestamp ge ${start.replace('Z', '')} and resourceProvider eq Microsoft.ManagedIdentity`;
    const byCli = await ask({ method: 'GET', path: log + encodeURIComponent(plain) });
    expect((byCli.body as { value: unknown[] }).value.length).toBeGreaterThan(0);
    expect((await asked(` and nonsense eq 'x'`)).status).toBe(400);
    expect(
      (await ask({ method: 'GET', path: `${log}${encodeURIComponent("eventTimestamp ge '2020-01-01'")}` })).status,
    ).toBe(400);
    expect((await ask({ method: 'GET', path: log })).status).toBe(400);
  });
});

describe('a resource group that is deleted', () => {
  it('stands as Deleting and takes no writes, then is gone with all that was in it', async () => {
    let clock = Date.now();
    const slow = await startSimulator({
      settings: { throttling: false, groupDeleteTime: 5000 },
      now: () => clock,
    });
    try {
      const owner = await asker(slow, 'megan@contoso.com');
      const group = `/subscriptions/${sandbox}/resourceGroups/rg-playground?${resources}`;
      const state = async () =>
        ((await owner({ method: 'GET', path: group })).body as { properties?: { provisioningState: string } })
          .properties?.provisioningState;
      const begun = await owner({ method: 'DELETE', path: group });
      expect(begun.status).toBe(202);
      expect(await state()).toBe('Deleting');
      const inside = `${identities(sandbox, 'rg-playground')}/uami-demo?${version}`;
      expect((await owner({ method: 'GET', path: inside })).status).toBe(200);
      const late = await owner({ method: 'PUT', path: inside, body: { location: 'westeurope' } });
      expect([late.status, codeOf(late)]).toEqual([409, 'ResourceGroupBeingDeleted']);
      clock += 2000;
      expect((await owner({ method: 'DELETE', path: group })).status).toBe(202);
      clock += 3001;
      expect(codeOf(await owner({ method: 'GET', path: group }))).toBe('ResourceGroupNotFound');
      expect(codeOf(await owner({ method: 'GET', path: inside }))).toBe('ResourceGroupNotFound');
      const poll = String(begun.headers.location).replace(slow.endpoint, '');
      expect((await owner({ method: 'GET', path: poll })).status).toBe(200);
      const again = await owner({ method: 'PUT', path: group, body: { location: 'westeurope' } });
      expect(again.status).toBe(201);
    } finally {
      await slow.close();
    }
  });
});
