// Schemas of Slack's payloads, as far as they are read (docs.slack.dev, "Interaction payloads" and "Events API"). Other properties
// are ignored.

import { z } from 'zod';

const id = z.string().min(1).max(255);
const text = z.string().max(4_000).nullish();

const user = z.looseObject({ id, name: text, username: text, team_id: text });
const team = z.looseObject({ id: z.string(), enterprise_id: text });
const enterprise = z.looseObject({ id: z.string() });
const view = z.looseObject({
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
const interactive = z.looseObject({
  user,
  team: team.nullish(),
  enterprise: enterprise.nullish(),
  trigger_id: text,
  response_url: text,
  channel: z.looseObject({ id }).nullish(),
  message: z.looseObject({ ts: z.string(), thread_ts: text }).nullish(),
});

/** Every payload's type; absent in slash commands. */
export const kind = z.looseObject({ type: z.string().optional() });

/** The workspace and organization of any payload. */
export const origin = z.looseObject({
  team_id: text,
  enterprise_id: text,
  team: team.nullish().catch(null),
  enterprise: enterprise.nullish().catch(null),
});

export const slashCommand = z.looseObject({
  user_id: id,
  user_name: text,
  channel_id: id,
  text: z.string().optional(),
  trigger_id: text,
  response_url: text,
});

export const blockActions = interactive.extend({
  container: z
    .looseObject({ message_ts: text, channel_id: text, is_ephemeral: z.boolean().nullish(), thread_ts: text })
    .nullish(),
  view: view.nullish(),
  actions: z
    .array(
      z.looseObject({ action_id: z.string(), block_id: text, value: z.string().max(4_000).nullish(), action_ts: text }),
    )
    .min(1),
});

export const viewSubmission = interactive.extend({ view });

export const blockSuggestion = interactive.extend({
  view: view.nullish(),
  block_id: text,
  value: z.string().nullish(),
});

export const shortcut = interactive.extend({ callback_id: z.string() });

export const event = z.looseObject({
  event_id: text,
  event: z.looseObject({
    type: z.string(),
    subtype: text,
    user: z.string().nullish(),
    user_team: text,
    bot_id: text,
    text: z.string().nullish(),
    channel: z.string().nullish(),
    channel_type: text,
    ts: text,
    thread_ts: text,
    tab: text,
  }),
});

export type Interactive = z.infer<typeof interactive>;
export type View = z.infer<typeof view>;
