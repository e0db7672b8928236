// How an operation is performed in Azure: the check before sending, the write, reading back, and what refusals mean. Its words and
// schema are in the file of the same name in core/operations.

import type { OperationResult } from '../../core/operations/definition.ts';
import type { Operation, OperationKind } from '../../core/operations/registry.ts';
import type { PerformOptions } from '../../core/ports.ts';
import type { AzureContext } from '../azure-context.ts';
import type { Write } from '../confirmed-write.ts';
import type { RecentWrites } from '../recent-writes.ts';

export type OperationOf<Kind extends OperationKind> = Extract<Operation, { kind: Kind }>;

/** The dependencies of a write. */
export interface WriteContext extends AzureContext {
  /** Groups that this process created recently: Azure does not know them everywhere at once. */
  readonly newGroups: RecentWrites<object>;
  /** Invalidates the cached list of a subscription's groups. */
  forgetGroups(subscriptionId: string): void;
}

/** One kind of operation in Azure. */
export interface AzureOperation<Kind extends OperationKind> {
  readonly kind: Kind;
  /**
   * Checks before anything is sent: returns an outcome where nothing needs to be sent, else undefined. Throws Fault 'stale' where the
   * resource is not the one that was approved, and what the SDK throws.
   */
  look(
    context: WriteContext,
    operation: OperationOf<Kind>,
    options: PerformOptions,
  ): Promise<OperationResult | undefined>;
  /** The write itself. */
  write(context: WriteContext, operation: OperationOf<Kind>, options: PerformOptions): Write;
  /** Records that the write was, or may have been, sent: called right before and right after it. */
  touch?(context: WriteContext, operation: OperationOf<Kind>, options: PerformOptions): void;
}
