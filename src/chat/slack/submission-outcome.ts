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

/** Bolt's ack of a view_submission. */
export type AckView = (response?: Json) => Promise<void>;

function responseOf(outcome: SubmissionOutcome): Json {
  if (outcome.kind === 'show') return { response_action: 'update', view: outcome.view };
  if (outcome.kind === 'errors') return { response_action: 'errors', errors: outcome.errors };
  return { response_action: 'clear' };
}

/** Acknowledges a submission within Slack's 3 s, with its outcome or a loading view. Returns once it is acknowledged. */
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
  context.background.start('update modal', async () => {
    const outcome = await safe;
    const view =
      outcome.kind === 'show' ? outcome.view : outcome.kind === 'errors' ? outcome.late : noticeView(outcome.text);
    await updateView(context, viewId, view);
  });
}
