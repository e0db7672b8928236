// What the bot says where it is new.

import type { Card, ChatLocation } from './chat.ts';
import { overview } from './commands/help.ts';
import { commands } from './grammar/registry.ts';

/** The welcome card of a conversation. */
export function welcome(location: ChatLocation): Card {
  const how = location.isPersonal ? 'Enter a command.' : 'Mention @Identity Desk, followed by a command.';
  return overview(
    'Welcome to Identity Desk',
    `Create, view and delete Azure managed identities and assign roles to them, with the approvals that your policy requires. ${how}`,
    commands.filter(({ writes }) => writes !== 'request'),
  );
}
