// Conditions on roles and on assignments, through HTTPS: which are taken, and what they let their holder do.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningSimulator, startSimulator } from '../../simulator/server.ts';
import { type ArmCall, asker, type Reply } from './ask.ts';

const subscription = '/subscriptions/50bc0000-0000-4000-8000-000000000003';
const scope = `${subscription}/resourceGroups/rg-playground`;
const deployer = { object: 'de910000-0000-4000-8000-000000000001', client: 'de910000-0000-4000-8000-000000000002' };
const roles = {
  owner: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635',
  reader: 'acdd72a7-3385-48ef-bd42-f606fba81ae7',
  rbacAdministrator: 'f58310d9-a9f6-439a-9e8d-f62e7b41a168',
  accessAdministrator: '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9',
  keyVaultAccess: '8b54135c-b56d-4d72-a534-26097cfdc8d8',
  secretsUser: '4633458b-17de-408a-b874-0445c86b69e6',
};
const granted = '11111111-1111-4111-8111-111111111111';
/** As the portal writes it: roles that may be assigned and taken away. */
const only = (...ids: string[]) =>
  ['write', 'delete']
    .map((verb, index) => {
      const attribute = `@${index === 0 ? 'Request' : 'Resource'}[Microsoft.Authorization/roleAssignments:RoleDefinitionId]`;
      return `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/${verb}'})) OR (${attribute} ForAnyOfAnyValues:GuidEquals {${ids.join(', ')}}))`;
    })
    .join(' AND ');
const onWrite = (expression: string) =>
  `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (${expression}))`;
const requested = (name: string) => `@Request[Microsoft.Authorization/roleAssignments:${name}]`;

let simulator: RunningSimulator;
let owner: (asked: ArmCall) => Promise<Reply>;
let app: (asked: ArmCall) => Promise<Reply>;
let count = 0;

beforeAll(async () => {
  simulator = await startSimulator({ settings: { throttling: false } });
  owner = await asker(simulator, 'megan@contoso.com');
  app = await asker(simulator, deployer.client);
});
beforeEach(() => simulator.control.reset());
afterAll(async () => await simulator?.close());

const codeOf = ({ body }: Reply) => (body as { error?: { code?: string } } | undefined)?.error?.code;
const messageOf = ({ body }: Reply) => (body as { error?: { message?: string } } | undefined)?.error?.message ?? '';

function name(): string {
  count += 1;
  return `99999999-0000-4000-8000-${String(count).padStart(12, '0')}`;
}

function assign(
  ask: typeof app,
  role: string,
  more: { principalId?: string; principalType?: string; condition?: string; conditionVersion?: string } = {},
  at = name(),
): Promise<Reply> {
  return ask({
    method: 'PUT',
    path: `${scope}/providers/Microsoft.Authorization/roleAssignments/${at}?api-version=2022-04-01`,
    body: {
      properties: {
        roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
        principalId: granted,
        principalType: 'ServicePrincipal',
        ...more,
      },
    },
  });
}

/** Makes the application somebody who may assign roles under a condition. */
async function delegate(condition?: string, role = roles.rbacAdministrator): Promise<void> {
  const reply = await assign(owner, role, { principalId: deployer.object, ...(condition ? { condition } : {}) });
  expect(reply.status, JSON.stringify(reply.body)).toBe(201);
}

const refusedByCondition =
  /^The client 'de910000-0000-4000-8000-000000000002' with object id 'de910000-0000-4000-8000-000000000001' does not have authorization or an ABAC condition not fulfilled to perform action 'Microsoft\.Authorization\/roleAssignments\/(write|delete)' over scope '\/subscriptions\/.*\/providers\/Microsoft\.Authorization\/roleAssignments\/[-0-9a-f]+' or the scope is invalid\./;

describe('the condition on an assignment', () => {
  it('is kept as it was given, with version 2.0', async () => {
    const condition = only(roles.reader);
    const made = await assign(owner, roles.rbacAdministrator, { condition });
    expect((made.body as { properties: object }).properties).toMatchObject({ condition, conditionVersion: '2.0' });
  });

  it.each([
    ['nonsense', { condition: 'nonsense ((' }],
    ['of version 1.0', { condition: only(roles.reader), conditionVersion: '1.0' }],
    ['of an operator that is none', { condition: `${requested('PrincipalId')} GuidIsNice {${granted}}` }],
  ])('is refused with 400 where it is %s', async (_what, more) => {
    const reply = await assign(owner, roles.reader, more);
    expect([reply.status, messageOf(reply)]).toEqual([400, 'The given role assignment condition is invalid.']);
  });

  it('lets its holder assign and remove the roles that it names, and no other', async () => {
    await delegate(only(roles.reader, roles.secretsUser));
    const at = name();
    expect((await assign(app, roles.reader, {}, at)).status).toBe(201);
    const refused = await assign(app, roles.owner);
    expect([refused.status, codeOf(refused)]).toEqual([403, 'AuthorizationFailed']);
    expect(messageOf(refused)).toMatch(refusedByCondition);
    const owned = name();
    await assign(owner, roles.owner, {}, owned);
    const remove = (which: string) =>
      app({
        method: 'DELETE',
        path: `${scope}/providers/Microsoft.Authorization/roleAssignments/${which}?api-version=2022-04-01`,
      });
    const kept = await remove(owned);
    expect([kept.status, messageOf(kept)]).toEqual([403, expect.stringMatching(refusedByCondition)]);
    expect((await remove(at)).status).toBe(200);
    expect((await remove(at)).status).toBe(204);
  });

  it('says in the plain words that there is no right where no role would give it', async () => {
    const reply = await assign(app, roles.reader);
    expect(reply.status).toBe(403);
    expect(messageOf(reply)).toContain('does not have authorization to perform action');
  });

  it.each([
    [
      'the principals',
      onWrite(`${requested('PrincipalId')} ForAnyOfAnyValues:GuidEquals {${granted}}`),
      {},
      { principalId: '22222222-2222-4222-8222-222222222222' },
    ],
    [
      'the kind of principal',
      onWrite(`${requested('PrincipalType')} StringEqualsIgnoreCase {'serviceprincipal'}`),
      {},
      { principalId: '22222222-2222-4222-8222-222222222222', principalType: 'Group' },
    ],
    [
      'any role but three',
      onWrite(
        `${requested('RoleDefinitionId')} ForAnyOfAllValues:GuidNotEquals {${roles.owner}, ${roles.accessAdministrator}, ${roles.rbacAdministrator}}`,
      ),
      {},
      { role: roles.accessAdministrator },
    ],
    [
      'role and principal together, with && and || and !',
      onWrite(
        `!(${requested('RoleDefinitionId')} GuidEquals ${roles.owner.replaceAll('-', '')}) && (${requested('PrincipalType')} StringEquals 'ServicePrincipal' || ${requested('PrincipalType')} StringEquals 'User')`,
      ),
      {},
      { role: roles.owner },
    ],
  ])('constrains %s', async (_what, condition, good, bad) => {
    await delegate(condition);
    const tried = async ({ role = roles.reader, ...more }: { role?: string; principalId?: string }) =>
      (await assign(app, role, more)).status;
    expect(await tried(good)).toBe(201);
    expect(await tried(bad)).toBe(403);
  });

  it('constrains nobody who holds the right without one as well', async () => {
    await delegate(only(roles.reader));
    await assign(owner, roles.accessAdministrator, { principalId: deployer.object });
    expect((await assign(app, roles.owner)).status).toBe(201);
  });

  it('stands in the way of assignments with an end too', async () => {
    await delegate(only(roles.reader));
    const request = (role: string) =>
      app({
        method: 'PUT',
        path: `${scope}/providers/Microsoft.Authorization/roleAssignmentScheduleRequests/${name()}?api-version=2020-10-01`,
        body: {
          properties: {
            roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${role}`,
            principalId: granted,
            requestType: 'AdminAssign',
            justification: 'Asked for',
            scheduleInfo: { expiration: { type: 'AfterDuration', duration: 'PT8H' } },
          },
        },
      });
    expect((await request(roles.owner)).status).toBe(403);
    expect((await request(roles.reader)).status).toBe(201);
  });
});

describe('the condition of a role itself', () => {
  it('holds without one on the assignment: Key Vault Data Access Administrator gives Key Vault roles only', async () => {
    await delegate(undefined, roles.keyVaultAccess);
    expect((await assign(app, roles.secretsUser)).status).toBe(201);
    const refused = await assign(app, roles.reader);
    expect([refused.status, messageOf(refused)]).toEqual([403, expect.stringMatching(refusedByCondition)]);
  });
});
