// The registry of all kinds of change. To add one: define it in this folder, list it here, and do the same in azure/operations.

import { z } from 'zod';
import { Fault } from '../errors.ts';
import { fold } from '../model/fold.ts';
import { attachmentAdd } from './attachment-add.ts';
import { attachmentRemove } from './attachment-remove.ts';
import type { OperationDefinition, OperationResult } from './definition.ts';
import { federatedCredentialDelete } from './federated-credential-delete.ts';
import { federatedCredentialWrite } from './federated-credential-write.ts';
import { identityCreate } from './identity-create.ts';
import { identityDelete } from './identity-delete.ts';
import { identityUpdate } from './identity-update.ts';
import { resourceGroupCreate } from './resource-group-create.ts';
import { roleAssignmentCreate } from './role-assignment-create.ts';
import { roleAssignmentDelete } from './role-assignment-delete.ts';

const definitions = [
  resourceGroupCreate,
  identityCreate,
  identityDelete,
  identityUpdate,
  federatedCredentialWrite,
  federatedCredentialDelete,
  roleAssignmentCreate,
  roleAssignmentDelete,
  attachmentAdd,
  attachmentRemove,
] as const;

/** One change of Azure, as data. */
export type Operation = z.infer<(typeof definitions)[number]['schema']>;
export type OperationKind = Operation['kind'];

const byKind: ReadonlyMap<string, OperationDefinition<Operation>> = new Map(
  definitions.map((one) => [one.kind, one as unknown as OperationDefinition<Operation>]),
);

/** The kinds of all operations. */
export const operationKinds: readonly OperationKind[] = definitions.map(({ kind }) => kind);

/** The definition of an operation's kind. Throws an Error for one of a newer version of the bot. */
export function definitionOf(operation: Pick<Operation, 'kind'>): OperationDefinition<Operation> {
  const definition = byKind.get(operation.kind);
  if (!definition) throw new Error(`there is no kind of operation ${operation.kind}`);
  return definition;
}

const operationSchema = z.looseObject({ kind: z.string() });

/** An operation read from JSON. Throws where it is none. */
export function parseOperation(json: unknown): Operation {
  const { kind } = operationSchema.parse(json);
  return definitionOf({ kind: kind as OperationKind }).schema.parse(json);
}

/** Whether an operation can be undone at a given time, and so be temporary. */
export function isReversible(operation: Operation): boolean {
  return definitionOf(operation).inverse !== undefined;
}

/** The operation that reverses a completed one. Throws Fault 'internal' for a kind that has no inverse. */
export function inverseOf(operation: Operation, result: OperationResult): Operation {
  const inverse = definitionOf(operation).inverse?.(operation, result);
  if (!inverse) throw new Fault('internal', `An operation of the kind ${operation.kind} cannot be undone.`);
  return parseOperation(inverse);
}

/** The text of an operation before it is done. */
export function plannedWords(operation: Operation): string {
  return definitionOf(operation).words(operation).before;
}

/** The text of many operations of one kind, before they are done. */
export function plannedTogether(operations: readonly Operation[]): string {
  const [first] = operations;
  if (!first) return '';
  return (
    definitionOf(first).together?.(operations) ??
    `${plannedWords(first)}, and ${(operations.length - 1).toLocaleString('en')} more of this kind`
  );
}

/** The text of a completed operation, including that it was already done. */
export function doneWords(operation: Operation, result: OperationResult | undefined): string {
  const { before, after, already } = definitionOf(operation).words(operation);
  if (result?.outcome === 'already-there') return `${before}: ${already ?? 'already exists'}`;
  return result?.outcome === 'already-gone' ? `${before}: ${already ?? 'already deleted'}` : after;
}

/** ARM ids of the identities that operations touch, each once, in lower case: Azure compares ids whatever their case. */
export function identityIdsOf(operations: readonly Operation[]): string[] {
  const ids = operations.flatMap((operation) => definitionOf(operation).touches(operation).identities);
  return [...new Set(ids.map((id) => fold(id)))];
}
