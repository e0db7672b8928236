// People are kept a short while, so that not every message asks the directory. It must never keep a refusal or a failure, nor
// answer who wants to know afresh: whoever was switched off a moment ago decides nothing.

import { LRUCache } from 'lru-cache';
import type { Person } from '../core/model/person.ts';
import type { People } from '../core/people.ts';
import type { Clock } from '../core/ports.ts';

const keptMs = 5 * 60_000;
const maxPeople = 5_000;

/** `people`, each answer kept for five minutes; `isFresh` passes by what is kept, and renews it. */
export function withPeopleCache(people: People, clock: Clock): People {
  // Not `fetch` of the library: one who asks afresh must not be given the answer to a question asked before theirs.
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
