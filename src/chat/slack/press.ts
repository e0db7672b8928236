// A pressed button, in a message, a modal or the Home tab. A button that asks something opens its modal; all others are handed to
// the core, and the answer goes where the button stands or, where that does not fit, to the one who pressed it.

import type { Answer, Card, Inbound, Place } from '../../core/chat.ts';
import { ACTIONS, askedBy, commandIn, openedForm } from './buttons.ts';
import { filledIn } from './forms.ts';
import { LIMITS } from './limits.ts';
import {
  cardView,
  filledOf,
  formView,
  metaPlace,
  noticeView,
  placeOf as placeIn,
  readMeta,
  reasonView,
  VIEWS,
} from './modals.ts';
import {
  type Asker,
  ask,
  isForm,
  isTriggerFresh,
  line,
  noted,
  openForm,
  openView,
  openWith,
  originFor,
  type Parts,
  updateView,
  WORDS,
  whisper,
  whisperCard,
} from './parts.ts';
import { deliveryOf, type Press, placeOf, speakerIn } from './receive.ts';
import { bareForm, commandOf } from './slash.ts';
import { soon } from './work.ts';

interface Pressed {
  readonly body: Press;
  readonly asker: Asker;
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
  const place = conversation
    ? placeOf(conversation, body.message?.thread_ts ?? body.container?.thread_ts)
    : meta && placeIn(meta);
  const isEphemeral = body.container?.is_ephemeral === true;
  const ts = body.container?.message_ts ?? body.message?.ts ?? undefined;
  return {
    body,
    asker: {
      userId: body.user.id,
      speaker: speakerIn(body),
      place,
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

export async function press(parts: Parts, body: Press, at: number): Promise<void> {
  const pressed = read(body, at);
  const { actionId, asker, value } = pressed;
  if (actionId.startsWith('request.')) return request(parts, pressed);
  if (actionId.startsWith(ACTIONS.command)) return command(parts, pressed);
  if (actionId === ACTIONS.back) return back(parts, pressed);
  if (actionId === ACTIONS.form) {
    const opened = openedForm(value);
    if (opened && (await openForm(parts, asker, opened.command, opened.values, how(pressed)))) return;
    return tell(parts, pressed, WORDS.stale);
  }
  if (actionId === ACTIONS.suggest) return narrow(parts, pressed);
  // A link opens by itself; any other choice in a form counts when the form is sent.
  if (actionId.startsWith(ACTIONS.link) || actionId === ACTIONS.value) return;
  await tell(parts, pressed, WORDS.stale);
}

/** Tells the one who pressed, and changes nothing. */
async function tell(parts: Parts, pressed: Pressed, text: string): Promise<void> {
  const { asker, view } = pressed;
  if (view && isTriggerFresh(asker) && (await openView(parts, asker, noticeView(text), how(pressed)))) return;
  await whisper(parts, asker, line(text));
}

/** The core's answer; the person is told where it takes longer. */
async function patiently(parts: Parts, pressed: Pressed, inbound: Inbound): Promise<Answer> {
  const asked = ask(parts, inbound);
  if (!(await soon(asked, LIMITS.triggerMs)) && !pressed.view) {
    await whisper(parts, pressed.asker, line(WORDS.longer));
  }
  return asked;
}

async function request(parts: Parts, pressed: Pressed): Promise<void> {
  const { actionId: verb, value: requestId, asker, body, message } = pressed;
  const asked = askedBy(verb, pressed.blockId);
  if (asked) {
    const meta = {
      p: metaPlace(asker.place),
      v: verb,
      r: requestId.slice(0, 100),
      i: asked.id,
      ...(message === undefined ? {} : { m: message }),
    };
    if (await openView(parts, asker, reasonView(asked, meta), how(pressed))) return;
    return tell(parts, pressed, 'Slack could not open a window to ask why. Press the button again.');
  }
  const place = asker.place ?? (await originFor(parts, asker));
  const answer = await patiently(parts, pressed, {
    kind: 'click',
    verb,
    requestId,
    fields: {},
    speaker: speakerIn(body),
    place,
    deliveryId: deliveryOf(body.trigger_id, body.actions[0]?.action_ts),
    // What a view shows is on no record: it counts as a card that nobody knows, good for a plan that was never made anew.
    ...(message !== undefined ? { message } : pressed.view ? { message: `view:${pressed.view.id}` } : {}),
  });
  if (answer.kind === 'notice') await tell(parts, pressed, answer.text);
  const card = answer.kind === 'card' || answer.kind === 'recorded' ? answer.card : undefined;
  if (card) await replace(parts, pressed, card);
  parts.home.refresh(asker.userId);
}

/** Puts a card in the place of the one that was pressed; the Home tab makes itself anew. */
async function replace(parts: Parts, pressed: Pressed, card: Card): Promise<void> {
  const { asker, view, message, isEphemeral } = pressed;
  if (view?.type === 'home') return;
  if (view) {
    await updateView(parts, view.id, cardView(card, asker.place));
    return;
  }
  if (isEphemeral) return whisperCard(parts, asker, card, true);
  if (asker.place && message !== undefined) {
    const { conversation, thread } = asker.place;
    const updated = await parts.sender.update({ conversation, message }, card);
    // A request's card that somebody deleted is posted anew by the job that tells its story, once.
    if (updated.ok || updated.why !== 'gone' || pressed.actionId.startsWith('request.')) return;
    await parts.sender.post({ conversation, ...(thread === undefined ? {} : { thread }) }, card);
  }
}

async function command(parts: Parts, pressed: Pressed): Promise<void> {
  const { asker, body, view } = pressed;
  const { text, owner } = commandIn(pressed.value);
  const isHere = pressed.actionId.startsWith(ACTIONS.commandHere);
  const form = bareForm(text);
  if (form !== undefined && (await openForm(parts, asker, form, {}, how(pressed)))) return;
  const isWrite = commandOf(text)?.writes === true;
  const isPublic = !view && !pressed.isEphemeral;
  const place = isWrite || !asker.place ? await originFor(parts, asker, isPublic) : asker.place;
  const inbound = {
    kind: 'text',
    text,
    ...(owner === undefined ? {} : { owner }),
    speaker: speakerIn(body),
    place,
    deliveryId: deliveryOf(body.trigger_id, body.actions[0]?.action_ts),
  } as const;
  if (view) {
    const asked = ask(parts, inbound);
    const drawn = asked.then((answer) => drawnAnswer(answer, asker, place));
    if (isHere && view.type === 'modal') await updateView(parts, view.id, await drawn);
    else if (!(await openWith(parts, asker, drawn, how(pressed)))) await aside(parts, pressed, inbound, await asked);
    parts.home.refresh(asker.userId);
    return;
  }
  const answer = await patiently(parts, pressed, inbound);
  switch (answer.kind) {
    case 'card': {
      const { card } = answer;
      if (isForm(card) && isTriggerFresh(asker) && (await openView(parts, asker, formView(card, asker.place)))) return;
      // In a channel what one person may see is not put before everyone: they did not ask for that.
      if (isHere && !(isPublic && asker.place && !asker.place.isPersonal)) return replace(parts, pressed, card);
      if (!pressed.isEphemeral && asker.place?.isPersonal) {
        await parts.sender.post({ conversation: asker.place.conversation }, card);
        return;
      }
      return whisperCard(parts, asker, card);
    }
    case 'recorded': {
      if (answer.card) return whisperCard(parts, asker, answer.card, isHere);
      // What was chosen is chosen: the choice gives way, so that it is not made twice.
      return whisper(parts, asker, line(noted(answer, asker, place, isPublic)), isHere);
    }
    case 'notice':
      return whisper(parts, asker, line(answer.text));
    case 'silence':
  }
}

/** Slack opened no window (it stacks three at the most): the answer comes into the person's own chat instead. */
async function aside(parts: Parts, { asker }: Pressed, { place }: Inbound, answer: Answer): Promise<void> {
  if (answer.kind === 'card') return whisperCard(parts, asker, answer.card);
  const words =
    answer.kind === 'recorded' ? noted(answer, asker, place) : answer.kind === 'notice' ? answer.text : WORDS.have;
  return whisper(parts, asker, line(words));
}

/** An answer as a modal. */
function drawnAnswer(answer: Answer, asker: Asker, place: Place) {
  if (answer.kind === 'card') {
    return isForm(answer.card) ? formView(answer.card, asker.place) : cardView(answer.card, asker.place);
  }
  if (answer.kind === 'recorded') {
    return answer.card ? cardView(answer.card, asker.place) : noticeView(noted(answer, asker, place));
  }
  return noticeView(answer.kind === 'notice' ? answer.text : WORDS.have);
}

/** From a plan back to its form, with all that was typed. */
async function back(parts: Parts, { view, asker }: Pressed): Promise<void> {
  const meta = view && readMeta(view.private_metadata ?? undefined);
  const filled = filledOf(meta);
  const card = meta?.c === undefined ? undefined : parts.face.form(meta.c, filled.values);
  if (view && card) await updateView(parts, view.id, formView(card, asker.place, filled));
}

/** Something was chosen that others depend on: the modal carries it from now on, for when they are asked what they offer. */
async function narrow(parts: Parts, { view, asker }: Pressed): Promise<void> {
  const meta = view && readMeta(view.private_metadata ?? undefined);
  if (!view || view.callback_id !== VIEWS.form || meta?.c === undefined) return;
  const filled = filledIn(view.state);
  const card = parts.face.form(meta.c, filled.values);
  if (card) await updateView(parts, view.id, formView(card, asker.place, filled), view.hash ?? undefined);
}
