// What every kind of change is to the core: one definition that the card, the policy, the executor, the store and the grants
// read. Adding a kind is this definition, its counterpart in azure/operations, and a line in each registry.

import type { z } from 'zod';
import type { AzureReader } from '../azure-ports.ts';

/** What became of an operation. */
export interface OperationResult {
  readonly outcome: 'created' | 'updated' | 'deleted' | 'already-there' | 'already-gone';
  /** Ids worth telling: principalId, clientId, id, assignmentId. */
  readonly ids: Readonly<Record<string, string>>;
}

/** Values that earlier operations of the same run gave, by output name (`principalIdOf`). */
export type Outputs = Readonly<Record<string, string>>;

/** What an operation means for one identity, so that lists of what an identity is and holds can be told from records alone. */
type IdentityChange =
  | { readonly kind: 'created' | 'deleted' | 'changed'; readonly identityId: string }
  | {
      readonly kind: 'gained' | 'lost';
      readonly identityId: string;
      readonly role: { readonly name: string; readonly definitionId: string; readonly scope: string };
    };

/** One call to Azure as data. Each is safe to send twice: a second run finds the first one's work and says so. */
export interface OperationDefinition<O extends { readonly kind: string }> {
  readonly kind: O['kind'];
  /** What comes of it when it is done. A run that is taken up again and finds it done has done just this. */
  readonly outcome: 'created' | 'updated' | 'deleted';
  /** Reads an operation from JSON: of the database, or of another definition's inverse. */
  readonly schema: z.ZodType<O>;
  /** ARM ids of the identities and scopes that it looks at or changes. */
  touches(operation: O): { readonly identities: readonly string[]; readonly scopes: readonly string[] };
  /** What a person reads before it is done and once it is, without an id: “Create identity x in y”. */
  words(operation: O): { readonly before: string; readonly after: string };
  /** Outputs that must be known before it can run; an earlier operation of the run gives them. */
  needs(operation: O): readonly string[];
  /** Outputs for the operations after it. */
  gives(operation: O, result: OperationResult): Outputs;
  /**
   * What must still hold right before it is sent for the first time. Throws Fault 'stale' where the world has changed under the
   * plan. It is not asked when a run is taken up again in the middle of this operation: what stands there may be its own work.
   */
  precheck(operation: O, azure: AzureReader): Promise<void>;
  /** What it means for an identity; undefined where it is about none. */
  identityChange(operation: O): IdentityChange | undefined;
  /** Ids of what it made, shown on the card once it is done: label and value. */
  facts?(operation: O, result: OperationResult): readonly { readonly label: string; readonly value: string }[];
  /** The operation that undoes it, for the end of a temporary grant. Absent: it cannot be temporary. */
  inverse?(operation: O, result: OperationResult): { readonly kind: string };
  /** The ARM id of the thing that it made or removes, so that a removal by hand ends the temporary grant that gave it. */
  subjectId?(operation: O, result: OperationResult | undefined): string | undefined;
}

/** Types a definition by what its schema reads. */
export function defineOperation<O extends { readonly kind: string }>(
  definition: OperationDefinition<O>,
): OperationDefinition<O> {
  return definition;
}

/** The output that says which principal an identity is, by the identity's ARM id. */
export function principalIdOf(identityId: string): string {
  return `principalId of ${identityId.toLowerCase()}`;
}
