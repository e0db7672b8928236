// Takes down what an identity is before the first change of a request that deletes it.

import type { AzureReader } from '../azure-ports.ts';
import { fold } from '../model/fold.ts';
import { operationsOf, type Plan } from '../model/plan.ts';
import type { Snapshot } from '../model/snapshot.ts';

/** Undefined: the plan deletes no identity, or it is gone. Throws Fault: what cannot be taken down is not deleted. */
export async function takeSnapshot(azure: AzureReader, plan: Plan, now: Date): Promise<Snapshot | undefined> {
  const operations = operationsOf(plan);
  const deletion = operations.find(({ kind }) => kind === 'identity.delete');
  if (deletion?.kind !== 'identity.delete') return undefined;
  const identity = await azure.identity(deletion.id);
  if (!identity) return undefined;
  const [held, credentials] = await Promise.all([
    azure.roleAssignments(identity.principalId),
    azure.federatedCredentials(identity.id),
  ]);
  // The plan has their names, and the resources that carry it.
  const names = new Map(
    operations.flatMap((one) =>
      one.kind === 'role-assignment.delete' ? [[fold(one.roleDefinitionId), one.roleName] as const] : [],
    ),
  );
  return {
    key: fold(identity.name),
    identity,
    roles: held.items.map(({ scope, roleDefinitionId, condition, description }) => ({
      scope,
      roleDefinitionId,
      roleName: names.get(fold(roleDefinitionId)) ?? roleDefinitionId,
      ...(condition === undefined ? {} : { condition }),
      ...(description === undefined ? {} : { description }),
    })),
    attachments: operations.flatMap((one) => (one.kind === 'attachment.remove' ? [one.resourceId] : [])),
    credentials,
    takenAt: now.toISOString(),
  };
}
