// The Teams app: its manifest, its icons, and the app package. The checked-in manifest has an all-zero id; the package in dist/ has
// the bot's.

import { zipSync } from 'fflate';
import { menuOf, teamsManifest } from '../src/chat/teams/manifest.ts';
import { commands as registry } from '../src/core/grammar/registry.ts';
import { colorIcon, outlineIcon } from './icons.ts';
import { jsonText, type Outputs } from './output.ts';

const NO_ID = '00000000-0000-0000-0000-000000000000';
const EXAMPLE = 'https://example.com';
const PACKAGE = 'dist/identity-desk-teams.zip';

interface Wanted {
  /** The project's version. */
  readonly ownVersion: string;
  readonly version?: string | undefined;
  readonly website?: string | undefined;
  readonly botId?: string | undefined;
  /** Default: the bot's id. */
  readonly appId?: string | undefined;
  readonly commands?: Parameters<typeof teamsManifest>[0]['commands'];
}

/** The app's files. `commands` defaults to the registry's. */
export function teamsOutputs(wanted: Wanted): Outputs {
  const { ownVersion, version, website, botId = NO_ID, appId, commands = registry } = wanted;
  const leftOut = menuOf(commands).leftOut.map(({ name }) => name);
  const [color, outline] = [colorIcon(), outlineIcon()];
  const manifest = (more: { botId: string; appId: string; version: string; website: string }) =>
    jsonText(teamsManifest({ commands, ...more }));
  const text = manifest({
    botId,
    appId: appId ?? botId,
    version: version ?? ownVersion,
    website: website ?? EXAMPLE,
  });
  // The files are at the root of the package and have a fixed time: the same input gives the same bytes.
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
    warnings:
      leftOut.length === 0
        ? []
        : [
            `Teams: the command menu has no room for ${leftOut.join(', ')}; they can still be typed. The order of the registry decides which commands are listed.`,
          ],
    hints: botId === NO_ID ? [`Teams: set MicrosoftAppId to build a ${PACKAGE} that Teams accepts.`] : [],
  };
}
