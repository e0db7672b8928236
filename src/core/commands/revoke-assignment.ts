// revoke --ids and revoke --principal: removes one assignment, also one whose principal the directory no longer has.

import { z } from 'zod';
import { nothingChanged, seeList } from '../common-texts.ts';
import { asFault, Fault, withParam } from '../errors.ts';
import { defineWrite } from '../grammar/define.ts';
import { revokeAssignment } from '../grammar/revoke-words.ts';
import type { Identity, RoleAssignment } from '../model/azure.ts';
import { fold, sameName } from '../model/fold.ts';
import type { Effect } from '../model/plan.ts';
import { isGuid, sameScope } from '../model/scope.ts';
import { scopeLabel } from '../model/scope-label.ts';
import type { CommandContext } from './context.ts';
import { reasonParam } from './params.ts';
import { locksOf, lockWarnings, subscriptionFact } from './plan-parts.ts';
import { findRole } from './resolve-role.ts';
import { findScope } from './resolve-scope.ts';

const resolved = z.object({
  assignmentId: z.string(),
  principalId: z.string(),
  roleId: z.string(),
  scope: z.string(),
});

const assignmentId = /^\/(?:[^\s?#]{1,900}\/)?providers\/Microsoft\.Authorization\/roleAssignments\/[0-9a-f-]{36}$/i;

function notThere(): Fault {
  return new Fault('not-found', 'There is no such role assignment.', {
    next: `${nothingChanged} Run who --scope SCOPE to see the roles there.`,
  });
}

async function namedByPrincipal(
  context: CommandContext,
  principalId: string,
  given: { readonly role?: string; readonly scope?: string },
): Promise<RoleAssignment> {
  const { role: roleName, scope: scopeName } = given;
  if (roleName === undefined || scopeName === undefined) {
    const param = roleName === undefined ? 'role' : 'scope';
    throw new Fault('bad-input', `--principal needs --role and --scope as well.`, {
      next: 'Use revoke --principal OBJECT-ID --role R --scope S',
      param,
    });
  }
  if (!isGuid(principalId)) {
    throw new Fault('bad-input', `“${principalId.slice(0, 60)}” is not an object id.`, {
      next: 'Enter the object id of the principal. To name an identity, use revoke NAME --role R --scope S',
      param: 'principal',
    });
  }
  const scope = await withParam('scope', findScope(context, scopeName));
  const role = await withParam('role', findRole(context, roleName, scope));
  const held = await context.azure.roleAssignmentsAt(scope, principalId);
  const found = held.find(({ roleDefinitionId }) => sameName(roleDefinitionId, role.id));
  if (!found) throw notThere();
  return found;
}

/**
 * The identity that holds the assignment; undefined: the directory says that its principal is gone. Throws Fault where it is somebody
 * else's, or where the directory does not say: unknown is not gone.
 */
async function holderOf(context: CommandContext, principalId: string): Promise<Identity | undefined> {
  const { items } = await context.azure.identities({ principalIds: [principalId] });
  const found = items.find((one) => sameName(one.principalId, principalId));
  if (found) return found;
  let gone: ReadonlySet<string>;
  try {
    gone = await context.azure.gonePrincipals([principalId]);
  } catch (error) {
    const { code, message, details } = asFault(error);
    throw new Fault(code, `Whether the principal of this assignment still exists could not be read: ${message}`, {
      ...details,
      next: `${nothingChanged} ${details.next ?? 'Try again later.'}`,
    });
  }
  if (gone.has(fold(principalId))) return undefined;
  throw new Fault('bad-input', 'This role is not assigned to a managed identity that you can see.', {
    next: `${nothingChanged} Roles of users, groups and apps are removed in Access control (IAM) of the Azure portal. ${seeList}`,
  });
}

export const revokeOne = defineWrite({
  name: revokeAssignment,
  policyCommand: 'revoke',
  summary: 'Remove one role assignment by its id, or of a principal that is gone',
  examples: [
    'revoke --ids /providers/Microsoft.Authorization/roleAssignments/1d000000-0000-4000-8000-00000000000a',
    'revoke --principal 1d000000-0000-4000-8000-00000000000a --role Reader --scope rg-payments',
  ],
  params: {
    assignment: {
      kind: 'text',
      label: 'Role assignment',
      about: 'the full id of a role assignment',
      flags: ['--assignment', '--ids'],
      position: 0,
    },
    principal: {
      kind: 'word',
      label: 'Principal',
      about: 'the object id of a principal, also of one that is gone',
      flags: ['--principal'],
    },
    role: { kind: 'role', label: 'Role', about: 'the name or id of the role', flags: ['--role'] },
    scope: { kind: 'scope', label: 'Scope', about: 'where the role is assigned', flags: ['--scope'] },
    reason: reasonParam,
  },
  parse: (json) => resolved.parse(json),

  async resolve(context, args) {
    const { assignment: id, principal } = args;
    if (id === undefined && principal === undefined) {
      throw new Fault('bad-input', 'Which role assignment is missing.', {
        next: 'Enter its full id, or a principal with a role and a scope.',
        param: 'assignment',
      });
    }
    if (id !== undefined && !assignmentId.test(id)) {
      throw new Fault('bad-input', 'This is not the id of one role assignment.', {
        next: 'Enter one id, such as /subscriptions/…/providers/Microsoft.Authorization/roleAssignments/… Each is removed by a request of its own.',
        param: 'assignment',
      });
    }
    const found =
      id === undefined
        ? await namedByPrincipal(context, principal ?? '', args)
        : await withParam('assignment', context.azure.roleAssignment(id));
    if (!found) throw notThere();
    return {
      assignmentId: found.id,
      principalId: found.principalId,
      roleId: found.roleDefinitionId,
      scope: found.scope,
    };
  },

  async plan(context, given) {
    const { assignmentId: id, principalId, roleId, scope } = given;
    const [assignment, roles, locks, subscriptions] = await Promise.all([
      context.azure.roleAssignment(id),
      context.azure.roleDefinitions(scope),
      locksOf(context.azure, scope),
      context.azure.subscriptions(),
    ]);
    const isSame =
      assignment !== undefined &&
      sameName(assignment.principalId, principalId) &&
      sameName(assignment.roleDefinitionId, roleId) &&
      sameScope(assignment.scope, scope);
    if (!isSame) throw notThere();
    const identity = await holderOf(context, principalId);
    const roleName = roles.find((one) => sameName(one.id, roleId))?.name ?? roleId;
    const where = scopeLabel(scope, subscriptions);
    const holder = identity?.name ?? `a principal that is gone (${principalId})`;
    const effect: Effect = {
      command: 'revoke',
      scope,
      action: 'Microsoft.Authorization/roleAssignments/delete',
      ...(identity ? { identity: identity.id } : {}),
      role: { id: roleId, name: roleName },
    };
    return {
      plan: {
        command: 'revoke',
        summary: `Remove role ${roleName} on ${where} from ${holder}`,
        facts: [
          identity
            ? { label: 'Identity', value: `${identity.name} in ${identity.resourceGroup}` }
            : { label: 'Principal', value: 'Not in the directory any more' },
          { label: 'Role', value: roleName },
          { label: 'Scope', value: where },
          ...subscriptionFact(subscriptions, scope),
          { label: 'Principal id', value: principalId, isId: true },
          { label: 'Role id', value: roleId, isId: true },
          { label: 'Scope id', value: scope, isId: true },
          { label: 'Assignment id', value: id, isId: true },
        ],
        steps: [
          {
            operation: {
              kind: 'role-assignment.delete',
              assignmentId: id,
              scope,
              roleDefinitionId: roleId,
              roleName,
              ...(identity ? { identityId: identity.id } : {}),
              principalId,
            },
          },
        ],
        effects: [effect],
        warnings: lockWarnings(locks, 'remove-role'),
      },
    };
  },
});
