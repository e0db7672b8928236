// A test bench: the Teams adapter behind the real HTTP server, with a fake core, conversations in memory and a fake Bot Connector.

import { createWorkload } from '../../src/chat/shared/workload.ts';
import { createTeams, type TeamsAdapter, type TeamsSettings } from '../../src/chat/teams/adapter.ts';
import type { Answer, BotApi, Card, Interaction } from '../../src/core/chat.ts';
import type { RefusedAccess } from '../../src/core/model/person.ts';
import type { Conversation, Conversations, Log } from '../../src/core/ports.ts';
import { createHttp, type HttpServer } from '../../src/http.ts';
import { MemoryInbox } from '../support/memory-inbox.ts';
import { FakeConnector } from './fake-connector.ts';

export const ALEX = 'a1ec0000-0000-4000-8000-000000000001';
export const MEGAN = '3e9a0000-0000-4000-8000-000000000002';
export const TENANT = 'c0250000-0000-4000-8000-0000000000ff';

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

class MemoryConversations implements Conversations {
  readonly all = new Map<string, Conversation>();
  isAway = false;

  async remember(conversation: Conversation): Promise<boolean> {
    if (this.isAway) throw new Error('the database is away');
    const isNew = !this.all.has(conversation.id);
    this.all.set(conversation.id, conversation);
    return isNew;
  }
  async find(_chat: string, id: string): Promise<Conversation | undefined> {
    if (this.isAway) throw new Error('the database is away');
    return this.all.get(id);
  }
  async personal(personKey: string): Promise<readonly Conversation[]> {
    return [...this.all.values()].filter((one) => one.personKey === personKey);
  }
  async forget(_chat: string, id: string): Promise<void> {
    this.all.delete(id);
  }
}

export function simpleCard(title: string, more: Partial<Card> = {}): Card {
  return { tone: 'plain', title, blocks: [], buttons: [], fallback: title, ...more };
}

export interface Bench {
  /** Who was turned away before the core. */
  readonly refused: RefusedAccess[];
  readonly connector: FakeConnector;
  readonly conversations: MemoryConversations;
  readonly inbox: MemoryInbox;
  readonly teams: TeamsAdapter;
  readonly botApi: BotApi;
  readonly http: HttpServer;
  readonly heard: Interaction[];
  readonly logged: string[];
  /** What the core answers. */
  answer: (interaction: Interaction) => Promise<Answer> | Answer;
  /** Posts, and waits until what was recorded is answered, or for `turnMs`. */
  post(activity: unknown, headers?: Record<string, string>): Promise<Response>;
  postOnly(activity: unknown, headers?: Record<string, string>): Promise<Response>;
  /** An activity of Alex's one-to-one chat. */
  activity(more?: Record<string, unknown>): Record<string, unknown>;
  invoke(verb: string, data: unknown, more?: Record<string, unknown>): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
}

export async function startBench(settings: Partial<TeamsSettings> = {}): Promise<Bench> {
  const connector = await FakeConnector.start();
  const conversations = new MemoryConversations();
  const inbox = new MemoryInbox();
  const workload = createWorkload();
  const heard: Interaction[] = [];
  const logged: string[] = [];
  const note = (_fields: unknown, message: string) => void logged.push(message);
  const refused: RefusedAccess[] = [];
  const botApi: BotApi = {
    handle: async (interaction) => {
      heard.push(interaction);
      return bench.answer(interaction);
    },
    preview: async () => ({ kind: 'wrong', message: 'no preview here', next: '' }),
    readLine: (text) => ({ text, isWrite: false, isChange: false, isPublic: false, isShown: false }),
    suggest: async () => [],
    form: () => undefined,
    welcome: () => simpleCard('Welcome'),
    home: async () => [],
  };
  const teams = createTeams({
    settings: { sandbox: true, tenantId: TENANT, ...settings },
    botApi,
    conversations,
    inbox,
    workload,
    onRefused: (one) => refused.push(one),
    log: { debug: note, info: note, warn: note, error: note },
    botName: 'Identity Desk',
  });
  const http = await createHttp({
    host: '127.0.0.1',
    port: 0,
    log: silentLog,
    routes: [{ method: 'POST', path: '/api/messages', handle: (request, response) => teams.route(request, response) }],
  });
  const bench: Bench = {
    connector,
    conversations,
    inbox,
    botApi,
    teams,
    http,
    heard,
    refused,
    logged,
    answer: () => ({ kind: 'silence' }),
    async post(activity, headers = {}) {
      const response = await bench.postOnly(activity, headers);
      await inbox.answered(settings.turnMs ?? 5_000);
      return response;
    },
    postOnly: (activity, headers = {}) =>
      fetch(`${http.url}/api/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof activity === 'string' ? activity : JSON.stringify(activity),
      }),
    activity: (more = {}) => ({
      type: 'message',
      id: `in-${Math.random().toString(36).slice(2)}`,
      channelId: 'msteams',
      serviceUrl: connector.url,
      from: { id: '29:alex', name: 'Alex Wilber', aadObjectId: ALEX },
      recipient: { id: '28:bot', name: 'Identity Desk' },
      conversation: { id: 'chat-alex', conversationType: 'personal', tenantId: TENANT },
      channelData: { tenant: { id: TENANT } },
      ...more,
    }),
    async invoke(verb, data, more = {}) {
      const value = { action: { type: 'Action.Execute', verb, data }, trigger: 'manual' };
      const response = await bench.post(
        bench.activity({ type: 'invoke', name: 'adaptiveCard/action', value, ...more }),
      );
      if (response.status !== 200) throw new Error(`HTTP ${response.status}: ${await response.text()}`);
      return (await response.json()) as Record<string, unknown>;
    },
    async stop() {
      await http.close(1000);
      await teams.close();
      await connector.stop();
    },
  };
  return bench;
}

/** The Adaptive Card of a message. */
export function cardOf(activity: Record<string, unknown> | undefined): Record<string, unknown> {
  const attachments = activity?.attachments as { content: Record<string, unknown> }[] | undefined;
  if (!attachments?.[0]) throw new Error('there is no card');
  return attachments[0].content;
}
