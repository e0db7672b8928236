// The requests of the bench: signed slash commands as Slack sends them, and message activities as Teams does. Each is new, as a
// redelivery would be dropped.

import { createHmac, randomUUID } from 'node:crypto';

/** A POST: its path, headers and body. */
export interface BenchRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The lines that people type, by kind. `mix` is all of them in turn. */
const lines = {
  help: () => 'help',
  list: () => 'list --name uami',
  show: () => 'show uami-orders',
  create: (number: number) => `create uami-bench-${number}-${randomUUID().slice(0, 8)} -g rg-payments --reason bench`,
} as const;

export const kinds = ['help', 'list', 'show', 'create', 'mix'] as const;
export type Kind = (typeof kinds)[number];

function lineOf(kind: Kind, number: number): string {
  const all = Object.values(lines);
  return kind === 'mix' ? (all[number % all.length] as (n: number) => string)(number) : lines[kind](number);
}

/** A slash command, signed with `secret`; its answer goes to `counterparts`. `key`: of its own, where its answer is waited for. */
export function slashCommand(
  kind: Kind,
  number: number,
  secret: string,
  counterparts: string,
  key?: string,
): BenchRequest {
  const body = new URLSearchParams({
    command: '/identity',
    text: lineOf(kind, number),
    user_id: 'U0ALEX',
    user_name: 'alex',
    team_id: 'T0BENCH',
    channel_id: key === undefined ? 'C0BENCH' : `C0TIMED${key}`,
    response_url: `${counterparts}/respond/${key === undefined ? randomUUID() : `timed${key}`}`,
    trigger_id: randomUUID(),
  }).toString();
  const at = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex');
  return {
    path: '/slack/events',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': at,
      'x-slack-signature': `v0=${signature}`,
    },
    body,
  };
}

/** A message of a person to the bot in their own chat. `key`: of a chat of its own, where its answer is waited for. */
export function teamsMessage(kind: Kind, number: number, counterparts: string, key?: string): BenchRequest {
  const alex = 'a1ec0000-0000-4000-8000-000000000001';
  const activity = {
    type: 'message',
    id: randomUUID(),
    text: lineOf(kind, number),
    textFormat: 'plain',
    channelId: 'msteams',
    serviceUrl: counterparts,
    from: { id: `29:${alex}`, name: 'Alex Wilber', aadObjectId: alex },
    recipient: { id: '28:bot', name: 'Identity Desk' },
    conversation: {
      id: key === undefined ? 'chat-bench' : `timed${key}`,
      conversationType: 'personal',
      isGroup: false,
    },
  };
  return {
    path: '/api/messages',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(activity),
  };
}
