// Answers that one person alone sees: by the response_url, else in the channel unseen by others, else in their own chat.

import type { Card } from '../../core/chat.ts';
import { outcomeOf } from './client.ts';
import type { SlackContext } from './context.ts';
import type { Requester } from './interactions.ts';
import { messageOf, type SlackMessage } from './render.ts';

/** Brings a message. `replaces`: it takes the place of the message that the response_url belongs to. */
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
    await context.web.callPatiently('chat.postMessage', {
      channel,
      ...message,
      unfurl_links: false,
      unfurl_media: false,
    });
  } catch (error) {
    log.warn({ detail: outcomeOf(error).detail }, 'Slack: an answer reached nobody');
  }
}

/** The same with a card; where the response_url will not have its table, without. */
export async function sendEphemeralCard(
  context: SlackContext,
  requester: Requester,
  card: Card,
  replaces = false,
): Promise<void> {
  if (card.blocks.some(({ kind }) => kind === 'table')) {
    const sent = await context.respond(requester.responseUrl, { ...responseOptions(replaces), ...messageOf(card) });
    if (sent === 'sent') return;
  }
  await sendEphemeral(context, requester, messageOf(card, false), replaces);
}

function responseOptions(replaces: boolean) {
  return replaces ? { replace_original: true } : { replace_original: false, response_type: 'ephemeral' };
}
