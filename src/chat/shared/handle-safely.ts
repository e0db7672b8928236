// The core's answer, whatever happens: a chat always has something to say.

import { internalErrorCard } from '../../core/cards/answer-cards.ts';
import type { Answer, BotApi, Interaction } from '../../core/chat.ts';
import type { Log } from '../../core/ports.ts';

/** What the core throws becomes a failed answer whose card says when, so that the log can be searched. */
export async function handleSafely(
  { handle }: Pick<BotApi, 'handle'>,
  interaction: Interaction,
  log: Log,
): Promise<Answer> {
  try {
    return await handle(interaction);
  } catch (error) {
    const time = new Date();
    const { deliveryId, kind } = interaction;
    log.error({ error, deliveryId, kind }, 'an interaction was not answered');
    return { kind: 'failed', card: internalErrorCard(time) };
  }
}
