// How much one person may ask for. Counted in the database, so that several bots hold it together.

import { nothingChanged } from './common-texts.ts';
import { Fault } from './errors.ts';

/** The limits for one person. */
export interface RateLimits {
  /** Requests that are open at once: not submitted, waiting, approved or running. */
  readonly openRequests: number;
  readonly requestsPerHour: number;
  /** Entries in the audit that a person causes by what they change or decide. */
  readonly actionsPerMinute: number;
}

/** Where nothing is set. */
export const defaultLimits: RateLimits = { openRequests: 20, requestsPerHour: 30, actionsPerMinute: 60 };

/** Which limit a new request would exceed. */
export type RequestLimit = 'open' | 'hour';

/** The refusal of a request that would exceed a limit. */
export function tooManyRequests(limit: RequestLimit, { openRequests, requestsPerHour }: RateLimits): Fault {
  return limit === 'open'
    ? new Fault('not-allowed', `You have ${openRequests} open requests, the most that one person may have.`, {
        next: `${nothingChanged} Wait until some are decided, or cancel some: requests mine.`,
        isNoted: true,
      })
    : new Fault(
        'not-allowed',
        `You have made ${requestsPerHour} requests in the last hour, the most that one person may make.`,
        {
          next: `${nothingChanged} Try again later.`,
          isNoted: true,
        },
      );
}
