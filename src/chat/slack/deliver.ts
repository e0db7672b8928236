// The core's answer → wherever it was asked for. Every kind of answer comes to every surface through here; what an answer is, its kind
// says, and never how its card looks.

import type { Answer, Card, ChatLocation, RichText } from '../../core/chat.ts';
import { cardOf } from '../../core/chat.ts';
import { type SlackContext, WORDS } from './context.ts';
import { sendEphemeral, sendEphemeralCard } from './ephemeral.ts';
import type { Requester, SlackView } from './interactions.ts';
import { againView, cardView, formView, noticeView } from './modals.ts';
import { isTriggerFresh, type OpenMode, openView, updateView } from './open-modal.ts';
import { lineMessage } from './render.ts';
import { recordedLine } from './request-card-location.ts';
import type { To } from './send.ts';
import type { SubmissionOutcome } from './submission-outcome.ts';

interface SurfaceBase {
  readonly requester: Requester;
  /** Where the core heard it: there a new request's card stands. */
  readonly origin: ChatLocation;
  /** The request was to stand where everybody sees it. */
  readonly isPublic?: boolean;
}

export type Surface = SurfaceBase &
  (
    | {
        readonly kind: 'ephemeral';
        /** What the answer takes the place of: the line that says "working", or the card whose button was pressed. */
        readonly replaces?: 'working' | 'card';
        /** A request's card comes where this was written: no word of it besides. */
        readonly isRequestSeen?: boolean;
      }
    /** For everybody in a channel who did not see it being asked: a slash command with --public. */
    | { readonly kind: 'channel'; readonly isWorkingShown: boolean }
    /** A message of its own, or in the place of the bot's `working` one. */
    | { readonly kind: 'conversation'; readonly to: To; readonly working?: string; readonly isRequestSeen?: boolean }
    /** In the place of the message whose button was pressed. A card that is gone `isPostedAnew`, unless a job sees to that. */
    | { readonly kind: 'message'; readonly to: To; readonly message: string; readonly isPostedAnew: boolean }
    /** In the place of what stands in an open modal. */
    | { readonly kind: 'modal'; readonly viewId: string }
    /** A modal of its own; `viewId` where it has been opened already, to say that it takes a moment. */
    | {
        readonly kind: 'new_modal';
        readonly how: OpenMode;
        readonly viewId?: string | undefined;
        readonly isOpened: boolean;
      }
    /** The Home tab, which is drawn anew whenever something changes. */
    | { readonly kind: 'home' }
    /** The answer to a modal that was sent. `card`: the message of the card that the decision in it is about. */
    | {
        readonly kind: 'submission';
        readonly view: SlackView;
        readonly decides?: { readonly message: string | undefined };
        settle(outcome: SubmissionOutcome): void;
      }
  );

type SurfaceOf<K extends Surface['kind']> = Extract<Surface, { kind: K }>;

/** Brings an answer to where it belongs. Never throws for what Slack answers. */
export async function deliver(context: SlackContext, answer: Answer, surface: Surface): Promise<void> {
  switch (surface.kind) {
    case 'modal':
    case 'new_modal':
      return toModal(context, answer, surface);
    case 'submission':
      return surface.settle(outcomeFor(context, answer, surface));
    case 'home':
      if (answer.kind === 'notice') await tellRequester(context, surface.requester, answer.text, 'open');
      return;
    default:
      return toMessage(context, answer, surface);
  }
}

/** Tells one person something, and changes nothing else. `how`: they look at a view, over which it may be said. */
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

/** Whether a line takes the place of what was there. A choice that was made gives way, so that it is not made twice. */
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
      return sendEphemeral(context, requester, lineMessage('Here it is, for everyone in this channel.'), true);
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
  // Slack opened no window (it stacks three at the most): the answer comes to the person's own chat instead.
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
  // What went wrong is said above what was sent: nothing that was typed is lost.
  const again = (trouble: string): SubmissionOutcome => {
    const sent = againView(view, trouble);
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
      return shown();
    case 'recorded': {
      if (decides) {
        const { card } = answer;
        const { message } = decides;
        if (card && message !== undefined) {
          const { conversation } = origin;
          context.background.start('a card', () => context.messenger.update({ conversation, message }, card));
        }
        return { kind: 'close', text: 'Noted.' };
      }
      const text = recordedLine(answer, requester, origin);
      // Where they asked they are told; in their own chat the card itself comes and says it.
      const { location, userId: user } = requester;
      if (location && location.conversation !== origin.conversation) {
        context.background.start('a word on a request', () =>
          context.messenger.sendEphemeral({ ...location, user }, lineMessage(text)),
        );
      }
      return { kind: 'close', text };
    }
  }
}
