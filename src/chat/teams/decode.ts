// Decodes activities, each once: into a Teams interaction, and that into the core's. It sends nothing.

import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Interaction } from '../../core/chat.ts';
import type { Sender } from '../../core/model/person.ts';
import { locationOf, referenceOf, senderOf, type TeamsActivity } from './activity.ts';
import { pressedButton } from './buttons.ts';
import type {
  ActionSubmit,
  AdaptiveCardAction,
  FileConsent,
  Membership,
  TeamsInteraction,
  TeamsInteractionBase,
  TypedMessage,
} from './interactions.ts';
import { typedText } from './typed-text.ts';

const valueSchema = z.record(z.string(), z.unknown());
const actionSchema = z.looseObject({
  type: z.literal('Action.Execute').optional(),
  verb: z.string().max(128),
  data: z.unknown().optional(),
});

const consentSchema = z.looseObject({
  action: z.string().max(32),
  context: z.looseObject({ file: z.string().max(64) }).optional(),
  uploadInfo: z
    .looseObject({
      uploadUrl: z.string().max(8_192),
      contentUrl: z.string().max(8_192),
      uniqueId: z.string().max(256),
      fileType: z.string().max(64),
    })
    .optional(),
});

function fileConsent(value: unknown): Omit<FileConsent, keyof TeamsInteractionBase> {
  const { action, context, uploadInfo } = consentSchema.safeParse(value).data ?? {};
  return { type: 'fileConsent/invoke', file: context?.file, isAccepted: action === 'accept', upload: uploadInfo };
}

function membershipChange(activity: TeamsActivity): Membership['change'] {
  const isBot = ({ id }: { id: string }) => id === activity.recipient.id;
  const isInstall = activity.type === 'installationUpdate';
  if (isInstall ? activity.action?.startsWith('remove') : activity.membersRemoved?.some(isBot)) return 'removed';
  return (isInstall ? activity.action?.startsWith('add') : activity.membersAdded?.some(isBot)) ? 'added' : 'none';
}

function timeOf(timestamp: string | undefined): { sentAt?: string } {
  const ms = Date.parse(timestamp ?? '');
  // What is no time of this century is no time that could be compared.
  return ms > 0 && ms < 4e12 ? { sentAt: new Date(ms).toISOString() } : {};
}

/** Decodes an activity. */
export function decode(activity: TeamsActivity, isSandbox: boolean): TeamsInteraction {
  const base: TeamsInteractionBase = {
    sender: senderOf(activity, isSandbox),
    location: locationOf(activity),
    reference: referenceOf(activity),
    activityId: activity.id,
    deliveryId: `${activity.conversation.id}|${activity.id ?? randomUUID()}`,
    ...timeOf(activity.timestamp),
  };
  switch (activity.type) {
    case 'message': {
      if (activity.value === undefined) return { ...base, type: 'message', text: typedText(activity) };
      const { verb, ...data } = valueSchema.safeParse(activity.value).data ?? {};
      const button = typeof verb === 'string' ? pressedButton(verb, data) : undefined;
      return { ...base, type: 'Action.Submit', button, pressedMessage: activity.replyToId };
    }
    case 'invoke': {
      if (activity.name === 'fileConsent/invoke') return { ...base, ...fileConsent(activity.value) };
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

/** The core's interaction; undefined where the button is not one of the bot's. */
export function interactionOf(
  received: TypedMessage | ActionSubmit | AdaptiveCardAction,
  sender: Sender,
): Interaction | undefined {
  const { location, deliveryId, sentAt } = received;
  const base = { sender, location, deliveryId, ...(sentAt === undefined ? {} : { sentAt }) };
  if (received.type === 'message') return { ...base, kind: 'text', text: received.text };
  const { button, pressedMessage } = received;
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
