// Generates .env.example, docs/capabilities.md and the two tables of the README from the definitions. With --check it writes nothing and fails where a
// file is not up to date.

import { readFileSync, writeFileSync } from 'node:fs';
import { commands } from '../src/core/grammar/registry.ts';
import { envExample, settingsTable } from '../src/settings.ts';
import { capabilitiesPage } from './capabilities/page.ts';

function between(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name}: printed by npm run docs -->`, `<!-- end of ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`README.md has no section for ${name}`);
  return `${text.slice(0, from + begin.length)}\n${content}\n${text.slice(to)}`;
}

function commandTable(): string {
  const rows = commands.map(({ name, summary, examples }) => `| \`${name}\` | ${summary} | \`${examples[0]}\` |`);
  return ['| command | what it does | for example |', '|---|---|---|', ...rows].join('\n');
}

const readme = readFileSync('README.md', 'utf8');
const files: Readonly<Record<string, string>> = {
  '.env.example': envExample(),
  'docs/capabilities.md': capabilitiesPage(),
  'README.md': between(between(readme, 'commands', commandTable()), 'settings', settingsTable()),
};
const isCheck = process.argv.includes('--check');
for (const [file, wanted] of Object.entries(files)) {
  let now = '';
  try {
    now = readFileSync(file, 'utf8');
  } catch {
    // Not written yet.
  }
  if (now === wanted) continue;
  if (!isCheck) writeFileSync(file, wanted);
  process.stdout.write(isCheck ? `${file} is not up to date: run npm run docs\n` : `${file} written\n`);
  if (isCheck) process.exitCode = 1;
}
