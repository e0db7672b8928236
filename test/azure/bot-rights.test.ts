// What the bot says of its own rights before anybody is asked, by what the simulated Azure says of them: and Azure then does just that.

import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { RunningSimulator } from '../../simulator/server.ts';
import type { Azure } from '../../src/azure/azure.ts';
import { withBotRights } from '../../src/core/bot-rights/check-rights.ts';
import { warningWords } from '../../src/core/cards/warning-words.ts';
import { Fault } from '../../src/core/errors.ts';
import type { Plan } from '../../src/core/model/plan.ts';
import type { Operation } from '../../src/core/operations/registry.ts';
import { firstRun } from '../support/azure.ts';
import { denyAll, giveBot } from '../support/bot-rights.ts';
import { creating, faultOf, group, production, reader, staging, useGateway } from './gateway-world.ts';

const owner = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635';
const contributor = 'b24988ac-6180-42a0-ab88-20f7382dd24c';
const rbacAdministrator = 'f58310d9-a9f6-439a-9e8d-f62e7b41a168';
const bot = 'b0700000-0000-4000-8000-000000000001';
const subscription = `/subscriptions/${production}`;
const identity = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uami-refunds`;
const roleWrite = 'Microsoft.Authorization/roleAssignments/write';

let simulator: RunningSimulator;
let azure: Azure;

useGateway({}, (gateway) => {
  ({ simulator, azure } = gateway);
});
beforeEach(() => simulator.control.reset());

const planOf = (operations: readonly Operation[], durationMs?: number): Plan => ({
  command: 'x',
  summary: '',
  facts: [],
  steps: operations.map((operation) => ({ operation, ...(durationMs === undefined ? {} : { durationMs }) })),
  effects: [{ command: 'grant', scope: group, role: { id: owner, name: 'Owner' } }],
  warnings: [],
});
const check = (operation: Operation, durationMs?: number, isFresh = true) =>
  withBotRights(azure.ownAccess, planOf([operation], durationMs), { isFresh, nothing: 'Nothing was requested.' });
const warningsOf = async (operation: Operation, durationMs?: number) => (await check(operation, durationMs)).warnings;

async function assigning(role = reader): Promise<Operation> {
  const { principalId = '' } = simulator.control.world().identities.find(({ name }) => name === 'uami-refunds') ?? {};
  const what = { scope: group, roleDefinitionId: role, roleName: 'R', identityId: identity, principalId };
  return { kind: 'role-assignment.create', ...what };
}

const template = (write: string, remove = write) =>
  `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (${write.replaceAll('@X', '@Request')})) AND ((!(ActionMatches{'Microsoft.Authorization/roleAssignments/delete'})) OR (${remove.replaceAll('@X', '@Resource')}))`;
const roleIs = (text: string) => `@X[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ${text}`;
const notOwner = template(roleIs(`ForAnyOfAllValues:GuidNotEquals {${owner}}`));
const later = template("@Environment[UtcNow] DateTimeLessThan '2099-01-01T00:00:00Z'");

it('knows who it is from its own token', async () => {
  expect(await azure.ownAccess.self()).toEqual({
    principalId: bot,
    clientId: 'b0700000-0000-4000-8000-000000000002',
  });
});

describe('a right that no role gives', () => {
  it('refuses the plan, with the right, the scope, and the line that gives it', async () => {
    const { code, message, details } = await faultOf(check(creating('uami-x', staging, 'rg-legacy-staging')));
    expect(code).toBe('azure-forbidden');
    expect(message).toBe(
      'Identity Desk itself lacks Microsoft.ManagedIdentity/userAssignedIdentities/write on resource group rg-legacy-staging.',
    );
    expect(details.next).toBe(
      `Nothing was requested. An Owner or User Access Administrator there can assign it the role Managed Identity Contributor. It takes up to ten minutes to take effect.`,
    );
    expect(details.lines).toEqual([
      `az role assignment create --assignee-object-id ${bot} --assignee-principal-type ServicePrincipal --role "Managed Identity Contributor" --scope "/subscriptions/${staging}/resourceGroups/rg-legacy-staging"`,
    ]);
  });

  it('refuses a temporary grant that the bot could not end, but not a permanent one', async () => {
    giveBot(simulator, [
      { scope: subscription, role: contributor },
      { scope: subscription, action: roleWrite },
    ]);
    expect(await warningsOf(await assigning())).toEqual([]);
    const { message } = await faultOf(check(await assigning(), 3_600_000));
    expect(message).toContain('Microsoft.Authorization/roleAssignments/delete on resource group rg-payments');
  });

  it('is looked for where a new resource group will be', async () => {
    const inNewGroup = creating('uami-x', production, 'rg-not-yet');
    giveBot(simulator, [{ scope: group, role: contributor }]);
    expect((await faultOf(check(inNewGroup))).message).toContain('userAssignedIdentities/write');
    giveBot(simulator, [{ scope: subscription, role: contributor }]);
    expect(await warningsOf(inNewGroup)).toEqual([]);
  });

  it('is there as soon as it is given, and is not asked for at each look', async () => {
    giveBot(simulator, []);
    await faultOf(check(await assigning()));
    giveBot(simulator, [
      { scope: subscription, role: contributor },
      { scope: group, role: rbacAdministrator },
    ]);
    expect((await check(await assigning(), undefined, false)).warnings).toEqual([]);
    simulator.control.clearRequests();
    await check(await assigning(), undefined, false);
    expect(simulator.control.requests()).toEqual([]);
    await check(await assigning());
    expect(simulator.control.requests().length).toBeGreaterThan(0);
  });
});

describe('a condition on the bot’s own role', () => {
  const under = (condition: string) =>
    giveBot(simulator, [
      { scope: subscription, role: contributor },
      { scope: subscription, role: rbacAdministrator, condition },
    ]);

  it('that allows it is no obstacle; one that does not is told as a condition', async () => {
    under(notOwner);
    expect(await warningsOf(await assigning(), 3_600_000)).toEqual([]);
    const { message, details } = await faultOf(check(await assigning(owner)));
    expect(message).toBe(
      `A condition on Identity Desk’s own role assignment does not allow it ${roleWrite} on resource group rg-payments for the role Owner.`,
    );
    expect(details.next).toContain('can change the condition');
    expect(`${message} ${details.next}`).not.toContain('lacks');
  });

  it('that cannot be evaluated is a warning, the same each time', async () => {
    under(later);
    const warnings = await warningsOf(await assigning(), 3_600_000);
    expect(warnings).toEqual([
      { code: 'bot-may-be-refused', level: 'caution', params: { scope: group, why: 'condition' } },
    ]);
    expect(await warningsOf(await assigning(), 3_600_000)).toEqual(warnings);
    expect(warnings.map(warningWords).join()).toContain('Azure may refuse this');
  });

  it('does not count where another of its assignments has none, also through a group', async () => {
    const [platform] = simulator.control.world().directoryGroups;
    const principalId = platform?.id ?? '';
    giveBot(simulator, [
      { scope: subscription, role: contributor },
      { scope: subscription, role: rbacAdministrator, condition: later },
      { scope: group, role: rbacAdministrator, principalId },
    ]);
    expect(await warningsOf(await assigning())).toHaveLength(1);
    const world = simulator.control.world();
    const directoryGroups = world.directoryGroups.map((one) =>
      one.id === principalId ? { ...one, members: [...one.members, bot] } : one,
    );
    simulator.control.reset({ ...world, directoryGroups });
    expect(await warningsOf(await assigning())).toEqual([]);
  });
});

describe('a deny assignment', () => {
  it('refuses the plan by its name, where it is certainly for the bot', async () => {
    denyAll(simulator, group, ['Microsoft.ManagedIdentity/*/write']);
    const { message, details } = await faultOf(check(creating('uami-x')));
    expect(message).toContain('deny assignment in Azure, “Managed by a stack”');
    expect(details.next).toContain('No role overrides it');
    expect(await warningsOf(await assigning())).toEqual([]);
  });

  it('is none where the bot is excluded, and a warning where a group is', async () => {
    const [platform] = simulator.control.world().directoryGroups;
    denyAll(simulator, group, ['*'], { excludePrincipals: [{ id: bot, type: 'ServicePrincipal' }] });
    expect(await warningsOf(creating('uami-x'))).toEqual([]);
    simulator.control.reset();
    denyAll(simulator, group, ['*/write'], { excludePrincipals: [{ id: platform?.id ?? '', type: 'Group' }] });
    expect(await warningsOf(creating('uami-x'))).toEqual([
      { code: 'bot-may-be-refused', level: 'caution', params: { scope: group, why: 'deny' } },
    ]);
  });
});

describe('what cannot be read', () => {
  it.each(['permissions', 'roleAssignments', 'denyAssignments'])('%s: it is said on the plan', async (what) => {
    const operation = await assigning();
    const path = `re:/providers/Microsoft.Authorization/${what}$`;
    simulator.control.faults.add({ method: 'GET', path, status: 403, code: 'AuthorizationFailed', message: 'no' });
    const warnings = await warningsOf(operation);
    expect(warnings.length).toBeGreaterThan(0);
    expect(new Set(warnings.map(({ code }) => code))).toEqual(new Set(['bot-rights-not-read']));
  });

  it('while Azure is away there is no plan, rather than another one', async () => {
    simulator.control.faults.add({ path: 're:/permissions$', status: 429, code: 'Slow' });
    expect((await faultOf(check(await assigning()))).code).toBe('azure-busy');
  });
});

it('whatever it holds, Azure does what the plan said', async () => {
  const action = fc.constantFrom(
    roleWrite,
    'Microsoft.Authorization/roleDefinitions/read',
    'Microsoft.ManagedIdentity/userAssignedIdentities/read',
    'Microsoft.Authorization/*',
    '*/read',
    '*',
    'Microsoft.ManagedIdentity/*/read',
  );
  const given = fc.record(
    {
      action,
      scope: fc.constantFrom(subscription, group, identity),
      condition: fc.constantFrom(notOwner, template(roleIs(`ForAnyOfAnyValues:GuidEquals {${owner}}`)), later),
    },
    { requiredKeys: ['action', 'scope'] },
  );
  const seen = { held: 0, refused: 0, unclear: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(given, { maxLength: 5 }), fc.constantFrom(reader, owner), async (rights, role) => {
      simulator.control.reset();
      const operation = await assigning(role);
      giveBot(simulator, [
        ...rights,
        { scope: subscription, action: 'Microsoft.Authorization/roleAssignments/read' },
        { scope: subscription, action: 'Microsoft.Authorization/denyAssignments/read' },
      ]);
      const said = await check(operation).catch((error: unknown) => error);
      const done = await azure.reader
        .identity(identity)
        .then(() => azure.reader.roleDefinition(group, role))
        .then(() => azure.writer.perform(operation, firstRun('R-PROPTY')))
        .catch((error: unknown) => error);
      if (said instanceof Fault) {
        seen.refused += 1;
        expect(said.code).toBe('azure-forbidden');
        expect(done).toMatchObject({ code: expect.stringMatching(/^azure-(forbidden|refused)$/) });
      } else if ((said as Plan).warnings.length > 0) seen.unclear += 1;
      else {
        seen.held += 1;
        // uami-refunds is Reader there already: it was not for lack of a right.
        expect(done).toMatchObject(role === reader ? { code: 'azure-refused' } : { outcome: 'created' });
      }
    }),
    { numRuns: 60 },
  );
  expect(Math.min(seen.held, seen.refused)).toBeGreaterThan(3);
});
