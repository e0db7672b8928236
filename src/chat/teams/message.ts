// A line that a person typed, or an Action.Submit of an older client: the answer is a message, or the card's new state.

import { withTimeout } from '../../with-timeout.ts';
import { handleSafely } from '../shared/handle-safely.ts';
import { staysInPlace } from './buttons.ts';
import type { TeamsContext } from './context.ts';
import { interactionOf, type MessageEvent, type SubmitEvent } from './decode.ts';
import { replyTo, type Surface, WORDS } from './deliver.ts';

function surfaceOf(event: MessageEvent | SubmitEvent): Surface {
  const isInPlace = event.type === 'Action.Submit' && event.button !== undefined && staysInPlace(event.button);
  return { kind: 'message', to: replyTo(event), replaces: isInPlace ? event.pressedMessage : undefined };
}

/** Answers it. Resolves when that is done, or when a turn is over; the answer comes all the same then. */
export async function message(context: TeamsContext, event: MessageEvent | SubmitEvent): Promise<void> {
  const { botApi, messenger, background, log } = context;
  await context.conversations.note(event);
  const surface = surfaceOf(event);
  if (event.sender === undefined) {
    await messenger.postReply(surface.to, WORDS.unknownSender);
    return;
  }
  const interaction = interactionOf(event, event.sender);
  if (!interaction) return;

  async function answered(asked: NonNullable<typeof interaction>): Promise<void> {
    const typing = setTimeout(
      () => background.track('a sign of typing', messenger.typing(surface.to)),
      context.typingMs,
    );
    const answer = await handleSafely(botApi, asked, log);
    clearTimeout(typing);
    await context.deliver(answer, surface);
  }
  const work = answered(interaction);
  background.track('an answer', work);
  await withTimeout(work, context.turnMs);
}
