// grant: assigns a role to an identity, temporarily or permanently.

import { z } from 'zod';
import { answerCard } from '../cards/answer-cards.ts';
import { nothingChanged, seeList } from '../common-texts.ts';
import { bothOrFirstError, Fault, withParam } from '../errors.ts';
import { joinNames } from '../format-text.ts';
import { defineWrite } from '../grammar/define.ts';
import { formatUntil } from '../grammar/parse-until.ts';
import { grantsOfSame, subjectOf } from '../grants/same-grants.ts';
import { sameName } from '../model/fold.ts';
import type { Grant } from '../model/grant.ts';
import type { Effect, Plan } from '../model/plan.ts';
import { permissionsDigest } from '../model/role-digest.ts';
import { scopeLabel } from '../model/scope-label.ts';
import { durationOf, temporary, throwIfPast } from './grant-duration.ts';
import { endParams, identityParams, reasonParam } from './params.ts';
import {
  durationFact,
  endFact,
  locksOf,
  lockWarnings,
  propagationWarnings,
  roleWarnings,
  subscriptionFact,
  unseenWarnings,
} from './plan-parts.ts';
import { findIdentity } from './resolve-identity.ts';
import { findRole } from './resolve-role.ts';
import { findScope } from './resolve-scope.ts';

export const resolvedRole = z.object({
  identityId: z.string(),
  principalId: z.string(),
  scope: z.string(),
  roleId: z.string(),
  durationMs: z.number().optional(),
  /** Where an instant was given. */
  until: z.string().optional(),
});

/** What assigning a role is to the policy, and what Azure requires for it. */
export const assigning = { command: 'grant', action: 'Microsoft.Authorization/roleAssignments/write' } as const;

/** The parameters that grant and revoke share. */
export const roleParams = {
  ...identityParams,
  name: { ...identityParams.name, label: 'Identity', flags: [...identityParams.name.flags, '--assignee'] },
  role: {
    kind: 'role',
    label: 'Role',
    about: 'the name or id of the role',
    flags: ['--role'],
    isRequired: true,
    example: 'Reader',
  },
  scope: {
    kind: 'scope',
    label: 'Scope',
    about: 'a resource group, a subscription or a resource, by name, full Azure id or portal URL',
    flags: ['--scope'],
    isRequired: true,
    example: 'rg-payments',
  },
} as const;

/** That a temporary grant gives the role already, and what becomes of its end. */
function heldFact(temporarily: readonly Grant[], durationMs: number | undefined): { label: string; value: string }[] {
  const last = temporarily.at(-1);
  if (!last) return [];
  const what =
    durationMs === undefined ? 'It becomes permanent.' : 'Each has its own end; the role goes with the later one.';
  return [{ label: 'Assigned now', value: `Until ${formatUntil(last.endsAt)}, by a temporary grant. ${what}` }];
}

export const grant = defineWrite({
  name: 'grant',
  policyCommand: 'grant',
  summary: 'Assign a role to an identity, temporarily or permanently',
  examples: [
    'grant uami-orders --role Reader --scope rg-payments --for 8h',
    'grant uami-orders --role Contributor --scope st-orders --until 18:00',
    'grant uami-orders --role "Key Vault Secrets User" --scope rg-payments --reason reads its own secrets',
  ],
  params: {
    ...roleParams,
    ...endParams,
    // Last, as it is in a form.
    reason: reasonParam,
  },
  parse: (json) => resolvedRole.parse(json),

  async resolve(context, args) {
    const duration = durationOf(args, context.clock);
    const [identity, scope] = await bothOrFirstError(
      findIdentity(context, args),
      withParam('scope', findScope(context, args.scope)),
    );
    const role = await withParam('role', findRole(context, args.role, scope));
    return {
      identityId: identity.id,
      principalId: identity.principalId,
      scope,
      roleId: role.id,
      ...duration,
    };
  },

  async plan(context, given) {
    throwIfPast(given.until, context.clock);
    const [identity, role, held, users, locks, subscriptions] = await Promise.all([
      context.azure.identity(given.identityId),
      // Fresh: the approval is for what it permits now.
      context.azure.roleDefinition(given.scope, given.roleId),
      context.azure.roleAssignmentsAt(given.scope, given.principalId),
      context.azure.resourcesUsing(given.identityId),
      locksOf(context.azure, given.scope),
      context.azure.subscriptions(),
    ]);
    if (!identity || identity.principalId !== given.principalId) {
      throw new Fault('not-found', 'This identity no longer exists.', { next: seeList });
    }
    if (!role) throw new Fault('not-found', 'This role no longer exists.', { next: 'Run roles to find another.' });
    const where = scopeLabel(given.scope, subscriptions);
    const effect: Effect = {
      ...assigning,
      scope: given.scope,
      identity: identity.id,
      role: { id: role.id, name: role.name },
      ...(given.durationMs === undefined ? {} : { durationMs: given.durationMs }),
    };
    const operation = {
      kind: 'role-assignment.create',
      scope: given.scope,
      roleDefinitionId: role.id,
      roleName: role.name,
      permissionsDigest: permissionsDigest(role, context.ids),
      identityId: identity.id,
      principalId: identity.principalId,
    } as const;
    const assigned = held.find(({ roleDefinitionId }) => sameName(roleDefinitionId, role.id));
    const temporarily = assigned
      ? (await grantsOfSame(context.grants, operation)).filter((one) => sameName(subjectOf(one) ?? '', assigned.id))
      : [];
    if (assigned && temporarily.length === 0) {
      return {
        card: answerCard(
          `${identity.name} already has ${role.name} on ${where}`,
          `${nothingChanged} A role assignment that already exists cannot be made temporary.`,
          [],
          [{ kind: 'command', label: `Show ${identity.name}`, command: `show ${identity.id}` }],
        ),
        effects: [effect],
      };
    }
    const { scope, roleId, principalId, durationMs } = given;
    // Of one that is there already, its schedule says it; only the end is moved.
    const keeper =
      durationMs === undefined || assigned
        ? undefined
        : await context.azure.endKeeper({ scope, roleDefinitionId: roleId, principalId, durationMs });
    const names = users.items.map(({ name }) => name).sort();
    const plan: Plan = {
      command: 'grant',
      summary: `Assign role ${role.name} on ${where} to ${identity.name}`,
      facts: [
        { label: 'Identity', value: `${identity.name} in ${identity.resourceGroup}` },
        { label: 'Role', value: role.name },
        { label: 'Scope', value: where },
        ...subscriptionFact(subscriptions, given.scope),
        durationFact(given.durationMs, given.until),
        ...heldFact(temporarily, given.durationMs),
        ...endFact(keeper),
        {
          label: 'Resources that get this access',
          value:
            users.missing.length > 0
              ? `${names.length > 0 ? `${joinNames(names)}; others` : 'Some'} could not be read`
              : names.length > 0
                ? joinNames(names)
                : 'None visible',
        },
        { label: 'Role allows', value: role.description || 'No description in Azure' },
        { label: 'Role id', value: role.id, isId: true },
        { label: 'Scope id', value: given.scope, isId: true },
        { label: 'Identity id', value: identity.id, isId: true },
        { label: 'Principal id', value: identity.principalId, isId: true },
      ],
      steps: [
        {
          operation,
          ...temporary(given),
        },
      ],
      effects: [effect],
      warnings: [
        ...lockWarnings(locks, 'assign-role'),
        ...lockWarnings(
          given.durationMs === undefined ? [] : locks.filter(({ level }) => level === 'CanNotDelete'),
          'end-grant',
        ),
        ...roleWarnings(role, given.scope),
        ...propagationWarnings(given.durationMs),
        ...unseenWarnings(users.missing),
      ],
    };
    return { plan };
  },
});
