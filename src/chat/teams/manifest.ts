// The Teams app manifest, made from the command definitions. Schema 1.29 (developer.microsoft.com/json-schemas/teams).
// It grants the app nothing beyond being a bot: no permissions, no resource-specific consent.

import { shorten } from '../shared/plain-text.ts';
import { LIMITS } from './limits.ts';

export interface ManifestOptions {
  readonly commands: readonly {
    readonly name: string;
    readonly summary: string;
    readonly writes: boolean | 'request';
  }[];
  /** The bot's application id (MicrosoftAppId). */
  readonly botId: string;
  /** The app's own id in the catalog; the bot's unless it has another. */
  readonly appId: string;
  /** Of the app package, 1.2.3; the catalog takes an update only with a higher one. */
  readonly version: string;
  /** Where the publisher's pages are: https. */
  readonly website: string;
}

/** The manifest's JSON. What only moves a request on is not listed: its button is on the card. */
export function teamsManifest({ commands, botId, appId, version, website }: ManifestOptions): Record<string, unknown> {
  const listed = commands
    .filter(({ writes }) => writes !== 'request')
    .slice(0, LIMITS.manifestCommands)
    .map(({ name, summary }) => ({
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
