// How each kind of operation is performed in Azure. To add one: define it beside this file and list it here.

import { Fault } from '../../core/errors.ts';
import { notSentAgain } from '../../core/execution/perform-operation.ts';
import type { Operation, OperationKind } from '../../core/operations/registry.ts';
import type { AzureWriter } from '../../core/ports.ts';
import { confirmedWrite } from '../confirmed-write.ts';
import { attachmentAdd } from './attachment-add.ts';
import { attachmentRemove } from './attachment-remove.ts';
import type { AzureOperation, WriteContext } from './definition.ts';
import { federatedCredentialDelete } from './federated-credential-delete.ts';
import { federatedCredentialWrite } from './federated-credential-write.ts';
import { identityCreate } from './identity-create.ts';
import { identityDelete } from './identity-delete.ts';
import { identityUpdate } from './identity-update.ts';
import { resourceGroupCreate } from './resource-group-create.ts';
import { roleAssignmentCreate } from './role-assignment-create.ts';
import { roleAssignmentDelete } from './role-assignment-delete.ts';

const operations: { readonly [Kind in OperationKind]: AzureOperation<Kind> } = {
  'resource-group.create': resourceGroupCreate,
  'identity.create': identityCreate,
  'identity.delete': identityDelete,
  'identity.update': identityUpdate,
  'federated-credential.write': federatedCredentialWrite,
  'federated-credential.delete': federatedCredentialDelete,
  'role-assignment.create': roleAssignmentCreate,
  'role-assignment.delete': roleAssignmentDelete,
  'attachment.add': attachmentAdd,
  'attachment.remove': attachmentRemove,
};

/** An earlier run may have done it: that Azure does not let us look now must not be told as if nothing had been done. */
function unknownStill(error: unknown): unknown {
  if (!(error instanceof Fault) || (error.code !== 'azure-forbidden' && error.code !== 'azure-busy')) return error;
  const { message, details } = error;
  return new Fault('azure-unreachable', `It is not known yet whether this was done. ${message}`, {
    ...details,
    cause: error,
  });
}

/** The writer over one gateway. `perform` throws Fault. */
export function createWriter(context: WriteContext): AzureWriter {
  return {
    async perform(operation, options) {
      const definition = operations[operation.kind] as unknown as AzureOperation<Operation['kind']>;
      const { signal } = options;
      const look = () => definition.look(context, operation, options);
      const found = await context.calls
        .read(`${operation.kind}, checking first`, look, signal ? { signal } : {})
        .catch((error: unknown) => {
          throw options.isResumed ? unknownStill(error) : error;
        });
      if (found) return found;
      if (options.isLookOnly) throw notSentAgain();
      await options.beforeSend?.();
      definition.touch?.(context, operation, options);
      const result = await confirmedWrite(context.calls, definition.write(context, operation, options), signal);
      definition.touch?.(context, operation, options);
      return result;
    },
  };
}
