// A pressed button, in a message, a modal or the Home tab. A button that asks something opens its modal; all others are handed to
// the core, and the answer goes where the button stands or, where that does not fit, to the one who pressed it.

import type { Answer, Card, ChatLocation, Interaction } from '../../core/chat.ts';
import { withTimeout } from './background-tasks.ts';
import { ACTIONS, commandIn, openedForm, promptOf } from './buttons.ts';
import {
  ask,
  cardOf,
  isTriggerFresh,
  line,
  noted,
  openForm,
  openView,
  openWith,
  originFor,
  type Requester,
  type SlackContext,
  sendEphemeral,
  sendEphemeralCard,
  updateView,
  WORDS,
} from './context.ts';
import { deliveryOf, locationOf, type Press, senderIn } from './decode.ts';
import { filledIn } from './forms.ts';
import { LIMITS } from './limits.ts';
import {
  cardView,
  filledOf,
  formView,
  locationOf as locationIn,
  metaLocation,
  noticeView,
  readMeta,
  reasonView,
  VIEWS,
} from './modals.ts';

interface Pressed {
  readonly body: Press;
  readonly asker: Requester;
  readonly actionId: string;
  readonly value: string;
  readonly blockId: string | undefined;
  /** The message that bears the button, where it can be updated. */
  readonly message: string | undefined;
  readonly isEphemeral: boolean;
  readonly view: NonNullable<Press['view']> | undefined;
}

function read(body: Press, at: number): Pressed {
  const [action] = body.actions;
  const view = body.view ?? undefined;
  const conversation = body.channel?.id ?? body.container?.channel_id ?? undefined;
  const meta = view ? readMeta(view.private_metadata ?? undefined) : undefined;
  const location = conversation
    ? locationOf(conversation, body.message?.thread_ts ?? body.container?.thread_ts)
    : meta && locationIn(meta);
  const isEphemeral = body.container?.is_ephemeral === true;
  const ts = body.container?.message_ts ?? body.message?.ts ?? undefined;
  return {
    body,
    asker: {
      userId: body.user.id,
      sender: senderIn(body),
      location,
      responseUrl: body.response_url,
      triggerId: body.trigger_id,
      at,
    },
    actionId: action?.action_id ?? '',
    value: action?.value ?? '',
    blockId: action?.block_id ?? undefined,
    message: isEphemeral ? undefined : ts,
    isEphemeral,
    view,
  };
}

const how = (pressed: Pressed) => (pressed.view?.type === 'modal' ? 'push' : 'open');

export async function press(context: SlackContext, body: Press, at: number): Promise<void> {
  const pressed = read(body, at);
  const { actionId, asker, value } = pressed;
  if (actionId.startsWith('request.')) return request(context, pressed);
  if (actionId.startsWith(ACTIONS.command)) return command(context, pressed);
  if (actionId === ACTIONS.back) return back(context, pressed);
  if (actionId === ACTIONS.form) {
    const opened = openedForm(value);
    if (opened && (await openForm(context, asker, opened.command, opened.values, how(pressed)))) return;
    return tell(context, pressed, WORDS.stale);
  }
  if (actionId === ACTIONS.suggest) return narrow(context, pressed);
  // A link opens by itself; any other choice in a form counts when the form is sent.
  if (actionId.startsWith(ACTIONS.link) || actionId === ACTIONS.value) return;
  await tell(context, pressed, WORDS.stale);
}

/** Tells the one who pressed, and changes nothing. */
async function tell(context: SlackContext, pressed: Pressed, text: string): Promise<void> {
  const { asker, view } = pressed;
  if (view && isTriggerFresh(asker) && (await openView(context, asker, noticeView(text), how(pressed)))) return;
  await sendEphemeral(context, asker, line(text));
}

/** The core's answer; the person is told where it takes longer. */
async function withRetry(context: SlackContext, pressed: Pressed, interaction: Interaction): Promise<Answer> {
  const asked = ask(context, interaction);
  if (!(await withTimeout(asked, LIMITS.triggerMs)) && !pressed.view) {
    await sendEphemeral(context, pressed.asker, line(WORDS.longer));
  }
  return asked;
}

async function request(context: SlackContext, pressed: Pressed): Promise<void> {
  const { actionId: verb, value: requestId, asker, body, message } = pressed;
  const asked = promptOf(verb, pressed.blockId);
  if (asked) {
    const meta = {
      p: metaLocation(asker.location),
      v: verb,
      r: requestId.slice(0, 100),
      i: asked.id,
      ...(message === undefined ? {} : { m: message }),
    };
    if (await openView(context, asker, reasonView(asked, meta), how(pressed))) return;
    return tell(context, pressed, 'Slack could not open a window to ask why. Press the button again.');
  }
  const location = asker.location ?? (await originFor(context, asker));
  const answer = await withRetry(context, pressed, {
    kind: 'click',
    verb,
    requestId,
    fields: {},
    sender: senderIn(body),
    location,
    deliveryId: deliveryOf(body.trigger_id, body.actions[0]?.action_ts),
    // What a view shows is on no record: it counts as a card that nobody knows, good for a plan that was never made anew.
    seen: message === undefined ? { kind: 'unknown' } : { kind: 'card', message },
  });
  if (answer.kind === 'notice') await tell(context, pressed, answer.text);
  const card = answer.kind === 'recorded' ? answer.card : cardOf(answer);
  if (card) await replace(context, pressed, card);
  context.home.refresh(asker.userId);
}

/** Puts a card in the place of the one that was pressed; the Home tab makes itself anew. */
async function replace(context: SlackContext, pressed: Pressed, card: Card): Promise<void> {
  const { asker, view, message, isEphemeral } = pressed;
  if (view?.type === 'home') return;
  if (view) {
    await updateView(context, view.id, cardView(card, asker.location));
    return;
  }
  if (isEphemeral) return sendEphemeralCard(context, asker, card, true);
  if (asker.location && message !== undefined) {
    const { conversation, thread } = asker.location;
    const updated = await context.messenger.update({ conversation, message }, card);
    // A request's card that somebody deleted is posted anew by the job that tells its story, once.
    if (updated.ok || updated.why !== 'gone' || pressed.actionId.startsWith('request.')) return;
    await context.messenger.post({ conversation, ...(thread === undefined ? {} : { thread }) }, card);
  }
}

async function command(context: SlackContext, pressed: Pressed): Promise<void> {
  const { asker, body, view } = pressed;
  const { text, owner } = commandIn(pressed.value);
  const isHere = pressed.actionId.startsWith(ACTIONS.commandHere);
  const { form, isWrite } = context.botApi.readLine(text);
  if (form !== undefined && (await openForm(context, asker, form, {}, how(pressed)))) return;
  const isPublic = !view && !pressed.isEphemeral;
  const location = isWrite || !asker.location ? await originFor(context, asker, isPublic) : asker.location;
  const interaction = {
    kind: 'text',
    text,
    ...(owner === undefined ? {} : { owner }),
    sender: senderIn(body),
    location,
    deliveryId: deliveryOf(body.trigger_id, body.actions[0]?.action_ts),
  } as const;
  if (view) {
    const asked = ask(context, interaction);
    const drawn = asked.then((answer) => drawnAnswer(answer, asker, location));
    if (isHere && view.type === 'modal') await updateView(context, view.id, await drawn);
    else if (!(await openWith(context, asker, drawn, how(pressed))))
      await aside(context, pressed, interaction, await asked);
    context.home.refresh(asker.userId);
    return;
  }
  const answer = await withRetry(context, pressed, interaction);
  switch (answer.kind) {
    case 'card':
    case 'form':
    case 'failed': {
      const { card } = answer;
      if (
        answer.kind === 'form' &&
        isTriggerFresh(asker) &&
        (await openView(context, asker, formView(card, asker.location)))
      )
        return;
      // In a channel what one person may see is not put before everyone: they did not ask for that.
      if (isHere && !(isPublic && asker.location && !asker.location.isPersonal)) return replace(context, pressed, card);
      if (!pressed.isEphemeral && asker.location?.isPersonal) {
        await context.messenger.post({ conversation: asker.location.conversation }, card);
        return;
      }
      return sendEphemeralCard(context, asker, card);
    }
    case 'recorded': {
      if (answer.card) return sendEphemeralCard(context, asker, answer.card, isHere);
      // What was chosen is chosen: the choice gives way, so that it is not made twice.
      return sendEphemeral(context, asker, line(noted(answer, asker, location, isPublic)), isHere);
    }
    case 'notice':
      return sendEphemeral(context, asker, line(answer.text));
    case 'silence':
  }
}

/** Slack opened no window (it stacks three at the most): the answer comes into the person's own chat instead. */
async function aside(
  context: SlackContext,
  { asker }: Pressed,
  { location }: Interaction,
  answer: Answer,
): Promise<void> {
  const card = cardOf(answer);
  if (card) return sendEphemeralCard(context, asker, card);
  const words =
    answer.kind === 'recorded' ? noted(answer, asker, location) : answer.kind === 'notice' ? answer.text : WORDS.have;
  return sendEphemeral(context, asker, line(words));
}

/** An answer as a modal. */
function drawnAnswer(answer: Answer, asker: Requester, location: ChatLocation) {
  if (answer.kind === 'form') return formView(answer.card, asker.location);
  if (answer.kind === 'card' || answer.kind === 'failed') return cardView(answer.card, asker.location);
  if (answer.kind === 'recorded') {
    return answer.card ? cardView(answer.card, asker.location) : noticeView(noted(answer, asker, location));
  }
  return noticeView(answer.kind === 'notice' ? answer.text : WORDS.have);
}

/** From a plan back to its form, with all that was typed. */
async function back(context: SlackContext, { view, asker }: Pressed): Promise<void> {
  const meta = view && readMeta(view.private_metadata ?? undefined);
  const filled = filledOf(meta);
  const card = meta?.c === undefined ? undefined : context.botApi.form(meta.c, filled.values)?.card;
  if (view && card) await updateView(context, view.id, formView(card, asker.location, filled));
}

/** Something was chosen that others depend on: the modal carries it from now on, for when they are asked what they offer. */
async function narrow(context: SlackContext, { view, asker }: Pressed): Promise<void> {
  const meta = view && readMeta(view.private_metadata ?? undefined);
  if (!view || view.callback_id !== VIEWS.form || meta?.c === undefined) return;
  const filled = filledIn(view.state);
  const card = context.botApi.form(meta.c, filled.values)?.card;
  if (card) await updateView(context, view.id, formView(card, asker.location, filled), view.hash ?? undefined);
}
