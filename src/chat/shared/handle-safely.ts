// Calls the core so that there always is an answer.

import { internalErrorCard } from '../../core/cards/answer-cards.ts';
import type { Answer, BotApi, Interaction } from '../../core/chat.ts';
import type { Log } from '../../core/ports.ts';

/** The core's answer. An exception is logged and becomes a failed answer whose card has the time, to find it in the log. */
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
    log.error({ error, deliveryId, kind }, 'interaction failed');
    return { kind: 'failed', card: internalErrorCard(time) };
  }
}
