// A Bot Framework activity from Teams: its schema, its sender and its location. It is not trusted until request-filter.ts has
// verified it.

import { z } from 'zod';
import type { ChatLocation } from '../../core/chat.ts';
import { fold } from '../../core/model/fold.ts';
import type { ChatAccount, Sender } from '../../core/model/person.ts';
import { readJson } from '../../http.ts';

const account = z.looseObject({
  id: z.string().min(1).max(512),
  name: z.string().max(512).optional(),
  aadObjectId: z.string().max(64).optional(),
  role: z.string().optional(),
});

/** The properties of an activity that are read. Others are ignored. */
const activitySchema = z.looseObject({
  type: z.string().min(1).max(64),
  id: z.string().max(512).optional(),
  timestamp: z.string().max(64).optional(),
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
  attachments: z
    .array(z.looseObject({ contentType: z.string().max(256).optional(), content: z.unknown().optional() }))
    .max(100)
    .optional(),
  membersAdded: z.array(account).optional(),
  membersRemoved: z.array(account).optional(),
});

/** What is stored of a conversation to post to it later. JSON; the service URL is checked again before each use. */
export const referenceSchema = z.object({
  serviceUrl: z.string(),
  bot: z.object({ id: z.string(), name: z.string() }),
  /** personal, groupChat or channel. */
  conversationType: z.string(),
  tenantId: z.string().optional(),
});

/** A stored conversation reference. */
export type Reference = z.infer<typeof referenceSchema>;

/** A parsed activity. */
export type TeamsActivity = z.infer<typeof activitySchema>;

/** Parses a request body; undefined where it is not an activity. Throws HttpError 400 where it is not JSON. */
export function parseActivity(body: Buffer): TeamsActivity | undefined {
  const parsed = activitySchema.safeParse(readJson(body.toString('utf8')));
  return parsed.success ? parsed.data : undefined;
}

/** Whether a bot sent it, this one or another. */
export function isFromBot(activity: TeamsActivity): boolean {
  return (
    activity.from.role === 'bot' || activity.from.id.startsWith('28:') || activity.from.id === activity.recipient.id
  );
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The sender; undefined where the activity has no Entra object id. A local client may have it in its user id. */
export function senderOf(activity: TeamsActivity, isSandbox: boolean): Sender | undefined {
  const { id, name } = activity.from;
  const aadObjectId = activity.from.aadObjectId ?? (isSandbox ? id.replace(/^29:/, '') : undefined);
  if (aadObjectId === undefined || !GUID.test(aadObjectId)) return undefined;
  return { chat: 'teams', userId: id, name: name ?? aadObjectId, entraId: fold(aadObjectId) };
}

/** Whose activity it is that is not served, as far as it says. */
export function strangerOf({ from }: TeamsActivity): { readonly account: ChatAccount; readonly name: string } {
  return { account: { chat: 'teams', userId: from.id }, name: from.name ?? from.id };
}

/** The core's location. In channels the conversation id contains the thread: `19:…@thread.tacv2;messageid=<root>`. */
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

/** The reference to post to the conversation later. */
export function referenceOf(activity: TeamsActivity): Reference {
  const tenantId = activity.conversation.tenantId ?? activity.channelData?.tenant?.id;
  return {
    serviceUrl: activity.serviceUrl,
    bot: { id: activity.recipient.id, name: activity.recipient.name ?? '' },
    conversationType: conversationType(activity),
    ...(tenantId === undefined ? {} : { tenantId }),
  };
}
