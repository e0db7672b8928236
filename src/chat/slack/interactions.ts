// What people do in Slack, in Slack's own words: one union, which decode.ts makes and the handlers read. Each kind has
// the handler that bears its name.

import type { types } from '@slack/bolt';
import type { ChatLocation } from '../../core/chat.ts';
import type { Sender } from '../../core/model/person.ts';
import type { Filled } from './forms.ts';
import type { Meta } from './private-metadata.ts';

/** One who did something, and the ways to answer only them. */
export interface Requester {
  readonly userId: string;
  readonly sender: Sender;
  /** Undefined: they did it where the bot answers nobody (a shortcut), and their own chat need not be open yet. */
  readonly location: ChatLocation | undefined;
  readonly responseUrl: string | undefined;
  readonly triggerId: string | undefined;
  /** When the payload came, as `performance.now()` says it. */
  readonly receivedAt: number;
}

/** A view of the bot's, as Slack gives it back. */
export interface SlackView {
  readonly id: string;
  readonly surface: 'modal' | 'home';
  readonly callbackId: string | undefined;
  readonly hash: string | undefined;
  readonly meta: Meta | undefined;
  /** What stands in its inputs. */
  readonly filled: Filled;
  /** The modal itself, where Slack says it. */
  readonly drawn: types.ModalView | undefined;
}

interface SlackInteractionBase {
  readonly requester: Requester;
  /** Slack's id of it, the same when it is delivered again. */
  readonly deliveryId: string;
}

/** `/identity …` */
export interface SlashCommand extends SlackInteractionBase {
  readonly type: 'slash_command';
  readonly text: string;
  readonly location: ChatLocation;
}

/** What bears a button. A message's `ts` is undefined where Slack does not say it. */
export type PressedOn =
  | { readonly kind: 'message'; readonly ts: string | undefined }
  | { readonly kind: 'ephemeral' }
  | { readonly kind: 'view'; readonly view: SlackView };

/** A pressed button, or a choice in a modal. */
export interface BlockActions extends SlackInteractionBase {
  readonly type: 'block_actions';
  readonly actionId: string;
  readonly blockId: string | undefined;
  readonly value: string;
  readonly on: PressedOn;
}

/** A modal that was sent. */
export interface ViewSubmission extends SlackInteractionBase {
  readonly type: 'view_submission';
  readonly view: SlackView;
}

/** Letters typed into a field, whose values are wanted. */
export interface BlockSuggestion extends SlackInteractionBase {
  readonly type: 'block_suggestion';
  readonly query: string;
  readonly command: string;
  readonly field: string;
  /** What the form's other fields say. */
  readonly values: Readonly<Record<string, string>>;
}

export interface Shortcut extends SlackInteractionBase {
  readonly type: 'shortcut';
  readonly callbackId: string;
  /** The message that it was used on. */
  readonly message: { readonly channel: string; readonly ts: string } | undefined;
}

/** Something that a person wrote to the bot. `location` is where the answer belongs: a mention opens a thread. */
export interface MessageEvent extends SlackInteractionBase {
  readonly type: 'event';
  readonly event: 'message' | 'app_mention';
  readonly text: string;
  readonly location: ChatLocation;
}

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

export type SlackInteraction = SlashCommand | BlockActions | ViewSubmission | BlockSuggestion | Shortcut | SlackEvent;
