// Caches people for five minutes, so that not every message queries the directory. Errors are never cached, and a fresh lookup
// bypasses the cache: a disabled account must not decide on a request.

import { LRUCache } from 'lru-cache';
import type { Person } from '../core/model/person.ts';
import type { People } from '../core/people.ts';
import type { Clock } from '../core/ports.ts';

const keptMs = 5 * 60_000;
const maxPeople = 5_000;

/** `people`, cached for five minutes; `isFresh` bypasses and renews the cached entry. */
export function withPeopleCache(people: People, clock: Clock): People {
  // Not the library's `fetch`: a fresh lookup must not share one that began before it.
  const kept = new LRUCache<string, { person: Person | undefined }>({
    max: maxPeople,
    ttl: keptMs,
    ttlResolution: 0,
    perf: { now: () => clock.now().getTime() },
  });
  return {
    async resolvePerson(sender, conversation, isFresh = false) {
      // By the account: a sign-in links one account, and not the others of the same person.
      const key = JSON.stringify([sender.chat, sender.userId, sender.entraId]);
      const known = isFresh ? undefined : kept.get(key)?.person;
      if (known) return known;
      // Who is not served any more must not be found here after a decision of theirs was refused.
      kept.delete(key);
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
