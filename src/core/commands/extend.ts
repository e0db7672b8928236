// extend: a temporary role goes on, for a time or permanently. It is a request of its own, judged as the grant that it prolongs.

import { z } from 'zod';
import { nothingChanged, seeList } from '../common-texts.ts';
import { Fault } from '../errors.ts';
import { durationWords } from '../format-text.ts';
import { defineWrite } from '../grammar/define.ts';
import { formatUntil } from '../grammar/parse-until.ts';
import { findGrant } from '../grants/find-grant.ts';
import type { Grant } from '../model/grant.ts';
import { permissionsDigest } from '../model/role-digest.ts';
import { resourceName } from '../model/scope.ts';
import { scopeLabel } from '../model/scope-label.ts';
import type { CommandContext } from './context.ts';
import { assigning } from './grant.ts';
import { endParams, grantParam, reasonParam } from './params.ts';
import { locksOf, lockWarnings, roleWarnings, subscriptionFact } from './plan-parts.ts';

/** The longest that a temporary role may last from its start. */
const longestMs = 365 * 24 * 3600_000;

const extension = z.object({
  grant: z.string(),
  /** ISO 8601. Absent: permanent. */
  until: z.string().optional(),
});

/** The end that was asked for; undefined: permanent. Throws Fault 'bad-input'. */
function untilOf(
  {
    for: durationMs,
    until,
    permanent,
  }: { for?: number | undefined; until?: string | undefined; permanent?: true | undefined },
  grant: Grant,
): string | undefined {
  const given = [durationMs, until, permanent].filter((one) => one !== undefined).length;
  if (given !== 1) {
    const what = given === 0 ? 'How long it goes on is missing.' : 'Use one of --for, --until and --permanent.';
    throw new Fault('bad-input', what, {
      next: `Enter how much longer, such as extend ${grant.id} --for 4h, or its new end with --until, or --permanent.`,
      param: until === undefined ? 'for' : 'until',
    });
  }
  if (permanent) return undefined;
  const endsAt = Date.parse(grant.endsAt);
  const next = until ?? new Date(endsAt + (durationMs ?? 0)).toISOString();
  if (Date.parse(next) <= endsAt) {
    throw new Fault('bad-input', `It goes on until ${formatUntil(grant.endsAt)} already.`, {
      next: `${nothingChanged} Enter a later time. To end it before, use end ${grant.id}.`,
      param: 'until',
    });
  }
  if (Date.parse(next) - Date.parse(grant.startsAt) > longestMs) {
    throw new Fault('bad-input', 'A temporary role lasts 365 days at most.', {
      next: `${nothingChanged} Enter an earlier end, or --permanent.`,
      param: until === undefined ? 'for' : 'until',
    });
  }
  return next;
}

/** Where Azure itself ends it, Azure's own policy is asked before anyone is. Throws Fault 'not-allowed'. */
async function throwIfAzureRefuses({ azure, clock }: CommandContext, grant: Grant, until?: string): Promise<void> {
  const { operation, result } = grant;
  const { scheduleId, principalId = '' } = result.ids;
  if (scheduleId === undefined || operation.kind !== 'role-assignment.create') return;
  const { scope, roleDefinitionId } = operation;
  const durationMs = until === undefined ? {} : { durationMs: Date.parse(until) - clock.now().getTime() };
  const { keeper, why } = await azure.endKeeper({ scope, roleDefinitionId, principalId, scheduleId, ...durationMs });
  if (keeper !== 'bot') return;
  throw new Fault('not-allowed', `Azure would not move the end of this role, since ${why}.`, {
    next: `${nothingChanged} Choose an earlier end, or have the role settings in Privileged Identity Management changed.`,
  });
}

export const extend = defineWrite({
  name: 'extend',
  policyCommand: 'grant',
  summary: 'Extend a temporary role, or make it permanent',
  examples: [
    'extend R-7K3F9Q --for 4h',
    'extend R-7K3F9Q.2 --until 18:00 --reason the migration takes longer',
    'extend R-7K3F9Q --permanent',
  ],
  params: {
    id: grantParam,
    for: { ...endParams.for, label: 'How much longer', about: 'how much longer the role lasts', example: '4h' },
    until: {
      ...endParams.until,
      label: 'New end',
      about: 'the new end, in UTC unless an offset is entered; instead of --for',
    },
    permanent: {
      kind: 'switch',
      label: 'Make it permanent',
      about: 'it has no end any more; instead of --for',
      flags: ['--permanent'],
    },
    reason: reasonParam,
  },
  parse: (json) => extension.parse(json),

  async resolve(context, args) {
    const { grant } = await findGrant(context, args.id);
    const until = untilOf(args, grant);
    return { grant: grant.id, ...(until === undefined ? {} : { until }) };
  },

  async plan(context, { grant: id, until }) {
    const { grant } = await findGrant(context, id);
    const { operation } = grant;
    if (operation.kind !== 'role-assignment.create') {
      throw new Fault('bad-input', `${id} cannot be extended.`, { next: nothingChanged });
    }
    const { scope, roleDefinitionId, identityId } = operation;
    const principalId = grant.result.ids.principalId ?? operation.principalId ?? '';
    const [identity, role, locks, subscriptions] = await Promise.all([
      context.azure.identity(identityId),
      // Fresh: the approval is for what it permits now.
      context.azure.roleDefinition(scope, roleDefinitionId),
      locksOf(context.azure, scope),
      context.azure.subscriptions(),
    ]);
    if (!identity || identity.principalId !== principalId) {
      throw new Fault('not-found', 'This identity no longer exists.', { next: seeList });
    }
    if (!role) throw new Fault('not-found', 'This role no longer exists.', { next: 'Run roles to find another.' });
    await throwIfAzureRefuses(context, grant, until);
    const name = resourceName(identityId);
    const where = scopeLabel(scope, subscriptions);
    const { startsAt, endsAt } = grant;
    const lastsMs = until === undefined ? undefined : Date.parse(until) - Date.parse(startsAt);
    const effect = {
      ...assigning,
      scope,
      identity: identity.id,
      role: { id: role.id, name: role.name },
      extensions: (grant.extensions ?? 0) + 1,
      ...(lastsMs === undefined ? {} : { durationMs: lastsMs }),
    };
    const plan = {
      command: 'extend',
      summary:
        until === undefined
          ? `Make role ${role.name} on ${where} of ${name} permanent`
          : `Extend role ${role.name} on ${where} of ${name}`,
      facts: [
        { label: 'Identity', value: `${identity.name} in ${identity.resourceGroup}` },
        { label: 'Role', value: role.name },
        { label: 'Scope', value: where },
        ...subscriptionFact(subscriptions, scope),
        { label: 'Ends', value: formatUntil(endsAt) },
        { label: 'New end', value: until === undefined ? 'None: permanent' : formatUntil(until) },
        {
          label: 'Duration',
          value:
            lastsMs === undefined ? 'Permanent' : `${durationWords(lastsMs)} in all, from ${formatUntil(startsAt)}`,
        },
        { label: 'Temporary role', value: id },
        { label: 'Role allows', value: role.description || 'No description in Azure' },
        { label: 'Role id', value: role.id, isId: true },
        { label: 'Scope id', value: scope, isId: true },
        { label: 'Identity id', value: identity.id, isId: true },
      ],
      steps: [
        {
          operation: {
            ...operation,
            principalId,
            roleName: role.name,
            permissionsDigest: permissionsDigest(role, context.ids),
            continues: { grant: id, from: endsAt, ...(until === undefined ? {} : { until }) },
          },
        },
      ],
      effects: [effect],
      warnings: [
        ...lockWarnings(until === undefined ? [] : locks.filter(({ level }) => level === 'CanNotDelete'), 'end-grant'),
        ...roleWarnings(role, scope),
      ],
    };
    return { plan };
  },
});
