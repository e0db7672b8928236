// Azure's budget of writes, so that a run of hundreds of them slows down before Azure refuses, and leaves something for others.
// Source: Azure Resource Manager's throttling: a token bucket for each subscription, principal and kind of call: 200 writes, and 200
// deletes, refilled with 10 a second; each answer says what remains in x-ms-ratelimit-remaining-subscription-writes and -deletes.

import { fold } from '../core/model/fold.ts';

const capacity = 200;
const refillPerMs = 10 / 1_000;
/** What is left to other programs that run as the same principal. */
const reserve = 10;
/** The most that one call is held back for, in milliseconds: what Azure then refuses has its own Retry-After. */
const longestMs = 5_000;

interface Bucket {
  tokens: number;
  at: number;
}

type Headers = { get(name: string): string | undefined };

/** What is left of the budget of each subscription, by this process's own count and by what Azure says. */
export class WriteBudget {
  readonly #buckets = new Map<string, Bucket>();
  readonly #now: () => number;

  /** `now`: milliseconds of a clock that never goes back. */
  constructor(now: () => number) {
    this.#now = now;
  }

  #bucket(key: string): Bucket {
    const now = this.#now();
    const kept = this.#buckets.get(key) ?? { tokens: capacity, at: now };
    kept.tokens = Math.min(capacity, kept.tokens + (now - kept.at) * refillPerMs);
    kept.at = now;
    this.#buckets.set(key, kept);
    return kept;
  }

  /** Takes one from the budget of a call. Returns how long to wait before it is sent, in milliseconds; 0 for what is no write. */
  take(method: string, url: string): number {
    const key = keyOf(method, url);
    if (key === undefined) return 0;
    const bucket = this.#bucket(key);
    bucket.tokens -= 1;
    return Math.min(longestMs, Math.max(0, Math.ceil((reserve - bucket.tokens) / refillPerMs)));
  }

  /** What Azure says that remains, where that is less than the own count. */
  learn(method: string, url: string, headers: Headers): void {
    const key = keyOf(method, url);
    if (key === undefined) return;
    const kind = key.startsWith('delete') ? 'deletes' : 'writes';
    const said = headers.get(`x-ms-ratelimit-remaining-subscription-${kind}`);
    const remaining = Number(said);
    if (said === undefined || !Number.isFinite(remaining)) return;
    const bucket = this.#bucket(key);
    bucket.tokens = Math.min(bucket.tokens, remaining);
  }
}

function keyOf(method: string, url: string): string | undefined {
  const kind = { PUT: 'write', PATCH: 'write', DELETE: 'delete' }[method];
  if (kind === undefined) return undefined;
  const subscription = /\/subscriptions\/([0-9a-f-]{36})/i.exec(url)?.[1] ?? 'tenant';
  return `${kind} ${fold(subscription)}`;
}
