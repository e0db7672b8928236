// Which revision of the plan a decision is for: the one that was on the clicked card, or, typed, the newest that this person was shown,
// at the time that they acted. What is unknown is looked at again, never taken for the newest.

import { Fault } from '../errors.ts';
import type { SeenRevision, SentMessage, SentMessages } from '../message-ports.ts';
import type { Request } from '../model/request.ts';
import type { Click } from './click.ts';

/** A decision that was typed by a person who has not been shown the current plan, or not all of it: the plan is shown to them first. */
export class NotSeen extends Fault {
  readonly request: Request;

  constructor(request: Request, message: string, next: string) {
    super('stale', message, { next });
    this.request = request;
  }
}

/** An unrecorded card may show any revision, so it counts only for the first. */
const unrecorded: SeenRevision = { revision: 1, isWhole: true };
const nothing: SeenRevision = { revision: 0, isWhole: false };

/** The clicked card, and the revision that the person has seen when they acted. */
export async function whatWasSeen(
  messages: Pick<SentMessages, 'find' | 'newestShown'>,
  { chat, conversation = '', seen, requestId, by, sentAt }: Click,
): Promise<{ readonly card?: SentMessage; readonly revision: SeenRevision }> {
  const at = sentAt === undefined ? {} : { at: sentAt };
  if (seen === undefined) {
    const typed = await messages.newestShown({ requestId, chat, conversation, personKey: by.key, ...at });
    return { revision: typed ?? nothing };
  }
  const card = seen.kind === 'card' ? await messages.find(chat, conversation, seen.message) : undefined;
  if (card?.requestId !== requestId) return { revision: unrecorded };
  // The card may have been updated between the click and now.
  const then = await messages.newestShown({ requestId, chat, conversation, ...at });
  return { card, revision: { revision: Math.min(card.revision, then?.revision ?? card.revision), isWhole: true } };
}

/** Throws Fault 'stale' where the current plan is not the one that was seen; NotSeen where the decision was typed. */
export function demandSeen({ seen: clicked, verb }: Click, request: Request, seen: SeenRevision): void {
  const what = verb === 'request.submit' ? 'The request was not submitted.' : 'Your approval was not counted.';
  if (seen.revision < request.revision) {
    if (clicked) {
      throw new Fault('stale', 'The plan has changed since that card was sent.', {
        next: `${what} Review the new plan on its card, then decide.`,
      });
    }
    throw new NotSeen(
      request,
      seen.revision === 0
        ? 'This plan has not been shown to you yet.'
        : 'The plan has changed since it was shown to you.',
      `${what} Review this plan, then enter the command again.`,
    );
  }
  if (!clicked && !seen.isWhole && verb === 'request.approve') {
    throw new NotSeen(
      request,
      'This request is too large to be shown in full, so it cannot be approved.',
      `${what} Deny it and ask for smaller requests.`,
    );
  }
}
