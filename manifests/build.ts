// Generates the app manifests and icons from the command definitions, and the packages for one installation.
//   npm run manifests                            manifests/teams/*, manifests/slack/*, and dist/identity-desk-teams.zip
//   npm run manifests -- --url https://…         also dist/identity-desk-slack-http.json, for the bot at that address
//   npm run manifests -- --check                 exits 1 if a checked-in file is not up to date
// From the environment: MicrosoftAppId, TEAMS_APP_ID, TEAMS_APP_WEBSITE (--website) for Teams, PUBLIC_URL (--url) for Slack.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Output } from './output.ts';
import { slackOutputs } from './slack.ts';
import { teamsOutputs } from './teams.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

async function isCurrent({ path, content }: Output): Promise<boolean> {
  const found = await readFile(join(root, path)).catch(() => undefined);
  return found?.equals(Buffer.from(content)) === true;
}

async function write({ path, content }: Output): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
  process.stdout.write(`${path}\n`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      check: { type: 'boolean', default: false },
      version: { type: 'string' },
      website: { type: 'string' },
      url: { type: 'string' },
    },
  });
  const env = (name: string) => process.env[name]?.trim() || undefined;
  const own = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  const chats = [
    teamsOutputs({
      ownVersion: own.version,
      version: values.version,
      website: values.website ?? env('TEAMS_APP_WEBSITE'),
      botId: env('MicrosoftAppId'),
      appId: env('TEAMS_APP_ID'),
    }),
    slackOutputs(values.check ? undefined : (values.url ?? env('PUBLIC_URL'))),
  ];
  for (const warning of chats.flatMap(({ warnings = [] }) => warnings)) process.stderr.write(`${warning}\n`);
  if (values.check) {
    const outputs = chats.flatMap(({ checkedIn }) => checkedIn);
    const areCurrent = await Promise.all(outputs.map(isCurrent));
    const stale = outputs.flatMap(({ path }, index) => (areCurrent[index] ? [] : [path]));
    if (stale.length === 0) return;
    process.stderr.write(`Not up to date: ${stale.join(', ')}. Run \`npm run manifests\` and commit the files.\n`);
    process.exitCode = 1;
    return;
  }
  for (const output of chats.flatMap(({ checkedIn, built }) => [...checkedIn, ...built])) await write(output);
  for (const hint of chats.flatMap(({ hints }) => hints)) process.stdout.write(`${hint}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : 'the manifests could not be written'}\n`);
  process.exitCode = 1;
}
