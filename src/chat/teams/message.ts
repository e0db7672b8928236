// Answers a typed message, or an Action.Submit of an older client: with a message, or an update of the card.

import type { Interaction } from '../../core/chat.ts';
import { handleSafely } from '../shared/handle-safely.ts';
import { staysInPlace } from './buttons.ts';
import type { TeamsContext } from './context.ts';
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

/** Answers a message. Resolves when it is answered. */
export async function message(
  context: TeamsContext,
  received: TypedMessage | ActionSubmit,
  interaction: Interaction,
): Promise<void> {
  const { conversations, messenger, background } = context;
  await conversations.note(received);
  const surface = surfaceOf(received);
  const showTyping = () => background.track('typing indicator', messenger.typing(surface.to));
  const typing = setTimeout(showTyping, context.typingMs);
  const answered = await handleSafely(context.botApi, interaction, context.log);
  clearTimeout(typing);
  await deliver(context, answered, surface);
}
