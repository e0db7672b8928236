// SECURITY.md says which test holds each attack: a table that names what is not there says nothing. And what is installed is fixed.

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cardOf } from '../src/core/chat.ts';
import { hour } from './support/core-world.ts';
import { createDispatchWorld } from './support/dispatch-world.ts';

const text = readFileSync('SECURITY.md', 'utf8');
/** `test/x.test.ts` “title”, “another title of the same file” */
const citation = /`(test\/[\w./-]+\.ts)`((?:,? “(?:[^“”]|“[^”]*”)+”)+)/g;
const citations = [...text.matchAll(citation)].flatMap(([, file = '', titles = '']) =>
  [...titles.matchAll(/ “((?:[^“”]|“[^”]*”)+)”/g)].map(([, title = '']) => ({ file, title })),
);

/** The titles in a file's calls of describe, it and test, each as it is written there; those of `each` by their template. */
function titlesOf(file: string): Set<string> {
  const call = /^\s*(?:(?:describe|it|test)\b[^'"`\n]*\(|\]\)(?:<.*>)?\(|\)\()?\s*(['"`])((?:\\.|(?!\1).)+)\1,/gm;
  const inline = /\b(?:describe|it|test)(?:\.each)?\(.*?\)\((['"`])((?:\\.|(?!\1).)+)\1,/gm;
  const source = readFileSync(file, 'utf8');
  return new Set([...source.matchAll(call), ...source.matchAll(inline)].map(([, , title = '']) => title));
}

describe('SECURITY.md', () => {
  it('names only files that are there', () => {
    const named = [...text.matchAll(/`((?:src|simulator|sandbox|policy|test|docs|bench)\/[\w./-]*)`/g)].map(
      ([, path = '']) => path,
    );
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter((path) => !existsSync(path))).toEqual([]);
  });

  it('cites only tests that are there, by their titles', () => {
    expect(citations.length).toBeGreaterThan(40);
    expect(citations.filter(({ file, title }) => !titlesOf(file).has(title))).toEqual([]);
  });

  it('has a test in each row of its tables of attacks, and one with a title', () => {
    const rows = text
      .slice(text.indexOf('## Abuse cases'), text.indexOf('## Not held'))
      .split('\n')
      .filter((line) => line.startsWith('| ') && !line.startsWith('| attack'));
    expect(rows.length).toBeGreaterThan(40);
    expect(rows.filter((row) => !/`test\/[\w./-]+` “/.test(row.split(' | ').at(-1) ?? ''))).toEqual([]);
  });
});

describe('what is installed', () => {
  const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
  const { dependencies, optionalDependencies, devDependencies, allowScripts } = read('package.json');
  const installed = Object.entries<{
    integrity?: string;
    resolved?: string;
    hasInstallScript?: boolean;
    link?: boolean;
  }>(read('package-lock.json').packages).filter(([path]) => path !== '');

  it('is of exact versions, each with its hash', () => {
    const wanted = Object.entries<string>({ ...dependencies, ...optionalDependencies, ...devDependencies });
    expect(wanted.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
    expect(installed.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([path]) => path)).toEqual(
      [],
    );
    expect(installed.filter(([, { resolved }]) => resolved?.startsWith('https:') === false)).toEqual([]);
  });

  it('runs a script of its own only where that is named', () => {
    const scripts = installed.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path);
    expect(scripts.filter((path) => allowScripts[path.replace(/^.*node_modules\//, '')] === undefined)).toEqual([]);
  });
});

describe('a card that asks for approval', () => {
  it('names its requester with the address, because a display name can be chosen, and the subscription of a grant', async () => {
    const world = createDispatchWorld();
    const id = await world.ask('grant', world.role('uami-a', hour));
    const shown = JSON.stringify(cardOf(await world.say('megan', `request ${id}`)));
    expect(shown).toContain('"label":"Subscription"');
    expect(shown).toMatch(/alex[\w.]*@/i);
  });
});
