// Handles view_submission: a form shows its plan, a plan is submitted as a request, a prompt becomes a decision.

import type { Card, ChatLocation, ClickInteraction, FormAnswer, FormInteraction } from '../../core/chat.ts';
import { plainLine, shorten } from '../../core/plain-text.ts';
import { handleSafely } from '../shared/handle-safely.ts';
import { type SlackContext, WORDS } from './context.ts';
import { deliver } from './deliver.ts';
import { sendEphemeralCard } from './ephemeral.ts';
import { blockIdOf, type Filled } from './forms.ts';
import type { Requester, ViewSubmission } from './interactions.ts';
import { cardView, formView, noticeView, planView, VIEWS } from './modals.ts';
import { updateView } from './open-modal.ts';
import { fieldsIn } from './render.ts';
import { cardLocationFor } from './request-card-location.ts';
import { type AckView, acknowledgeWith, lateView, type SubmissionOutcome } from './submission-outcome.ts';

const SUBMITTABLE: readonly (string | undefined)[] = [VIEWS.form, VIEWS.plan, VIEWS.reason];

/** Handles a submission. Resolves when the modal shows the outcome. */
export async function onViewSubmission(context: SlackContext, sent: ViewSubmission, ack: AckView): Promise<void> {
  if (!SUBMITTABLE.includes(sent.view.callbackId)) return ack();
  const outcome = context.workload.now(() => outcomeOf(context, sent));
  return acknowledgeWith(context, sent.view.id, ack, outcome);
}

/** Answers a submission that a killed bot has left: in its modal, which may still be open, and as a message to the person. */
export async function resumeSubmission(context: SlackContext, sent: ViewSubmission): Promise<void> {
  const { requester, view } = sent;
  const form = planned(context, sent);
  if (form) {
    const outcome = await preview(context, sent, form.command);
    if (await updateView(context, view.id, lateView(outcome))) return;
    return sendEphemeralCard(context, requester, { ...form.card, subtitle: WORDS.interrupted });
  }
  const interaction = await interactionOf(context, sent);
  if (!interaction) return;
  const answer = await handleSafely(context.botApi, interaction, context.log);
  context.home.refresh(requester.userId);
  await deliver(context, answer, { requester, origin: interaction.location, kind: 'ephemeral' });
  await updateView(context, view.id, noticeView(WORDS.asMessage));
}

/** The form, where submitting it only shows its plan: commands that change nothing in Azure have none, and are run at once. */
function planned({ botApi }: SlackContext, { view }: ViewSubmission): FormAnswer | undefined {
  if (view.callbackId !== VIEWS.form) return undefined;
  const form = botApi.form(view.meta?.c ?? '', view.filled.values);
  return form?.hasPlan ? form : undefined;
}

async function outcomeOf(context: SlackContext, sent: ViewSubmission): Promise<SubmissionOutcome> {
  const form = planned(context, sent);
  if (form) return preview(context, sent, form.command);
  const interaction = await interactionOf(context, sent);
  if (!interaction) return { kind: 'show', view: noticeView(WORDS.stale) };
  const { requester, view } = sent;
  const { promise, resolve: settle } = Promise.withResolvers<SubmissionOutcome>();
  const answer = await handleSafely(context.botApi, interaction, context.log);
  context.home.refresh(requester.userId);
  const decides = view.callbackId === VIEWS.reason ? { decides: { message: view.meta?.m } } : {};
  await deliver(context, answer, {
    ...{ kind: 'submission', requester, origin: interaction.location, view, settle },
    ...decides,
  });
  return promise;
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

/** What is submitted; undefined where the modal is not one of the bot's. */
async function interactionOf(
  context: SlackContext,
  sent: ViewSubmission,
): Promise<FormInteraction | ClickInteraction | undefined> {
  const { requester, deliveryId, view } = sent;
  const { meta, filled, callbackId } = view;
  if (callbackId !== VIEWS.reason) {
    const fields = callbackId === VIEWS.plan ? (meta?.f ?? {}) : filled.values;
    const location = await cardLocationFor(context, requester);
    // A form that has no plan is run at once.
    const seen = callbackId === VIEWS.plan ? { planDigest: meta?.g ?? '' } : {};
    return { ...formInteraction(sent, meta?.c ?? '', fields, location), ...seen };
  }
  const { v: verb, r: requestId, m: message, a: sentAt } = meta ?? {};
  if (verb === undefined || requestId === undefined) return undefined;
  return {
    kind: 'click',
    verb,
    requestId,
    fields: filled.values,
    sender: requester.sender,
    location: requester.location ?? (await cardLocationFor(context, requester)),
    deliveryId,
    seen: message === undefined ? { kind: 'unknown' } : { kind: 'card', message },
    ...(sentAt === undefined ? {} : { sentAt }),
  };
}
