// Assignments with a time: what a request makes, when it begins and ends by the simulator's clock, and how it is changed.

import { beforeEach, describe, expect, it } from 'vitest';
import { asker, type Reply } from './ask.ts';
import { codeOf, messageOf, playgroundGroup, useOwner } from './use-resources.ts';

const company = useOwner();
const { owner, get } = company;
const authorization = `${playgroundGroup}/providers/Microsoft.Authorization`;
const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
const hour = 3_600_000;

let count = 0;
let principalId = '';

beforeEach(() => {
  count += 1;
  principalId = `44444444-0000-4000-8000-${String(count).padStart(12, '0')}`;
});

interface Row {
  name: string;
  properties: Record<string, unknown> & {
    status: string;
    scope: string;
    principalId: string;
    endDateTime: string | null;
  };
}

const rowsOf = ({ body }: Reply) => (body as { value: Row[] }).value;
const at = (ms: number) => new Date(Date.parse('2026-11-01T08:00:00Z') + ms).toISOString();
let passed = 0;
const pass = (ms: number) => {
  passed += ms;
  company.pass(ms);
};

let requests = 0;
const lasting = (duration: string) => ({ expiration: { type: 'AfterDuration', duration } });

function request(requestType: string, scheduleInfo?: object, more: object = {}, verb = '') {
  requests += 1;
  const name = `55555555-0000-4000-8000-${String(requests).padStart(12, '0')}`;
  const roleDefinitionId = `/providers/Microsoft.Authorization/roleDefinitions/${reader}`;
  return {
    method: verb ? 'POST' : 'PUT',
    path: `${authorization}/roleAssignmentScheduleRequests/${name}${verb}?api-version=2020-10-01`,
    body: {
      properties: { principalId, roleDefinitionId, requestType, justification: 'Asked for', scheduleInfo, ...more },
    },
  };
}

const ask = (requestType: string, scheduleInfo?: object, more?: object) =>
  owner(request(requestType, scheduleInfo, more));
const statusOf = ({ body }: Reply) => (body as Row).properties.status;

async function list(type: string, filter = `principalId eq '${principalId}'`): Promise<Row[]> {
  const version = type === 'roleAssignments' ? '2022-04-01' : '2020-10-01';
  return rowsOf(await get(`${authorization}/${type}?api-version=${version}&$filter=${encodeURIComponent(filter)}`));
}

const counts = async () => [
  (await list('roleAssignments')).length,
  (await list('roleAssignmentScheduleInstances')).length,
  (await list('roleAssignmentSchedules')).length,
];

describe('an assignment with an end', () => {
  it('is active at once, is seen as request, schedule, instance and assignment, and is gone at its end', async () => {
    const reply = await ask('AdminAssign', lasting('PT8H'));
    expect([reply.status, statusOf(reply)]).toEqual([201, 'Provisioned']);
    expect(await counts()).toEqual([1, 1, 1]);
    const [schedule] = await list('roleAssignmentSchedules');
    const [instance] = await list('roleAssignmentScheduleInstances');
    const [assignment] = await list('roleAssignments');
    expect(schedule?.properties).toMatchObject({
      status: 'Provisioned',
      endDateTime: at(passed + 8 * hour),
      assignmentType: 'Assigned',
    });
    expect(instance?.properties.originRoleAssignmentId).toBe(`${authorization}/roleAssignments/${assignment?.name}`);
    const [asked] = await list('roleAssignmentScheduleRequests');
    expect(asked?.properties.targetRoleAssignmentScheduleId).toBe(schedule?.name);
    expect(
      (await get(`${authorization}/roleAssignmentScheduleRequests/${asked?.name}?api-version=2020-10-01`)).body,
    ).toEqual(asked);
    pass(8 * hour - 1);
    expect(await counts()).toEqual([1, 1, 1]);
    pass(1);
    expect(await counts()).toEqual([0, 0, 0]);
    expect((await list('roleAssignmentScheduleRequests')).length).toBe(1);
  });

  it('that is to begin later is none until then, and can be cancelled as long as it is none', async () => {
    const later = { startDateTime: at(passed + 2 * hour), ...lasting('PT1H') };
    const reply = await ask('AdminAssign', later);
    expect(statusOf(reply)).toBe('Granted');
    expect(await counts()).toEqual([0, 0, 1]);
    pass(2 * hour);
    expect(await counts()).toEqual([1, 1, 1]);
    expect((await list('roleAssignmentScheduleRequests'))[0]?.properties.status).toBe('Provisioned');
    const path = `${authorization}/roleAssignmentScheduleRequests/${(reply.body as Row).name}`;
    expect((await owner({ method: 'POST', path: `${path}/cancel?api-version=2020-10-01` })).status).toBe(400);
    pass(hour);
    expect(await counts()).toEqual([0, 0, 0]);
    const other = await ask('AdminAssign', { startDateTime: at(passed + 2 * hour), ...lasting('PT1H') });
    const cancel = `${authorization}/roleAssignmentScheduleRequests/${(other.body as Row).name}/cancel?api-version=2020-10-01`;
    expect((await owner({ method: 'POST', path: cancel })).status).toBe(200);
    pass(2 * hour);
    expect(await counts()).toEqual([0, 0, 0]);
    expect((await list('roleAssignmentScheduleRequests')).map(({ properties }) => properties.status)).toContain(
      'Canceled',
    );
  });

  it('is extended, updated, removed after five minutes, and renewed when it is over', async () => {
    expect(codeOf(await ask('AdminExtend', lasting('PT2H')))).toEqual([400, 'RoleAssignmentDoesNotExist']);
    await ask('AdminAssign', lasting('PT1H'));
    expect(codeOf(await ask('AdminAssign', lasting('PT1H')))).toEqual([400, 'RoleAssignmentExists']);
    const ends = passed + 5 * hour;
    expect((await ask('AdminExtend', { expiration: { type: 'AfterDateTime', endDateTime: at(ends) } })).status).toBe(
      201,
    );
    expect(codeOf(await ask('AdminRemove'))).toEqual([400, 'ActiveDurationTooShort']);
    pass(2 * hour);
    expect((await list('roleAssignmentSchedules'))[0]?.properties.endDateTime).toBe(at(ends));
    await ask('AdminUpdate', { expiration: { type: 'NoExpiration' } });
    expect((await list('roleAssignmentSchedules'))[0]?.properties.endDateTime).toBeNull();
    expect(statusOf(await ask('AdminRemove'))).toBe('Revoked');
    expect(await counts()).toEqual([0, 0, 0]);
    expect((await ask('AdminRenew', lasting('PT1H'))).status).toBe(201);
    expect(await counts()).toEqual([1, 1, 1]);
  });

  it('ends with the assignment when that is taken away itself, and stands in the way of a permanent one', async () => {
    await ask('AdminAssign', lasting('PT1H'));
    const [assignment] = await list('roleAssignments');
    const role = `/providers/Microsoft.Authorization/roleDefinitions/${reader}`;
    const permanent = {
      method: 'PUT',
      path: `${authorization}/roleAssignments/66666666-0000-4000-8000-000000000001?api-version=2022-04-01`,
      body: { properties: { roleDefinitionId: role, principalId, principalType: 'ServicePrincipal' } },
    };
    expect(codeOf(await owner(permanent))).toEqual([409, 'RoleAssignmentExists']);
    await owner({
      method: 'DELETE',
      path: `${authorization}/roleAssignments/${assignment?.name}?api-version=2022-04-01`,
    });
    expect(await counts()).toEqual([0, 0, 0]);
    expect((await owner(permanent)).status).toBe(201);
    pass(2 * hour);
    expect(await counts()).toEqual([1, 1, 1]);
  });
});

describe('what is demanded', () => {
  it('is told as policy, and held to; a validation says so and changes nothing', async () => {
    const filter = encodeURIComponent(
      `roleDefinitionId eq '/providers/Microsoft.Authorization/roleDefinitions/${reader}'`,
    );
    const [policy] = rowsOf(
      await get(`${authorization}/roleManagementPolicyAssignments?api-version=2020-10-01&$filter=${filter}`),
    );
    expect(policy?.properties.effectiveRules).toContainEqual(
      expect.objectContaining({
        id: 'Expiration_Admin_Assignment',
        maximumDuration: 'P180D',
        isExpirationRequired: false,
      }),
    );
    const tooLong = await ask('AdminAssign', lasting('P181D'));
    expect([...codeOf(tooLong), messageOf(tooLong)]).toEqual([
      400,
      'RoleAssignmentRequestPolicyValidationFailed',
      'The following policy rules failed: ["ExpirationRule"]',
    ]);
    const silent = await owner(request('AdminAssign', lasting('PT1H'), { justification: null }, '/validate'));
    expect(messageOf(silent)).toBe('The following policy rules failed: ["JustificationRule"]');
    const fine = await owner(request('AdminAssign', lasting('PT1H'), {}, '/validate'));
    expect([fine.status, statusOf(fine)]).toEqual([200, 'Provisioned']);
    expect(await counts()).toEqual([0, 0, 0]);
  });

  it.each([
    ['an end that is over', { expiration: { type: 'AfterDateTime', endDateTime: '2020-01-01T00:00:00Z' } }],
    ['a duration that is none', lasting('8 hours')],
    ['a start that is none', { startDateTime: 'tomorrow', ...lasting('PT1H') }],
  ])('refuses %s', async (_what, scheduleInfo) => {
    expect((await ask('AdminAssign', scheduleInfo)).status).toBe(400);
    expect(await counts()).toEqual([0, 0, 0]);
  });

  it('is a licence: without it there is nothing, and that is said', async () => {
    company.simulator.control.settings.privilegedIdentityManagement = false;
    const replies = [
      await ask('AdminAssign', lasting('PT1H')),
      await get(`${authorization}/roleAssignmentSchedules?api-version=2020-10-01`),
    ];
    expect(replies.map(codeOf)).toEqual(replies.map(() => [400, 'AadPremiumLicenseRequired']));
    company.simulator.control.settings.privilegedIdentityManagement = true;
  });

  it('of an activation is to be eligible, and to ask for oneself', async () => {
    const lynne = await asker(company.simulator, 'lynne@contoso.com');
    principalId = '1d00e000-0000-4000-8000-000000000004';
    expect(codeOf(await lynne(request('SelfActivate', lasting('PT1H'))))).toEqual([400, 'RoleAssignmentDoesNotExist']);
    principalId = 'a1ec0000-0000-4000-8000-000000000001';
    expect(codeOf(await lynne(request('SelfActivate', lasting('PT1H'))))).toEqual([400, 'InvalidPrincipalId']);
    expect(codeOf(await lynne(request('AdminAssign', lasting('PT1H'))))).toEqual([403, 'AuthorizationFailed']);
  });

  it('is activated by whom the seed makes eligible, for as long as one may, and seen as activated', async () => {
    const lynne = await asker(company.simulator, 'lynne@contoso.com');
    const web = '/subscriptions/50bc0000-0000-4000-8000-000000000002/resourceGroups/rg-web-staging';
    principalId = '1d00e000-0000-4000-8000-000000000004';
    const roleDefinitionId = '/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c';
    const activate = (duration: string) => {
      const asked = request('SelfActivate', lasting(duration), { roleDefinitionId });
      return lynne({ ...asked, path: asked.path.replace(playgroundGroup, web) });
    };
    expect(messageOf(await activate('PT9H'))).toBe('The following policy rules failed: ["ExpirationRule"]');
    expect((await activate('PT1H')).status).toBe(201);
    const mine = (type: string) =>
      lynne({
        method: 'GET',
        path: `${web}/providers/Microsoft.Authorization/${type}?api-version=2020-10-01&$filter=asTarget()`,
      });
    const active = rowsOf(await mine('roleAssignmentScheduleInstances')).filter(
      ({ properties }) => properties.scope === web,
    );
    expect(active.map(({ properties }) => properties.assignmentType)).toEqual(['Activated']);
    expect(rowsOf(await mine('roleEligibilityScheduleInstances'))).toHaveLength(1);
  });
});
