// The walls of the house, held by reading the imports. Each rule's title gives the reason for the wall.

import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Import {
  readonly from: string;
  /** A path from the project's root, or a package's name. */
  readonly to: string;
  readonly isType: boolean;
}

const statement = /^\s*(?:import|export)\s+(type\s)?(?:[^'"();]*?\sfrom\s+)?'([^']+)'|import\('([^']+)'\)/gm;

const textOf = (file: string) => readFileSync(file, 'utf8');

const mostLines = 250;

function importsOf(file: string): Import[] {
  return [...textOf(file).matchAll(statement)].map(([, type, from, dynamic]) => {
    const target = from ?? dynamic ?? '';
    const to = target.startsWith('.') ? normalize(join(dirname(file), target)) : target;
    return { from: file, to, isType: type !== undefined };
  });
}

const sources = ['src', 'simulator', 'manifests', 'policy'].flatMap((folder) => globSync(`${folder}/**/*.ts`));
const imports = sources.flatMap(importsOf);
const within = (prefix: string) => imports.filter(({ from }) => from.startsWith(prefix));
const told = (found: readonly Import[]) => found.map(({ from, to }) => `${from} imports ${to}`);
const isPackage = (to: string, ...names: string[]) => names.some((name) => to === name || to.startsWith(`${name}/`));

/** Each way round that the imports allow, once, as a line. */
function circlesOf(edges: readonly Import[]): string[] {
  const graph = Map.groupBy(edges, ({ from }) => from);
  const done = new Set<string>();
  const circles: string[] = [];
  const walk = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
    if (done.has(file) || path.includes(file)) return;
    for (const { to } of graph.get(file) ?? []) walk(to, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) walk(file, []);
  return circles;
}

describe('walls', () => {
  it('sees the imports at all', () => {
    expect(sources.length).toBeGreaterThan(60);
    expect(imports.length).toBeGreaterThan(200);
    expect(imports.some(({ to }) => to === 'botbuilder')).toBe(true);
  });

  it('core is pure, because it decides who gets access and must be testable without network, clock or database', () => {
    expect(told(within('src/core/').filter(({ to }) => !to.startsWith('src/core/') && to !== 'zod'))).toEqual([]);
  });

  it('core reads no clock, no chance and no environment but through its ports', () => {
    const bad = globSync('src/core/**/*.ts').filter((file) =>
      /\bDate\.now\(|new Date\(\)|Math\.random|process\.env|setTimeout\(/.test(textOf(file)),
    );
    expect(bad).toEqual([]);
  });

  it('the core compares by ASCII rules, or a Kelvin sign would pass for a k', () => {
    // A search is for people to find things; it decides nothing.
    const searches = ['src/core/model/fold.ts', 'src/core/commands/roles.ts'];
    const bad = globSync('src/core/**/*.ts').filter((file) =>
      /\.to(?:Locale)?LowerCase\(/.test(readFileSync(file, 'utf8')),
    );
    expect(bad.filter((file) => !searches.includes(file))).toEqual([]);
  });

  it('core and the jobs name no chat platform, so that a third one changes neither', () => {
    const bad = globSync('src/{core,jobs}/**/*.ts').filter((file) => /\b(slack|teams)\b/i.test(textOf(file)));
    expect(bad).toEqual([]);
  });

  it('chat, azure, store and jobs meet only in core’s ports and in main.ts, so that each can be replaced', () => {
    const rooms = ['src/chat/', 'src/azure/', 'src/store/', 'src/jobs/', 'src/sign-in/', 'src/sandbox/'];
    // The queue shares the store's transactions: the one door between two rooms.
    const doors = new Set(['src/store/ src/jobs/', 'src/jobs/ src/store/']);
    const found = imports.filter(({ from, to }) => {
      const home = rooms.find((room) => from.startsWith(room));
      const other = rooms.find((room) => to.startsWith(room));
      if (!home || !other || home === other) return false;
      return !(doors.has(`${home} ${other}`) && (from.endsWith('queue.ts') || to.endsWith('queue.ts')));
    });
    expect(told(found)).toEqual([]);
  });

  it('one chat does not know another, and what both need knows neither', () => {
    const found = within('src/chat/').filter(
      ({ from, to }) =>
        to.startsWith('src/chat/') && !to.startsWith('src/chat/shared/') && from.split('/')[2] !== to.split('/')[2],
    );
    expect(told(found)).toEqual([]);
  });

  it('a chat reads no line and knows no command: what a line means is the core’s to say', () => {
    const found = within('src/chat/').filter(({ to }) => /^src\/core\/(grammar|commands)\//.test(to));
    expect(told(found)).toEqual([]);
  });

  it('both chats have the same files, so that who knows one finds their way in the other', () => {
    const names = (chat: string) => globSync(`src/chat/${chat}/*.ts`).map((file) => basename(file, '.ts'));
    const [slack, teams] = [names('slack'), names('teams')];
    const map = readFileSync('ARCHITECTURE.md', 'utf8').split('## The two chats')[1]?.split('\n## ')[0] ?? '';
    // Without the table's head.
    const rows = map
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .slice(2);
    const column = (index: number) =>
      rows.flatMap((row) =>
        (row.split('|')[index] ?? '')
          .split(',')
          .map((name) => name.trim())
          .filter(Boolean),
      );
    expect(column(1).toSorted()).toEqual(slack.filter((name) => teams.includes(name)).toSorted());
    expect(column(3).toSorted()).toEqual(slack.filter((name) => !teams.includes(name)).toSorted());
    expect(column(4).toSorted()).toEqual(teams.filter((name) => !slack.includes(name)).toSorted());
  });

  it.each([
    ['src/azure/', ['@azure', '@azure-rest'], 'what Azure’s SDKs do wrong is mended in one place'],
    [
      'src/chat/teams/',
      ['botbuilder', 'botbuilder-core', 'botframework-connector', 'botframework-schema', '@microsoft'],
      'botbuilder is archived and will be replaced',
    ],
    ['src/sign-in/', ['openid-client'], 'what a sign-in must prove is checked in one place'],
    ['src/chat/slack/', ['@slack'], 'a chat’s SDK is the business of its adapter alone'],
    ['src/(store/|jobs/(queue|instance-lock).ts)', ['pg', 'kysely', 'pg-boss'], 'SQL stays in one place'],
  ])('only %s imports %s, because %s', (room, names) => {
    const home = new RegExp(`^${room}`);
    expect(told(within('src/').filter(({ from, to }) => isPackage(to, ...names) && !home.test(from)))).toEqual([]);
  });

  it('the bot and the simulator know one another by HTTP alone, or the simulator would share the bot’s mistakes', () => {
    expect(told(within('src/').filter(({ to }) => to.startsWith('simulator/')))).toEqual([]);
    expect(told(within('simulator/').filter(({ to }) => to.startsWith('src/')))).toEqual([]);
  });

  it('only main.ts knows the sandbox, so that nothing of it is in the way of a real bot', () => {
    const found = imports.filter(
      ({ from, to }) => to.startsWith('src/sandbox/') && !/^src\/(main\.ts|sandbox\/)/.test(from),
    );
    expect(told(found)).toEqual([]);
  });

  it.each(['slack', 'teams'])('%s has the files that every chat has, so that who knows one knows the other', (chat) => {
    const names = ['adapter', 'client', 'decode', 'deliver', 'forms', 'limits', 'manifest', 'people', 'render', 'send'];
    expect(names.filter((name) => !existsSync(`src/chat/${chat}/${name}.ts`))).toEqual([]);
  });

  it('the chats share what both need, and neither copies it', () => {
    const functions = (folder: string) =>
      globSync(`src/chat/${folder}/*.ts`).flatMap((file) =>
        [...readFileSync(file, 'utf8').matchAll(/^(?:export )?(?:async )?function (\w+)[\s\S]*?^}/gm)].map(
          ([body, name]) => ({ name, body: body.replace(/\s+/g, ' ') }),
        ),
      );
    const shared = functions('shared').map(({ name }) => name);
    const [slack, teams] = [functions('slack'), functions('teams')];
    expect([...slack, ...teams].filter(({ name }) => shared.includes(name)).map(({ name }) => name)).toEqual([]);
    const copied = slack.filter(({ body }) => teams.some((one) => one.body === body));
    expect(copied.map(({ name }) => name)).toEqual([]);
  });

  it('the jobs read no clock but the one given, so that a test can let days pass', () => {
    const bad = globSync('src/jobs/**/*.ts').filter((file) => /\bDate\.now\(|new Date\(\)/.test(textOf(file)));
    // Only for how often a complaint is logged.
    expect(bad.filter((file) => file !== 'src/jobs/queue.ts')).toEqual([]);
  });

  it('nothing goes round in a circle, not even for types, or none of the files can be read alone', () => {
    expect(circlesOf(imports)).toEqual([]);
  });

  it('no file is so long that it must do two things', () => {
    const long = globSync(
      ['src', 'simulator', 'manifests', 'policy', 'docs', 'test'].map((folder) => `${folder}/**/*.ts`),
    )
      .map((file) => ({ file, lines: textOf(file).trimEnd().split('\n').length }))
      .filter(({ lines }) => lines > mostLines);
    expect(long).toEqual([]);
  });
});

describe('documents', () => {
  it.each(['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'docs/slack.md', 'docs/policy.md', 'docs/sign-in.md'])(
    '%s names only paths that are there',
    (file) => {
      const text = textOf(file);
      const named = [...text.matchAll(/`((?:src|simulator|manifests|policy|test|docs|sandbox|bench)\/[\w./-]*)`/g)].map(
        ([, path]) => path ?? '',
      );
      expect(named.filter((path) => !existsSync(path))).toEqual([]);
    },
  );
});
