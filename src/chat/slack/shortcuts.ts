// Shortcuts: two forms from anywhere, and one from a message, whose link becomes the reason.

import { z } from 'zod';
import { outcomeOf } from './client.ts';
import { openForm, openWith, type Requester, type SlackContext, WORDS } from './context.ts';
import { type Shortcut, senderIn } from './decode.ts';
import { formView, noticeView } from './modals.ts';
import type { Json } from './text.ts';

/** callback_ids, and the command whose form each opens. */
export const SHORTCUTS = { create_identity: 'create', grant_role: 'grant', request_from_message: 'create' } as const;

export async function shortcut(context: SlackContext, body: Shortcut, at: number): Promise<void> {
  const { callback_id: id, user, channel, message } = body;
  // Its answer is the person's own: a shortcut has no place, and that of a message is not theirs to write into.
  const asker: Requester = {
    userId: user.id,
    sender: senderIn(body),
    location: undefined,
    responseUrl: body.response_url,
    triggerId: body.trigger_id,
    at,
  };
  if (!Object.hasOwn(SHORTCUTS, id)) return;
  const command = SHORTCUTS[id as keyof typeof SHORTCUTS];
  if (id !== 'request_from_message' || !channel || !message) {
    await openForm(context, asker, command, {});
    return;
  }
  await openWith(context, asker, filled(context, command, channel.id, message.ts));
}

async function filled(context: SlackContext, command: string, channel: string, ts: string): Promise<Json> {
  let link: string | undefined;
  try {
    const answer = await context.web.call('chat.getPermalink', { channel, message_ts: ts });
    link = z.looseObject({ permalink: z.url() }).parse(answer).permalink;
  } catch (error) {
    context.log.warn({ detail: outcomeOf(error).detail }, 'Slack: a message has no link for the bot');
  }
  const card = context.botApi.form(command, link === undefined ? {} : { reason: `Asked for in ${link}` })?.card;
  return card ? formView(card, undefined) : noticeView(WORDS.stale);
}
