// Shortcuts: two forms from anywhere, and one from a message, whose link becomes the reason.

import { z } from 'zod';
import { formView, noticeView } from './modals.ts';
import { type Asker, openForm, openWith, type Parts, WORDS } from './parts.ts';
import { type Shortcut, speakerIn } from './receive.ts';
import type { Json } from './text.ts';
import { outcomeOf } from './web.ts';

/** callback_ids, and the command whose form each opens. */
export const SHORTCUTS = { create_identity: 'create', grant_role: 'grant', request_from_message: 'create' } as const;

export async function shortcut(parts: Parts, body: Shortcut, at: number): Promise<void> {
  const { callback_id: id, user, channel, message } = body;
  // Its answer is the person's own: a shortcut has no place, and that of a message is not theirs to write into.
  const asker: Asker = {
    userId: user.id,
    speaker: speakerIn(body),
    place: undefined,
    responseUrl: body.response_url,
    triggerId: body.trigger_id,
    at,
  };
  if (!Object.hasOwn(SHORTCUTS, id)) return;
  const command = SHORTCUTS[id as keyof typeof SHORTCUTS];
  if (id !== 'request_from_message' || !channel || !message) {
    await openForm(parts, asker, command, {});
    return;
  }
  await openWith(parts, asker, filled(parts, command, channel.id, message.ts));
}

async function filled(parts: Parts, command: string, channel: string, ts: string): Promise<Json> {
  let link: string | undefined;
  try {
    const answer = await parts.web.call('chat.getPermalink', { channel, message_ts: ts });
    link = z.looseObject({ permalink: z.url() }).parse(answer).permalink;
  } catch (error) {
    parts.log.warn({ detail: outcomeOf(error).detail }, 'Slack: a message has no link for the bot');
  }
  const card = parts.face.form(command, link === undefined ? {} : { reason: `Asked for in ${link}` });
  return card ? formView(card, undefined) : noticeView(WORDS.stale);
}
