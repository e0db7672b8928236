// A test bench: the Slack adapter between the fake Slack and a fake core.

import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { createWorkload } from '../../src/chat/shared/workload.ts';
import { createSlack, type SlackAdapter } from '../../src/chat/slack/adapter.ts';
import type { Answer, BotApi, Card, FormAnswer, FormInteraction, Interaction, Preview } from '../../src/core/chat.ts';
import { commands } from '../../src/core/grammar/registry.ts';
import type { LineReading } from '../../src/core/line-reading.ts';
import type { RefusedAccess } from '../../src/core/model/person.ts';
import type { Conversation, Conversations, Log } from '../../src/core/ports.ts';
import { interpretLine, readingOf } from '../../src/core/read-line.ts';
import { createHttp, type HttpServer } from '../../src/http.ts';
import { textTools } from '../../src/text-tools.ts';
import { MemoryInbox } from '../support/memory-inbox.ts';
import { card, formCard } from './cards.ts';
import { botToken, FakeSlack, type Json } from './fake-slack.ts';
import { form, payload, secret, signed } from './signed.ts';

export class MemoryConversations implements Conversations {
  readonly all = new Map<string, Conversation>();
  async remember(conversation: Conversation): Promise<boolean> {
    const isNew = !this.all.has(conversation.id);
    this.all.set(conversation.id, { ...this.all.get(conversation.id), ...conversation });
    return isNew;
  }
  async find(_chat: string, id: string) {
    return this.all.get(id);
  }
  async personal(key: string) {
    return [...this.all.values()].filter(({ personKey }) => personKey === key);
  }
  async forget(_chat: string, id: string) {
    this.all.delete(id);
  }
}

/** A fake core that records interactions and answers as the test says. */
export class FakeBotApi implements BotApi {
  readonly heard: Interaction[] = [];
  readonly previewed: FormInteraction[] = [];
  answer: (interaction: Interaction) => Answer | Promise<Answer> = () => ({ kind: 'card', card: card('Hello') });
  plan: (interaction: FormInteraction) => Preview | Promise<Preview> = () => ({
    kind: 'plan',
    card: card('The plan'),
    digest: 'd1',
  });
  found: BotApi['suggest'] = async () => [];
  page: BotApi['home'] = async () => [card('Your page')];

  readonly handle = async (interaction: Interaction): Promise<Answer> => {
    this.heard.push(interaction);
    return this.answer(interaction);
  };
  readonly preview = async (interaction: FormInteraction): Promise<Preview> => {
    this.previewed.push(interaction);
    return this.plan(interaction);
  };
  suggest: BotApi['suggest'] = (asker, wanted) => this.found(asker, wanted);
  form(command: string, values: Readonly<Record<string, string>>): FormAnswer | undefined {
    if (command !== 'create' && command !== 'grant') return undefined;
    const made: Card = { ...formCard(values), buttons: [{ kind: 'form', command, label: 'Go on' }] };
    return { kind: 'form', command, card: made, hasPlan: true };
  }
  /** The real core's line reader, which needs nothing but the line. */
  readLine(text: string): LineReading {
    return readingOf(interpretLine(text, commands, { textTools, clock: { now: () => new Date() } }));
  }
  welcome(): Card {
    return card('Welcome to Identity Desk');
  }
  home: BotApi['home'] = (sender) => this.page(sender);

  forget(): void {
    this.heard.length = 0;
    this.previewed.length = 0;
    this.answer = () => ({ kind: 'card', card: card('Hello') });
    this.plan = () => ({ kind: 'plan', card: card('The plan'), digest: 'd1' });
    this.found = async () => [];
    this.page = async () => [card('Your page')];
  }
}

export interface Bench {
  readonly slack: FakeSlack;
  readonly botApi: FakeBotApi;
  readonly conversations: MemoryConversations;
  readonly inbox: MemoryInbox;
  readonly bot: SlackAdapter;
  readonly url: string;
  /** Who was turned away before the core. */
  readonly refused: RefusedAccess[];
  /** Posts a signed body. Returns the response's status and JSON. */
  post(body: string, options?: Parameters<typeof signed>[1]): Promise<{ status: number; body: Json }>;
  command(text: string, more?: Json): Promise<{ status: number; body: Json }>;
  press(action: Json, more?: Json): Promise<{ status: number; body: Json }>;
  send(body: Json): Promise<{ status: number; body: Json }>;
  event(event: Json, more?: Json, options?: Parameters<typeof signed>[1]): Promise<{ status: number; body: Json }>;
  close(): Promise<void>;
}

/** `prepare` runs before the bot calls auth.test. */
export async function startBench(prepare: (slack: FakeSlack) => void = () => {}): Promise<Bench> {
  const log: Log = { debug() {}, info() {}, warn() {}, error() {} };
  const slack = await FakeSlack.start();
  prepare(slack);
  const botApi = new FakeBotApi();
  const conversations = new MemoryConversations();
  const inbox = new MemoryInbox();
  const refused: RefusedAccess[] = [];
  const bot = createSlack({
    settings: { botToken, signingSecret: secret, apiUrl: slack.apiUrl },
    botApi,
    conversations,
    inbox,
    workload: createWorkload(),
    onRefused: (one) => refused.push(one),
    log,
  });
  await bot.start();
  await bot.open();
  const http: HttpServer = await createHttp({
    host: '127.0.0.1',
    port: 0,
    log,
    routes: [{ method: 'POST', path: '/slack/events', handle: (request, response) => bot.route(request, response) }],
  });
  const url = `${http.url}/slack/events`;
  const post: Bench['post'] = async (body, options) => {
    const response = await fetch(url, signed(body, options));
    const text = await response.text();
    return { status: response.status, body: text.startsWith('{') ? (JSON.parse(text) as Json) : {} };
  };
  const who = () => ({
    user: { id: slack.user('alex'), name: 'alex', team_id: slack.team },
    team: { id: slack.team, domain: 'contoso' },
  });
  return {
    slack,
    refused,
    botApi,
    conversations,
    inbox,
    bot,
    url,
    post,
    command: async (text, more = {}) =>
      post(
        form({
          command: '/identity',
          text,
          user_id: slack.user('alex'),
          user_name: 'alex',
          team_id: slack.team,
          channel_id: slack.channel('deploys'),
          response_url: `${slack.url}/respond/${Math.random()}`,
          trigger_id: more.trigger_id ?? (await slack.trigger()),
          ...more,
        }),
      ),
    press: async (action, more = {}) =>
      post(
        payload({
          type: 'block_actions',
          ...who(),
          channel: { id: slack.channel('approvals') },
          container: {
            type: 'message',
            message_ts: '1700000000.000100',
            channel_id: slack.channel('approvals'),
            is_ephemeral: false,
          },
          message: { ts: '1700000000.000100' },
          response_url: `${slack.url}/respond/${Math.random()}`,
          trigger_id: more.trigger_id ?? (await slack.trigger()),
          actions: [{ type: 'button', action_ts: String(Date.now()), ...action }],
          ...more,
        }),
      ),
    send: (body) => post(payload({ ...who(), ...body })),
    event: (event, more = {}, options = {}) =>
      post(
        JSON.stringify({
          type: 'event_callback',
          team_id: slack.team,
          event_id: `Ev${Math.random()}`,
          event,
          ...more,
        }),
        { type: 'application/json', ...options },
      ),
    close: async () => {
      await http.close(500);
      await bot.close();
      await slack.close();
    },
  };
}

/** Answers to be resolved by the test, in order. */
export function held<T>(): { promise: Promise<T>; give: (value: T) => void } {
  const { promise, resolve } = Promise.withResolvers<T>();
  return { promise, give: resolve };
}

/** One bench for all tests of a file: reset before each; a test fails where the bot sent something invalid for Slack. */
export function useBench(give: (bench: Bench) => void): void {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench();
    give(bench);
  });
  afterAll(() => bench.close());
  afterEach(() => {
    expect(bench.slack.broken.splice(0)).toEqual([]);
    bench.slack.forget();
    bench.botApi.forget();
  });
}
