// The Teams app: its manifest, its icons, and the package of them for upload. What is checked in names the all-zero id; the
// package in dist/ is made for the bot's own.

import { zipSync } from 'fflate';
import { teamsManifest } from '../src/chat/teams/manifest.ts';
import { commands } from '../src/core/grammar/registry.ts';
import { colorIcon, outlineIcon } from './icons.ts';
import { jsonText, type Outputs } from './output.ts';

const NO_ID = '00000000-0000-0000-0000-000000000000';
const EXAMPLE = 'https://example.com';
const PACKAGE = 'dist/identity-desk-teams.zip';

interface Wanted {
  /** The project's own. */
  readonly ownVersion: string;
  readonly version?: string | undefined;
  readonly website?: string | undefined;
  readonly botId?: string | undefined;
  /** None: the bot's. */
  readonly appId?: string | undefined;
}

export function teamsOutputs({ ownVersion, version, website, botId = NO_ID, appId }: Wanted): Outputs {
  const [color, outline] = [colorIcon(), outlineIcon()];
  const manifest = (more: { botId: string; appId: string; version: string; website: string }) =>
    jsonText(teamsManifest({ commands, ...more }));
  const text = manifest({
    botId,
    appId: appId ?? botId,
    version: version ?? ownVersion,
    website: website ?? EXAMPLE,
  });
  // The files lie at the root of the package, and carry a fixed time: the same input gives the same bytes.
  const files = { 'manifest.json': Buffer.from(text), 'color.png': color, 'outline.png': outline };
  const packed = zipSync(files, { level: 9, mtime: new Date(2000, 0, 1) });
  return {
    checkedIn: [
      {
        path: 'manifests/teams/manifest.json',
        content: manifest({ botId: NO_ID, appId: NO_ID, version: ownVersion, website: EXAMPLE }),
      },
      { path: 'manifests/teams/color.png', content: color },
      { path: 'manifests/teams/outline.png', content: outline },
    ],
    built: [{ path: PACKAGE, content: packed }],
    hints: botId === NO_ID ? [`Teams: set MicrosoftAppId for a ${PACKAGE} that Teams takes.`] : [],
  };
}
