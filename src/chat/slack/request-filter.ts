// What is let in before Bolt's listeners see it: only the served workspaces come in, a request that is played again does nothing, and whatever
// nobody answers is acknowledged. Bolt has checked the signature by then; it checks neither of these.

import type { App, ReceiverEvent } from '@slack/bolt';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { RefusedAccess } from '../../core/model/person.ts';
import type { Log } from '../../core/ports.ts';
import type { ServedWorkspaces } from './people.ts';
import type { Respond } from './response-url.ts';
import { originOf, strangerOf } from './sender.ts';

/** A payload that is not for this bot. */
export class Refused extends Error {}

const bodySchema = z.looseObject({
  type: z.string().optional(),
  event_id: z.string().optional(),
  response_url: z.string().optional(),
});

const strangerWords = 'I serve the people of another workspace only, so I did nothing. Ask them to ask me.';

function isServed(body: unknown, served: ServedWorkspaces): boolean {
  const { team, enterprise } = originOf(body);
  if (team !== undefined && served.teams.has(team)) return true;
  // Of an installation for a whole organisation the payload may name that alone, or another of its workspaces.
  return (
    enterprise !== undefined &&
    (served.teams.has(enterprise) || (team === undefined && enterprise === served.enterprise))
  );
}

/** Stands in for the app before a receiver. Its `processEvent` throws Refused for another workspace's payload. */
export function createRequestFilter(given: {
  app: () => App;
  served: () => ServedWorkspaces;
  respond: Respond;
  onRefused: (refused: RefusedAccess) => void;
  log: Log;
}): Pick<App, 'processEvent'> {
  /** Signatures and event ids of the last while; a signature is good for five minutes in either direction. */
  const seen = new LRUCache<string, true>({ max: 20_000, ttl: 11 * 60_000 });

  function isRepeat(event: ReceiverEvent): boolean {
    const { type, event_id: eventId } = bodySchema.safeParse(event.body).data ?? {};
    // A query for values changes nothing, and the same one may well be typed twice in a second.
    if (type === 'block_suggestion') return false;
    const signature = event.customProperties?.signature;
    const keys = [eventId, signature].filter((key) => typeof key === 'string');
    const isKnown = keys.some((key) => seen.has(key));
    for (const key of keys) seen.set(key, true);
    return isKnown;
  }

  return {
    async processEvent(event) {
      if (!isServed(event.body, given.served())) {
        given.log.warn({ ...originOf(event.body) }, 'Slack: a payload of another workspace was refused');
        given.onRefused({ reason: 'other-workspace', ...strangerOf(event.body) });
        // Somebody of a company that shares a channel is told why. What they sent goes no further than this.
        const { response_url: url } = bodySchema.safeParse(event.body).data ?? {};
        if (url !== undefined) {
          void given.respond(url, { response_type: 'ephemeral', replace_original: false, text: strangerWords });
        }
        throw new Refused('another workspace');
      }
      if (isRepeat(event)) {
        given.log.info({ retry: event.retryNum ?? 0 }, 'Slack: a delivery was repeated, and did nothing');
        await event.ack();
        return;
      }
      let isAcked = false;
      const ack: ReceiverEvent['ack'] = async (...response) => {
        if (isAcked) return;
        isAcked = true;
        await event.ack(...response);
      };
      try {
        await given.app().processEvent({ ...event, ack });
      } finally {
        await ack();
      }
    },
  };
}
