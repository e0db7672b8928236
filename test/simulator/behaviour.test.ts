// What Azure does beyond its examples: permissions, paging, replication, locks, group deletion.

import { describe, expect, it } from 'vitest';
import type { RunningSimulator } from '../../simulator/server.ts';
import { type ArmCall, asker, type Reply, send } from './ask.ts';
import { identities, production, sandbox, useSimulator, version } from './use-simulator.ts';

const staging = '50bc0000-0000-4000-8000-000000000002';
let simulator: RunningSimulator;
let ask: (asked: ArmCall) => Promise<Reply>;
useSimulator((started, asking) => {
  simulator = started;
  ask = asking;
});

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
    const owner = await asker(simulator, 'megan@contoso.com');
    const attach = {
      method: 'PATCH',
      path: vm,
      body: { identity: { type: 'UserAssigned', userAssignedIdentities: { [identity]: {} } } },
    };
    // The deployments of Production may do nothing here.
    const bystander = await asker(simulator, 'de910000-0000-4000-8000-000000000002');
    expect(codeOf(await bystander(attach))).toBe('AuthorizationFailed');
    // A container app takes it and answers before it is done.
    expect((await owner(attach)).status).toBe(202);
    const attached = await owner({ method: 'GET', path: vm });
    expect(
      Object.keys((attached.body as { identity: { userAssignedIdentities: object } }).identity.userAssignedIdentities)
        .length,
    ).toBe(2);
    await ask({ method: 'DELETE', path: `${identity}?${version}` });
    const after = await ask({ method: 'GET', path: vm });
    expect(JSON.stringify((after.body as { identity: unknown }).identity)).toContain('uami-demo":{}');
    const dangling = await owner({
      method: 'PATCH',
      path: vm,
      body: {
        identity: {
          type: 'UserAssigned',
          userAssignedIdentities: { [`${identities(sandbox, 'rg-playground')}/uami-nobody`]: {} },
        },
      },
    });
    expect([dangling.status, codeOf(dangling)]).toEqual([400, 'FailedIdentityOperation']);
  });
});
