// Caches people for a short time, so that not every message calls the directory. It must never cache a refusal or a failure, nor
// be used for decisions: an account that was just disabled must not decide.

import { LRUCache } from 'lru-cache';
import type { Person } from '../core/model/person.ts';
import type { People } from '../core/people.ts';
import type { Clock } from '../core/ports.ts';

const keptMs = 5 * 60_000;
const maxPeople = 5_000;

/** `people` with each result cached for five minutes; `isFresh` bypasses and renews the cache. */
export function withPeopleCache(people: People, clock: Clock): People {
  // Not the library's `fetch`: a fresh lookup must not share the result of a lookup that started earlier.
  const kept = new LRUCache<string, { person: Person | undefined }>({
    max: maxPeople,
    ttl: keptMs,
    ttlResolution: 0,
    perf: { now: () => clock.now().getTime() },
  });
  return {
    async resolvePerson(sender, conversation, isFresh = false) {
      const key = `${sender.chat}:${sender.entraId ?? sender.userId}`;
      const known = isFresh ? undefined : kept.get(key)?.person;
      if (known) return known;
      const person = await people.resolvePerson(sender, conversation, isFresh);
      kept.set(key, { person });
      return person;
    },

    async byEmail(email) {
      const key = `mail:${email}`;
      const known = kept.get(key);
      if (known) return known.person;
      const person = await people.byEmail(email);
      kept.set(key, { person });
      return person;
    },
  };
}
