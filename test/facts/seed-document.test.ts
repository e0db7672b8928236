// What the seed document asks of people is asked of them in Azure: Managed Identity Contributor to create and delete, Operator or
// Contributor to read, User Access Administrator, Owner or RBAC Administrator to assign. With real roles, nested groups, denials.

import { beforeAll, describe, expect, it } from 'vitest';
import type { RoleAssignment, WorldData } from '../../simulator/world/types.ts';
import type { Azure } from '../../src/azure/azure.ts';
import { judge } from '../../src/core/approvals/policy.ts';
import { gatherFacts } from '../../src/core/approvals/policy-facts.ts';
import { canBeMet, mayDecide } from '../../src/core/approvals/requirements.ts';
import { policyCommands } from '../../src/core/grammar/registry.ts';
import type { Effect } from '../../src/core/model/plan.ts';
import { parsePolicy } from '../../src/policy-file/read.ts';
import { textTools } from '../../src/text-tools.ts';
import { useGateway } from '../azure/gateway-world.ts';
import * as world from './facts-world.ts';

const { ids, groups, roles, actions, payments, checkout, production, personOf } = world;
const policy = parsePolicy(
  `
version: 1
places: [approvers]
rules:
  - name: whoever may see it in Azure
    commands: [list, show]
    who: anyone
    requesterNeeds: azure-rbac
    approvals: none
  - name: whoever may do it in Azure, seen by another who may
    commands: [create, delete, grant, revoke]
    who: anyone
    requesterNeeds: azure-rbac
    approvals: { count: 1, by: [azure-rbac] }
`,
  'policy.yaml',
  textTools,
  policyCommands,
);

let simulator: world.RunningSimulator;
let azure: Azure;
useGateway({}, (gateway) => {
  ({ simulator, azure } = gateway);
});

let number = 0;
const holding = (principalId: string, roleDefinitionId: string, more: Partial<RoleAssignment> = {}): RoleAssignment => {
  number += 1;
  const principalType = Object.values<string>(groups).includes(principalId) ? 'Group' : 'User';
  return world.assignment(number, { scope: payments, roleDefinitionId, principalId, principalType, ...more });
};

/** What each of the tests below starts from. */
const seeded = (seed: WorldData, rows: readonly RoleAssignment[]): WorldData => ({
  ...world.withAssignments(seed, rows),
  denyAssignments: [],
});
let seed: WorldData;
beforeAll(() => {
  seed = simulator.control.world();
});

const reader = { id: roles.reader, name: 'Reader' };
const effects: Readonly<Record<'create' | 'delete' | 'show' | 'grant', Effect>> = {
  create: { command: 'create', scope: checkout.replace('checkout', 'new'), action: actions.create },
  delete: { command: 'delete', scope: checkout, action: actions.remove },
  show: { command: 'show', scope: checkout, action: actions.read },
  grant: { command: 'grant', scope: payments, action: actions.assign, role: reader },
};

/** The verdict for a person, and whom it would ask. */
async function ask(who: keyof typeof ids, command: keyof typeof effects) {
  const subject = { who: personOf(who), effects: [effects[command]], at: new Date() };
  const facts = await gatherFacts(policy, subject, world.factsOf(azure), {
    people: (['alex', 'megan', 'adele', 'lynne'] as const).map(personOf),
  });
  const verdict = judge(policy, facts, subject);
  const requirements = verdict.kind === 'allowed' ? verdict.requirements : [];
  return {
    kind: verdict.kind,
    why: verdict.kind === 'refused' ? verdict.why : undefined,
    canBeMet: requirements.every((one) => canBeMet(facts, subject.who, one)),
    approvers: (['alex', 'megan', 'adele', 'lynne'] as const).filter(
      (name) => requirements.length > 0 && mayDecide(facts, subject.who, personOf(name), requirements).may,
    ),
  };
}

describe('the roles that the seed document names', () => {
  it.each([
    ['create', roles.identityContributor, true],
    ['delete', roles.identityContributor, true],
    ['create', roles.identityOperator, false],
    ['delete', roles.identityOperator, false],
    ['delete', roles.reader, false],
    ['show', roles.identityContributor, true],
    ['show', roles.identityOperator, true],
    ['grant', roles.identityContributor, false],
    ['grant', roles.contributor, false],
    ['grant', roles.userAccessAdministrator, true],
    ['grant', roles.owner, true],
    ['grant', roles.rbacAdministrator, true],
  ] as const)('to %s: %s is enough: %s', async (command, role, isEnough) => {
    simulator.control.reset(seeded(seed, [holding(ids.alex, role), holding(ids.megan, roles.owner)]));
    const verdict = await ask('alex', command);
    expect(verdict).toMatchObject(
      isEnough
        ? { kind: 'allowed', canBeMet: true, approvers: command === 'show' ? [] : ['megan'] }
        : { kind: 'refused', why: 'requester-rights' },
    );
  });

  it('are held through groups in groups, and lost by a deny assignment', async () => {
    const rows = [holding(groups.engineering, roles.identityContributor, { scope: world.managementGroup })];
    simulator.control.reset(seeded(seed, rows));
    expect(await ask('lynne', 'delete')).toMatchObject({ kind: 'allowed', approvers: ['alex', 'megan', 'adele'] });
    simulator.control.reset({
      ...seeded(seed, rows),
      denyAssignments: [
        {
          name: 'de900000-0000-4000-8000-000000000008',
          denyAssignmentName: 'stack',
          description: '',
          permissions: [{ actions: ['*/delete'], notActions: [], dataActions: [], notDataActions: [] }],
          scope: production,
          doNotApplyToChildScopes: false,
          principals: [{ id: groups.payments, type: 'Group' }],
          excludePrincipals: [],
          isSystemProtected: true,
          createdOn: '2026-01-15T09:00:00.0000000Z',
        },
      ],
    });
    expect(await ask('lynne', 'delete')).toMatchObject({ kind: 'refused', why: 'requester-rights' });
    expect(await ask('megan', 'delete')).toMatchObject({ kind: 'allowed', approvers: ['adele'] });
    expect(await ask('lynne', 'create')).toMatchObject({ kind: 'allowed' });
  });

  it('under a condition are no right to assign any role, to ask or to approve', async () => {
    const condition = `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${roles.reader}}))`;
    const limited = (id: string) => holding(id, roles.rbacAdministrator, { condition, conditionVersion: '2.0' });
    simulator.control.reset(seeded(seed, [limited(ids.alex), holding(ids.megan, roles.owner)]));
    expect(await ask('alex', 'grant')).toMatchObject({ kind: 'refused', why: 'requester-rights' });
    simulator.control.reset(seeded(seed, [limited(ids.alex), limited(ids.adele), holding(ids.megan, roles.owner)]));
    expect(await ask('megan', 'grant')).toMatchObject({ kind: 'allowed', canBeMet: false, approvers: [] });
  });

  it('are unknown, and so a no, where Azure does not tell who holds what', async () => {
    simulator.control.reset(seeded(seed, [holding(ids.alex, roles.owner), holding(ids.megan, roles.owner)]));
    simulator.control.faults.add({ path: 're:denyAssignments', status: 403, code: 'AuthorizationFailed', message: '' });
    expect(await ask('alex', 'grant')).toMatchObject({ kind: 'refused', why: 'unknown' });
  });
});
