// The Slack app manifests, for HTTP and for Socket Mode, made from the commands that there are. Each scope is there for a call or an
// event that is named beside it; the app asks for none besides.

import { shorten } from '../../core/plain-text.ts';
import type { Json } from './client.ts';
import { SHORTCUTS } from './shortcuts.ts';

/** What of a command's definition the manifest says. */
interface ManifestCommand {
  readonly name: string;
  readonly summary: string;
  readonly writes: boolean | 'request';
}

/** Limits of the manifest schema 2. */
const most = { hint: 1_000, shortcut: 150 };

const scopes = [
  'app_mentions:read', // app_mention
  'channels:read', // of public channels: member_joined_channel, channel_left, conversations.info
  'chat:write', // chat.postMessage, chat.update, chat.postEphemeral
  'commands', // /identity, shortcuts
  'groups:read', // of private channels: member_joined_channel, group_left, conversations.info
  'im:history', // message.im
  'im:write', // conversations.open
  'users:read', // users.info
  'users:read.email', // the address in it, users.lookupByEmail
];

const events = ['app_home_opened', 'app_mention', 'channel_left', 'group_left', 'member_joined_channel', 'message.im'];

function usageHint(commands: readonly ManifestCommand[]): string {
  const names = commands.filter(({ writes }) => writes !== 'request').map(({ name }) => name);
  return shorten(`[${names.join(' | ')}] …`, most.hint);
}

type ShortcutId = keyof typeof SHORTCUTS;

/** What a shortcut is called, where it is found, and what it adds to what its command says of itself. */
const shown: Readonly<Record<ShortcutId, { type: 'global' | 'message'; name: string; more?: string }>> = {
  create_identity: { type: 'global', name: 'Create identity' },
  grant_role: { type: 'global', name: 'Grant role' },
  request_from_message: { type: 'message', name: 'Request an identity', more: '; this message is the reason' },
};

function shortcuts(commands: readonly ManifestCommand[]): Json[] {
  return (Object.keys(SHORTCUTS) as ShortcutId[]).map((id) => {
    const { type, name, more = '' } = shown[id];
    const summary = commands.find((command) => command.name === SHORTCUTS[id])?.summary ?? '';
    return { type, callback_id: id, name, description: shorten(`${summary}${more}`, most.shortcut) };
  });
}

function manifest(commands: readonly ManifestCommand[], url: string | undefined): Json {
  return {
    _metadata: { major_version: 2, minor_version: 0 },
    display_information: {
      name: 'Identity Desk',
      description: 'Ask for Azure managed identities and role grants.',
      background_color: '#4f52b2',
      long_description:
        'Ask for Azure user-assigned managed identities and role grants in a chat. You see the exact Azure operations ' +
        'first, the right people approve with a button, and the outcome comes back to where you asked.',
    },
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: 'Identity Desk', always_online: true },
      shortcuts: shortcuts(commands),
      slash_commands: [
        {
          command: '/identity',
          description: 'Managed identities and role grants',
          usage_hint: usageHint(commands),
          should_escape: false,
          ...(url === undefined ? {} : { url }),
        },
      ],
    },
    oauth_config: { scopes: { bot: scopes } },
    settings: {
      event_subscriptions: { bot_events: events, ...(url === undefined ? {} : { request_url: url }) },
      interactivity: {
        is_enabled: true,
        ...(url === undefined ? {} : { request_url: url, message_menu_options_url: url }),
      },
      org_deploy_enabled: false,
      socket_mode_enabled: url === undefined,
      token_rotation_enabled: false,
    },
  };
}

/** `url`: the whole https address that Slack posts to. The manifest for Socket Mode has none. */
export function slackManifests({ commands, url }: { commands: readonly ManifestCommand[]; url: string }): {
  http: Json;
  socket: Json;
} {
  return { http: manifest(commands, url), socket: manifest(commands, undefined) };
}
