// Generates the Teams app manifest from the command definitions. Schema 1.29 (developer.microsoft.com/json-schemas/teams).
// The app requests no permissions and no resource-specific consent.

import { shorten } from '../../core/plain-text.ts';
import { LIMITS } from './limits.ts';

interface ListedCommand {
  readonly name: string;
  readonly summary: string;
  readonly writes: boolean | 'request' | 'account';
}

/** What the manifest is made from. */
export interface ManifestOptions {
  readonly commands: readonly ListedCommand[];
  /** The bot's application id (MicrosoftAppId). */
  readonly botId: string;
  /** The app's id in the app catalog. */
  readonly appId: string;
  /** Of the app package, 1.2.3; the catalog accepts an update only with a higher version. */
  readonly version: string;
  /** The publisher's website, https. */
  readonly website: string;
}

/**
 * The commands of Teams' command menu, in the registry's order, and those that do not fit: they can still be typed, and `help`, which
 * lists all of them, is always in the menu. Commands that act on a request are left out: their buttons are on its card.
 */
export function menuOf<C extends ListedCommand>(
  commands: readonly C[],
): { readonly listed: readonly C[]; readonly leftOut: readonly C[] } {
  const typed = commands.filter(({ writes }) => writes !== 'request');
  const isHelp = ({ name }: C) => name === 'help';
  const room = LIMITS.manifestCommands - typed.filter(isHelp).length;
  const chosen = new Set([...typed.filter(isHelp), ...typed.filter((one) => !isHelp(one)).slice(0, room)]);
  return {
    listed: typed.filter((one) => chosen.has(one)),
    leftOut: typed.filter((one) => !chosen.has(one)),
  };
}

/** The manifest's JSON. */
export function teamsManifest({ commands, botId, appId, version, website }: ManifestOptions): Record<string, unknown> {
  const listed = menuOf(commands).listed.map(({ name, summary }) => ({
    title: shorten(name, LIMITS.manifestCommandTitle),
    description: shorten(summary, LIMITS.manifestCommandDescription),
  }));
  const scopes = ['personal', 'team', 'groupChat'];
  return {
    $schema: 'https://developer.microsoft.com/json-schemas/teams/v1.29/MicrosoftTeams.schema.json',
    manifestVersion: '1.29',
    version,
    id: appId,
    developer: { name: 'Identity Desk', websiteUrl: website, privacyUrl: website, termsOfUseUrl: website },
    name: { short: 'Identity Desk', full: 'Identity Desk: managed identities and role assignments' },
    description: {
      short: 'Request Azure managed identities and role assignments.',
      full:
        'Request Azure user-assigned managed identities and role assignments in chat. Identity Desk shows the exact Azure ' +
        'operations first, approvers approve with a button, and the outcome is posted where you made the request.',
    },
    icons: { color: 'color.png', outline: 'outline.png' },
    accentColor: '#4F52B2',
    bots: [
      { botId, scopes, isNotificationOnly: false, supportsFiles: true, commandLists: [{ scopes, commands: listed }] },
    ],
    validDomains: [],
    defaultInstallScope: 'personal',
    defaultGroupCapability: { team: 'bot', groupchat: 'bot' },
  };
}
