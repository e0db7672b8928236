// Identities on resources: what a write of the identity block does in each way of writing it, and what is refused.

import { describe, expect, it } from 'vitest';
import { asker } from './ask.ts';
import {
  codeOf,
  identityIn,
  identityNames,
  messageOf,
  playgroundGroup,
  resourceAt,
  shown,
  useOwner,
  userAssigned,
} from './use-resources.ts';
import { production } from './use-simulator.ts';

const company = useOwner();
const { owner, get, write } = company;

const demo = identityIn('uami-demo');
const playground = identityIn('uami-playground');
const missing = identityIn('uami-nobody');
const machine = resourceAt('Microsoft.Compute/virtualMachines', 'vm-try', '2024-07-01');
const site = resourceAt('Microsoft.Web/sites', 'func-try', '2024-04-01');
const app = resourceAt('Microsoft.App/containerApps', 'ca-try', '2024-03-01');
const cluster = resourceAt('Microsoft.ContainerService/managedClusters', 'aks-try', '2025-01-01');
const workflow = resourceAt('Microsoft.Logic/workflows', 'logic-try', '2019-05-01');

describe('a PATCH of the identity block', () => {
  it('adds what it names, leaves what it does not, takes away what is null, and ends as no identity at all', async () => {
    expect((await write('PUT', machine, userAssigned(playground))).status).toBe(201);
    const both = await write('PATCH', machine, {
      type: 'SystemAssigned,UserAssigned',
      userAssignedIdentities: { [demo]: {} },
    });
    expect(identityNames(both)).toEqual(['uami-demo', 'uami-playground']);
    expect(shown(both).identity?.type).toBe('SystemAssigned, UserAssigned');
    expect(Object.values(shown(both).identity?.userAssignedIdentities ?? {})[0]).toEqual({
      principalId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      clientId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    const one = await write('PATCH', machine, {
      type: 'SystemAssigned, UserAssigned',
      userAssignedIdentities: { [playground.toUpperCase()]: null },
    });
    expect(identityNames(one)).toEqual(['uami-demo']);
    const onlyUser = await write('PATCH', machine, { type: 'UserAssigned' });
    expect(shown(onlyUser).identity?.principalId).toBeUndefined();
    const last = await write('PATCH', machine, { type: 'UserAssigned', userAssignedIdentities: { [demo]: null } });
    expect([last.status, shown(last).identity]).toEqual([200, undefined]);
    expect(shown(await get(machine)).identity).toBeUndefined();
  });

  it('prints a last one gone as type None where the kind does', async () => {
    await write('PUT', app, userAssigned(demo));
    await write('PATCH', app, { type: 'None' });
    expect(shown(await get(app)).identity).toEqual({ type: 'None' });
  });

  it.each([
    [
      'a type that there is not',
      { type: 'Everything', userAssignedIdentities: { [demo]: {} } },
      'InvalidRequestContent',
    ],
    ['no type', { userAssignedIdentities: { [demo]: {} } }, 'InvalidRequestContent'],
    [
      'identities of another type',
      { type: 'SystemAssigned', userAssignedIdentities: { [demo]: {} } },
      'FailedIdentityOperation',
    ],
    ['user-assigned, and none named', { type: 'UserAssigned' }, 'FailedIdentityOperation'],
    ['an identity that is not there', userAssigned(missing), 'FailedIdentityOperation'],
    ['an id that is none', userAssigned('uami-demo'), 'LinkedInvalidPropertyId'],
    [
      'the id of another thing',
      userAssigned(`${playgroundGroup}/providers/Microsoft.KeyVault/vaults/kv`),
      'LinkedInvalidPropertyId',
    ],
  ])('refuses %s and changes nothing', async (_what, block, code) => {
    await write('PUT', machine, { type: 'SystemAssigned' });
    expect(codeOf(await write('PATCH', machine, block))).toEqual([400, code]);
    expect(shown(await get(machine)).identity?.type).toBe('SystemAssigned');
  });

  it('says what the identity service said', async () => {
    const path = machine.split('?')[0];
    expect(messageOf(await write('PATCH', machine, userAssigned(missing)))).toBe(
      `Identity operation for resource '${path}' failed with error 'Failed to perform resource identity operation. Status: 'BadRequest'. Response: '{"error":{"code":"BadRequest","message":"Resource '${missing}' was not found."}}'.'.`,
    );
  });
});

describe('a PUT', () => {
  it('leaves on a web app what it names and no more, as the Azure CLI writes it, with the kind of the app', async () => {
    const made = await write('PUT', site, userAssigned(demo, playground), { kind: 'functionapp,linux' });
    expect([made.status, shown(made).kind, identityNames(made)]).toEqual([
      201,
      'functionapp,linux',
      ['uami-demo', 'uami-playground'],
    ]);
    const { identity: block, ...rest } = shown(made);
    const fewer = await owner({
      method: 'PUT',
      path: site,
      body: { ...rest, identity: { ...block, userAssignedIdentities: { [demo.toLowerCase()]: {} } } },
    });
    expect([fewer.status, identityNames(fewer), shown(fewer).kind]).toEqual([200, ['uami-demo'], 'functionapp,linux']);
    const silent = await owner({ method: 'PUT', path: site, body: { location: 'westeurope' } });
    expect(identityNames(silent)).toEqual(['uami-demo']);
  });

  it('is the one way to the identity of a workflow and of a cluster, which have one at most', async () => {
    await write('PUT', workflow, userAssigned(demo));
    expect((await write('PATCH', workflow, userAssigned(playground))).status).toBe(405);
    expect(
      codeOf(
        await write('PUT', workflow, { type: 'SystemAssigned, UserAssigned', userAssignedIdentities: { [demo]: {} } }),
      ),
    ).toEqual([400, 'InvalidIdentityType']);
    expect(codeOf(await write('PUT', workflow, userAssigned(demo, playground)))).toEqual([400, 'BadRequest']);
    await write('PUT', cluster, userAssigned(demo));
    expect(codeOf(await write('PATCH', cluster, userAssigned(playground)))).toEqual([400, 'InvalidRequestContent']);
    expect(
      codeOf(await write('PUT', resourceAt('Microsoft.KeyVault/vaults', 'kv-try', '2023-07-01'), userAssigned(demo))),
    ).toEqual([400, 'IdentityNotSupported']);
  });

  it('gives the nodes of a cluster an identity that its own may assign', async () => {
    const profile = { properties: { identityProfile: { kubeletidentity: { resourceId: playground } } } };
    const refused = await write('PUT', cluster, userAssigned(demo), profile);
    expect(codeOf(refused)).toEqual([400, 'CustomKubeletIdentityMissingPermissionError']);
    const principalId = shown(await get(cluster)).identity?.userAssignedIdentities?.[demo]?.principalId;
    const role = `${playground}/providers/Microsoft.Authorization/roleAssignments/99999999-0000-4000-8000-000000000001?api-version=2022-04-01`;
    const roleDefinitionId = '/providers/Microsoft.Authorization/roleDefinitions/f1a07417-d97a-45cb-824c-7a7467783830';
    expect(
      (await owner({ method: 'PUT', path: role, body: { properties: { roleDefinitionId, principalId } } })).status,
    ).toBe(201);
    const made = await write('PUT', cluster, userAssigned(demo), profile);
    expect([made.status, shown(made).properties.identityProfile?.kubeletidentity]).toEqual([
      200,
      { resourceId: playground, clientId: expect.any(String), objectId: expect.any(String) },
    ]);
  });
});

describe('who may', () => {
  it('needs the right to assign the identity and to write the resource, and no lock in the way', async () => {
    const alex = await asker(company.simulator, 'alex@contoso.com');
    const elsewhere = identityIn('uami-web', `/subscriptions/${production}/resourceGroups/rg-web-prod`);
    const reply = await alex({ method: 'PATCH', path: machine, body: { identity: userAssigned(elsewhere) } });
    expect(codeOf(reply)).toEqual([403, 'LinkedAuthorizationFailed']);
    expect(messageOf(reply)).toContain(
      `'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action' on the linked scope(s) '${elsewhere}'`,
    );
    const foreign = identityIn('uami-x', '/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg');
    expect(codeOf(await write('PATCH', machine, userAssigned(foreign)))).toEqual([403, 'LinkedAuthorizationFailed']);
    const bystander = await asker(company.simulator, 'de910000-0000-4000-8000-000000000002');
    expect(codeOf(await bystander({ method: 'PATCH', path: machine, body: { identity: userAssigned(demo) } }))).toEqual(
      [403, 'AuthorizationFailed'],
    );
    const lock = `${machine.split('?')[0]}/providers/Microsoft.Authorization/locks/still?api-version=2016-09-01`;
    await owner({ method: 'PUT', path: lock, body: { properties: { level: 'ReadOnly' } } });
    expect(codeOf(await write('PATCH', machine, userAssigned(demo)))).toEqual([409, 'ScopeLocked']);
    await owner({ method: 'DELETE', path: lock });
  });

  it('keeps a regional identity in its region, and a restricted one to its providers', async () => {
    const path = `${identityIn('uami-north')}?api-version=2025-05-31-preview`;
    const limits = { isolationScope: 'Regional', assignmentRestrictions: { providers: ['Microsoft.Web'] } };
    const made = await owner({
      method: 'PUT',
      path,
      body: { location: 'northeurope', properties: { isolationScope: 'Regional' } },
    });
    expect(made.status).toBe(201);
    const refused = await write('PATCH', machine, userAssigned(identityIn('uami-north')));
    expect([...codeOf(refused), messageOf(refused)?.includes('Regional')]).toEqual([
      400,
      'FailedIdentityOperation',
      true,
    ]);
    const north = resourceAt('Microsoft.Compute/virtualMachines', 'vm-north', '2024-07-01');
    expect(
      (await write('PUT', north, userAssigned(identityIn('uami-north')), { location: 'northeurope' })).status,
    ).toBe(201);
    await owner({ method: 'PATCH', path, body: { properties: limits } });
    expect(codeOf(await write('PATCH', north, userAssigned(identityIn('uami-north'))))).toEqual([
      400,
      'FailedIdentityOperation',
    ]);
  });
});
