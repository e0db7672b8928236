// The warnings about a deletion: what goes with the identity, what loses by it, and what is in the way.

import type { AzureReader } from '../azure-ports.ts';
import type { Identity } from '../model/azure.ts';
import { scopeLabel } from '../model/scope-label.ts';
import type { Warning } from '../model/warning.ts';
import { type BlastRadius, locksAt } from './blast-radius.ts';
import { lockWarnings, unseenWarnings } from './plan-parts.ts';

/** Throws a transient Fault. */
export async function deletionWarnings(
  azure: AzureReader,
  identity: Identity,
  radius: BlastRadius,
): Promise<Warning[]> {
  const { carriers, namedIn, roles, credentials } = radius;
  const [resources, scopes] = [carriers.items.map(({ id }) => id), roles.items.map(({ scope }) => scope)];
  const locks = await locksAt(azure, [...new Set([identity.id, ...resources, ...scopes])]);
  const at = (scope: string) => locks.get(scope) ?? [];
  const inTheWay = [
    ...lockWarnings(at(identity.id), 'delete-identity'),
    ...resources.flatMap((id) => lockWarnings(at(id), 'change')),
    ...scopes.flatMap((scope) => lockWarnings(at(scope), 'remove-role')),
  ];
  const names = (all: readonly { readonly id: string }[]) => all.map(({ id }) => scopeLabel(id));
  return [
    { code: 'cannot-be-undone', level: 'danger', params: { name: identity.name } },
    ...new Map(inTheWay.map((one) => [JSON.stringify(one), one])).values(),
    ...(carriers.items.length > 0
      ? [{ code: 'resources-lose-access', level: 'danger', params: { resources: names(carriers.items) } } as const]
      : []),
    ...(namedIn.length > 0
      ? [{ code: 'named-in-settings', level: 'danger', params: { resources: names(namedIn) } } as const]
      : []),
    ...unseenWarnings(carriers.missing),
    ...(roles.missing.length > 0 ? [{ code: 'roles-not-seen-everywhere', level: 'caution', params: {} } as const] : []),
    ...(credentials.length > 0
      ? [{ code: 'federated-credentials-go-too', level: 'danger', params: { names: credentials } } as const]
      : []),
    ...(carriers.items.length + namedIn.length + roles.items.length + credentials.length === 0
      ? [{ code: 'nothing-uses-it', level: 'note', params: {} } as const]
      : []),
  ];
}
