// The chats that the bot speaks. To add one: write its folder beside the others in chat/, list it here.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Workload } from './chat/shared/workload.ts';
import type { Config } from './config.ts';
import type { BotApi } from './core/chat.ts';
import type { Inbox } from './core/inbox.ts';
import type { ChatName, RefusedAccess } from './core/model/person.ts';
import type { ChatMessenger, Conversations, Log } from './core/ports.ts';

/** What every adapter is given. */
interface ChatDependencies {
  readonly botApi: BotApi;
  readonly conversations: Conversations;
  /** What the platform delivers is recorded here before it is acknowledged. */
  readonly inbox: Inbox;
  /** Schedules the work behind acknowledgements, of all chats together. */
  readonly workload: Workload;
  /** Somebody whom the bot does not serve was turned away before the core. */
  readonly onRefused: (refused: RefusedAccess) => void;
  readonly log: Log;
  readonly botName: string;
}

/** What every adapter gives. */
interface Chat {
  readonly messenger: ChatMessenger;
  /** For what the platform posts to the chat's path. Throws HttpError for what it will not take in. */
  route(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Before anything comes in or goes out. */
  start?(): Promise<void>;
  /** Once the bot listens: takes up what was left, and opens what the platform is heard by, where that is not HTTP. */
  open?(): Promise<void>;
  /** Takes nothing more, and waits for the answers under way. */
  close(): Promise<void>;
}

interface ChatDefinition {
  readonly name: ChatName;
  /** Where the platform posts to. */
  readonly path: string;
  isConfigured(config: Config): boolean;
  /** Loads the adapter, which is heavy with its SDK. `sandboxTenant`: the directory of the sandbox's people. */
  load(config: Config, sandboxTenant: () => Promise<string>): Promise<((given: ChatDependencies) => Chat) | undefined>;
}

const definitions: readonly ChatDefinition[] = [
  {
    name: 'teams',
    path: '/api/messages',
    isConfigured: ({ teams, isSandbox }) => teams !== undefined || isSandbox,
    async load({ teams }, sandboxTenant) {
      const { createTeams } = await import('./chat/teams/adapter.ts');
      const settings = teams
        ? { ...teams, sandbox: false as const }
        : { sandbox: true as const, tenantId: await sandboxTenant() };
      return (given) => createTeams({ ...given, settings });
    },
  },
  {
    name: 'slack',
    path: '/slack/events',
    isConfigured: ({ slack }) => slack !== undefined,
    async load({ slack }) {
      const { createSlack } = await import('./chat/slack/adapter.ts');
      return slack && ((given) => createSlack({ ...given, settings: slack }));
    },
  },
];

/** The names of the chats that are configured. */
export function configuredChats(config: Config): readonly ChatName[] {
  return definitions.filter((one) => one.isConfigured(config)).map(({ name }) => name);
}

/** Loads the adapters of the chats that are configured. Answers what makes the chats themselves, in the order of this file. */
export async function loadChats(config: Config, sandboxTenant: () => Promise<string>) {
  const loaded = await Promise.all(
    definitions
      .filter((one) => one.isConfigured(config))
      .map(async ({ name, path, load }) => ({ name, path, create: await load(config, sandboxTenant) })),
  );
  return (given: ChatDependencies) =>
    loaded.flatMap(({ name, path, create }) => (create ? [{ name, path, chat: create(given) }] : []));
}
