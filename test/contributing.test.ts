// CONTRIBUTING.md, played in a copy: a read command, a write command with a new kind of change and a chat are added by the files
// and lines that it names, and by nothing else; then all that is said to follow from that is looked at.

import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = process.cwd();
const fixtures = 'test/fixtures/contributing';
const copy = mkdtempSync(join(tmpdir(), 'desk-copy-'));

/** What is a run's or a machine's own. */
const own = /^(node_modules|\.git|dist|data|\.cache|coverage|screenshots|\.env)(\/|$)/;

/** Files that are added: fixture → place. What lies in test/ is this test's own. */
const files = {
  'locations.ts': 'src/core/commands/locations.ts',
  'tag.ts': 'src/core/commands/tag.ts',
  'identity-tag.ts': 'src/core/operations/identity-tag.ts',
  'azure-identity-tag.ts': 'src/azure/operations/identity-tag.ts',
  'tag-case.ts': 'test/operations/tag-case.ts',
  pager: 'src/chat/pager',
  'play.ts': 'test/play.test.ts',
  'play-policy.yaml': 'test/play-policy.yaml',
} as const;

/** Lines that are added: an import at the top, and one line behind the one that is named. */
const lines: readonly { file: string; imports?: string; behind: string; line: string }[] = [
  {
    file: 'src/core/grammar/registry.ts',
    imports: "import { locations } from '../commands/locations.ts';",
    behind: '  list,',
    line: '  locations,',
  },
  {
    file: 'src/core/grammar/registry.ts',
    imports: "import { tag } from '../commands/tag.ts';",
    behind: '  remove,',
    line: '  tag,',
  },
  {
    file: 'src/core/operations/registry.ts',
    imports: "import { identityTag } from './identity-tag.ts';",
    behind: '  identityDelete,',
    line: '  identityTag,',
  },
  {
    file: 'src/azure/operations/registry.ts',
    imports: "import { identityTag } from './identity-tag.ts';",
    behind: "  'identity.delete': identityDelete,",
    line: "  'identity.tag': identityTag,",
  },
  {
    file: 'test/operations/cases.ts',
    imports: "import { tagCase } from './tag-case.ts';",
    behind: "export const cases: { readonly [K in Operation['kind']]: OperationCase } = {",
    line: "  'identity.tag': tagCase,",
  },
  {
    file: 'src/chats.ts',
    behind: 'const definitions: readonly ChatDefinition[] = [',
    line: "  { name: 'pager', path: '/pager', isConfigured: () => true, load: async () => (await import('./chat/pager/adapter.ts')).createPager },",
  },
];

/** Runs a program of the copy. Answers how it ended and what it said. */
function run(program: string, ...args: string[]): Promise<{ code: number; said: string }> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST$|NODE_OPTIONS|IDENTITY_|FORCE_COLOR)/.test(name)),
  );
  return new Promise((done) => {
    execFile(
      program,
      args,
      { cwd: copy, env: { ...env, NO_COLOR: '1' }, timeout: 150_000, maxBuffer: 1e8 },
      (error, stdout, stderr) => done({ code: error ? Number(error.code ?? 1) : 0, said: `${stdout}${stderr}` }),
    );
  });
}

const script = (...args: string[]) => run(process.execPath, ...args);
const bin = (name: string, ...args: string[]) => run(join('node_modules', '.bin', name), ...args);

beforeAll(() => {
  cpSync(root, copy, { recursive: true, filter: (from) => !own.test(relative(root, from)) });
  symlinkSync(resolve(root, 'node_modules'), join(copy, 'node_modules'));
  for (const [from, to] of Object.entries(files))
    cpSync(join(root, fixtures, from), join(copy, to), { recursive: true });
  for (const { file, imports, behind, line } of lines) {
    const text = readFileSync(join(copy, file), 'utf8');
    if (text.split(`${behind}\n`).length !== 2) throw new Error(`${file} has not one line ${behind}`);
    const first = text.indexOf('import ');
    const inserted = text.replace(`${behind}\n`, `${behind}\n${line}\n`);
    const top = imports === undefined ? '' : `${imports}\n`;
    writeFileSync(join(copy, file), `${inserted.slice(0, first)}${top}${inserted.slice(first)}`);
  }
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

it('touches what CONTRIBUTING.md names, and nothing else', () => {
  const named = [...readFileSync('CONTRIBUTING.md', 'utf8').matchAll(/`([\w./<>-]+\/[\w./<>-]*)`/g)].map(
    ([, path = '']) => path,
  );
  // src/core/operations/<kind>.ts and src/chat/ stand for what is in them.
  const stands = (path: string) => (name: string) =>
    name === path || name === `${dirname(path)}/` || (name.includes('<') && dirname(name) === dirname(path));
  const added = Object.values(files).filter((to) => to.startsWith('src/'));
  expect([...added, ...lines.map(({ file }) => file)].filter((path) => !named.some(stands(path)))).toEqual([]);
});

it('compiles: no list of commands, kinds or chats is left that would have to be touched besides', async () => {
  expect(await bin('tsc', '--noEmit')).toEqual({ code: 0, said: '' });
});

it('prints its own help, manifests and tables, and they are current then', async () => {
  expect((await script('docs/build.ts', '--check')).code).toBe(1);
  for (const program of ['docs/build.ts', 'manifests/build.ts']) {
    expect(await script(program)).toMatchObject({ code: 0 });
    expect(await script(program, '--check')).toMatchObject({ code: 0 });
  }
});

it('keeps the walls, meets the contract of operations, and does its work', { timeout: 180_000 }, async () => {
  const suites = ['test/structure.test.ts', 'test/operations/contract.test.ts', 'test/play.test.ts'];
  const ran = await bin('vitest', 'run', '--project', 'behaviour', '--maxWorkers=1', ...suites);
  expect(ran.said.slice(-6_000), ran.said.slice(-6_000)).toMatch(/Test Files +3 passed \(3\)/);
  expect(ran.code).toBe(0);
});
