// The policies of Privileged Identity Management: what is demanded of schedules of a role at a scope, as rules. Only to be read.
// Source: GetRoleManagementPolicyAssignmentByScope of the 2020-10-01 specification; the rules on mail and approvers are left out.

import { versions } from '../api-versions.ts';
import { ArmError } from '../errors.ts';
import { type Answer, type Call, param, type Simulation } from '../exchange.ts';
import { guidFrom, key } from '../ids.ts';
import { page } from '../paging.ts';
import { rowFilter } from '../pim/filter.ts';
import { policyOf } from '../pim/policy.ts';
import { expanded } from '../pim/shapes.ts';
import type { Route } from '../router.ts';
import type { RolePolicy } from '../world/schedule-types.ts';
import type { RoleDefinition } from '../world/types.ts';
import { demandScope } from './existence.ts';
import { isAssignableAt, roleId } from './role-definitions.ts';
import { demandLicence } from './role-schedule-requests.ts';

const policies = 'Microsoft.Authorization/roleManagementPolicies';
const assignments = 'Microsoft.Authorization/roleManagementPolicyAssignments';

type Caller = 'Admin' | 'EndUser';
type Level = 'Assignment' | 'Eligibility';

function rule(kind: string, caller: Caller, level: Level, own: object) {
  const target = {
    caller,
    operations: ['All'],
    level,
    targetObjects: null,
    inheritableSettings: null,
    enforcedSettings: null,
  };
  return { ...own, id: `${kind}_${caller}_${level}`, ruleType: `RoleManagementPolicy${kind}Rule`, target };
}

function rulesOf({ endRequired, longestAssignment, longestActivation, justificationRequired }: RolePolicy) {
  const enabledRules = justificationRequired ? ['Justification'] : [];
  const approval = {
    isApprovalRequired: false,
    isApprovalRequiredForExtension: false,
    isRequestorJustificationRequired: true,
  };
  return [
    rule('Expiration', 'Admin', 'Eligibility', { isExpirationRequired: true, maximumDuration: 'P365D' }),
    rule('Enablement', 'Admin', 'Eligibility', { enabledRules: [] }),
    rule('Expiration', 'Admin', 'Assignment', {
      isExpirationRequired: endRequired,
      maximumDuration: longestAssignment,
    }),
    rule('Enablement', 'Admin', 'Assignment', { enabledRules }),
    rule('Expiration', 'EndUser', 'Assignment', { isExpirationRequired: true, maximumDuration: longestActivation }),
    rule('Enablement', 'EndUser', 'Assignment', { enabledRules }),
    rule('Approval', 'EndUser', 'Assignment', {
      setting: { ...approval, approvalMode: 'SingleStage', approvalStages: [] },
    }),
  ];
}

const prefix = (scope: string) => (scope === '/' ? '' : scope);
const policyName = (scope: string, role: string) => guidFrom(`policy ${key(scope)} ${role}`);
const policyId = (scope: string, role: string) => `${prefix(scope)}/providers/${policies}/${policyName(scope, role)}`;
const modified = {
  lastModifiedBy: { id: null, displayName: null, type: null, email: null },
  lastModifiedDateTime: null,
};

function showAssignment({ world }: Simulation, scope: string, role: string) {
  const name = `${policyName(scope, role)}_${role}`;
  const { scope: at, roleDefinition } = expanded(world, {
    scope,
    roleDefinitionId: role,
    principalId: '',
    principalType: 'User',
  });
  return {
    properties: {
      scope,
      roleDefinitionId: roleId(role, scope),
      policyId: policyId(scope, role),
      effectiveRules: rulesOf(policyOf(world, scope, role)),
      policyAssignmentProperties: { scope: at, roleDefinition, policy: { id: policyId(scope, role), ...modified } },
    },
    name,
    id: `${prefix(scope)}/providers/${assignments}/${name}`,
    type: 'Microsoft.Authorization/RoleManagementPolicyAssignment',
  };
}

function showPolicy({ world }: Simulation, scope: string, role: string) {
  const rules = rulesOf(policyOf(world, scope, role));
  const { scope: at } = expanded(world, { scope, roleDefinitionId: role, principalId: '', principalType: 'User' });
  return {
    properties: {
      scope,
      displayName: null,
      description: null,
      isOrganizationDefault: false,
      ...modified,
      rules,
      effectiveRules: rules,
      policyProperties: { scope: at },
    },
    name: policyName(scope, role),
    id: policyId(scope, role),
    type: 'Microsoft.Authorization/RoleManagementPolicies',
  };
}

type Show = (simulation: Simulation, scope: string, role: string) => { name: string };

/** Every role that can be assigned at the scope has one of its own there. */
function rolesAt({ world }: Simulation, scope: string): readonly RoleDefinition[] {
  demandScope(world, scope);
  return world.roles().filter((role) => isAssignableAt(world, role, scope));
}

function list(simulation: Simulation, call: Call, show: Show): Answer {
  demandLicence(simulation);
  const scope = param(call, 'scope');
  const holds = rowFilter(simulation, call);
  const rows = rolesAt(simulation, scope).filter(({ id }) => holds({ scope, roleDefinitionId: id, principalId: '' }));
  return page(
    simulation,
    call,
    rows,
    ({ id }) => id,
    ({ id }) => show(simulation, scope, id),
  );
}

function get(simulation: Simulation, call: Call, show: Show): Answer {
  demandLicence(simulation);
  const scope = param(call, 'scope');
  const name = param(call, 'policy').toLowerCase();
  const role = rolesAt(simulation, scope).find(({ id }) =>
    [policyName(scope, id), `${policyName(scope, id)}_${id}`].includes(name),
  );
  if (!role)
    throw new ArmError(404, 'RoleManagementPolicyNotFound', `The role management policy '${name}' is not found.`); // own words
  return { status: 200, body: show(simulation, scope, role.id) };
}

export const rolePolicyRoutes: readonly Route[] = [
  { type: policies, show: showPolicy },
  { type: assignments, show: showAssignment },
].flatMap(({ type, show }): Route[] => {
  const common = { versions: versions.roleSchedules, type, method: 'GET', action: `${type}/read` } as const;
  const path = `/{scope*}/providers/${type}`;
  return [
    { ...common, path, handle: (simulation, call) => list(simulation, call, show) },
    { ...common, path: `${path}/{policy}`, handle: (simulation, call) => get(simulation, call, show) },
  ];
});
