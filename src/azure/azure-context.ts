// What all parts of this folder are given: the clients and the rules by which they are used.

import type { LimitFunction } from 'p-limit';
import type { Log } from '../core/ports.ts';
import type { CallPolicy } from './call-policy.ts';
import type { Clients } from './clients.ts';
import type { RecentWrites } from './recent-writes.ts';

export interface AzureContext {
  readonly calls: CallPolicy;
  readonly clients: Clients;
  /** How many subscriptions are asked at the same time. Only for the innermost calls: one inside another would wait for itself. */
  readonly limit: LimitFunction;
  readonly clock: () => Date;
  readonly log: Log;
  readonly recentIdentities: RecentWrites<object>;
  readonly recentAssignments: RecentWrites<{ principalId: string }>;
}
