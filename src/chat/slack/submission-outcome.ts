// Acknowledges a view_submission with its outcome. Slack keeps the modal open until then: where the outcome takes longer, the modal
// shows a loading view and is updated later.

import type { types } from '@slack/bolt';
import { internalErrorCard } from '../../core/cards/answer-cards.ts';
import type { RichText } from '../../core/chat.ts';
import { withTimeout } from '../../with-timeout.ts';
import type { Json } from './client.ts';
import type { SlackContext } from './context.ts';
import { LIMITS } from './limits.ts';
import { cardView, noticeView, waitingView } from './modals.ts';
import { updateView } from './open-modal.ts';

/** What the modal shows, or that it closes. */
export type SubmissionOutcome =
  | { readonly kind: 'show'; readonly view: types.ModalView }
  /** Field errors. `late` is the form with the errors, for when the loading view has replaced it. */
  | { readonly kind: 'errors'; readonly errors: Readonly<Record<string, string>>; readonly late: types.ModalView }
  | { readonly kind: 'close'; readonly text: RichText };

/** The acknowledgement of a view_submission. */
export type AckView = (response?: Json) => Promise<void>;

function responseOf(outcome: SubmissionOutcome): Json {
  if (outcome.kind === 'show') return { response_action: 'update', view: outcome.view };
  if (outcome.kind === 'errors') return { response_action: 'errors', errors: outcome.errors };
  return { response_action: 'clear' };
}

/** Acknowledges a submission within Slack's 3 s, with its outcome or a loading view. Resolves when the modal shows the outcome. */
export async function acknowledgeWith(
  context: SlackContext,
  viewId: string,
  ack: AckView,
  work: Promise<SubmissionOutcome>,
): Promise<void> {
  const safe = work.catch((error: unknown): SubmissionOutcome => {
    context.log.error({ error }, 'form submission failed');
    return { kind: 'show', view: cardView(internalErrorCard(new Date()), undefined) };
  });
  const made = await withTimeout(safe, LIMITS.submitMs);
  if (made) return ack(responseOf(made.value));
  await ack({ response_action: 'update', view: waitingView('Working on it…') });
  await updateView(context, viewId, lateView(await safe));
}

/** The outcome as a view, for when the submission was acknowledged before. */
export function lateView(outcome: SubmissionOutcome): types.ModalView {
  if (outcome.kind === 'show') return outcome.view;
  return outcome.kind === 'errors' ? outcome.late : noticeView(outcome.text);
}
