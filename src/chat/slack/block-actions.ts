// Handles block_actions: a button in a message, a modal or the Home tab. A button with a prompt opens a modal; all others go to the
// core, and the answer replaces the card of the button or goes to the person who selected it.

import type { Answer, ChatLocation, Interaction } from '../../core/chat.ts';
import { withTimeout } from '../../with-timeout.ts';
import { handleSafely } from '../shared/handle-safely.ts';
import { ACTIONS, commandIn, openedForm, promptOf } from './buttons.ts';
import { type SlackContext, WORDS } from './context.ts';
import { deliver, tellRequester } from './deliver.ts';
import { sendEphemeral } from './ephemeral.ts';
import type { BlockActions, PressedOn, SlackView } from './interactions.ts';
import { LIMITS } from './limits.ts';
import { formView, reasonView, VIEWS, waitingView } from './modals.ts';
import { type OpenMode, openForm, openView, updateView } from './open-modal.ts';
import { filledOf, metaLocation } from './private-metadata.ts';
import { lineMessage } from './render.ts';
import { cardLocationFor } from './request-card-location.ts';
import type { Surface } from './surface.ts';

/** Handles a button, or a choice in a modal. */
export async function onBlockActions(context: SlackContext, pressed: BlockActions): Promise<void> {
  const { actionId, requester, value, on } = pressed;
  if (actionId.startsWith('request.')) return onRequestButton(context, pressed);
  if (actionId.startsWith(ACTIONS.command)) return onCommandButton(context, pressed);
  if (actionId === ACTIONS.form) {
    const opened = openedForm(value);
    if (opened && (await openForm(context, requester, opened.command, opened.values, howFrom(on)))) return;
  } else if (actionId === ACTIONS.back) return on.kind === 'view' ? backToForm(context, pressed, on.view) : undefined;
  else if (actionId === ACTIONS.suggest) return on.kind === 'view' ? narrow(context, pressed, on.view) : undefined;
  // A link needs no handling; other choices in a form are read when the form is submitted.
  else if (actionId.startsWith(ACTIONS.link) || actionId === ACTIONS.value) return;
  await tellRequester(context, requester, WORDS.stale, on.kind === 'view' ? howFrom(on) : undefined);
}

function howFrom(on: PressedOn): OpenMode {
  return on.kind === 'view' && on.view.surface === 'modal' ? 'push' : 'open';
}

/** The core's answer; where it takes longer, a person outside of a view is told so. */
async function answerTo(context: SlackContext, pressed: BlockActions, interaction: Interaction): Promise<Answer> {
  const answered = handleSafely(context.botApi, interaction, context.log);
  if (!(await withTimeout(answered, LIMITS.triggerMs)) && pressed.on.kind !== 'view') {
    await sendEphemeral(context, pressed.requester, lineMessage(WORDS.longer));
  }
  return answered;
}

async function onRequestButton(context: SlackContext, pressed: BlockActions): Promise<void> {
  const { actionId: verb, value: requestId, requester, on } = pressed;
  const message = on.kind === 'message' ? on.ts : undefined;
  const prompt = promptOf(verb, pressed.blockId);
  if (prompt) {
    const meta = {
      p: metaLocation(requester.location),
      v: verb,
      r: requestId.slice(0, 100),
      i: prompt.field.id,
      ...(message === undefined ? {} : { m: message }),
      ...(pressed.sentAt === undefined ? {} : { a: pressed.sentAt }),
    };
    if (await openView(context, requester, reasonView(prompt, meta), howFrom(on))) return;
    const words = 'Slack could not open the dialog. Select the button again.';
    return tellRequester(context, requester, words, on.kind === 'view' ? howFrom(on) : undefined);
  }
  const location = requester.location ?? (await cardLocationFor(context, requester));
  const answer = await answerTo(context, pressed, {
    kind: 'click',
    verb,
    requestId,
    fields: {},
    sender: requester.sender,
    location,
    deliveryId: pressed.deliveryId,
    ...(pressed.sentAt === undefined ? {} : { sentAt: pressed.sentAt }),
    // Views and ephemeral cards are not recorded as sent messages, so the revision that they show is unknown.
    seen: message === undefined ? { kind: 'unknown' } : { kind: 'card', message },
  });
  // A deleted request card is posted again by the notify job, not here.
  await deliver(context, answer, inPlace(pressed, location, false));
  context.home.refresh(requester.userId);
}

/** The surface that replaces the card of the button. */
function inPlace({ on, requester }: BlockActions, origin: ChatLocation, isPostedAnew: boolean): Surface {
  const base = { requester, origin };
  if (on.kind === 'view') {
    return on.view.surface === 'home' ? { ...base, kind: 'home' } : { ...base, kind: 'modal', viewId: on.view.id };
  }
  if (on.kind === 'ephemeral') return { ...base, kind: 'ephemeral', replaces: 'card' };
  if (!requester.location || on.ts === undefined) return { ...base, kind: 'ephemeral' };
  return { ...base, kind: 'message', to: requester.location, message: on.ts, isPostedAnew };
}

async function onCommandButton(context: SlackContext, pressed: BlockActions): Promise<void> {
  const { requester, on, deliveryId } = pressed;
  const { text, owner } = commandIn(pressed.value);
  const isInPlace = pressed.actionId.startsWith(ACTIONS.commandHere);
  const { form, isWrite } = context.botApi.readLine(text);
  if (form !== undefined && (await openForm(context, requester, form, {}, howFrom(on)))) return;
  const isPublic = on.kind === 'message';
  const { sender, location } = requester;
  const origin = isWrite || !location ? await cardLocationFor(context, requester, isPublic) : location;
  const interaction = {
    ...{ kind: 'text' as const, text, sender, location: origin, deliveryId },
    ...(owner === undefined ? {} : { owner }),
  };
  if (on.kind === 'view') {
    await runInView(context, pressed, on.view, interaction, isInPlace);
    context.home.refresh(requester.userId);
    return;
  }
  const answer = await answerTo(context, pressed, interaction);
  const base = { requester, origin, isPublic };
  // In a channel the answer may contain what only this person may see: it goes to them alone.
  const isBeforeAll = isPublic && location !== undefined && !location.isPersonal;
  if (isBeforeAll) return deliver(context, answer, { ...base, kind: 'ephemeral' });
  if (isInPlace) return deliver(context, answer, { ...inPlace(pressed, origin, true), isPublic });
  if (on.kind === 'ephemeral' || !location) return deliver(context, answer, { ...base, kind: 'ephemeral' });
  return deliver(context, answer, { ...base, kind: 'conversation', to: { conversation: location.conversation } });
}

/** Shows the answer in the button's modal or in a new one: at once, or after a loading view where it takes longer. */
async function runInView(
  context: SlackContext,
  { requester, on }: BlockActions,
  view: SlackView,
  interaction: Interaction,
  isInPlace: boolean,
): Promise<void> {
  const answered = handleSafely(context.botApi, interaction, context.log);
  const base = { requester, origin: interaction.location };
  if (isInPlace && view.surface === 'modal') {
    return deliver(context, await answered, { ...base, kind: 'modal', viewId: view.id });
  }
  const how = howFrom(on);
  const isQuick = (await withTimeout(answered, LIMITS.loadingMs)) !== undefined;
  const viewId = isQuick ? undefined : await openView(context, requester, waitingView(WORDS.opening), how);
  return deliver(context, await answered, { ...base, kind: 'new_modal', how, viewId, isOpened: !isQuick });
}

/** From a plan back to its form, with all values kept. */
async function backToForm(context: SlackContext, { requester }: BlockActions, { id, meta }: SlackView): Promise<void> {
  const filled = filledOf(meta);
  const form = meta?.c === undefined ? undefined : context.botApi.form(meta.c, filled.values);
  if (form) await updateView(context, id, formView(form.card, requester.location, filled));
}

/** A field that other fields depend on has changed: stores its value in the modal, for the suggestions of the others. */
async function narrow(context: SlackContext, { requester }: BlockActions, view: SlackView): Promise<void> {
  const { meta, filled } = view;
  if (view.callbackId !== VIEWS.form || meta?.c === undefined) return;
  const form = context.botApi.form(meta.c, filled.values);
  if (form) await updateView(context, view.id, formView(form.card, requester.location, filled), view.hash);
}
