// Azure's own examples and recorded requests, played against the simulator by plain HTTP: the status is one of the example's,
// and the answer has the example's shape. The examples are read where they are at hand, and skipped with a line elsewhere.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSimulator, startSimulator } from '../../simulator/server.ts';
import { type ArmCall, asker, type Reply } from './ask.ts';

const folder = new URL('../../../shared/facts/azure-vectors/', import.meta.url);
const isThere = existsSync(folder);
if (!isThere) process.stdout.write('skipped: Azure’s example requests are not at hand\n');

interface Vector {
  name: string;
  request?: { method: string; path: string; query: Record<string, string | number>; body: unknown };
  responses?: Record<string, { body?: unknown }>;
  queries?: Record<string, string>;
  requests?: { method: string; url: string; body: unknown }[];
  errors?: { status: number; code: string; body: { error: { code: string; message: string } } | null }[];
  roles?: { roleName: string; id: string }[];
}
const vectors = isThere
  ? readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Vector)
  : [];
const named = (name: string) => vectors.find((vector) => vector.name === name) as Vector;

const subscription = '50bc0000-0000-4000-8000-000000000001';
const group = 'rg-payments';
const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
let simulator: RunningSimulator;
let ask: (asked: ArmCall) => Promise<Reply>;
let principalId = '';

beforeAll(async () => {
  simulator = await startSimulator({ settings: { throttling: false, pageSize: 5 } });
  ask = await asker(simulator);
  const made = await ask({
    method: 'PUT',
    path: `${identity('identityName')}?api-version=2024-11-30`,
    body: { location: 'eastus', tags: { key1: 'value1', key2: 'value2' } },
  });
  principalId = (made.body as { properties: { principalId: string } }).properties.principalId;
});
afterAll(() => simulator?.close());

const identity = (name: string) =>
  `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;

/** The keys of an answer with what kind of value each has; lists by their first item. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (value === null || typeof value !== 'object') return value === null ? 'null' : typeof value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, /^(tags|properties\.tags)$/.test(key) ? 'tags' : shapeOf(inner)]),
  );
}

/** Every key of the example is in the answer, with the same kind of value; a null stands for either. */
function expectShape(answer: unknown, example: unknown, where = ''): void {
  const wanted = shapeOf(example);
  const got = shapeOf(answer);
  const compare = (a: unknown, b: unknown, path: string): void => {
    if (b === 'null' || a === 'null') return;
    if (b === null || typeof b !== 'object') {
      expect(a, path).toEqual(b);
      return;
    }
    for (const [key, inner] of Object.entries(b)) {
      // A list that fits on a page has no link to another.
      if (key === 'nextLink' || (key === '0' && Array.isArray(a) && a.length === 0)) continue;
      expect(a, `${path}.${key}`).toHaveProperty([key]);
      compare((a as Record<string, unknown>)[key], inner, `${path}.${key}`);
    }
  };
  compare(got, wanted, where);
}

const fill = (text: string) =>
  text
    .replace('{scope}', `subscriptions/${subscription}/resourceGroups/${group}`)
    .replaceAll('{subscriptionId}', subscription)
    .replaceAll('{resourceGroupName}', group)
    .replaceAll('{resourceName}', 'identityName')
    .replaceAll('{federatedIdentityCredentialResourceName}', 'ficResourceName')
    .replaceAll('{principalId}', principalId)
    .replaceAll(
      '{roleDefinitionId}',
      `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions/${reader}`,
    )
    .replaceAll('{identityResourceId}', identity('uami-checkout'))
    .replaceAll('{roleAssignmentName}', '05c5a614-a7d6-4502-b150-c2fb455033ff')
    .replaceAll('{roleAssignmentScheduleRequestName}', 'fea7a502-9a96-4806-a26f-eee560e52045')
    .replaceAll('{guid}', 'fea7a502-9a96-4806-a26f-eee560e52046')
    .replaceAll('{sub}', subscription);

/** What an example names that this company does not have. */
const ownBodies: Readonly<Record<string, () => unknown>> = {
  'authz-roleassignment-create': () => ({
    properties: { roleDefinitionId: fill('{roleDefinitionId}'), principalId, principalType: 'ServicePrincipal' },
  }),
  // Self-activation is for people who are eligible; the same request of an administrator has the same answer's shape.
  'authz-pim-schedulerequest-spec': () => {
    const body = named('authz-pim-schedulerequest-spec').request?.body as { properties: Record<string, unknown> };
    const { linkedRoleEligibilityScheduleId: _own, ...rest } = body.properties;
    const scheduleInfo = {
      startDateTime: new Date().toISOString(),
      expiration: { type: 'AfterDuration', endDateTime: null, duration: 'PT8H' },
    };
    return {
      properties: {
        ...rest,
        principalId,
        roleDefinitionId: fill('{roleDefinitionId}').replace(reader, 'b24988ac-6180-42a0-ab88-20f7382dd24c'),
        requestType: 'AdminAssign',
        justification: 'Asked for',
        scheduleInfo,
      },
    };
  },
  'authz-pim-schedulerequest-adminassign': () => {
    const body = JSON.parse(fill(JSON.stringify(named('authz-pim-schedulerequest-adminassign').request?.body))) as {
      properties: { roleDefinitionId: string; scheduleInfo: object };
    };
    const kv = body.properties.roleDefinitionId.replace(reader, '4633458b-17de-408a-b874-0445c86b69e6');
    return {
      properties: {
        ...body.properties,
        roleDefinitionId: kv,
        scheduleInfo: { ...body.properties.scheduleInfo, startDateTime: new Date().toISOString() },
      },
    };
  },
  'arg-object-array': () => ({
    subscriptions: [subscription],
    query: 'Resources | project name, type, location, subscriptionId',
    options: { $top: 10, resultFormat: 'objectArray' },
  }),
  'arg-first-page': () => ({
    ...(named('arg-first-page').request?.body as object),
    subscriptions: [subscription],
    query: "where name contains 'uami' | project id, name, type, location",
  }),
};
/** In the order in which they stand, the things that an example takes away are made before by another. */
const order =
  'msi-identity msi-fic-create msi-fic-get msi-fic-list msi-fic-delete authz-roleassignment-create authz'.split(' ');
const rank = ({ name }: Vector) => {
  const at = order.findIndex((start) => name.startsWith(start));
  return name.includes('identity-delete') ? 99 : at < 0 ? 50 : at;
};
const skipsBody = new Set(['authz-roleassignment-delete']);

describe.skipIf(!isThere)('Azure’s examples', () => {
  const played = vectors
    .filter(({ request, name }) => request && name !== 'arg-next-page')
    .sort((a, b) => rank(a) - rank(b));
  it.each(played.map((vector) => [vector.name, vector] as const))('%s', async (name, { request, responses }) => {
    const query = Object.entries(request?.query ?? {})
      .filter(([key]) => !(key === '$filter' && name.startsWith('authz')) && !(key === '$skip'))
      .map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`)
      .join('&');
    const body = ownBodies[name]?.() ?? (request?.body ? JSON.parse(fill(JSON.stringify(request.body))) : undefined);
    const path = fill(request?.path ?? '').replace('//', '/');
    // The bot has no use for it, and so no right.
    const who = name === 'msi-list-associated-resources' ? await asker(simulator, 'megan@contoso.com') : ask;
    const reply = await who({ method: request?.method ?? '', path: `${path}?${query}`, body });
    expect(Object.keys(responses ?? {}), JSON.stringify(reply.body)).toContain(String(reply.status));
    const example = responses?.[String(reply.status)]?.body;
    if (example !== null && typeof example === 'object' && !skipsBody.has(name)) expectShape(reply.body, example, name);
  });

  it('a page of Resource Graph leads to the next by its token, and ends', async () => {
    const ids = new Set<string>();
    let $skipToken: string | undefined;
    do {
      const body = {
        subscriptions: [subscription],
        query: named('arg-kql').queries?.allUserAssignedIdentities,
        options: { $top: 7, ...($skipToken ? { $skipToken } : {}) },
      };
      const reply = await ask({
        method: 'POST',
        path: '/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01',
        body,
      });
      const page = reply.body as {
        data: { id: string }[];
        $skipToken?: string;
        totalRecords: number;
        resultTruncated: string;
      };
      expect(page.resultTruncated).toBe('false');
      for (const { id } of page.data) ids.add(id);
      if (!page.$skipToken) expect(ids.size).toBe(page.totalRecords);
      ({ $skipToken } = page);
    } while ($skipToken);
    expect(ids.size).toBeGreaterThan(10);
  });

  it('the queries of the facts are understood', async () => {
    const queries = named('arg-kql').queries ?? {};
    for (const [name, query] of Object.entries(queries)) {
      const reply = await ask({
        method: 'POST',
        path: '/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01',
        body: { query: fill(query) },
      });
      expect(reply.status, `${name} ${JSON.stringify(reply.body)}`).toBe(200);
      expect((reply.body as { count: number }).count, name).toBeGreaterThan(0);
    }
    const users = await ask({
      method: 'POST',
      path: '/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01',
      body: { query: fill(queries.resourcesUsingIdentity ?? '') },
    });
    expect((users.body as { data: { name: string }[] }).data.map(({ name }) => name)).toEqual(['ca-checkout']);
  });

  it('what the SDKs were seen to send is taken', async () => {
    for (const { method, url, body } of named('wire-js-sdks').requests ?? []) {
      const path = url
        .replaceAll('11111111-1111-1111-1111-111111111111', subscription)
        .replaceAll('/rg1/', `/${group}/`)
        .replace(/^\/\//, '/');
      const reply = await ask({ method, path, body: body ?? undefined });
      const said = JSON.stringify(reply.body ?? '');
      expect(said, `${method} ${path}`).not.toMatch(/InvalidResourceType|InvalidApiVersion|NoRegisteredProvider/);
      expect(reply.status, `${method} ${path} ${said}`).not.toBe(500);
    }
  });

  it('the built-in roles are Azure’s own, found by name in any case', async () => {
    for (const { roleName, id } of named('builtin-roles').roles ?? []) {
      const filter = encodeURIComponent(`roleName eq '${roleName.toLowerCase().replaceAll("'", "''")}'`);
      const reply = await ask({
        method: 'GET',
        path: `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions?api-version=2022-04-01&$filter=${filter}`,
      });
      expect(
        (reply.body as { value?: { name: string }[] }).value?.map(({ name }) => name),
        `${roleName} ${JSON.stringify(reply.body)}`,
      ).toEqual([id]);
    }
  });
});
