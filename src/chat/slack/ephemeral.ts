// Sends answers that only one person sees: by the response_url, else as an ephemeral message, else as a direct message.

import type { Card } from '../../core/chat.ts';
import { outcomeOf } from './client.ts';
import type { SlackContext } from './context.ts';
import type { Requester } from './interactions.ts';
import { messageOf, type SlackMessage } from './render.ts';

/** Sends a message to one person. `replaces`: it replaces the message that the response_url belongs to. Never throws. */
export async function sendEphemeral(
  context: SlackContext,
  requester: Requester,
  message: SlackMessage,
  replaces = false,
): Promise<void> {
  const { respond, messenger, members, log } = context;
  if ((await respond(requester.responseUrl, { ...responseOptions(replaces), ...message })) === 'sent') return;
  if (requester.location && !requester.location.isPersonal) {
    const delivery = await messenger.sendEphemeral({ ...requester.location, user: requester.userId }, message);
    if (delivery.ok) return;
  }
  try {
    const channel = await members.direct(requester.userId);
    await context.web.callWithRetry('chat.postMessage', {
      channel,
      ...message,
      unfurl_links: false,
      unfurl_media: false,
    });
  } catch (error) {
    log.warn({ detail: outcomeOf(error).detail }, 'Slack: answer not delivered');
  }
}

/** Sends a card to one person; without table blocks where the response_url refuses them. */
export async function sendEphemeralCard(
  context: SlackContext,
  requester: Requester,
  card: Card,
  replaces = false,
): Promise<void> {
  if (card.blocks.some(({ kind }) => kind === 'table' || kind === 'chart')) {
    const sent = await context.respond(requester.responseUrl, { ...responseOptions(replaces), ...messageOf(card) });
    if (sent === 'sent') return;
  }
  await sendEphemeral(context, requester, messageOf(card, false), replaces);
}

function responseOptions(replaces: boolean) {
  return replaces ? { replace_original: true } : { replace_original: false, response_type: 'ephemeral' };
}
