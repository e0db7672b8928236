// A sent modal: a form shows its plan, a plan becomes a request, a reason becomes a decision. Slack waits for the answer with the
// window open: what takes longer shows "working" in it, and is brought into it when it is there.

import { sorryCard } from '../../core/cards/answer-cards.ts';
import type { Answer, Card, FormInteraction, RichText } from '../../core/chat.ts';
import { withTimeout } from './background-tasks.ts';
import { ask, line, noted, originFor, type Requester, type SlackContext, updateView, WORDS } from './context.ts';
import { deliveryOf, type Submit, senderIn } from './decode.ts';
import { blockIdOf, type Filled, fieldsOf, filledIn } from './forms.ts';
import { LIMITS } from './limits.ts';
import {
  againView,
  cardView,
  formView,
  locationOf,
  noticeView,
  planView,
  readMeta,
  VIEWS,
  waitingView,
} from './modals.ts';
import { fieldsIn } from './render.ts';
import { type Json, plain, shorten } from './text.ts';

export type AckView = (response?: Json) => Promise<void>;

type Outcome =
  | { readonly kind: 'show'; readonly view: Json }
  /** `late` is the same said in the modal, for when the form itself is not there any more. */
  | { readonly kind: 'errors'; readonly errors: Readonly<Record<string, string>>; readonly late: Json }
  | { readonly kind: 'close'; readonly words: RichText };

function response(outcome: Outcome): Json {
  if (outcome.kind === 'show') return { response_action: 'update', view: outcome.view };
  if (outcome.kind === 'errors') return { response_action: 'errors', errors: outcome.errors };
  return { response_action: 'clear' };
}

async function raced(context: SlackContext, viewId: string, ack: AckView, work: Promise<Outcome>): Promise<void> {
  const safe = work.catch((error: unknown): Outcome => {
    context.log.error({ error }, 'a form was not answered');
    return { kind: 'show', view: cardView(sorryCard(new Date()), undefined) };
  });
  const made = await withTimeout(safe, LIMITS.submitMs);
  if (made) return ack(response(made.value));
  await ack({ response_action: 'update', view: waitingView('I am working on it…') });
  context.background.keep('a form', async () => {
    const outcome = await safe;
    const view =
      outcome.kind === 'show' ? outcome.view : outcome.kind === 'errors' ? outcome.late : noticeView(outcome.words);
    await updateView(context, viewId, view);
  });
}

/** Acknowledges a submission with what comes of it, within Slack's 3 s. */
export async function submit(context: SlackContext, body: Submit, ack: AckView, at: number): Promise<void> {
  const { view, user } = body;
  const meta = readMeta(view.private_metadata ?? undefined);
  const location = meta && locationOf(meta);
  const asker: Requester = {
    userId: user.id,
    sender: senderIn(body),
    location,
    responseUrl: body.response_url,
    triggerId: body.trigger_id,
    at,
  };
  switch (view.callback_id) {
    case VIEWS.form:
      return raced(context, view.id, ack, filled(context, body, asker, meta?.c ?? ''));
    case VIEWS.plan:
      return raced(context, view.id, ack, send(context, body, asker, meta?.c ?? '', meta?.f ?? {}));
    case VIEWS.reason:
      return raced(context, view.id, ack, decide(context, body, asker));
    default:
      return ack();
  }
}

function interactionOf(
  body: Submit,
  asker: Requester,
  command: string,
  fields: Record<string, string>,
): FormInteraction {
  return {
    kind: 'form',
    command,
    fields,
    sender: senderIn(body),
    // Until it is sent nothing is posted: the person's own chat need not be open for a look at the plan.
    location: asker.location ?? { chat: 'slack', conversation: '', isPersonal: true },
    // A modal that is sent twice says the same hash; one that came back for a correction another.
    deliveryId: deliveryOf(body.view.id, body.view.hash ?? body.trigger_id),
  };
}

/** Only what changes something in Azure has a plan to show first: a read answers, and a decision is made, at once. */
function filled(context: SlackContext, body: Submit, asker: Requester, command: string): Promise<Outcome> {
  if (context.botApi.form(command, {})?.hasPlan) return preview(context, body, asker, command);
  return send(context, body, asker, command, fieldsOf(body.view.state));
}

async function preview(context: SlackContext, body: Submit, asker: Requester, command: string): Promise<Outcome> {
  const filled = filledIn(body.view.state);
  const fields = filled.values;
  const form = context.botApi.form(command, fields)?.card;
  if (!form) return { kind: 'show', view: noticeView(WORDS.stale) };
  const found = await context.botApi.preview(interactionOf(body, asker, command, fields));
  if (found.kind === 'nothing') return { kind: 'show', view: cardView(found.card, asker.location) };
  if (found.kind === 'plan') {
    const plan = planView(found.card, asker.location, command, filled);
    if (plan) return { kind: 'show', view: plan };
    const [longest] = Object.entries(fields).sort(([, a], [, b]) => b.length - a.length);
    const message = 'All fields together are longer than Slack carries: shorten this one.';
    return wrong(form, asker, filled, message, longest?.[0]);
  }
  return wrong(form, asker, filled, `${found.message} ${found.next}`.trim(), found.field);
}

function wrong(form: Card, asker: Requester, filled: Filled, text: string, field: string | undefined): Outcome {
  const message = shorten(plain(text), 1_000);
  const view = formView(form, asker.location, filled, message);
  const isKnown = field !== undefined && fieldsIn(form).some(({ id }) => id === field);
  if (!isKnown) return { kind: 'show', view };
  return { kind: 'errors', errors: { [blockIdOf(field)]: message }, late: view };
}

async function send(
  context: SlackContext,
  body: Submit,
  asker: Requester,
  command: string,
  fields: Record<string, string>,
): Promise<Outcome> {
  const location = await originFor(context, asker);
  const answer = await ask(context, { ...interactionOf(body, asker, command, fields), location, isPlanSeen: true });
  context.home.refresh(asker.userId);
  if (answer.kind === 'failed') return again(body, answer.card.fallback, shown(answer, asker));
  if (answer.kind !== 'recorded') return shown(answer, asker);
  const words = noted(answer, asker, location);
  // Where they asked they are told; in their own chat the card itself comes and says it.
  const { location: asked } = asker;
  if (asked && asked.conversation !== location.conversation) {
    context.background.keep('a word on a request', () =>
      context.messenger.sendEphemeral({ ...asked, user: asker.userId }, line(words)),
    );
  }
  return { kind: 'close', words };
}

async function decide(context: SlackContext, body: Submit, asker: Requester): Promise<Outcome> {
  const meta = readMeta(body.view.private_metadata ?? undefined);
  if (meta?.v === undefined || meta.r === undefined) return { kind: 'show', view: noticeView(WORDS.stale) };
  const { v: verb, r: requestId, m: message } = meta;
  const location = asker.location ?? (await originFor(context, asker));
  const answer = await ask(context, {
    kind: 'click',
    verb,
    requestId,
    fields: fieldsOf(body.view.state),
    sender: senderIn(body),
    location,
    deliveryId: deliveryOf(body.view.id, body.view.hash ?? body.trigger_id),
    seen: message === undefined ? { kind: 'unknown' } : { kind: 'card', message },
  });
  context.home.refresh(asker.userId);
  if (answer.kind === 'notice') return again(body, answer.text, shown(answer, asker));
  if (answer.kind !== 'recorded') return shown(answer, asker);
  const { card } = answer;
  if (card && message !== undefined) {
    context.background.keep('a card', () =>
      context.messenger.update({ conversation: location.conversation, message }, card),
    );
  }
  return { kind: 'close', words: 'Noted.' };
}

/** What went wrong, above what was sent: nothing that was typed is lost. */
function again(body: Submit, trouble: string, otherwise: Outcome): Outcome {
  const view = againView(body.view, trouble);
  return view ? { kind: 'show', view } : otherwise;
}

function shown(answer: Exclude<Answer, { kind: 'recorded' }>, asker: Requester): Outcome {
  if (answer.kind === 'silence') return { kind: 'close', words: WORDS.have };
  if (answer.kind === 'notice') return { kind: 'show', view: noticeView(answer.text) };
  const { card } = answer;
  return {
    kind: 'show',
    view: answer.kind === 'form' ? formView(card, asker.location) : cardView(card, asker.location),
  };
}
