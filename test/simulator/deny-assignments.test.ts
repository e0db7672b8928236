// Deny assignments: they win over every role, for whom and where they say, and are listed; and what the caller's roles give, as the
// permissions API tells it.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningSimulator, startSimulator } from '../../simulator/server.ts';
import type { DenyAssignment } from '../../simulator/world/types.ts';
import { type ArmCall, asker, type Reply } from './ask.ts';

const production = '/subscriptions/50bc0000-0000-4000-8000-000000000001';
const sandbox = '/subscriptions/50bc0000-0000-4000-8000-000000000003';
const group = `${sandbox}/resourceGroups/rg-playground`;
const identity = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uami-demo`;
const version = 'api-version=2024-11-30';
const bot = 'b0700000-0000-4000-8000-000000000001';
const megan = '3e9a0000-0000-4000-8000-000000000002';
const platform = '6f1c0000-0000-4000-8000-000000000001';
const everyone = { id: '00000000-0000-0000-0000-000000000000', type: 'SystemDefined' } as const;
const none = { actions: [], notActions: [], dataActions: [], notDataActions: [] };

let simulator: RunningSimulator;
let ask: (asked: ArmCall) => Promise<Reply>;
let owner: (asked: ArmCall) => Promise<Reply>;

beforeAll(async () => {
  simulator = await startSimulator({ settings: { throttling: false } });
  ask = await asker(simulator);
  owner = await asker(simulator, 'megan@contoso.com');
});
beforeEach(() => simulator.control.reset());
afterAll(async () => await simulator?.close());

const codeOf = ({ body }: Reply) => (body as { error?: { code?: string } } | undefined)?.error?.code;
const messageOf = ({ body }: Reply) => (body as { error?: { message?: string } } | undefined)?.error?.message;

/** Lays deny assignments into the world. */
function deny(...rows: Partial<DenyAssignment>[]): void {
  const denyAssignments = rows.map((row, index) => ({
    name: `d0000000-0000-4000-8000-00000000000${index}`,
    denyAssignmentName: `Denial ${index}`,
    description: 'Laid down by a test',
    permissions: [{ ...none, actions: ['*/write', '*/delete'] }],
    scope: group,
    doNotApplyToChildScopes: false,
    principals: [everyone],
    excludePrincipals: [],
    isSystemProtected: true,
    createdOn: '2026-01-15T09:00:00.0000000Z',
    ...row,
  }));
  simulator.control.reset({ ...simulator.control.world(), denyAssignments });
}

const write = (as = ask) => as({ method: 'PUT', path: `${identity}?${version}`, body: { location: 'westeurope' } });
const read = (as = ask) => as({ method: 'GET', path: `${identity}?${version}` });

describe('a deny assignment', () => {
  it('stops what every role permits, the Owner’s too, in Azure’s words, and nothing else', async () => {
    deny({ denyAssignmentName: "Managed by 'app'" });
    const refused = await write();
    expect([refused.status, codeOf(refused)]).toEqual([403, 'DenyAssignmentAuthorizationFailed']);
    expect(messageOf(refused)).toBe(
      `The client 'b0700000-0000-4000-8000-000000000002' with object id '${bot}' has permission to perform action 'Microsoft.ManagedIdentity/userAssignedIdentities/write' on scope '${identity}'; however, the access is denied because of the deny assignment with name 'Managed by 'app'' and Id 'd0000000000040008000000000000000' at scope '${group}'.`,
    );
    expect(codeOf(await write(owner))).toBe('DenyAssignmentAuthorizationFailed');
    expect((await read()).status).toBe(200);
    const elsewhere = `${production}/resourceGroups/rg-payments/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uami-x?${version}`;
    expect((await ask({ method: 'PUT', path: elsewhere, body: { location: 'westeurope' } })).status).toBe(201);
  });

  it('is for the principals that it names, through groups, and not for those that it excludes', async () => {
    deny({ principals: [{ id: platform, type: 'Group' }] });
    expect((await write()).status).toBe(200);
    expect((await write(owner)).status).toBe(403);
    deny({ excludePrincipals: [{ id: megan, type: 'User' }] });
    expect((await write()).status).toBe(403);
    expect((await write(owner)).status).toBe(200);
    deny({ excludePrincipals: [{ id: platform, type: 'Group' }] });
    expect((await write(owner)).status).toBe(200);
  });

  it('leaves out its notActions, set by set', async () => {
    const rest = { ...none, actions: ['*'], notActions: ['Microsoft.ManagedIdentity/*/write', '*/read'] };
    deny({ permissions: [rest] });
    expect((await write()).status).toBe(200);
    deny({ permissions: [rest, { ...none, actions: ['Microsoft.ManagedIdentity/*'] }] });
    expect((await write()).status).toBe(403);
  });

  it('denies no action by its dataActions', async () => {
    deny({ permissions: [{ ...none, dataActions: ['*'] }] });
    expect((await write()).status).toBe(200);
  });

  it('is inherited from a subscription and a management group, unless it does not apply to child scopes', async () => {
    for (const scope of [sandbox, '/providers/Microsoft.Management/managementGroups/contoso', '/']) {
      deny({ scope });
      expect((await write()).status, scope).toBe(403);
      deny({ scope, doNotApplyToChildScopes: true });
      expect((await write()).status, scope).toBe(200);
    }
    deny({ scope: identity, doNotApplyToChildScopes: true });
    expect((await write()).status).toBe(403);
  });

  it('hides what may not be read from Resource Graph and from lists', async () => {
    deny({ scope: identity, permissions: [{ ...none, actions: ['*/read'] }] });
    const query = "resources | where name contains 'uami-demo' | project id, name";
    const graph = await ask({
      method: 'POST',
      path: '/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01',
      body: { query },
    });
    expect((graph.body as { data: unknown[] }).data).toEqual([]);
    const { body } = await ask({ method: 'GET', path: `${group}/resources?api-version=2021-04-01` });
    const names = (body as { value: { name: string }[] }).value.map(({ name }) => name);
    expect(names).toContain('uami-playground');
    expect(names).not.toContain('uami-demo');
  });

  it('says to one without any role that there is no role', async () => {
    deny({});
    const app = await asker(simulator, 'de910000-0000-4000-8000-000000000002');
    expect(codeOf(await write(app))).toBe('AuthorizationFailed');
  });

  it('goes with the group that it was set on', async () => {
    deny({ permissions: [{ ...none, actions: ['Microsoft.Web/*'] }] });
    await owner({ method: 'DELETE', path: `${group}?api-version=2021-04-01` });
    expect(simulator.control.world().denyAssignments).toEqual([]);
  });
});

describe('the list of deny assignments', () => {
  const list = async (scope: string, filter = '') => {
    const query = filter === '' ? '' : `&$filter=${encodeURIComponent(filter)}`;
    const path = `${scope}/providers/Microsoft.Authorization/denyAssignments?api-version=2022-04-01${query}`;
    const reply = await ask({ method: 'GET', path });
    expect(reply.status, JSON.stringify(reply.body)).toBe(200);
    return (reply.body as { value: { name: string; properties: object }[] }).value;
  };
  const last = async (...of: Parameters<typeof list>) => (await list(...of)).map(({ name }) => name.at(-1)).join('');

  it('has Azure’s shape, is empty where there are none, and answers one by its id', async () => {
    expect(await list(sandbox)).toEqual([]);
    deny({});
    const [row] = await list(group);
    expect(row).toMatchObject({
      id: `${group}/providers/Microsoft.Authorization/denyAssignments/d0000000-0000-4000-8000-000000000000`,
      type: 'Microsoft.Authorization/denyAssignments',
      properties: {
        denyAssignmentName: 'Denial 0',
        scope: group,
        doNotApplyToChildScopes: false,
        isSystemProtected: true,
        principals: [everyone],
        excludePrincipals: [],
        permissions: [{ actions: ['*/write', '*/delete'] }],
      },
    });
    const path = `${group}/providers/Microsoft.Authorization/denyAssignments/d0000000-0000-4000-8000-000000000000?api-version=2022-04-01`;
    expect((await ask({ method: 'GET', path })).body).toEqual(row);
    expect((await ask({ method: 'GET', path: path.replace('000000?', '00000f?') })).status).toBe(404);
  });

  it('shows those at, above and below a scope, and by filter fewer', async () => {
    deny(
      { scope: sandbox, principals: [{ id: platform, type: 'Group' }] },
      { excludePrincipals: [{ id: bot, type: 'ServicePrincipal' }] },
      { scope: identity, principals: [{ id: bot, type: 'ServicePrincipal' }] },
      { scope: production },
    );
    expect(await last(sandbox)).toBe('012');
    expect(await last(group, 'atScope()')).toBe('01');
    expect(await last(group, "denyAssignmentName eq 'denial 1'")).toBe('1');
    expect(await last(sandbox, `principalId eq '${bot}'`)).toBe('2');
    expect(await last(sandbox, `gdprExportPrincipalId eq '${bot}'`)).toBe('12');
    expect(await last(sandbox, `assignedTo('${megan}')`)).toBe('0');
    expect(await last(identity, `atScope() and principalId eq '${bot}'`)).toBe('2');
    const path = `${sandbox}/providers/Microsoft.Authorization/denyAssignments?api-version=2022-04-01&$filter=nonsense`;
    expect((await ask({ method: 'GET', path })).status).toBe(400);
  });

  it('comes from a world’s description, and is kept in its file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'denials-'));
    const seed = join(folder, 'seed.json');
    const world = {
      tenant: { id: platform, name: 'T', domain: 't.example' },
      bot: { name: 'bot', objectId: bot, clientId: megan },
      subscriptions: [
        { id: sandbox.split('/')[2], name: 'S', resourceGroups: [{ name: 'rg-playground', location: 'westeurope' }] },
      ],
      roleAssignments: [{ principal: 'bot', role: 'Owner', scope: 'S' }],
      denyAssignments: [
        { id: megan, name: 'All', scope: 'S/rg-playground', actions: ['*/delete'], principals: ['everyone'] },
      ],
    };
    writeFileSync(seed, JSON.stringify(world));
    for (let start = 0; start < 2; start += 1) {
      const one = await startSimulator({ seed, state: join(folder, 'state.json'), settings: { throttling: false } });
      const refused = await (await asker(one))({ method: 'DELETE', path: `${group}?api-version=2021-04-01` });
      expect(codeOf(refused)).toBe('DenyAssignmentAuthorizationFailed');
      await one.close();
    }
    rmSync(folder, { recursive: true, force: true });
  });
});
