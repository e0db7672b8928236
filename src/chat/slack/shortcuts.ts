// Handles shortcuts: two global ones that open forms, and a message shortcut with the message's link as the reason.

import type { types } from '@slack/bolt';
import { z } from 'zod';
import { internalErrorCard } from '../../core/cards/answer-cards.ts';
import { withTimeout } from '../../with-timeout.ts';
import { outcomeOf } from './client.ts';
import { type SlackContext, WORDS } from './context.ts';
import type { Requester, Shortcut } from './interactions.ts';
import { LIMITS } from './limits.ts';
import { formView, noticeView, waitingView } from './modals.ts';
import { openForm, openView, updateView } from './open-modal.ts';

/** The shortcuts' callback_ids, and the command whose form each opens. */
export const SHORTCUTS = { create_identity: 'create', grant_role: 'grant', request_from_message: 'create' } as const;

/** Opens a shortcut's form. */
export async function onShortcut(context: SlackContext, shortcut: Shortcut): Promise<void> {
  const { callbackId, requester, message } = shortcut;
  if (!Object.hasOwn(SHORTCUTS, callbackId)) return;
  const command = SHORTCUTS[callbackId as keyof typeof SHORTCUTS];
  if (callbackId !== 'request_from_message' || !message) {
    await openForm(context, requester, command, {});
    return;
  }
  await openWith(context, requester, formAbout(context, command, message));
}

/** Opens a modal with the result of `work`: at once, or after a loading view where it takes longer. */
async function openWith(context: SlackContext, requester: Requester, work: Promise<types.ModalView>): Promise<void> {
  const made = await withTimeout(work, LIMITS.loadingMs);
  if (made) {
    await openView(context, requester, made.value);
    return;
  }
  const id = await openView(context, requester, waitingView(WORDS.opening));
  const view = await work.catch(() => noticeView(internalErrorCard(new Date()).fallback));
  if (id !== undefined) await updateView(context, id, view);
}

async function formAbout(
  context: SlackContext,
  command: string,
  { channel, ts }: NonNullable<Shortcut['message']>,
): Promise<types.ModalView> {
  let link: string | undefined;
  try {
    const answer = await context.web.call('chat.getPermalink', { channel, message_ts: ts });
    link = z.looseObject({ permalink: z.url() }).parse(answer).permalink;
  } catch (error) {
    context.log.warn({ detail: outcomeOf(error).detail }, 'Slack: message link not available');
  }
  const form = context.botApi.form(command, link === undefined ? {} : { reason: `Requested in ${link}` });
  return form ? formView(form.card, undefined) : noticeView(WORDS.stale);
}
