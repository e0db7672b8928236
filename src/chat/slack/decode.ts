// Slack's payloads → who speaks, where, and what. Everything in a payload is a claim from the wire until it is read here; nothing
// here sends anything. Signatures are checked before (adapter.ts).

import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { ChatLocation } from '../../core/chat.ts';
import type { Sender } from '../../core/model/person.ts';
import { LIMITS } from './limits.ts';

const id = z.string().min(1).max(255);
const text = z.string().max(4_000).nullish();

const userSchema = z.looseObject({ id, name: text, username: text, team_id: text });
const teamSchema = z.looseObject({ id: z.string(), enterprise_id: text });
const viewSchema = z.looseObject({
  id,
  type: z.string(),
  callback_id: text,
  private_metadata: z.string().nullish(),
  hash: text,
  state: z.unknown().optional(),
  title: z.unknown().optional(),
  submit: z.unknown().optional(),
  close: z.unknown().optional(),
  blocks: z.array(z.record(z.string(), z.unknown())).nullish(),
});
const base = {
  user: userSchema,
  team: teamSchema.nullish(),
  enterprise: z.looseObject({ id: z.string() }).nullish(),
  trigger_id: text,
  response_url: text,
  channel: z.looseObject({ id }).nullish(),
  message: z.looseObject({ ts: z.string(), thread_ts: text }).nullish(),
};

export const commandSchema = z.looseObject({
  user_id: id,
  user_name: text,
  team_id: text,
  enterprise_id: text,
  channel_id: id,
  text: z.string().optional(),
  trigger_id: text,
  response_url: text,
});

export const pressSchema = z.looseObject({
  ...base,
  container: z
    .looseObject({
      type: text,
      message_ts: text,
      channel_id: text,
      is_ephemeral: z.boolean().nullish(),
      thread_ts: text,
    })
    .nullish(),
  view: viewSchema.nullish(),
  actions: z
    .array(
      z.looseObject({ action_id: z.string(), block_id: text, value: z.string().max(4_000).nullish(), action_ts: text }),
    )
    .min(1),
});

export const submitSchema = z.looseObject({ ...base, view: viewSchema });

export const suggestSchema = z.looseObject({
  ...base,
  view: viewSchema.nullish(),
  action_id: z.string(),
  block_id: text,
  value: z.string().nullish(),
});

export const shortcutSchema = z.looseObject({ ...base, callback_id: z.string() });

export const eventSchema = z.looseObject({
  team_id: text,
  enterprise_id: text,
  event_id: text,
  event: z.looseObject({
    type: z.string(),
    subtype: text,
    user: z.string().nullish(),
    bot_id: text,
    text: z.string().nullish(),
    channel: z.string().nullish(),
    channel_type: text,
    ts: text,
    thread_ts: text,
    tab: text,
  }),
});

export type Press = z.infer<typeof pressSchema>;
export type Submit = z.infer<typeof submitSchema>;
export type Suggest = z.infer<typeof suggestSchema>;
export type Shortcut = z.infer<typeof shortcutSchema>;
export type Command = z.infer<typeof commandSchema>;
export type Event = z.infer<typeof eventSchema>;

const originSchema = z.looseObject({
  team_id: text,
  enterprise_id: text,
  context_team_id: text,
  team: teamSchema.nullish().catch(null),
  enterprise: z.looseObject({ id: z.string() }).nullish().catch(null),
});

/** Which workspace and organisation a payload comes from. */
export function originOf(body: unknown): { team?: string; enterprise?: string } {
  const parsed = originSchema.safeParse(body);
  if (!parsed.success) return {};
  const { team_id, team, enterprise_id, enterprise } = parsed.data;
  const teamId = team?.id ?? team_id ?? undefined;
  const enterpriseId = enterprise?.id ?? team?.enterprise_id ?? enterprise_id ?? undefined;
  return {
    ...(teamId ? { team: teamId } : {}),
    ...(enterpriseId ? { enterprise: enterpriseId } : {}),
  };
}

/** Who speaks: an id that is theirs across an organisation's workspaces. */
export function senderOf(body: unknown, user: { id: string; name?: string | null | undefined }): Sender {
  const { team = '', enterprise } = originOf(body);
  return { chat: 'slack', userId: `${enterprise ?? team}:${user.id}`, name: user.name || user.id };
}

export function senderIn(body: Press | Submit | Suggest | Shortcut): Sender {
  const { id: userId, name, username } = body.user;
  return senderOf(body, { id: userId, name: name ?? username });
}

export function locationOf(conversation: string, thread?: string | null): ChatLocation {
  const isPersonal = conversation.startsWith('D');
  return { chat: 'slack', conversation, isPersonal, ...(thread && !isPersonal ? { thread } : {}) };
}

/** Slack's id of an interaction, or one of our own where it gives none. */
export function deliveryOf(...ids: readonly (string | null | undefined)[]): string {
  const known = ids.filter((one) => one !== undefined && one !== null && one !== '');
  return known.length > 0 ? known.join('|').slice(0, 500) : randomUUID();
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>' };

/**
 * What somebody typed: Slack's own marks for links and addresses undone, its three entities decoded, the bot's mention gone.
 */
export function typedText(raw: string, botUser?: string): string {
  return raw
    .slice(0, LIMITS.typedText)
    .replace(/<([^<>]*)>/g, (whole, inner: string) => {
      const [target = '', label] = inner.split('|', 2);
      if (target === `@${botUser}`) return '';
      if (target.startsWith('mailto:')) return target.slice('mailto:'.length);
      if (/^https?:\/\//.test(target)) return label !== undefined && target.endsWith(label) ? label : target;
      if (/^[@#!]/.test(target)) return label ?? target;
      return whole;
    })
    .replace(/&(amp|lt|gt);/g, (_whole, name: string) => entities[name] ?? '')
    .trim();
}
