// Generates the Slack app manifests, for HTTP and for Socket Mode, from the commands. Beside each scope is the call or event that
// needs it.

import { shorten } from '../../core/plain-text.ts';
import type { Json } from './client.ts';
import { SHORTCUTS } from './shortcuts.ts';

/** The parts of a command's definition that the manifest uses. */
interface ManifestCommand {
  readonly name: string;
  readonly summary: string;
  readonly writes: boolean | 'request' | 'account';
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
  'usergroups:read', // usergroups.users.list, for groups that the policy names
  'users:read', // users.info
  'users:read.email', // the address in it, users.lookupByEmail
];

/** The app works without these; an admin may take them out at the installation. */
const optionalScopes = [
  'channels:history', // conversations.history, conversations.replies of public channels: find-posted.ts
  'groups:history', // the same of private channels
];

const events = ['app_home_opened', 'app_mention', 'channel_left', 'group_left', 'member_joined_channel', 'message.im'];

function usageHint(commands: readonly ManifestCommand[]): string {
  const typed = commands.filter(({ writes }) => writes !== 'request');
  const names = new Set(typed.map(({ name }) => name.split(' ')[0]));
  return shorten(`[${[...names].join(' | ')}] …`, most.hint);
}

type ShortcutId = keyof typeof SHORTCUTS;

/** Type and name of each shortcut, and what its description adds to the command's summary. */
const shown: Readonly<Record<ShortcutId, { type: 'global' | 'message'; name: string; more?: string }>> = {
  create_identity: { type: 'global', name: 'Create identity' },
  grant_role: { type: 'global', name: 'Grant role' },
  request_from_message: { type: 'message', name: 'Request an identity', more: ', with this message as the reason' },
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
      description: 'Request Azure managed identities and role assignments.',
      background_color: '#4f52b2',
      long_description:
        'Request Azure user-assigned managed identities and role assignments in chat. Identity Desk shows the exact Azure ' +
        'operations first, approvers approve with a button, and the outcome is posted where you made the request.',
    },
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: 'Identity Desk', always_online: true },
      shortcuts: shortcuts(commands),
      slash_commands: [
        {
          command: '/identity',
          description: 'Managed identities and role assignments',
          usage_hint: usageHint(commands),
          should_escape: false,
          ...(url === undefined ? {} : { url }),
        },
      ],
    },
    oauth_config: { scopes: { bot: scopes, bot_optional: optionalScopes } },
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

/** Both manifests. `url`: the full request URL, https; the manifest for Socket Mode has none. */
export function slackManifests({ commands, url }: { commands: readonly ManifestCommand[]; url: string }): {
  http: Json;
  socket: Json;
} {
  return { http: manifest(commands, url), socket: manifest(commands, undefined) };
}
