// Teams' interactions, named as in the Bot Framework: one union, made by decode.ts.

import type { ChatLocation } from '../../core/chat.ts';
import type { Sender } from '../../core/model/person.ts';
import type { Reference } from './activity.ts';
import type { PressedButton } from './buttons.ts';

/** What every interaction has. */
export interface TeamsInteractionBase {
  /** Undefined where the activity has no Entra object id. */
  readonly sender: Sender | undefined;
  readonly location: ChatLocation;
  /** To post to the conversation later. */
  readonly reference: Reference;
  /** The activity's id, for replies. */
  readonly activityId: string | undefined;
  /** A redelivery has the same one. */
  readonly deliveryId: string;
  /** When the person acted, by Teams' clock (ISO 8601), where Teams says so. */
  readonly sentAt?: string;
}

/** A typed message. */
export interface TypedMessage extends TeamsInteractionBase {
  readonly type: 'message';
  readonly text: string;
}

/** A card's button in a client that sends it as a message (Action.Submit). */
export interface ActionSubmit extends TeamsInteractionBase {
  readonly type: 'Action.Submit';
  /** Undefined where it is not one of the bot's buttons. */
  readonly button: PressedButton | undefined;
  /** The message of the button, where Teams includes it. */
  readonly pressedMessage: string | undefined;
}

/** A card's button in a client that waits for the response (Action.Execute). */
export interface AdaptiveCardAction extends TeamsInteractionBase {
  readonly type: 'adaptiveCard/action';
  readonly button: PressedButton | undefined;
  readonly pressedMessage: string | undefined;
  /** Sent by a card's automatic refresh, and not by a person. */
  readonly isAutomatic: boolean;
}

/** The answer to an offered file. */
export interface FileConsent extends TeamsInteractionBase {
  readonly type: 'fileConsent/invoke';
  /** The bot's id of the offer. */
  readonly file: string | undefined;
  readonly isAccepted: boolean;
  readonly upload:
    | {
        readonly uploadUrl: string;
        readonly contentUrl: string;
        readonly uniqueId: string;
        readonly fileType: string;
      }
    | undefined;
}

/** Members were added to or removed from a conversation. */
export interface Membership extends TeamsInteractionBase {
  readonly type: 'conversationUpdate' | 'installationUpdate';
  /** What happened to the bot itself. */
  readonly change: 'added' | 'removed' | 'none';
}

/** Everything that Teams sends. */
export type TeamsInteraction =
  | TypedMessage
  | ActionSubmit
  | AdaptiveCardAction
  | Membership
  | FileConsent
  /** An unsupported invoke, such as a search or a dialog. */
  | (TeamsInteractionBase & { readonly type: 'other invoke' })
  /** A reaction, typing and the like. */
  | (TeamsInteractionBase & { readonly type: 'other' });
