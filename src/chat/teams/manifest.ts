// The Teams app manifest, made from the command definitions. Schema 1.29 (developer.microsoft.com/json-schemas/teams).
// It grants the app nothing beyond being a bot: no permissions, no resource-specific consent.

import { shorten } from '../../core/plain-text.ts';
import { LIMITS } from './limits.ts';

interface ListedCommand {
  readonly name: string;
  readonly summary: string;
  readonly writes: boolean | 'request';
}

export interface ManifestOptions {
  readonly commands: readonly ListedCommand[];
  /** The bot's application id (MicrosoftAppId). */
  readonly botId: string;
  /** The app's own id in the catalog; the bot's unless it has another. */
  readonly appId: string;
  /** Of the app package, 1.2.3; the catalog takes an update only with a higher one. */
  readonly version: string;
  /** Where the publisher's pages are: https. */
  readonly website: string;
}

/**
 * Which commands stand in the menu of Teams, in the order of the registry, and which have no room there: they are typed all the
 * same, and `help`, which names them all, always stands in it. What only moves a request on is not for the menu: its button is on
 * the card.
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
    name: { short: 'Identity Desk', full: 'Identity Desk: managed identities and role grants' },
    description: {
      short: 'Ask for Azure managed identities and role grants.',
      full:
        'Ask for Azure user-assigned managed identities and role grants in a chat. You see the exact Azure operations ' +
        'first, the right people approve with a button, and the outcome comes back to where you asked.',
    },
    icons: { color: 'color.png', outline: 'outline.png' },
    accentColor: '#4F52B2',
    bots: [
      { botId, scopes, isNotificationOnly: false, supportsFiles: false, commandLists: [{ scopes, commands: listed }] },
    ],
    validDomains: [],
    defaultInstallScope: 'personal',
    defaultGroupCapability: { team: 'bot', groupchat: 'bot' },
  };
}
