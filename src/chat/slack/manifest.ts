// The Slack app manifests, for HTTP and for Socket Mode, made from the command definitions. Each scope is there for a call or an
// event that is named beside it; the app asks for none besides.

import { commands } from '../../core/grammar/registry.ts';
import type { SHORTCUTS } from './shortcuts.ts';
import { type Json, shorten } from './text.ts';

/** Limits of the manifest schema 2. */
const most = { hint: 1_000, description: 2_000 };

const scopes = [
  'app_mentions:read', // app_mention
  'channels:read', // member_joined_channel, channel_left, conversations.info
  'chat:write', // chat.*
  'commands', // /identity, shortcuts
  'groups:read', // the same for private channels
  'im:history', // message.im
  'im:write', // conversations.open
  'users:read', // users.info
  'users:read.email', // the address in it, users.lookupByEmail
];

const events = ['app_home_opened', 'app_mention', 'channel_left', 'group_left', 'member_joined_channel', 'message.im'];

function usageHint(): string {
  const names = commands.filter(({ writes }) => writes !== 'request').map(({ name }) => name);
  return shorten(`[${names.join(' | ')}] …`, most.hint);
}

function manifest(url: string | undefined): Json {
  const shortcut = (type: 'global' | 'message', id: keyof typeof SHORTCUTS, name: string, description: string) => ({
    type,
    callback_id: id,
    name,
    description,
  });
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
      shortcuts: [
        shortcut('global', 'create_identity', 'Create identity', 'Ask for a new managed identity'),
        shortcut('global', 'grant_role', 'Grant role', 'Ask for a role for a managed identity'),
        shortcut(
          'message',
          'request_from_message',
          'Request an identity',
          'Ask for an identity, with this message as the reason',
        ),
      ],
      slash_commands: [
        {
          command: '/identity',
          description: 'Managed identities and role grants',
          usage_hint: usageHint(),
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

/** The manifest for HTTP, whose address stands for the bot's own, and the one for Socket Mode, which has none. */
export function slackManifests(): { http: Json; socket: Json } {
  return { http: manifest('https://identity-desk.example.com/slack/events'), socket: manifest(undefined) };
}
