// Reminds whoever asked for temporary access of its end, in their own chat, with what they can do about it.

import { endReminderCard } from '../core/cards/end-reminder-card.ts';
import type { SentMessages } from '../core/message-ports.ts';
import type { Grant } from '../core/model/grant.ts';
import type { ChatName, Person } from '../core/model/person.ts';
import type { Request } from '../core/model/request.ts';
import type { ChatMessenger, Conversation, Delivery } from '../core/ports.ts';

/** The slot that records that a grant's end was reminded of. It is no card of the request. */
const slotOf = ({ id, endsAt }: Grant) => `note:ends:${id}:${endsAt}`;

/** Builds the sending of a request's reminders: each once. It returns false where one must be tried again. */
export function createEndReminders(deps: {
  readonly messages: SentMessages;
  readonly messengers: () => readonly ChatMessenger[];
  /** A person's own chats with the bot. */
  readonly chatsOf: (person: Person, only?: ChatName) => Promise<readonly Conversation[]>;
  /** Logs a failed delivery. Throws where it must be repeated at a time of its own. */
  readonly check: (delivery: Delivery, request: Request, slot: string) => boolean;
}) {
  const { messages, messengers, chatsOf, check } = deps;

  return async function sendEndReminders(request: Request): Promise<boolean> {
    const due = request.grants.filter(
      ({ state, early, remindedOf, endsAt }) => state === 'active' && !early && remindedOf === endsAt,
    );
    if (due.length === 0) return true;
    const sent = new Set((await messages.of(request.id)).map(({ slot }) => slot));
    const open = due.filter((grant) => !sent.has(slotOf(grant)));
    if (open.length === 0) return true;
    const { origin, requester, id: requestId, version, revision } = request;
    // Where they asked in a chat of their own, that one is known without a lookup.
    const conversations = origin.isPersonal
      ? [origin.conversation]
      : (await chatsOf(requester, origin.chat)).map(({ id }) => id);
    const messenger = messengers().find(({ chat }) => chat === origin.chat);
    let isWhole = true;
    for (const grant of open) {
      const slot = slotOf(grant);
      for (const conversation of messenger ? conversations : []) {
        const delivery = await messenger?.post({ conversation }, endReminderCard(request, grant));
        if (delivery && !check(delivery, request, slot) && !delivery.ok && delivery.why === 'failed') isWhole = false;
      }
      const place = { chat: origin.chat, conversation: origin.conversation, message: null };
      if (isWhole) await messages.save({ requestId, slot, ...place, version, revision, toldLines: 0 });
    }
    return isWhole;
  };
}
