// Writes the app manifests and icons from the command definitions, and packs the Teams app for upload.
//   npm run manifests                            manifests/teams/*, and dist/identity-desk-teams.zip
//   npm run manifests -- --check                 exits 1 where what is checked in is not what the definitions make
// The package is made for MicrosoftAppId (environment); the manifest that is checked in names the all-zero id.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { zipSync } from 'fflate';
import { teamsManifest } from '../src/chat/teams/manifest.ts';
import { commands } from '../src/core/grammar/registry.ts';
import { colorIcon, outlineIcon } from './icons.ts';

const NO_ID = '00000000-0000-0000-0000-000000000000';
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const teams = join(root, 'manifests', 'teams');

interface Wanted {
  readonly botId: string;
  readonly appId: string;
  readonly version: string;
  readonly website: string;
}

function manifestText(wanted: Wanted): string {
  return `${JSON.stringify(teamsManifest({ commands, ...wanted }), null, 2)}\n`;
}

async function current(path: string): Promise<Buffer | undefined> {
  return readFile(path).catch(() => undefined);
}

/** Names of files that are missing or stale. Icons only by their size: how zlib packs them differs between machines. */
async function stale(text: string): Promise<string[]> {
  const found = await Promise.all(
    ['manifest.json', 'color.png', 'outline.png'].map((name) => current(join(teams, name))),
  );
  const [manifest, color, outline] = found;
  const widthOf = (png: Buffer | undefined) => (png && png.length > 24 ? png.readUInt32BE(16) : 0);
  return [
    ...(manifest?.toString() === text ? [] : ['manifests/teams/manifest.json']),
    ...(widthOf(color) === 192 ? [] : ['manifests/teams/color.png']),
    ...(widthOf(outline) === 32 ? [] : ['manifests/teams/outline.png']),
  ];
}

const { values } = parseArgs({
  options: { check: { type: 'boolean', default: false }, version: { type: 'string' }, website: { type: 'string' } },
});
const own = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
const version = values.version ?? own.version;
const website = values.website ?? process.env.TEAMS_APP_WEBSITE ?? 'https://example.com';
const checkedIn = manifestText({ botId: NO_ID, appId: NO_ID, version: own.version, website: 'https://example.com' });

if (values.check) {
  const names = await stale(checkedIn);
  if (names.length > 0) {
    process.stderr.write(`stale: ${names.join(', ')}. Run \`npm run manifests\` and commit what it writes.\n`);
    process.exitCode = 1;
  }
} else {
  const [color, outline] = [colorIcon(), outlineIcon()];
  await mkdir(teams, { recursive: true });
  await writeFile(join(teams, 'manifest.json'), checkedIn);
  await writeFile(join(teams, 'color.png'), color);
  await writeFile(join(teams, 'outline.png'), outline);
  const botId = process.env.MicrosoftAppId ?? NO_ID;
  const text = manifestText({ botId, appId: process.env.TEAMS_APP_ID ?? botId, version, website });
  // The files lie at the root of the package, and carry a fixed time: the same input gives the same bytes.
  const files = { 'manifest.json': Buffer.from(text), 'color.png': color, 'outline.png': outline };
  const packed = zipSync(files, { level: 9, mtime: new Date(2000, 0, 1) });
  await mkdir(join(root, 'dist'), { recursive: true });
  await writeFile(join(root, 'dist', 'identity-desk-teams.zip'), packed);
  process.stdout.write(`manifests/teams, and dist/identity-desk-teams.zip for ${botId}\n`);
  if (botId === NO_ID) process.stdout.write('Set MicrosoftAppId for a package that Teams takes.\n');
}
