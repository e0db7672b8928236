// What every kind of change is to Azure: how it is looked for, sent and read back, and what Azure's refusals mean. Its counterpart
// in core/operations says what it is to people.

import type { OperationResult } from '../../core/operations/definition.ts';
import type { Operation, OperationKind } from '../../core/operations/registry.ts';
import type { PerformOptions } from '../../core/ports.ts';
import type { AzureContext } from '../azure-context.ts';
import type { Write } from '../confirmed-write.ts';
import type { RecentWrites } from '../recent-writes.ts';

export type OperationOf<Kind extends OperationKind> = Extract<Operation, { kind: Kind }>;

/** What a write is given besides what all parts of the gateway have. */
export interface WriteContext extends AzureContext {
  /** Groups that this process made a moment ago: Azure does not know them everywhere at once. */
  readonly newGroups: RecentWrites<object>;
  /** The list of a subscription's groups has changed. */
  forgetGroups(subscriptionId: string): void;
}

export interface AzureOperation<Kind extends OperationKind> {
  readonly kind: Kind;
  /**
   * Looks before anything is sent: an outcome that makes sending needless, or undefined. Throws Fault 'stale' where something else
   * stands there than was approved, and what the SDK throws.
   */
  look(
    context: WriteContext,
    operation: OperationOf<Kind>,
    options: PerformOptions,
  ): Promise<OperationResult | undefined>;
  /** The write itself. */
  write(context: WriteContext, operation: OperationOf<Kind>, options: PerformOptions): Write;
  /** Notes that it was, or may have been, sent: called right before and right after. */
  touch?(context: WriteContext, operation: OperationOf<Kind>, options: PerformOptions): void;
}
