// Handles the invoke `adaptiveCard/action`: the answer is the invoke's response, or a message where it comes too late.

import { handleSafely } from '../shared/handle-safely.ts';
import { staysInPlace } from './buttons.ts';
import { type TeamsContext, WORDS } from './context.ts';
import { interactionOf } from './decode.ts';
import { deliver, type InvokeResponse, messageResponse, replyTo, type Surface } from './deliver.ts';
import type { AdaptiveCardAction } from './interactions.ts';

/** Handles the invoke and returns the response's body. */
export async function invoke(context: TeamsContext, received: AdaptiveCardAction): Promise<InvokeResponse> {
  const { botApi, background, log } = context;
  if (received.isAutomatic) return messageResponse('');
  const { sender, button } = received;
  if (sender === undefined) return messageResponse(WORDS.unknownSender);
  await context.conversations.note(received);
  const interaction = interactionOf(received, sender);
  if (!interaction || !button) return messageResponse(WORDS.unknownButton);

  const { promise, resolve, reject } = Promise.withResolvers<InvokeResponse>();
  let isAnswered = false;
  const respond = (response: InvokeResponse): boolean => {
    if (isAnswered) return false;
    isAnswered = true;
    resolve(response);
    return true;
  };
  const isInPlace = staysInPlace(button);
  const surface: Surface = {
    kind: 'invoke',
    entraId: sender.entraId,
    isPersonal: received.location.isPersonal,
    to: replyTo(received),
    replaces: isInPlace ? received.pressedMessage : undefined,
    isInPlace,
    respond,
  };
  const turn = setTimeout(() => respond(messageResponse(WORDS.working)), context.turnMs);
  const work = handleSafely(botApi, interaction, log)
    .then((answer) => deliver(context, answer, surface))
    .finally(() => clearTimeout(turn));
  background.track('delivery of an answer', work);
  work.catch(reject);
  return promise;
}
