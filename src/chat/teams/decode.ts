// A Teams activity → one event in Teams' own words → the core's Interaction. Each activity is decoded once, here; nothing here
// sends anything.

import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { ChatLocation, Interaction } from '../../core/chat.ts';
import type { Sender } from '../../core/model/person.ts';
import { locationOf, type Reference, referenceOf, senderOf, type TeamsActivity } from './activity.ts';
import { type PressedButton, pressedButton } from './buttons.ts';
import { typedText } from './typed-text.ts';

interface EventBase {
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
export interface MessageEvent extends EventBase {
  readonly type: 'message';
  readonly text: string;
}

/** A button of a card, pressed in a client that sends it as a message (Action.Submit). */
export interface SubmitEvent extends EventBase {
  readonly type: 'Action.Submit';
  /** Undefined where it is none of the bot's buttons. */
  readonly button: PressedButton | undefined;
  /** The message whose button was pressed, where Teams says it. */
  readonly pressedMessage: string | undefined;
}

/** A button of a card, pressed in a client that waits for the response (Action.Execute). */
export interface CardActionEvent extends EventBase {
  readonly type: 'adaptiveCard/action';
  readonly button: PressedButton | undefined;
  readonly pressedMessage: string | undefined;
  /** A card that refreshes itself presses its button without anybody; that is no one's decision. */
  readonly isAutomatic: boolean;
}

/** The bot, or somebody, came into a conversation or left it. */
export interface MembershipEvent extends EventBase {
  readonly type: 'conversationUpdate' | 'installationUpdate';
  /** What it means for the bot itself. */
  readonly change: 'added' | 'removed' | 'none';
}

export type TeamsEvent =
  | MessageEvent
  | SubmitEvent
  | CardActionEvent
  | MembershipEvent
  /** An invoke that this bot does not answer, such as a search or a dialog. */
  | (EventBase & { readonly type: 'other invoke' })
  /** A reaction, typing and the like. */
  | (EventBase & { readonly type: 'other' });

const valueSchema = z.record(z.string(), z.unknown());
const actionSchema = z.looseObject({
  type: z.literal('Action.Execute').optional(),
  verb: z.string().max(128),
  data: z.unknown().optional(),
});

function membershipChange(activity: TeamsActivity): MembershipEvent['change'] {
  const isBot = ({ id }: { id: string }) => id === activity.recipient.id;
  const isInstall = activity.type === 'installationUpdate';
  if (isInstall ? activity.action?.startsWith('remove') : activity.membersRemoved?.some(isBot)) return 'removed';
  return (isInstall ? activity.action?.startsWith('add') : activity.membersAdded?.some(isBot)) ? 'added' : 'none';
}

/** What an activity tells. */
export function decode(activity: TeamsActivity, isSandbox: boolean): TeamsEvent {
  const base: EventBase = {
    sender: senderOf(activity, isSandbox),
    location: locationOf(activity),
    reference: referenceOf(activity),
    activityId: activity.id,
    deliveryId: `${activity.conversation.id}|${activity.id ?? randomUUID()}`,
  };
  switch (activity.type) {
    case 'message': {
      if (activity.value === undefined) return { ...base, type: 'message', text: typedText(activity) };
      const { verb, ...data } = valueSchema.safeParse(activity.value).data ?? {};
      const button = typeof verb === 'string' ? pressedButton(verb, data) : undefined;
      return { ...base, type: 'Action.Submit', button, pressedMessage: activity.replyToId };
    }
    case 'invoke': {
      if (activity.name !== 'adaptiveCard/action') return { ...base, type: 'other invoke' };
      const value = valueSchema.safeParse(activity.value).data ?? {};
      const action = actionSchema.safeParse(value.action);
      return {
        ...base,
        type: 'adaptiveCard/action',
        button: action.success ? pressedButton(action.data.verb, action.data.data) : undefined,
        pressedMessage: activity.replyToId,
        isAutomatic: value.trigger === 'automatic',
      };
    }
    case 'conversationUpdate':
    case 'installationUpdate':
      return { ...base, type: activity.type, change: membershipChange(activity) };
    default:
      return { ...base, type: 'other' };
  }
}

/** What a person did, in the core's words; undefined where it is a button that is none of the bot's. */
export function interactionOf(
  event: MessageEvent | SubmitEvent | CardActionEvent,
  sender: Sender,
): Interaction | undefined {
  const base = { sender, location: event.location, deliveryId: event.deliveryId };
  if (event.type === 'message') return { ...base, kind: 'text', text: event.text };
  const { button, pressedMessage } = event;
  switch (button?.kind) {
    case 'command': {
      const { command: text, owner } = button;
      return { ...base, kind: 'text', text, ...(owner === undefined ? {} : { owner }) };
    }
    case 'form':
      return { ...base, kind: 'form', command: button.command, fields: button.fields };
    case 'request': {
      const { verb, requestId, fields } = button;
      const seen =
        pressedMessage === undefined
          ? ({ kind: 'unknown' } as const)
          : ({ kind: 'card', message: pressedMessage } as const);
      return { ...base, kind: 'click', verb, requestId, fields, seen };
    }
    case undefined:
      return undefined;
  }
}
