// Azure's token buckets: per subscription, caller and kind of operation; fifteen times that for a subscription as a whole;
// the same per caller for the tenant (learn.microsoft.com request-limits-and-throttling). Never slows anything by itself.

import { ArmError } from './errors.ts';

type Kind = 'reads' | 'writes' | 'deletes';

interface Limit {
  size: number;
  /** Tokens that come back per second. */
  refill: number;
}

const limits: Record<Kind, Limit> = {
  reads: { size: 250, refill: 25 },
  writes: { size: 200, refill: 10 },
  deletes: { size: 200, refill: 10 },
};
const globalFactor = 15;
/** Creating identities: 80 in 20 s per subscription, 400 in 20 s per tenant (azure-docs managed-identity-limits). */
const creations: Record<'subscription' | 'tenant', Limit> = {
  subscription: { size: 80, refill: 4 },
  tenant: { size: 400, refill: 20 },
};
/** Resource Graph: 15 queries in 5 s per caller. */
const graph: Limit = { size: 15, refill: 3 };

export interface Throttled {
  headers: Record<string, string>;
}

export class Throttle {
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  /** Takes a token for an ARM call and answers the headers that tell what is left. Throws the 429 with Retry-After. */
  arm(
    call: { method: string; subscription: string | undefined; objectId: string; operation: string },
    now: number,
  ): Throttled {
    const kind = kindOf(call.method);
    if (!call.subscription) {
      const left = this.#take(
        `tenant ${call.objectId} ${kind}`,
        limits[kind],
        now,
        () => `tenant and operation '${call.operation}'`,
      );
      return { headers: { [`x-ms-ratelimit-remaining-tenant-${kind}`]: String(left) } };
    }
    const what = () => `subscription '${call.subscription}' and operation '${call.operation}'`;
    const wide = { size: limits[kind].size * globalFactor, refill: limits[kind].refill * globalFactor };
    const global = this.#take(`global ${call.subscription} ${kind}`, wide, now, what);
    const left = this.#take(`${call.subscription} ${call.objectId} ${kind}`, limits[kind], now, what);
    return {
      headers: {
        [`x-ms-ratelimit-remaining-subscription-${kind}`]: String(left),
        [`x-ms-ratelimit-remaining-subscription-global-${kind}`]: String(global),
      },
    };
  }

  /** The provider's own limit on new identities. */
  creation(subscription: string, now: number): void {
    const what = () => `subscription '${subscription}' and operation 'PUT/userAssignedIdentities'`;
    this.#take('creations', creations.tenant, now, what);
    this.#take(`creations ${subscription}`, creations.subscription, now, what);
  }

  /** Takes a token for a Resource Graph query. */
  graph(objectId: string, now: number): Throttled {
    const name = `graph ${objectId}`;
    const resets = { 'x-ms-user-quota-resets-after': '00:00:05' };
    const left = this.#try(name, graph, now);
    if (left !== undefined) return { headers: { 'x-ms-user-quota-remaining': String(left), ...resets } };
    throw new ArmError(
      429,
      'RateLimiting',
      'Please provide below info when asking for support: timestamp, correlationId.',
      { 'retry-after': '5', 'x-ms-user-quota-remaining': '0', ...resets },
      [
        {
          code: 'RateLimiting',
          message:
            'Client application has been throttled and should not continue to make requests until an amount of time has elapsed. Please see https://aka.ms/resourcegraph-throttling for help.',
        },
      ],
    );
  }

  #take(name: string, limit: Limit, now: number, what: () => string): number {
    const left = this.#try(name, limit, now);
    if (left !== undefined) return left;
    const wait = Math.max(1, Math.ceil((1 - (this.#buckets.get(name)?.tokens ?? 0)) / limit.refill));
    throw new ArmError(
      429,
      'SubscriptionRequestsThrottled',
      `Number of requests for ${what()} exceeded the backend storage limit. Please try again after '${wait}' seconds.`,
      { 'retry-after': String(wait), 'x-ms-failure-cause': 'gateway' },
    );
  }

  /** What is left after taking one; undefined where there is none to take. */
  #try(name: string, limit: Limit, now: number): number | undefined {
    const bucket = this.#buckets.get(name) ?? { tokens: limit.size, at: now };
    bucket.tokens = Math.min(limit.size, bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * limit.refill);
    bucket.at = now;
    this.#buckets.set(name, bucket);
    if (bucket.tokens < 1) return undefined;
    bucket.tokens -= 1;
    return Math.floor(bucket.tokens);
  }
}

function kindOf(method: string): Kind {
  if (method === 'GET' || method === 'HEAD') return 'reads';
  return method === 'DELETE' ? 'deletes' : 'writes';
}
