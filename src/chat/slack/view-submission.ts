// Handles view_submission: a form shows its plan, a plan is submitted as a request, a prompt becomes a decision.

import type { Card, ChatLocation, FormInteraction } from '../../core/chat.ts';
import { plainLine, shorten } from '../../core/plain-text.ts';
import { handleSafely } from '../shared/handle-safely.ts';
import { type SlackContext, WORDS } from './context.ts';
import { deliver, type Surface } from './deliver.ts';
import { blockIdOf, type Filled } from './forms.ts';
import type { Requester, ViewSubmission } from './interactions.ts';
import { cardView, formView, noticeView, planView, VIEWS } from './modals.ts';
import { fieldsIn } from './render.ts';
import { cardLocationFor } from './request-card-location.ts';
import { type AckView, acknowledgeWith, type SubmissionOutcome } from './submission-outcome.ts';

/** Handles a submission. Returns once it is acknowledged. */
export async function onViewSubmission(context: SlackContext, sent: ViewSubmission, ack: AckView): Promise<void> {
  const work = outcomeOf(context, sent);
  return work ? acknowledgeWith(context, sent.view.id, ack, work) : ack();
}

function outcomeOf(context: SlackContext, sent: ViewSubmission): Promise<SubmissionOutcome> | undefined {
  const { meta, filled, callbackId } = sent.view;
  const command = meta?.c ?? '';
  switch (callbackId) {
    case VIEWS.form:
      // Only commands that change something in Azure have a plan to review; others are run at once.
      if (context.botApi.form(command, {})?.hasPlan) return preview(context, sent, command);
      return submit(context, sent, command, filled.values);
    case VIEWS.plan:
      return submit(context, sent, command, meta?.f ?? {}, meta?.g ?? '');
    case VIEWS.reason:
      return decide(context, sent);
    default:
      return undefined;
  }
}

function formInteraction(
  { requester, deliveryId }: ViewSubmission,
  command: string,
  fields: Readonly<Record<string, string>>,
  location: ChatLocation,
): FormInteraction {
  return { kind: 'form', command, fields, sender: requester.sender, location, deliveryId };
}

async function preview(context: SlackContext, sent: ViewSubmission, command: string): Promise<SubmissionOutcome> {
  const { requester } = sent;
  const { filled } = sent.view;
  const fields = filled.values;
  const form = context.botApi.form(command, fields)?.card;
  if (!form) return { kind: 'show', view: noticeView(WORDS.stale) };
  // A preview posts nothing, so the direct message need not be open.
  const location = requester.location ?? { chat: 'slack', conversation: '', isPersonal: true };
  const found = await context.botApi.preview(formInteraction(sent, command, fields, location));
  if (found.kind === 'nothing') return { kind: 'show', view: cardView(found.card, requester.location) };
  if (found.kind === 'plan') {
    const plan = planView(found.card, requester.location, command, filled, found.digest);
    if (plan) return { kind: 'show', view: plan };
    const [longest] = Object.entries(fields).sort(([, a], [, b]) => b.length - a.length);
    const message = 'The form exceeds Slack’s size limit. Shorten this value.';
    return wrong(form, requester, filled, message, longest?.[0]);
  }
  return wrong(form, requester, filled, `${found.message} ${found.next}`.trim(), found.field);
}

function wrong(
  form: Card,
  { location }: Requester,
  filled: Filled,
  text: string,
  field: string | undefined,
): SubmissionOutcome {
  const message = shorten(plainLine(text), 1_000);
  const view = formView(form, location, filled, message);
  const isKnown = field !== undefined && fieldsIn(form).some(({ id }) => id === field);
  if (!isKnown) return { kind: 'show', view };
  return { kind: 'errors', errors: { [blockIdOf(field)]: message }, late: view };
}

/** The outcome of the core's answer for the submitted modal. */
async function delivered(
  context: SlackContext,
  sent: ViewSubmission,
  interaction: Parameters<typeof handleSafely>[1],
  more: Pick<Extract<Surface, { kind: 'submission' }>, 'decides'> = {},
): Promise<SubmissionOutcome> {
  const { requester, view } = sent;
  const { promise, resolve: settle } = Promise.withResolvers<SubmissionOutcome>();
  const answer = await handleSafely(context.botApi, interaction, context.log);
  context.home.refresh(requester.userId);
  const base = { requester, origin: interaction.location };
  await deliver(context, answer, { ...base, kind: 'submission', view, settle, ...more });
  return promise;
}

async function submit(
  context: SlackContext,
  sent: ViewSubmission,
  command: string,
  fields: Readonly<Record<string, string>>,
  planDigest?: string,
): Promise<SubmissionOutcome> {
  const location = await cardLocationFor(context, sent.requester);
  const seen = planDigest === undefined ? {} : { planDigest };
  return delivered(context, sent, { ...formInteraction(sent, command, fields, location), ...seen });
}

async function decide(context: SlackContext, sent: ViewSubmission): Promise<SubmissionOutcome> {
  const { requester, deliveryId, view } = sent;
  const { v: verb, r: requestId, m: message, a: sentAt } = view.meta ?? {};
  if (verb === undefined || requestId === undefined) return { kind: 'show', view: noticeView(WORDS.stale) };
  const location = requester.location ?? (await cardLocationFor(context, requester));
  return delivered(
    context,
    sent,
    {
      kind: 'click',
      verb,
      requestId,
      fields: view.filled.values,
      sender: requester.sender,
      location,
      deliveryId,
      seen: message === undefined ? { kind: 'unknown' } : { kind: 'card', message },
      ...(sentAt === undefined ? {} : { sentAt }),
    },
    { decides: { message } },
  );
}
