// The dependencies that every file of this folder takes: clients, call policy, clock, log, and the record of recent writes.

import type { LimitFunction } from 'p-limit';
import type { Log } from '../core/ports.ts';
import type { CallPolicy } from './call-policy.ts';
import type { Clients } from './clients.ts';
import type { RecentWrites } from './recent-writes.ts';

/** The shared dependencies. */
export interface AzureContext {
  readonly calls: CallPolicy;
  readonly clients: Clients;
  /** Limits how many subscriptions are queried concurrently. Only for innermost calls: a nested use would deadlock. */
  readonly limit: LimitFunction;
  /**
   * Limits the reads that one plan makes of many scopes at once: each beyond it would open a connection of its own, which takes longer
   * than the read. Only for innermost calls, as `limit`.
   */
  readonly wideLimit: LimitFunction;
  readonly clock: () => Date;
  readonly log: Log;
  /** Whether Privileged Identity Management may be used. */
  readonly pim: 'auto' | 'off';
  readonly recentIdentities: RecentWrites<object>;
  readonly recentAssignments: RecentWrites<{ principalId: string }>;
}
