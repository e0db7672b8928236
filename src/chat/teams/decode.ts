// A Teams activity → who speaks, where, and what (an Inbound). Everything in an activity is a claim from the wire until it is
// checked here; nothing here sends anything.

import { randomUUID } from 'node:crypto';
import { type Activity, TurnContext } from 'botbuilder';
import { z } from 'zod';
import type { ChatLocation, Interaction, SeenCard } from '../../core/chat.ts';
import type { Sender } from '../../core/model/person.ts';
import { isServiceUrl } from './client.ts';
import { fieldsOf } from './forms.ts';
import type { Reference } from './people.ts';

const account = z.looseObject({
  id: z.string().min(1).max(512),
  name: z.string().max(512).optional(),
  aadObjectId: z.string().max(64).optional(),
  role: z.string().optional(),
});

/** What of an activity is read. Anything else may be there and is not looked at. */
const activitySchema = z.looseObject({
  type: z.string().min(1).max(64),
  id: z.string().max(512).optional(),
  name: z.string().max(128).optional(),
  action: z.string().max(64).optional(),
  channelId: z.string().max(64),
  serviceUrl: z.string().max(2048),
  replyToId: z.string().max(512).optional(),
  from: account,
  recipient: account,
  conversation: z.looseObject({
    id: z.string().min(1).max(1024),
    conversationType: z.string().max(32).optional(),
    isGroup: z.boolean().optional(),
    tenantId: z.string().max(64).optional(),
  }),
  channelData: z.looseObject({ tenant: z.looseObject({ id: z.string().max(64) }).optional() }).optional(),
  text: z.string().max(100_000).optional(),
  textFormat: z.string().max(32).optional(),
  entities: z
    .array(z.looseObject({ type: z.string() }))
    .max(1000)
    .optional(),
  value: z.unknown().optional(),
  membersAdded: z.array(account).optional(),
  membersRemoved: z.array(account).optional(),
});

export type TeamsActivity = z.infer<typeof activitySchema>;

/** The activity in a body, or undefined where it is none. */
export function parseActivity(body: Buffer): TeamsActivity | undefined {
  let json: unknown;
  try {
    json = JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
  const parsed = activitySchema.safeParse(json);
  return parsed.success ? parsed.data : undefined;
}

export interface Checks {
  readonly sandbox: boolean;
  readonly appId?: string;
  readonly tenantId?: string;
  readonly serviceHosts: readonly string[];
}

/** Why an activity is not served, or undefined where it is. For the log: the sender learns only that it is refused. */
export function refusal(activity: TeamsActivity, checks: Checks): string | undefined {
  if (!isServiceUrl(activity.serviceUrl, { sandbox: checks.sandbox, hosts: checks.serviceHosts })) {
    return 'its service URL is not on the list';
  }
  // Local clients call their channel and their tenant what they like.
  if (checks.sandbox) return undefined;
  if (activity.channelId !== 'msteams') return 'its channel is not Teams';
  const tenants = [activity.conversation.tenantId, activity.channelData?.tenant?.id].filter((id) => id !== undefined);
  if (tenants.length === 0) return 'it names no tenant';
  if (checks.tenantId !== undefined && tenants.some((id) => id.toLowerCase() !== checks.tenantId?.toLowerCase())) {
    return 'it comes from another tenant';
  }
  if (activity.recipient.id.toLowerCase() !== `28:${checks.appId}`.toLowerCase()) {
    return 'it is addressed to another bot';
  }
  return undefined;
}

export function isFromBot(activity: TeamsActivity): boolean {
  return (
    activity.from.role === 'bot' || activity.from.id.startsWith('28:') || activity.from.id === activity.recipient.id
  );
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Who speaks; undefined where Teams does not say which directory user it is. A local client may have it as its plain id. */
export function senderOf(activity: TeamsActivity, isSandbox: boolean): Sender | undefined {
  const { id, name } = activity.from;
  const aadObjectId = activity.from.aadObjectId ?? (isSandbox ? id.replace(/^29:/, '') : undefined);
  if (aadObjectId === undefined || !GUID.test(aadObjectId)) return undefined;
  return { chat: 'teams', userId: id, name: name ?? aadObjectId, entraId: aadObjectId.toLowerCase() };
}

/** In channels Teams writes the thread into the conversation's id: `19:…@thread.tacv2;messageid=<root>`. */
export function locationOf(activity: TeamsActivity): ChatLocation {
  const [conversation = '', ...rest] = activity.conversation.id.split(';');
  const root = rest.find((part) => part.startsWith('messageid='))?.slice('messageid='.length);
  const kind = conversationType(activity);
  const thread = kind === 'channel' ? (root ?? activity.replyToId ?? activity.id) : undefined;
  return { chat: 'teams', conversation, isPersonal: kind === 'personal', ...(thread ? { thread } : {}) };
}

function conversationType({ conversation }: TeamsActivity): string {
  return conversation.conversationType ?? (conversation.isGroup ? 'groupChat' : 'personal');
}

/** What is needed to write to the conversation later. */
export function referenceOf(activity: TeamsActivity): Reference {
  const tenantId = activity.conversation.tenantId ?? activity.channelData?.tenant?.id;
  return {
    serviceUrl: activity.serviceUrl,
    bot: { id: activity.recipient.id, name: activity.recipient.name ?? '' },
    conversationType: conversationType(activity),
    ...(tenantId === undefined ? {} : { tenantId }),
  };
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

function decodeEntities(text: string): string {
  return text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,6});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return ENTITIES[name.toLowerCase()] ?? whole;
    const code =
      name[1]?.toLowerCase() === 'x' ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** What was typed, without the mention of the bot, on one line per line. */
function typedText(activity: TeamsActivity): string {
  const mentions = (activity.entities ?? []).filter(
    (entity) =>
      entity.type.toLowerCase() === 'mention' &&
      typeof entity.text === 'string' &&
      (entity.mentioned as { id?: unknown } | undefined)?.id !== undefined,
  );
  // Only what removeRecipientMention reads, and only whole mentions: it throws on an entity without `mentioned`.
  const given = { text: activity.text ?? '', recipient: activity.recipient, entities: mentions } as unknown as Activity;
  let text = TurnContext.removeRecipientMention(given) ?? '';
  const isMarkup = activity.textFormat === 'xml' || /^\s*<(p|div)[\s>]/i.test(text);
  if (isMarkup) {
    text = text.replace(/<br\s*\/?>|<\/(p|div|li)>/gi, '\n').replace(/<\/?[a-z][^<>]*>/gi, '');
  }
  return decodeEntities(text)
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .trim();
}

interface PressedButton {
  readonly verb: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const record = z.record(z.string(), z.unknown());
const actionSchema = z.looseObject({
  type: z.literal('Action.Execute').optional(),
  verb: z.string().max(128),
  data: z.unknown().optional(),
});

/** The button of an Action.Execute (an invoke), or of an Action.Submit (a message with a value). */
function pressedButton(activity: TeamsActivity): PressedButton | undefined {
  if (activity.type === 'invoke') {
    const value = record.safeParse(activity.value);
    const action = actionSchema.safeParse(value.data?.action);
    if (!action.success) return undefined;
    return { verb: action.data.verb, data: record.safeParse(action.data.data).data ?? {} };
  }
  const value = record.safeParse(activity.value).data;
  if (!value || typeof value.verb !== 'string') return undefined;
  return { verb: value.verb, data: value };
}

/** Whether the answer to a button belongs in the place of its card: all but a command's that does not say so. */
export function staysInPlace(activity: TeamsActivity): boolean {
  const button = pressedButton(activity);
  return button?.verb !== 'command.run' || button.data.inPlace === true;
}

/** A card that refreshes itself presses its button without anybody; that is no one's decision. */
export function isAutomatic(activity: TeamsActivity): boolean {
  return record.safeParse(activity.value).data?.trigger === 'automatic';
}

/** What a person did, in the core's words; undefined where it is nothing that the bot listens to. */
export function interactionOf(activity: TeamsActivity, sender: Sender): Interaction | undefined {
  const location = locationOf(activity);
  const base = { sender, location, deliveryId: `${activity.conversation.id}|${activity.id ?? randomUUID()}` };
  const button = pressedButton(activity);
  if (button) {
    const { request, command, form, owner } = button.data;
    const fields = fieldsOf(button.data);
    if (button.verb === 'command.run' && typeof command === 'string') {
      return { ...base, kind: 'text', text: command, ...(typeof owner === 'string' ? { owner } : {}) };
    }
    if (button.verb === 'form.submit' && typeof form === 'string')
      return { ...base, kind: 'form', command: form, fields };
    if (button.verb.startsWith('request.') && typeof request === 'string') {
      const seen: SeenCard =
        activity.replyToId === undefined ? { kind: 'unknown' } : { kind: 'card', message: activity.replyToId };
      return { ...base, kind: 'click', verb: button.verb, requestId: request, fields, seen };
    }
    return undefined;
  }
  if (activity.type !== 'message' || activity.value !== undefined) return undefined;
  return { ...base, kind: 'text', text: typedText(activity) };
}
