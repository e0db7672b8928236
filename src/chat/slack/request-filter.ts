// Filters payloads before Bolt's listeners: refuses workspaces that are not served, ignores replayed requests, and acknowledges what
// no listener handles. Bolt has verified the signature by then; it does none of these.

import type { App, ReceiverEvent } from '@slack/bolt';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { RefusedAccess } from '../../core/model/person.ts';
import type { Log } from '../../core/ports.ts';
import type { ServedWorkspaces } from './people.ts';
import type { Respond } from './response-url.ts';
import { originOf, strangerOf } from './sender.ts';

/** Thrown for a payload of a workspace that is not served. */
export class Refused extends Error {}

const bodySchema = z.looseObject({
  type: z.string().optional(),
  event_id: z.string().optional(),
  response_url: z.string().optional(),
});

const strangerWords = 'Identity Desk is available to another workspace only. Nothing was done.';

function isServed(body: unknown, served: ServedWorkspaces): boolean {
  const { team, enterprise } = originOf(body);
  if (team !== undefined && served.teams.has(team)) return true;
  // With an org-wide installation a payload may contain the organization only, or another of its workspaces.
  return (
    enterprise !== undefined &&
    (served.teams.has(enterprise) || (team === undefined && enterprise === served.enterprise))
  );
}

/** Replaces the App as the receiver's target. Its `processEvent` throws Refused for another workspace's payload. */
export function createRequestFilter(given: {
  app: () => App;
  served: () => ServedWorkspaces;
  respond: Respond;
  onRefused: (refused: RefusedAccess) => void;
  log: Log;
}): Pick<App, 'processEvent'> {
  /** Recent signatures and event ids. A signature is valid for five minutes in either direction. */
  const seen = new LRUCache<string, true>({ max: 20_000, ttl: 11 * 60_000 });

  function isRepeat(event: ReceiverEvent): boolean {
    const { type, event_id: eventId } = bodySchema.safeParse(event.body).data ?? {};
    // A suggestion query changes nothing, and the same one may be sent twice in a second.
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
        given.log.warn({ ...originOf(event.body) }, 'Slack: payload of another workspace refused');
        given.onRefused({ reason: 'other-workspace', ...strangerOf(event.body) });
        // A person of another company in a shared channel is told why. The payload is not processed further.
        const { response_url: url } = bodySchema.safeParse(event.body).data ?? {};
        if (url !== undefined) {
          void given.respond(url, { response_type: 'ephemeral', replace_original: false, text: strangerWords });
        }
        throw new Refused('another workspace');
      }
      if (isRepeat(event)) {
        given.log.info({ retry: event.retryNum ?? 0 }, 'Slack: repeated delivery ignored');
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
