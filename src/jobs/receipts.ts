// Sends each decision's receipt to the one under whose name it was made: to all of their own chats, not only to the one that it came
// from, since that may be in other hands.

import { receiptCard } from '../core/cards/receipt-card.ts';
import type { SentMessages } from '../core/message-ports.ts';
import type { ChatName, Person } from '../core/model/person.ts';
import type { Decision, Request } from '../core/model/request.ts';
import type { ChatMessenger, Conversation, Delivery, Log } from '../core/ports.ts';

/** The slot that records that a decision's receipts are sent; with a conversation, the one there. It is no card of the request. */
const slotOf = ({ at, by }: Decision, chat?: Conversation) =>
  `note:receipt:${at}:${by.key}${chat === undefined ? '' : `:${chat.id}`}`;

interface ReceiptDependencies {
  readonly messages: SentMessages;
  readonly messengers: () => readonly ChatMessenger[];
  /** A person's own chats with the bot. */
  readonly chatsOf: (person: Person) => Promise<readonly Conversation[]>;
  /** Logs a failed delivery. Throws where it must be repeated at a time of its own. */
  readonly check: (delivery: Delivery, request: Request, slot: string) => boolean;
  readonly log: Log;
}

/** Sends the receipts that are not sent yet. Returns false where one must be tried again. */
export function createReceipts({ messages, messengers, chatsOf, check, log }: ReceiptDependencies) {
  return async function sendReceipts(request: Request): Promise<boolean> {
    // Of earlier versions' decisions it is not known which account made them.
    const due = request.decisions.filter(({ account }) => account !== undefined);
    if (due.length === 0) return true;
    const sent = new Set((await messages.of(request.id)).map(({ slot }) => slot));
    const record = (slot: string, chat: ChatName, conversation: string) => {
      const { id: requestId, version, revision } = request;
      return messages.save({ requestId, slot, chat, conversation, message: null, version, revision, toldLines: 0 });
    };

    /** Returns false where one must be tried again. */
    async function sendOne(decision: Decision): Promise<boolean> {
      const chats = await chatsOf(decision.by);
      if (chats.length === 0) {
        log.warn({ request: request.id, person: decision.by.key }, 'no receipt sent: the person has no own chat');
      }
      let isWhole = true;
      for (const chat of chats) {
        const slot = slotOf(decision, chat);
        const messenger = messengers().find((one) => one.chat === chat.chat);
        if (!messenger || sent.has(slot)) continue;
        const delivery = await messenger.post({ conversation: chat.id }, receiptCard(request, decision));
        if (check(delivery, request, slot)) await record(slot, chat.chat, chat.id);
        else if (!delivery.ok && delivery.why === 'failed') isWhole = false;
      }
      return isWhole;
    }

    let isWhole = true;
    for (const decision of due) {
      const slot = slotOf(decision);
      if (sent.has(slot)) continue;
      if (await sendOne(decision)) await record(slot, request.origin.chat, request.origin.conversation);
      else isWhole = false;
    }
    return isWhole;
  };
}
