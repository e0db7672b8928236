// Slack's interactions, named as in Slack's documentation: one union, made by decode.ts. Each type has a handler file of its name.

import type { types } from '@slack/bolt';
import type { ChatLocation } from '../../core/chat.ts';
import type { Sender } from '../../core/model/person.ts';
import type { Filled } from './forms.ts';
import type { Meta } from './private-metadata.ts';

/** The person who acted, and the ways to answer them alone. */
export interface Requester {
  readonly userId: string;
  readonly sender: Sender;
  /** Undefined for a shortcut: the direct message with them need not exist yet. */
  readonly location: ChatLocation | undefined;
  readonly responseUrl: string | undefined;
  readonly triggerId: string | undefined;
  /** Date.now() when the payload was received: it is kept, and outlives the process. */
  readonly receivedAt: number;
}

/** One of the bot's views, as Slack returns it. */
export interface SlackView {
  readonly id: string;
  readonly surface: 'modal' | 'home';
  readonly callbackId: string | undefined;
  readonly hash: string | undefined;
  readonly meta: Meta | undefined;
  /** The values of its inputs. */
  readonly filled: Filled;
  /** The modal's own JSON, where Slack includes it. */
  readonly drawn: types.ModalView | undefined;
}

interface SlackInteractionBase {
  readonly requester: Requester;
  /** Slack's id of the interaction; a redelivery has the same one. */
  readonly deliveryId: string;
  /** When the person acted, by Slack's clock (ISO 8601), where Slack says so. */
  readonly sentAt?: string;
}

/** `/identity …` */
export interface SlashCommand extends SlackInteractionBase {
  readonly type: 'slash_command';
  readonly text: string;
  readonly location: ChatLocation;
}

/** What contains the button. A message's `ts` is undefined where Slack does not include it. */
export type PressedOn =
  | { readonly kind: 'message'; readonly ts: string | undefined }
  | { readonly kind: 'ephemeral' }
  | { readonly kind: 'view'; readonly view: SlackView };

/** A button, or a choice in a modal. */
export interface BlockActions extends SlackInteractionBase {
  readonly type: 'block_actions';
  readonly actionId: string;
  readonly blockId: string | undefined;
  readonly value: string;
  readonly on: PressedOn;
}

/** A submitted modal. */
export interface ViewSubmission extends SlackInteractionBase {
  readonly type: 'view_submission';
  readonly view: SlackView;
}

/** Text typed into a field whose suggestions are requested. */
export interface BlockSuggestion extends SlackInteractionBase {
  readonly type: 'block_suggestion';
  readonly query: string;
  readonly command: string;
  readonly field: string;
  /** The values of the form's other fields. */
  readonly values: Readonly<Record<string, string>>;
}

/** A global or message shortcut. */
export interface Shortcut extends SlackInteractionBase {
  readonly type: 'shortcut';
  readonly callbackId: string;
  /** The message that it was used on. */
  readonly message: { readonly channel: string; readonly ts: string } | undefined;
}

/** A message to the bot. `location` is where the answer goes: for a mention, a thread. */
export interface MessageEvent extends SlackInteractionBase {
  readonly type: 'event';
  readonly event: 'message' | 'app_mention';
  /** In a thread of a channel, and not to the bot. */
  readonly isAside?: true;
  readonly text: string;
  readonly location: ChatLocation;
}

/** An Events API event. */
export type SlackEvent =
  | MessageEvent
  | {
      readonly type: 'event';
      readonly event: 'app_home_opened';
      readonly tab: 'home' | 'messages';
      readonly requester: Requester;
    }
  | { readonly type: 'event'; readonly event: 'member_joined_channel'; readonly channel: string }
  | { readonly type: 'event'; readonly event: 'channel_left' | 'group_left'; readonly channel: string };

/** Everything that Slack sends. */
export type SlackInteraction = SlashCommand | BlockActions | ViewSubmission | BlockSuggestion | Shortcut | SlackEvent;
