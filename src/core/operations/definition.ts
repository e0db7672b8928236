// The definition of a kind of change, which the cards, the policy, the executor, the store and the grants
// read. Adding a kind is this definition, its counterpart in azure/operations, and a line in each registry.

import type { z } from 'zod';
import type { CodeItem } from '../as-code/items.ts';
import type { AzureReader } from '../azure-ports.ts';
import type { AssignmentAttributes } from '../bot-rights/condition.ts';
import type { AzureCall } from '../model/azure-call.ts';
import { fold } from '../model/fold.ts';
import type { Right } from '../model/permission.ts';
import type { Remainder } from '../model/remainder.ts';

/** The result of an operation. */
export interface OperationResult {
  readonly outcome: 'created' | 'updated' | 'deleted' | 'already-there' | 'already-gone';
  /** Ids of the result: principalId, clientId, id, assignmentId. */
  readonly ids: Readonly<Record<string, string>>;
  /** The writes that were sent for it. None: nothing had to be sent, or the response was lost. */
  readonly azure?: readonly AzureCall[];
}

/** Values that earlier operations of the same run gave, by output name (`principalIdOf`). */
export type Outputs = Readonly<Record<string, string>>;

/** The effect of an operation on an identity, so that its state can be computed from stored operations. */
type IdentityChange =
  | { readonly kind: 'created' | 'deleted' | 'changed'; readonly identityId: string }
  | {
      readonly kind: 'gained' | 'lost';
      readonly identityId: string;
      readonly role: { readonly name: string; readonly definitionId: string; readonly scope: string };
    };

/** A right that the bot needs, and what conditions on its own roles may look at. */
export interface NeededRight extends Right {
  readonly assignment?: AssignmentAttributes;
}

/** The definition of one kind of call to Azure. Each is safe to send twice: the second attempt finds the result of the first. */
export interface OperationDefinition<O extends { readonly kind: string }> {
  readonly kind: O['kind'];
  /** What comes of it when it is done. A run that is taken up again and finds it done has done just this. */
  readonly outcome: 'created' | 'updated' | 'deleted';
  /** Reads an operation from JSON: of the database, or of another definition's inverse. */
  readonly schema: z.ZodType<O>;
  /** ARM ids of the identities and scopes that it reads or changes, and the principals whose access it changes, where known. */
  touches(operation: O): {
    readonly identities: readonly string[];
    readonly scopes: readonly string[];
    readonly principals?: readonly string[];
  };
  /** The rights that Azure asks of the bot for it, at scopes that exist before it: all of them, and none that it can do without. */
  rights(operation: O): readonly NeededRight[];
  /** The text before and after it is done, without ids: “Create identity x in y”. `already`: where there was nothing to do. */
  words(operation: O): { readonly before: string; readonly after: string; readonly already?: string };
  /** The text for many of them that are alike, before they are done: “Remove 300 role assignments from x”. */
  together?(operations: readonly O[]): string;
  /** Outputs that must be known before it can run; an earlier operation of the run gives them. */
  needs(operation: O): readonly string[];
  /** Outputs for the operations after it. */
  gives(operation: O, result: OperationResult): Outputs;
  /**
   * Checks what must hold right before it is sent for the first time. Throws Fault 'stale' where Azure has changed since the
   * plan. Not called when a run resumes in the middle of this operation: what exists may be its own result.
   */
  precheck(operation: O, azure: AzureReader, tools: { readonly sha256: (text: string) => string }): Promise<void>;
  /** What still refers to what it deleted, looked for once a run is over. Throws Fault. Absent: nothing can. */
  remainders?(operation: O, azure: AzureReader): Promise<readonly Remainder[]>;
  /** Its effect on an identity; undefined where there is none. */
  identityChange(operation: O): IdentityChange | undefined;
  /** Ids of what it created, shown on the card when it is done: label and value. */
  facts?(operation: O, result: OperationResult): readonly { readonly label: string; readonly value: string }[];
  /** The operation that undoes it, for the end of a temporary grant. Absent: it cannot be temporary. */
  inverse?(operation: O, result: OperationResult): { readonly kind: string };
  /** What it is as code; with `result` where it is done. Absent, undefined: no language has words for it. */
  code?(operation: O, result: OperationResult | undefined): CodeItem | undefined;
  /** The ARM id of what it created or removes, so that removing it ends its temporary grant. */
  subjectId?(operation: O, result: OperationResult | undefined): string | undefined;
  /** Whether Azure's own list has what it made: reads and decisions elsewhere may lag behind the write. Absent: nothing lags. */
  isListed?(operation: O, result: OperationResult, azure: AzureReader): Promise<boolean>;
  /**
   * Where what it makes can be granted several times at once: nothing is sent then, and each grant has its own end. Absent: what exists
   * is never taken over.
   */
  readonly shared?: {
    /** Whether both make the same thing. */
    isSame(one: O, other: O): boolean;
    /** Whether the thing with this ARM id is there as the operation makes it. */
    stands(operation: O, subjectId: string, azure: AzureReader): Promise<boolean>;
    /** The grant that it prolongs, or makes permanent: it does nothing else. */
    continues(operation: O): { readonly grant: string; readonly until?: string | undefined } | undefined;
  };
}

/** Types a definition by what its schema reads. */
export function defineOperation<O extends { readonly kind: string }>(
  definition: OperationDefinition<O>,
): OperationDefinition<O> {
  return definition;
}

/** The output that says which principal an identity is, by the identity's ARM id. */
export function principalIdOf(identityId: string): string {
  return `principalId of ${fold(identityId)}`;
}
