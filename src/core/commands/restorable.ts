// What of a deleted identity can come back: the roles and resources that still exist. What cannot is named, never left out in silence.

import { carrierOf } from '../model/carrier.ts';
import { fold } from '../model/fold.ts';
import type { Effect, PlanStep } from '../model/plan.ts';
import { permissionsDigest } from '../model/role-digest.ts';
import { resourceName } from '../model/scope.ts';
import { scopeLabel } from '../model/scope-label.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Warning } from '../model/warning.ts';
import type { CommandContext } from './context.ts';
import { assigning } from './grant.ts';
import { roleWarnings } from './plan-parts.ts';

/** The changes beside the identity's own creation, in order. */
interface Restorable {
  readonly steps: readonly PlanStep[];
  readonly effects: readonly Effect[];
  readonly warnings: readonly Warning[];
  readonly roleWords: readonly string[];
  /** ARM ids of the resources that it is put on again. */
  readonly resources: readonly string[];
  /** In words. */
  readonly lost: readonly string[];
}

const via = 'restore';

async function rolesAgain({ azure, ids }: CommandContext, { identity, roles }: Snapshot): Promise<Restorable> {
  const definitions = new Map(
    await Promise.all(
      [...new Map(roles.map((one) => [fold(one.roleDefinitionId), one])).values()].map(
        async ({ roleDefinitionId, scope }) =>
          [fold(roleDefinitionId), await azure.roleDefinition(scope, roleDefinitionId)] as const,
      ),
    ),
  );
  const known = await Promise.all(
    roles.map(async (one) => ({
      one,
      where: scopeLabel(one.scope),
      definition: definitions.get(fold(one.roleDefinitionId)),
      // Without its condition it would permit more than before.
      why: one.condition !== undefined ? 'has a condition' : (await azure.exists(one.scope)) ? '' : 'scope is gone',
    })),
  );
  const [good, lost] = [known.filter(({ definition, why }) => definition && why === ''), [] as string[]];
  for (const { one, where, definition, why } of known) {
    if (!definition) lost.push(`${one.roleName} on ${where} (role is gone)`);
    else if (why !== '') lost.push(`${one.roleName} on ${where} (${why})`);
  }
  return {
    steps: good.flatMap(({ one: { scope }, definition }) =>
      definition
        ? [
            {
              operation: {
                kind: 'role-assignment.create',
                scope,
                roleDefinitionId: definition.id,
                roleName: definition.name,
                permissionsDigest: permissionsDigest(definition, ids),
                identityId: identity.id,
              },
            },
          ]
        : [],
    ),
    effects: good.map(({ one: { scope, roleDefinitionId, roleName } }) => ({
      ...{ ...assigning, via, scope, identity: identity.id, role: { id: roleDefinitionId, name: roleName } },
    })),
    warnings: good.flatMap(({ one, definition }) => (definition ? roleWarnings(definition, one.scope) : [])),
    roleWords: good.map(({ one, where }) => `${one.roleName} on ${where}`),
    resources: [],
    lost,
  };
}

async function attachmentsAgain({ azure }: CommandContext, { identity, attachments }: Snapshot): Promise<Restorable> {
  const found = await Promise.all(attachments.map(async (id) => ({ id, resource: await azure.resource(id) })));
  const isFull = ({ type, identities }: { type: string; identities: readonly string[] }) =>
    identities.length >= (carrierOf(type).most ?? Infinity);
  const good = found.flatMap(({ resource }) => (resource && !isFull(resource) ? [resource] : []));
  const lost = found
    .filter(({ resource }) => !resource || isFull(resource))
    .map(({ id, resource }) => `${resourceName(id)} (${resource ? 'carries another one' : 'is gone'})`);
  return {
    steps: good.map(({ id: resourceId }) => ({
      operation: { kind: 'attachment.add', resourceId, identityId: identity.id },
    })),
    effects: good.map(({ id: scope, type }) => ({
      ...{ command: 'attach', via, scope, identity: identity.id, action: `${type}/write` },
    })),
    warnings: good
      .filter(({ needsInstanceUpgrade }) => needsInstanceUpgrade)
      .map(({ name: resource }) => ({ code: 'instances-need-upgrade', level: 'caution', params: { resource } })),
    roleWords: [],
    resources: good.map(({ id }) => id),
    lost,
  };
}

/** Throws Fault. */
export async function restorable(context: CommandContext, snapshot: Snapshot): Promise<Restorable> {
  const [roles, attachments] = await Promise.all([rolesAgain(context, snapshot), attachmentsAgain(context, snapshot)]);
  const { credentials } = snapshot;
  const warnings = [...roles.warnings, ...attachments.warnings];
  return {
    steps: [...roles.steps, ...attachments.steps],
    effects: [...roles.effects, ...attachments.effects],
    warnings: [...new Map(warnings.map((one) => [JSON.stringify(one), one])).values()],
    roleWords: roles.roleWords,
    resources: attachments.resources,
    lost: [...roles.lost, ...attachments.lost, ...credentials.map(({ name }) => `federated credential ${name}`)],
  };
}
