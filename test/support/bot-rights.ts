// What the bot may do in a simulated Azure: takes all of its roles away and gives it others instead.

import type { RunningSimulator } from '../../simulator/server.ts';
import type { DenyAssignment, RoleAssignment } from '../../simulator/world/types.ts';

const bot = 'b0700000-0000-4000-8000-000000000001';
const none = { notActions: [], dataActions: [], notDataActions: [] };
const at = '2026-01-15T09:00:00.0000000Z';
const by = { createdOn: at, updatedOn: at, createdBy: null, updatedBy: null };
let made = 0;
const nextId = (prefix: string) => `${prefix}-0000-4000-8000-${String(++made).padStart(12, '0')}`;

/** A role by its GUID, or an action that a custom role of its own permits. */
interface Given {
  readonly scope: string;
  readonly role?: string;
  readonly action?: string;
  readonly condition?: string;
  /** Another one's, such as a group's. */
  readonly principalId?: string;
}

/** The bot has these rights and no others. Returns what gives it back those that it had. */
export function giveBot({ control }: RunningSimulator, given: readonly Given[]): () => void {
  const world = control.world();
  const roleDefinitions = [...world.roleDefinitions];
  const roleAssignments = world.roleAssignments.filter(({ principalId }) => principalId !== bot);
  for (const { scope, role, action, condition, principalId = bot } of given) {
    const id = role ?? nextId('c1000000');
    if (action !== undefined) {
      const permissions = [{ actions: [action], ...none }];
      const roleName = `Only ${action} ${id}`;
      roleDefinitions.push({
        id,
        roleName,
        type: 'CustomRole',
        description: '',
        assignableScopes: ['/'],
        permissions,
        ...by,
      });
    }
    const row: RoleAssignment = {
      name: nextId('a1000000'),
      scope,
      roleDefinitionId: id,
      principalId,
      principalType: principalId === bot ? 'ServicePrincipal' : 'Group',
      description: null,
      condition: condition ?? null,
      conditionVersion: condition === undefined ? null : '2.0',
      ...by,
    };
    roleAssignments.push(row);
  }
  control.reset({ ...world, roleDefinitions, roleAssignments });
  const before = world.roleAssignments.filter(({ principalId }) => principalId === bot);
  return () => {
    const now = control.world();
    const others = now.roleAssignments.filter(({ principalId }) => principalId !== bot);
    control.reset({ ...now, roleAssignments: [...before, ...others] });
  };
}

/** Lays a deny assignment on everybody, unless it says whom. */
export function denyAll(
  { control }: RunningSimulator,
  scope: string,
  actions: readonly string[],
  more: Partial<DenyAssignment> = {},
) {
  const row: DenyAssignment = {
    name: nextId('d1000000'),
    denyAssignmentName: 'Managed by a stack',
    description: '',
    permissions: [{ actions, ...none }],
    scope,
    doNotApplyToChildScopes: false,
    principals: [{ id: '00000000-0000-0000-0000-000000000000', type: 'SystemDefined' }],
    excludePrincipals: [],
    isSystemProtected: true,
    createdOn: at,
    ...more,
  };
  const world = control.world();
  control.reset({ ...world, denyAssignments: [...(world.denyAssignments ?? []), row] });
}
