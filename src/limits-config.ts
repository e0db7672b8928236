// How much one person may ask for, as it is set.

import { defaultLimits, type RateLimits } from './core/rate-limits.ts';

type LimitName = 'MAX_OPEN_REQUESTS' | 'MAX_REQUESTS_PER_HOUR' | 'MAX_ACTIONS_PER_MINUTE';

/** The limits; `get` gives a setting's value. */
export function readLimits(get: (name: LimitName) => number | undefined): RateLimits {
  return {
    openRequests: get('MAX_OPEN_REQUESTS') ?? defaultLimits.openRequests,
    requestsPerHour: get('MAX_REQUESTS_PER_HOUR') ?? defaultLimits.requestsPerHour,
    actionsPerMinute: get('MAX_ACTIONS_PER_MINUTE') ?? defaultLimits.actionsPerMinute,
  };
}
