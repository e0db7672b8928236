// Cards that the chat may have taken while the bot was killed: each is noted before it is posted, and looked for in the chat before it
// is posted again.

import type { CardMark, SentMessage, SentMessages } from '../core/message-ports.ts';
import type { Request } from '../core/model/request.ts';
import type { ChatMessenger, Delivery } from '../core/ports.ts';
import { targetFrom } from './recipients.ts';

/** A card that was about to be posted, and that may stand in the chat. */
export const isUnrecorded = ({ slot, message }: SentMessage) => message === null && !slot.startsWith('note:');

/** A card that stands there besides the one that is kept, taken up when somebody clicked on it. */
export const isAgain = ({ slot }: SentMessage) => slot.startsWith('again:');

/** The mark of a card in the chat. */
export const markOf = (request: Request, slot: string): CardMark => ({ request: request.id, slot });

/** Builds the search for a request's unrecorded cards: those found are recorded, and then updated as the others are. */
export function createFindUnrecorded(deps: {
  readonly messages: SentMessages;
  readonly messengerOf: (sent: SentMessage) => ChatMessenger | undefined;
  /** Logs a failed delivery. Throws where it must be repeated at a time of its own. */
  readonly check: (delivery: Delivery, request: Request, slot: string) => boolean;
}) {
  /** Returns the slots of which it is not known yet whether their card stands there: they must not be posted now. */
  return async function findUnrecorded(request: Request): Promise<ReadonlySet<string>> {
    const unknown = new Set<string>();
    for (const sent of (await deps.messages.of(request.id)).filter(isUnrecorded)) {
      const { conversation, thread } = targetFrom(sent, request);
      const to = { conversation, ...(thread === undefined ? {} : { thread }) };
      const found = await deps.messengerOf(sent)?.findPosted?.(to, markOf(request, sent.slot));
      if (found?.ok) await deps.messages.save({ ...sent, message: found.message });
      else if (found?.why === 'busy' || found?.why === 'failed') {
        deps.check(found, request, sent.slot);
        unknown.add(sent.slot);
      }
    }
    return unknown;
  };
}
