// Where an answer goes.

import type { ChatLocation } from '../../core/chat.ts';
import type { Requester, SlackView } from './interactions.ts';
import type { OpenMode } from './open-modal.ts';
import type { To } from './send.ts';
import type { SubmissionOutcome } from './submission-outcome.ts';

/** What every surface has. */
export interface SurfaceBase {
  readonly requester: Requester;
  /** The location given to the core: a new request's card is posted there. */
  readonly origin: ChatLocation;
  /** The request's card was meant for the channel. */
  readonly isPublic?: boolean;
}

/** Where an answer goes. */
export type Surface = SurfaceBase &
  (
    | {
        readonly kind: 'ephemeral';
        /** What the answer replaces: the “working” message, or the card of the button. */
        readonly replaces?: 'working' | 'card';
        /** A request's card is posted in the same place: say nothing more about it. */
        readonly isRequestSeen?: boolean;
      }
    /** Visible to the whole channel: a slash command with --public. */
    | { readonly kind: 'channel'; readonly isWorkingShown: boolean }
    /** A new message, or the replacement of the bot's `working` message. */
    | { readonly kind: 'conversation'; readonly to: To; readonly working?: string; readonly isRequestSeen?: boolean }
    /** Replaces the button's message. `isPostedAnew`: a deleted message is posted again here, and not by a job. */
    | { readonly kind: 'message'; readonly to: To; readonly message: string; readonly isPostedAnew: boolean }
    /** Replaces the content of an open modal. */
    | { readonly kind: 'modal'; readonly viewId: string }
    /** A new modal; `viewId` where its loading view is open already. */
    | {
        readonly kind: 'new_modal';
        readonly how: OpenMode;
        readonly viewId?: string | undefined;
        readonly isOpened: boolean;
      }
    /** The Home tab, which is refreshed separately. */
    | { readonly kind: 'home' }
    /** The acknowledgement of a view_submission. `decides`: the submission is a decision; `message` is its card. */
    | {
        readonly kind: 'submission';
        readonly view: SlackView;
        readonly decides?: { readonly message: string | undefined };
        settle(outcome: SubmissionOutcome): void;
      }
  );
