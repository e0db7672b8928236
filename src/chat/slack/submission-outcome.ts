// What comes of a modal that was sent. Slack waits for it with the window open: what takes longer shows "working" in it, and is brought
// into it when it is there.

import type { types } from '@slack/bolt';
import { internalErrorCard } from '../../core/cards/answer-cards.ts';
import type { RichText } from '../../core/chat.ts';
import { withTimeout } from '../../with-timeout.ts';
import type { Json } from './client.ts';
import type { SlackContext } from './context.ts';
import { LIMITS } from './limits.ts';
import { cardView, noticeView, waitingView } from './modals.ts';
import { updateView } from './open-modal.ts';

export type SubmissionOutcome =
  | { readonly kind: 'show'; readonly view: types.ModalView }
  /** `late` says the same in the modal, for when the form itself is not there any more. */
  | { readonly kind: 'errors'; readonly errors: Readonly<Record<string, string>>; readonly late: types.ModalView }
  | { readonly kind: 'close'; readonly text: RichText };

export type AckView = (response?: Json) => Promise<void>;

function responseOf(outcome: SubmissionOutcome): Json {
  if (outcome.kind === 'show') return { response_action: 'update', view: outcome.view };
  if (outcome.kind === 'errors') return { response_action: 'errors', errors: outcome.errors };
  return { response_action: 'clear' };
}

/** Acknowledges a submission with what comes of it, within Slack's 3 s. Returns once it is acknowledged. */
export async function acknowledgeWith(
  context: SlackContext,
  viewId: string,
  ack: AckView,
  work: Promise<SubmissionOutcome>,
): Promise<void> {
  const safe = work.catch((error: unknown): SubmissionOutcome => {
    context.log.error({ error }, 'a form was not answered');
    return { kind: 'show', view: cardView(internalErrorCard(new Date()), undefined) };
  });
  const made = await withTimeout(safe, LIMITS.submitMs);
  if (made) return ack(responseOf(made.value));
  await ack({ response_action: 'update', view: waitingView('I am working on it…') });
  context.background.start('a form', async () => {
    const outcome = await safe;
    const view =
      outcome.kind === 'show' ? outcome.view : outcome.kind === 'errors' ? outcome.late : noticeView(outcome.text);
    await updateView(context, viewId, view);
  });
}
