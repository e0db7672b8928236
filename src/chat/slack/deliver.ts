// Delivers the core's answers to the surface of the interaction: a message, a modal, the Home tab. It branches on the answer's kind,
// never on the card's content.

import type { Answer, Card, RichText } from '../../core/chat.ts';
import { cardOf } from '../../core/chat.ts';
import { type SlackContext, WORDS } from './context.ts';
import { deliverFiles } from './deliver-files.ts';
import { sendEphemeral, sendEphemeralCard } from './ephemeral.ts';
import type { Requester } from './interactions.ts';
import { cardView, formView, noticeView, resubmitView } from './modals.ts';
import { isTriggerFresh, type OpenMode, openView, updateView } from './open-modal.ts';
import { lineMessage } from './render.ts';
import { recordedLine } from './request-card-location.ts';
import type { SubmissionOutcome } from './submission-outcome.ts';
import type { Surface, SurfaceBase } from './surface.ts';

type SurfaceOf<K extends Surface['kind']> = Extract<Surface, { kind: K }>;

/** Delivers an answer, then its files. Does not throw for Slack's errors: they are logged. */
export async function deliver(context: SlackContext, answer: Answer, surface: Surface): Promise<void> {
  await deliverAnswer(context, answer, surface);
  const files = () => deliverFiles(context, answer, surface);
  // A submitted modal waits for its outcome.
  if (surface.kind === 'submission') context.background.start('files', files);
  else await files();
}

async function deliverAnswer(context: SlackContext, answer: Answer, surface: Surface): Promise<void> {
  switch (surface.kind) {
    case 'modal':
    case 'new_modal':
      return toModal(context, answer, surface);
    case 'submission':
      return surface.settle(outcomeFor(context, answer, surface));
    case 'home':
      if (answer.kind === 'notice') await tellRequester(context, surface.requester, answer.text, 'open');
      if (answer.kind === 'private') await sendEphemeralCard(context, surface.requester, answer.card);
      return;
    default:
      return toMessage(context, answer, surface);
  }
}

/** Shows a text to one person. `how`: they are in a view, so try a modal first. */
export async function tellRequester(
  context: SlackContext,
  requester: Requester,
  text: RichText,
  how?: OpenMode,
): Promise<void> {
  if (how && isTriggerFresh(requester) && (await openView(context, requester, noticeView(text), how))) return;
  await sendEphemeral(context, requester, lineMessage(text));
}

type MessageSurface = SurfaceOf<'ephemeral' | 'channel' | 'conversation' | 'message'>;

async function toMessage(context: SlackContext, answer: Answer, surface: MessageSurface): Promise<void> {
  const { requester } = surface;
  const isForm = answer.kind === 'form';
  if (isForm && isTriggerFresh(requester)) {
    if (await openView(context, requester, formView(answer.card, requester.location))) return;
  }
  if (answer.kind === 'private') {
    // Never in a message that others see, and never in the place of one.
    const isOwn = surface.kind === 'ephemeral' && surface.replaces !== undefined;
    return sendEphemeralCard(context, requester, answer.card, isOwn);
  }
  const card = cardOf(answer);
  if (card) return cardToMessage(context, card, surface);
  const replaces = replacedBy(answer, surface);
  switch (answer.kind) {
    case 'recorded': {
      if ('isRequestSeen' in surface && surface.isRequestSeen) return;
      const line = recordedLine(answer, requester, surface.origin, surface.isPublic);
      return sendEphemeral(context, requester, lineMessage(line), replaces);
    }
    case 'notice':
      return sendEphemeral(context, requester, lineMessage(answer.text), replaces);
    case 'silence':
      if (replaces) await sendEphemeral(context, requester, lineMessage(WORDS.have), true);
  }
}

/** Whether the text replaces the original message. A used choice is replaced, so that it cannot be used twice. */
function replacedBy(answer: Answer, surface: MessageSurface): boolean {
  const isWorkingShown =
    surface.kind === 'channel'
      ? surface.isWorkingShown
      : surface.kind === 'ephemeral' && surface.replaces === 'working';
  const isCard = surface.kind === 'message' || (surface.kind === 'ephemeral' && surface.replaces === 'card');
  return isWorkingShown || (isCard && answer.kind === 'recorded');
}

async function cardToMessage(context: SlackContext, card: Card, surface: MessageSurface): Promise<void> {
  const { messenger } = context;
  const { requester, origin } = surface;
  switch (surface.kind) {
    case 'ephemeral':
      return sendEphemeralCard(context, requester, card, surface.replaces !== undefined);
    case 'channel': {
      const posted = await messenger.post({ conversation: origin.conversation }, card);
      if (!posted.ok) {
        await sendEphemeralCard(context, requester, card, surface.isWorkingShown);
        return sendEphemeral(context, requester, lineMessage(WORDS.notIn));
      }
      if (!surface.isWorkingShown) return;
      return sendEphemeral(context, requester, lineMessage('Posted in this channel.'), true);
    }
    case 'conversation': {
      const { to, working } = surface;
      if (working === undefined) await messenger.post(to, card);
      else await messenger.update({ conversation: to.conversation, message: working }, card);
      return;
    }
    case 'message': {
      const { to, message, isPostedAnew } = surface;
      const updated = await messenger.update({ conversation: to.conversation, message }, card);
      if (!updated.ok && updated.why === 'gone' && isPostedAnew) await messenger.post(to, card);
    }
  }
}

/** An answer as a modal. */
function viewOf(answer: Answer, { requester, origin }: SurfaceBase) {
  const { location } = requester;
  switch (answer.kind) {
    case 'form':
      return formView(answer.card, location);
    case 'card':
    case 'failed':
    case 'private':
      return cardView(answer.card, location);
    case 'recorded':
      return answer.card ? cardView(answer.card, location) : noticeView(recordedLine(answer, requester, origin));
    case 'notice':
      return noticeView(answer.text);
    case 'silence':
      return noticeView(WORDS.have);
  }
}

async function toModal(
  context: SlackContext,
  answer: Answer,
  surface: SurfaceOf<'modal' | 'new_modal'>,
): Promise<void> {
  const { requester } = surface;
  if (surface.kind === 'modal') {
    if (answer.kind === 'notice') return tellRequester(context, requester, answer.text, 'push');
    await updateView(context, surface.viewId, viewOf(answer, surface));
    return;
  }
  const { viewId, how, isOpened } = surface;
  const view = viewOf(answer, surface);
  const isShown = isOpened
    ? viewId !== undefined && (await updateView(context, viewId, view))
    : (await openView(context, requester, view, how)) !== undefined;
  if (isShown) return;
  // Slack did not open the modal (it stacks three at most): send the answer as an ephemeral message.
  const card = cardOf(answer);
  if (card) return sendEphemeralCard(context, requester, card);
  const line =
    answer.kind === 'recorded'
      ? recordedLine(answer, requester, surface.origin)
      : answer.kind === 'notice'
        ? answer.text
        : WORDS.have;
  return sendEphemeral(context, requester, lineMessage(line));
}

function outcomeFor(context: SlackContext, answer: Answer, surface: SurfaceOf<'submission'>): SubmissionOutcome {
  const { view, requester, origin, decides } = surface;
  const shown = (): SubmissionOutcome => ({ kind: 'show', view: viewOf(answer, surface) });
  // Shows the error above the submitted inputs, so that nothing typed is lost.
  const again = (problem: string): SubmissionOutcome => {
    const sent = resubmitView(view, problem);
    return sent ? { kind: 'show', view: sent } : shown();
  };
  switch (answer.kind) {
    case 'failed':
      return again(answer.card.fallback);
    case 'notice':
      return again(answer.text);
    case 'silence':
      return { kind: 'close', text: WORDS.have };
    case 'card':
    case 'form':
    case 'private':
      return shown();
    case 'recorded': {
      if (decides) {
        const { card } = answer;
        const { message } = decides;
        if (card && message !== undefined) {
          const { conversation } = origin;
          context.background.start('update card', () => context.messenger.update({ conversation, message }, card));
        }
        return { kind: 'close', text: 'Recorded.' };
      }
      const text = recordedLine(answer, requester, origin);
      // Also confirm where they asked, unless the request's card is posted there.
      const { location, userId: user } = requester;
      if (location && location.conversation !== origin.conversation) {
        context.background.start('confirm request', () =>
          context.messenger.sendEphemeral({ ...location, user }, lineMessage(text)),
        );
      }
      return { kind: 'close', text };
    }
  }
}
