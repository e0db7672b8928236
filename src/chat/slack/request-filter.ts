// Filters payloads: refuses workspaces that are not served, ignores replayed requests, and acknowledges what nothing handles. Bolt's
// receiver has verified the signature by then; it does none of these.

import type { App, ReceiverEvent } from '@slack/bolt';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { RefusedAccess } from '../../core/model/person.ts';
import type { Log } from '../../core/ports.ts';
import type { Json } from './client.ts';
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

/** What the receiver passes payloads to, in place of Bolt's App. Its `processEvent` throws Refused for another workspace's payload. */
export function createRequestFilter(given: {
  /** Resolves when the payload is acknowledged. */
  receive: (body: unknown, ack: (response?: Json) => Promise<void>) => Promise<void>;
  served: () => ServedWorkspaces;
  respond: Respond;
  onRefused: (refused: RefusedAccess) => void;
  log: Log;
}): Pick<App, 'processEvent'> {
  /**
   * Recent signatures and event ids, with the acknowledgement of each: a repetition is not acknowledged before the first is on record.
   * A signature is valid for five minutes in either direction.
   */
  const seen = new LRUCache<string, Promise<void>>({ max: 20_000, ttl: 11 * 60_000 });

  /** The acknowledgement of the delivery that this one repeats. */
  function firstOf(event: ReceiverEvent, acknowledged: Promise<void>): Promise<void> | undefined {
    const { type, event_id: eventId } = bodySchema.safeParse(event.body).data ?? {};
    // A suggestion query changes nothing, and the same one may be sent twice in a second.
    if (type === 'block_suggestion') return undefined;
    const signature = event.customProperties?.signature;
    const keys = [eventId, signature].filter((key) => typeof key === 'string');
    const first = keys.map((key) => seen.get(key)).find((one) => one !== undefined);
    if (first === undefined) for (const key of keys) seen.set(key, acknowledged);
    return first;
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
      const { promise: acknowledged, resolve } = Promise.withResolvers<void>();
      const first = firstOf(event, acknowledged);
      if (first) {
        given.log.info({ retry: event.retryNum ?? 0 }, 'Slack: repeated delivery ignored');
        await first;
        await event.ack();
        return;
      }
      let isAcked = false;
      const ack = async (response?: Json) => {
        if (isAcked) return;
        isAcked = true;
        await event.ack(response as string | undefined);
        resolve();
      };
      try {
        await given.receive(event.body, ack);
      } finally {
        await ack();
      }
    },
  };
}
