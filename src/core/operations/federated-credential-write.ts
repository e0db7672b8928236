// Creates a federated credential of an identity, or changes one. Which of the two was approved is part of it: one that somebody else
// made or changed in between is never overwritten. Requests about one identity run one after another, as Azure demands of these writes.

import { z } from 'zod';
import { Fault } from '../errors.ts';
import type { FederatedCredential } from '../model/azure.ts';
import { sameName } from '../model/fold.ts';
import { resourceName } from '../model/scope.ts';
import { defineOperation, type NeededRight } from './definition.ts';

const trust = z.object({ issuer: z.string(), subject: z.string(), audiences: z.array(z.string()) });

/** What an operation on a federated credential is about. */
export const credentialFields = {
  identityId: z.string(),
  principalId: z.string(),
  /** The credential's. */
  name: z.string(),
};

const schema = z.object({
  kind: z.literal('federated-credential.write'),
  ...credentialFields,
  ...trust.shape,
  /** What it is before; absent: there is none of that name. */
  before: trust.optional(),
});

type Trust = Omit<FederatedCredential, 'name'>;

/** Whether both trust the same. Azure compares them letter by letter, so this does too. */
export function sameTrust(one: Trust | undefined, other: Trust | undefined): boolean {
  if (!one || !other) return one === other;
  return (
    one.issuer === other.issuer &&
    one.subject === other.subject &&
    [...one.audiences].sort().join('\n') === [...other.audiences].sort().join('\n')
  );
}

/** The rights on credentials of the identity. */
export function credentialRights(identityId: string, verb: 'write' | 'delete'): NeededRight[] {
  const type = 'Microsoft.ManagedIdentity/userAssignedIdentities';
  return [
    `${type}/read`,
    `${type}/federatedIdentityCredentials/read`,
    `${type}/federatedIdentityCredentials/${verb}`,
  ].map((action) => ({ action, scope: identityId }));
}

/** The somebody else's change that makes an operation void. */
export function credentialChanged(what: string, how: string): Fault {
  return new Fault('stale', `${what} was ${how} after this was approved.`, {
    next: 'Nothing was changed. Submit a new request.',
  });
}

export const federatedCredentialWrite = defineOperation<z.infer<typeof schema>>({
  kind: 'federated-credential.write',
  schema,
  outcome: 'updated',
  touches: ({ identityId, principalId }) => ({
    identities: [identityId],
    scopes: [identityId],
    principals: [principalId],
  }),
  rights: ({ identityId }) => credentialRights(identityId, 'write'),
  words: ({ identityId, name, before }) =>
    before
      ? {
          before: `Change federated credential ${name} of ${resourceName(identityId)}`,
          after: `Federated credential ${name} of ${resourceName(identityId)} changed`,
        }
      : {
          before: `Add federated credential ${name} to ${resourceName(identityId)}`,
          after: `Federated credential ${name} added to ${resourceName(identityId)}`,
        },
  needs: () => [],
  gives: () => ({}),
  async precheck({ identityId, principalId, name, before, ...wanted }, azure) {
    const identity = await azure.identity(identityId);
    if (!sameName(identity?.principalId, principalId)) {
      throw credentialChanged(resourceName(identityId), 'deleted or created again');
    }
    const found = (await azure.federatedCredentials(identityId)).find((one) => sameName(one.name, name));
    if (sameTrust(found, before) || (before && sameTrust(found, wanted))) return;
    const how = found && before ? 'changed by somebody else' : found ? 'created by somebody else' : 'removed';
    throw credentialChanged(`The federated credential ${name}`, how);
  },
  identityChange: ({ identityId }) => ({ kind: 'changed', identityId }),
  code: ({ kind: _kind, principalId: _principalId, before, ...one }, result) => ({
    kind: 'credential',
    ...one,
    exists: before !== undefined || result !== undefined,
  }),
});
