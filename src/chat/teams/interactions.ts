// What comes from Teams, in Teams' own words: one union, which decode.ts makes and the handlers read.

import type { ChatLocation } from '../../core/chat.ts';
import type { Sender } from '../../core/model/person.ts';
import type { Reference } from './activity.ts';
import type { PressedButton } from './buttons.ts';

export interface TeamsInteractionBase {
  /** Undefined where Teams does not say which directory user it is. */
  readonly sender: Sender | undefined;
  readonly location: ChatLocation;
  /** How the conversation is written to later. */
  readonly reference: Reference;
  /** The activity's own id, which a reply names. */
  readonly activityId: string | undefined;
  /** The same when the activity is delivered again. */
  readonly deliveryId: string;
}

/** A line that somebody typed. */
export interface TypedMessage extends TeamsInteractionBase {
  readonly type: 'message';
  readonly text: string;
}

/** A button of a card, pressed in a client that sends it as a message (Action.Submit). */
export interface ActionSubmit extends TeamsInteractionBase {
  readonly type: 'Action.Submit';
  /** Undefined where it is none of the bot's buttons. */
  readonly button: PressedButton | undefined;
  /** The message whose button was pressed, where Teams says it. */
  readonly pressedMessage: string | undefined;
}

/** A button of a card, pressed in a client that waits for the response (Action.Execute). */
export interface AdaptiveCardAction extends TeamsInteractionBase {
  readonly type: 'adaptiveCard/action';
  readonly button: PressedButton | undefined;
  readonly pressedMessage: string | undefined;
  /** A card that refreshes itself presses its button without anybody; that is no one's decision. */
  readonly isAutomatic: boolean;
}

/** The bot, or somebody, came into a conversation or left it. */
export interface Membership extends TeamsInteractionBase {
  readonly type: 'conversationUpdate' | 'installationUpdate';
  /** What it means for the bot itself. */
  readonly change: 'added' | 'removed' | 'none';
}

export type TeamsInteraction =
  | TypedMessage
  | ActionSubmit
  | AdaptiveCardAction
  | Membership
  /** An invoke that this bot does not answer, such as a search or a dialog. */
  | (TeamsInteractionBase & { readonly type: 'other invoke' })
  /** A reaction, typing and the like. */
  | (TeamsInteractionBase & { readonly type: 'other' });
