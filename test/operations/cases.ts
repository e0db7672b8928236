// The case of each kind of operation: one that can be done, and how the world can change under it. A new kind has its line here.

import { sameScope } from '../../src/core/model/scope.ts';
import { inverseOf, type Operation } from '../../src/core/operations/registry.ts';
import {
  anIdentity,
  createdAnew,
  currentAzure,
  group,
  groupId,
  identityNow,
  made,
  nextNumber,
  type OperationCase,
  perform,
  reader,
  subscriptionId,
  virtualMachine,
} from './case.ts';

const assigning = async (): Promise<Extract<Operation, { kind: 'role-assignment.create' }>> => {
  const { id: identityId, principalId } = await made();
  const role = { scope: groupId, roleDefinitionId: reader, roleName: 'Reader' };
  return { kind: 'role-assignment.create', ...role, identityId, principalId };
};

const isThere = async ({ id }: { id: string }) => (await identityNow(id)) !== undefined;
const assigned = async ({ scope, principalId = '' }: { scope: string; principalId?: string | undefined }) =>
  (await currentAzure().reader.roleAssignmentsAt(scope, principalId)).length > 0;

type Attachment = Extract<Operation, { kind: 'attachment.add' | 'attachment.remove' }>;

const attaching = async (): Promise<Extract<Operation, { kind: 'attachment.add' }>> => {
  const { id: identityId, principalId } = await made();
  return { kind: 'attachment.add', resourceId: virtualMachine.add(), identityId, principalId };
};

const isAttached = async ({ resourceId, identityId }: Attachment) =>
  (await currentAzure().reader.resource(resourceId))?.identities.some((id) => sameScope(id, identityId)) ?? false;

const attachedAnew = (operation: Operation) => {
  const { identityId: id, principalId } = operation as Attachment;
  return createdAnew({ id, principalId, name: id.split('/').at(-1) } as unknown as Operation);
};

type Credential = Extract<Operation, { kind: 'federated-credential.write' | 'federated-credential.delete' }>;

const crediting = async (): Promise<Extract<Operation, { kind: 'federated-credential.write' }>> => {
  const { id: identityId, principalId } = await made();
  const issuer = 'https://token.actions.githubusercontent.com';
  const trust = { issuer, subject: 'repo:contoso/shop:environment:prod', audiences: ['api://AzureADTokenExchange'] };
  return { kind: 'federated-credential.write', identityId, principalId, name: 'github-prod', ...trust };
};

const isTrusted = async ({ identityId, name, subject }: Credential) =>
  (await currentAzure().reader.federatedCredentials(identityId)).some(
    (one) => one.name === name && one.subject === subject,
  );

export const cases: { readonly [K in Operation['kind']]: OperationCase } = {
  'resource-group.create': {
    arrange: async () => {
      return {
        kind: 'resource-group.create',
        subscriptionId,
        name: `rg-contract-${nextNumber()}`,
        location: 'westeurope',
      };
    },
    method: 'PUT',
    isDone: async (operation) =>
      (await currentAzure().reader.resourceGroup(subscriptionId, (operation as { name: string }).name)) !== undefined,
    disturbed: [
      {
        how: 'somebody else has created the group',
        disturb: async (operation) => void (await perform(operation)),
        comes: 'stale',
      },
    ],
  },
  'identity.create': {
    arrange: async () => anIdentity(),
    method: 'PUT',
    isDone: (operation) => isThere(operation as { id: string }),
    disturbed: [
      {
        how: 'somebody else has created an identity of that name',
        disturb: async (operation) => {
          const theirs = operation as Extract<Operation, { kind: 'identity.create' }>;
          await perform({ ...theirs, tags: { owner: 'somebody else' } });
        },
        comes: 'stale',
      },
    ],
  },
  'identity.delete': {
    arrange: async () => {
      const { id, name, principalId } = await made();
      return { kind: 'identity.delete', id, subscriptionId, resourceGroup: group, name, principalId };
    },
    method: 'DELETE',
    isDone: async (operation) => !(await isThere(operation as { id: string })),
    disturbed: [
      { how: 'it was created anew', disturb: createdAnew, comes: 'stale' },
      { how: 'it is gone', disturb: async (operation) => void (await perform(operation)), comes: 'already-gone' },
    ],
  },
  'identity.update': {
    arrange: async () => {
      const { id, name, principalId, tags: before } = await made();
      return { kind: 'identity.update', id, name, principalId, before, tags: { ...before, env: 'prod' } };
    },
    method: 'PATCH',
    isDone: async (operation) => (await identityNow((operation as { id: string }).id))?.tags.env === 'prod',
    disturbed: [
      { how: 'the identity was created anew', disturb: createdAnew, comes: 'stale' },
      {
        how: 'somebody else has tagged it',
        disturb: async (operation) => {
          const theirs = operation as Extract<Operation, { kind: 'identity.update' }>;
          await perform({ ...theirs, tags: { owner: 'somebody else' } });
        },
        comes: 'stale',
      },
    ],
  },
  'federated-credential.write': {
    arrange: crediting,
    method: 'PUT',
    isDone: (operation) => isTrusted(operation as Credential),
    disturbed: [
      { how: 'the identity was created anew', disturb: attachedAnew, comes: 'stale' },
      {
        how: 'somebody else has made a credential of that name',
        disturb: async (operation) => void (await perform({ ...operation, subject: 'theirs' } as Operation)),
        comes: 'stale',
      },
    ],
  },
  'federated-credential.delete': {
    arrange: async () => {
      const operation = await crediting();
      await perform(operation);
      return { ...operation, kind: 'federated-credential.delete' };
    },
    method: 'DELETE',
    isDone: async (operation) => !(await isTrusted(operation as Credential)),
    disturbed: [
      { how: 'it is gone', disturb: async (op) => void (await perform(op)), comes: 'already-gone' },
      {
        how: 'somebody else has changed it',
        disturb: async (operation) => {
          const { issuer, subject, audiences } = operation as Credential;
          const theirs = { subject: 'theirs', before: { issuer, subject, audiences } };
          await perform({ ...operation, kind: 'federated-credential.write', ...theirs } as Operation);
        },
        comes: 'stale',
      },
    ],
  },
  'role-assignment.create': {
    arrange: assigning,
    method: 'PUT',
    isDone: (operation) => assigned(operation as Extract<Operation, { kind: 'role-assignment.create' }>),
    disturbed: [
      {
        how: 'the identity was created anew',
        disturb: async (operation) => {
          const { identityId: id, principalId } = operation as Extract<Operation, { kind: 'role-assignment.create' }>;
          await createdAnew({ id, principalId, name: id.split('/').at(-1) } as unknown as Operation);
        },
        comes: 'stale',
      },
      {
        how: 'somebody else has assigned the role',
        disturb: async (operation) => void (await perform(operation)),
        comes: 'azure-refused',
      },
    ],
  },
  'role-assignment.delete': {
    arrange: async () => {
      const operation = await assigning();
      return inverseOf(operation, await perform(operation));
    },
    method: 'DELETE',
    isDone: async (operation) => !(await assigned(operation as { scope: string; principalId: string } & Operation)),
    disturbed: [{ how: 'it is gone', disturb: async (op) => void (await perform(op)), comes: 'already-gone' }],
  },
  'attachment.add': {
    arrange: attaching,
    method: 'PATCH',
    isDone: (operation) => isAttached(operation as Attachment),
    disturbed: [
      { how: 'the identity was created anew', disturb: attachedAnew, comes: 'stale' },
      {
        how: 'the resource is gone',
        disturb: async (operation) => virtualMachine.remove((operation as Attachment).resourceId),
        comes: 'stale',
      },
    ],
  },
  'attachment.remove': {
    arrange: async () => {
      const operation = await attaching();
      await perform(operation);
      return { ...operation, kind: 'attachment.remove' };
    },
    method: 'PATCH',
    isDone: async (operation) => !(await isAttached(operation as Attachment)),
    disturbed: [
      { how: 'it is detached', disturb: async (op) => void (await perform(op)), comes: 'already-gone' },
      {
        how: 'the resource is gone',
        disturb: async (operation) => virtualMachine.remove((operation as Attachment).resourceId),
        comes: 'already-gone',
      },
    ],
  },
};
