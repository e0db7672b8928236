// revoke: removes a role from an identity.

import { answerCard } from '../cards/answer-cards.ts';
import { nothingChanged, seeList } from '../common-texts.ts';
import { bothOrFirstError, Fault, withParam } from '../errors.ts';
import { defineWrite } from '../grammar/define.ts';
import { sameName } from '../model/fold.ts';
import type { Effect, Plan } from '../model/plan.ts';
import { scopeLabel } from '../model/scope-label.ts';
import { resolvedRole, roleParams } from './grant.ts';
import { reasonParam } from './params.ts';
import { locksOf, lockWarnings, subscriptionFact } from './plan-parts.ts';
import { findIdentity } from './resolve-identity.ts';
import { findRole } from './resolve-role.ts';
import { findScope } from './resolve-scope.ts';

export const revoke = defineWrite({
  name: 'revoke',
  policyCommand: 'revoke',
  summary: 'Remove a role from an identity',
  examples: ['revoke uami-orders --role Reader --scope rg-payments'],
  params: {
    ...roleParams,
    role: { ...roleParams.role, isHeld: true },
    scope: { ...roleParams.scope, isHeld: true },
    reason: reasonParam,
  },
  parse: (json) => resolvedRole.parse(json),

  async resolve(context, args) {
    const [identity, scope] = await bothOrFirstError(
      findIdentity(context, args),
      withParam('scope', findScope(context, args.scope)),
    );
    const role = await withParam('role', findRole(context, args.role, scope));
    return { identityId: identity.id, principalId: identity.principalId, scope, roleId: role.id };
  },

  async plan(context, given) {
    const [identity, roles, held, locks, subscriptions] = await Promise.all([
      context.azure.identity(given.identityId),
      context.azure.roleDefinitions(given.scope),
      context.azure.roleAssignmentsAt(given.scope, given.principalId),
      locksOf(context.azure, given.scope),
      context.azure.subscriptions(),
    ]);
    if (!identity || identity.principalId !== given.principalId) {
      throw new Fault('not-found', 'This identity no longer exists.', { next: seeList });
    }
    const role = roles.find(({ id }) => id === given.roleId);
    const roleName = role?.name ?? given.roleId;
    const where = scopeLabel(given.scope, subscriptions);
    const effect: Effect = {
      command: 'revoke',
      scope: given.scope,
      action: 'Microsoft.Authorization/roleAssignments/delete',
      identity: identity.id,
      role: { id: given.roleId, name: roleName },
    };
    const assignment = held.find(({ roleDefinitionId }) => sameName(roleDefinitionId, given.roleId));
    if (!assignment) {
      const elsewhere = (await context.mayShow(identity.id))
        ? (await context.azure.roleAssignments(given.principalId)).items
        : [];
      const other = elsewhere
        .filter(({ roleDefinitionId }) => sameName(roleDefinitionId, given.roleId))
        .map(({ scope }) => scopeLabel(scope, subscriptions));
      return {
        card: answerCard(
          `${identity.name} does not have ${roleName} on ${where}`,
          other.length > 0 ? `${nothingChanged} It has this role on ${other.join(', ')}.` : nothingChanged,
          [],
          [{ kind: 'command', label: `Show ${identity.name}`, command: `show ${identity.id}` }],
        ),
        effects: [effect],
      };
    }
    const plan: Plan = {
      command: 'revoke',
      summary: `Remove role ${roleName} on ${where} from ${identity.name}`,
      facts: [
        { label: 'Identity', value: `${identity.name} in ${identity.resourceGroup}` },
        { label: 'Role', value: roleName },
        { label: 'Scope', value: where },
        ...subscriptionFact(subscriptions, given.scope),
        { label: 'Takes effect', value: 'Within about 10 minutes' },
        { label: 'Role id', value: given.roleId, isId: true },
        { label: 'Scope id', value: given.scope, isId: true },
        { label: 'Identity id', value: identity.id, isId: true },
        { label: 'Assignment id', value: assignment.id, isId: true },
      ],
      steps: [
        {
          operation: {
            kind: 'role-assignment.delete',
            assignmentId: assignment.id,
            scope: given.scope,
            roleDefinitionId: given.roleId,
            roleName,
            identityId: identity.id,
            principalId: given.principalId,
          },
        },
      ],
      effects: [effect],
      warnings: lockWarnings(locks, 'remove-role'),
    };
    return { plan };
  },
});
