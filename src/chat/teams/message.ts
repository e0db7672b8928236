// Handles a typed message, or an Action.Submit of an older client: the answer is a message, or an update of the card.

import type { Interaction } from '../../core/chat.ts';
import { withTimeout } from '../../with-timeout.ts';
import { handleSafely } from '../shared/handle-safely.ts';
import { staysInPlace } from './buttons.ts';
import { type TeamsContext, WORDS } from './context.ts';
import { interactionOf } from './decode.ts';
import { deliver, replyTo, type Surface } from './deliver.ts';
import type { ActionSubmit, TypedMessage } from './interactions.ts';

function surfaceOf(received: TypedMessage | ActionSubmit): Surface {
  const isInPlace = received.type === 'Action.Submit' && received.button !== undefined && staysInPlace(received.button);
  return {
    kind: 'message',
    entraId: received.sender?.entraId,
    isPersonal: received.location.isPersonal,
    to: replyTo(received),
    replaces: isInPlace ? received.pressedMessage : undefined,
  };
}

async function answer(context: TeamsContext, interaction: Interaction, surface: Surface): Promise<void> {
  const { messenger, background } = context;
  const showTyping = () => background.track('typing indicator', messenger.typing(surface.to));
  const typing = setTimeout(showTyping, context.typingMs);
  const answered = await handleSafely(context.botApi, interaction, context.log);
  clearTimeout(typing);
  await deliver(context, answered, surface);
}

/** Answers a message. Resolves when it is answered, or after `turnMs`; the answer is delivered later then. */
export async function message(context: TeamsContext, received: TypedMessage | ActionSubmit): Promise<void> {
  const { conversations, messenger, background } = context;
  await conversations.note(received);
  const surface = surfaceOf(received);
  if (received.sender === undefined) {
    await messenger.postReply(surface.to, WORDS.unknownSender);
    return;
  }
  const interaction = interactionOf(received, received.sender);
  if (!interaction) return;

  const work = answer(context, interaction, surface);
  background.track('delivery of an answer', work);
  await withTimeout(work, context.turnMs);
}
