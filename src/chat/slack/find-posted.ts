// Finds a card that Slack took while the bot was killed, by the metadata that it was posted with.

import { z } from 'zod';
import type { CardMark } from '../../core/message-ports.ts';
import type { ChatMessenger } from '../../core/ports.ts';
import { type Json, outcomeOf, type SlackClient } from './client.ts';

const eventType = 'identity_desk_card';
/** A card that is looked for was posted just before the bot was killed. */
const mostRead = 100;

const history = z.looseObject({
  messages: z.array(
    z.looseObject({
      ts: z.string(),
      metadata: z.looseObject({ event_type: z.string(), event_payload: z.looseObject({}) }).optional(),
    }),
  ),
});

/** The metadata of a card, which people do not see. */
export const metadataOf = (mark: CardMark | undefined): Json =>
  mark === undefined ? {} : { metadata: { event_type: eventType, event_payload: { ...mark } } };

/**
 * Looks in channels too, where the app was given the optional scopes to read them: they let it read all that people say there. What
 * others have posted is not taken for a card: it is the bot alone that can update it, so its update would fail.
 */
export function createFindPosted(web: SlackClient): NonNullable<ChatMessenger['findPosted']> {
  return async ({ conversation, thread }, { request, slot }) => {
    const where = { channel: conversation, limit: mostRead, include_all_metadata: true };
    try {
      const answer =
        thread === undefined
          ? await web.callWithRetry('conversations.history', where)
          : await web.callWithRetry('conversations.replies', { ...where, ts: thread });
      const found = history.parse(answer).messages.find(({ metadata }) => {
        const { event_type, event_payload } = metadata ?? {};
        return event_type === eventType && event_payload?.request === request && event_payload?.slot === slot;
      });
      return found && { ok: true, message: found.ts };
    } catch (error) {
      const outcome = outcomeOf(error);
      const isUnread = outcome.detail === 'missing_scope' && !conversation.startsWith('D');
      return isUnread ? { ok: false, why: 'blocked', detail: 'no scope to read channels' } : outcome;
    }
  };
}
