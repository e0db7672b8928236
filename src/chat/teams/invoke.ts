// Answers the invoke `adaptiveCard/action`: with the invoke's response, or with a message where it comes too late.

import type { Interaction } from '../../core/chat.ts';
import { handleSafely } from '../shared/handle-safely.ts';
import { type PressedButton, staysInPlace } from './buttons.ts';
import { type TeamsContext, WORDS } from './context.ts';
import { deliver, type InvokeResponse, messageResponse, replyTo, type Surface } from './deliver.ts';
import type { AdaptiveCardAction } from './interactions.ts';

/** An answer under way. */
interface AnsweredInvoke {
  /** The body of the invoke's response. */
  readonly response: Promise<InvokeResponse>;
  /** Resolves when the answer is delivered. */
  readonly delivered: Promise<void>;
}

/** Starts the answer to an invoke. `isLate`: nobody waits for the response any more. */
export function invoke(
  context: TeamsContext,
  received: AdaptiveCardAction,
  button: PressedButton,
  interaction: Interaction,
  isLate = false,
): AnsweredInvoke {
  const { promise, resolve } = Promise.withResolvers<InvokeResponse>();
  let isAnswered = isLate;
  const respond = (response: InvokeResponse): boolean => {
    if (isAnswered) return false;
    isAnswered = true;
    resolve(response);
    return true;
  };
  const turn = setTimeout(() => respond(messageResponse(WORDS.working)), context.turnMs);
  async function answer(): Promise<void> {
    await context.conversations.note(received);
    const isInPlace = staysInPlace(button);
    const surface: Surface = {
      kind: 'invoke',
      entraId: received.sender?.entraId,
      isPersonal: received.location.isPersonal,
      to: replyTo(received),
      replaces: isInPlace ? received.pressedMessage : undefined,
      isInPlace,
      respond,
    };
    await deliver(context, await handleSafely(context.botApi, interaction, context.log), surface);
  }
  const delivered = context.workload.now(answer).finally(() => {
    clearTimeout(turn);
    respond(messageResponse(WORDS.below));
  });
  return { response: promise, delivered };
}
