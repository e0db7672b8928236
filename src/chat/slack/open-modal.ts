// Opens and updates modals. A trigger_id opens one modal, within 3 s.

import type { types } from '@slack/bolt';
import type { Card } from '../../core/chat.ts';
import { outcomeOf } from './client.ts';
import { type SlackContext, WORDS } from './context.ts';
import { sendEphemeralCard } from './ephemeral.ts';
import type { Requester } from './interactions.ts';
import { LIMITS } from './limits.ts';
import { formView } from './modals.ts';
import { fieldsIn } from './render.ts';

/** `push`: on top of the open modal. */
export type OpenMode = 'open' | 'push';

/** Whether the trigger_id may still be valid. */
export function isTriggerFresh({ triggerId, receivedAt }: Requester): boolean {
  return !!triggerId && Date.now() - receivedAt < LIMITS.triggerMs;
}

/** Opens a modal and returns its id; undefined where Slack refuses (trigger_id used or expired). */
export async function openView(
  context: SlackContext,
  { triggerId }: Requester,
  view: types.ModalView,
  how: OpenMode = 'open',
): Promise<string | undefined> {
  if (!triggerId) return undefined;
  try {
    const answer = await context.web.call(`views.${how}`, { trigger_id: triggerId, view });
    const id = (answer.view as { id?: unknown } | undefined)?.id;
    return typeof id === 'string' ? id : undefined;
  } catch (error) {
    context.log.warn({ detail: outcomeOf(error).detail }, 'Slack: modal not opened');
    return undefined;
  }
}

/** Updates a modal; with `hash` only if it has not changed since. Returns false where Slack refuses. */
export async function updateView(
  context: SlackContext,
  viewId: string,
  view: types.ModalView,
  hash?: string,
): Promise<boolean> {
  try {
    await context.web.callWithRetry('views.update', { view_id: viewId, view, ...(hash === undefined ? {} : { hash }) });
    return true;
  } catch (error) {
    context.log.warn({ detail: outcomeOf(error).detail }, 'Slack: modal not updated');
    return false;
  }
}

/** Opens a command's form; where Slack refuses, sends a button that opens it. Returns false for an unknown command. */
export async function openForm(
  context: SlackContext,
  requester: Requester,
  command: string,
  values: Readonly<Record<string, string>>,
  how: OpenMode = 'open',
): Promise<boolean> {
  const card = context.botApi.form(command, values)?.card;
  if (!card) return false;
  if ((await openView(context, requester, formView(card, requester.location), how)) === undefined) {
    await sendEphemeralCard(context, requester, { ...card, subtitle: WORDS.late });
  } else preloadSuggestions(context, requester, command, card, values);
  return true;
}

/** Preloads a form's suggestion lists into the cache, so that its menus open at once. */
function preloadSuggestions(
  { botApi, background }: SlackContext,
  { sender, location }: Requester,
  command: string,
  card: Card,
  values: Readonly<Record<string, string>>,
): void {
  const requester = { sender, location: location ?? { chat: sender.chat, conversation: '', isPersonal: true } };
  const fields = fieldsIn(card).filter(({ isSearchable }) => isSearchable);
  background.start('preload suggestions', async () => {
    // Sequentially: they share most of their Azure calls.
    for (const { id: field } of fields) await botApi.suggest(requester, { command, field, query: '', most: 1, values });
  });
}
