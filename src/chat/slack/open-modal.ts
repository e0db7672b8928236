// Opens modals, and brings open ones up to date. A trigger opens one modal, and only for a moment.

import type { types } from '@slack/bolt';
import type { Card } from '../../core/chat.ts';
import { outcomeOf } from './client.ts';
import { type SlackContext, WORDS } from './context.ts';
import { sendEphemeralCard } from './ephemeral.ts';
import type { Requester } from './interactions.ts';
import { LIMITS } from './limits.ts';
import { formView } from './modals.ts';
import { fieldsIn } from './render.ts';

/** `push`: on top of the modal that is open. */
export type OpenMode = 'open' | 'push';

/** Whether it is worth a try to open a modal: a trigger is good for 3 s. */
export function isTriggerFresh({ triggerId, receivedAt }: Requester): boolean {
  return !!triggerId && performance.now() - receivedAt < LIMITS.triggerMs;
}

/** Opens a modal at once. Its id; undefined where Slack would not (the trigger is used or too old). */
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
    context.log.warn({ detail: outcomeOf(error).detail }, 'Slack: a modal could not be opened');
    return undefined;
  }
}

/** `hash`: only while the modal is still the one that it was taken from. False where Slack did not. */
export async function updateView(
  context: SlackContext,
  viewId: string,
  view: types.ModalView,
  hash?: string,
): Promise<boolean> {
  try {
    await context.web.callPatiently('views.update', { view_id: viewId, view, ...(hash === undefined ? {} : { hash }) });
    return true;
  } catch (error) {
    context.log.warn({ detail: outcomeOf(error).detail }, 'Slack: a modal could not be brought up to date');
    return false;
  }
}

/** Opens a command's form; where Slack will not, its button is sent instead. False: there is no such command. */
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
  } else warm(context, requester, command, card, values);
  return true;
}

/** Has the lists of a form looked up while its reader still looks at it, so that its menus open at once. */
function warm(
  { botApi, background }: SlackContext,
  { sender, location }: Requester,
  command: string,
  card: Card,
  values: Readonly<Record<string, string>>,
): void {
  const requester = { sender, location: location ?? { chat: sender.chat, conversation: '', isPersonal: true } };
  const fields = fieldsIn(card).filter(({ isSearchable }) => isSearchable);
  background.start('the lists of a form', async () => {
    // One after the other: they share most of what they ask Azure for.
    for (const { id: field } of fields) await botApi.suggest(requester, { command, field, query: '', most: 1, values });
  });
}
