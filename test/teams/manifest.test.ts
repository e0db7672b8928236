import { existsSync, readFileSync } from 'node:fs';
import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { colorIcon, outlineIcon } from '../../manifests/icons.ts';
import { teamsOutputs } from '../../manifests/teams.ts';
import { menuOf, teamsManifest } from '../../src/chat/teams/manifest.ts';
import { commands } from '../../src/core/grammar/registry.ts';

const SCHEMA = new URL('../../../shared/facts/schemas/teams-manifest-1.29.schema.json', import.meta.url);
const botId = 'b0700000-0000-4000-8000-000000000001';
const manifest = teamsManifest({ commands, botId, appId: botId, version: '1.2.3', website: 'https://contoso.com' });

describe('the Teams app', () => {
  it.skipIf(!existsSync(SCHEMA))(
    'has a manifest that is valid against schema 1.29 (skipped where the schema is not at hand)',
    () => {
      const ajv = new Ajv.default({ strict: false, allErrors: true });
      addFormats.default(ajv as never);
      const validate = ajv.compile(JSON.parse(readFileSync(SCHEMA, 'utf8')) as object);
      validate(manifest);
      expect(validate.errors ?? []).toEqual([]);
    },
  );

  it('lists the commands that a person types, in the order of the registry', () => {
    const [bot] = manifest.bots as { commandLists: { commands: { title: string }[] }[] }[];
    const titles = bot?.commandLists[0]?.commands.map(({ title }) => title) ?? [];
    const typed = commands.filter(({ writes }) => writes !== 'request').map(({ name }) => name);
    expect(titles).toEqual(typed.slice(0, 12));
    expect(titles).toEqual(expect.arrayContaining(['help', 'list', 'create', 'grant']));
  });

  it('has room for twelve commands, help among them wherever it stands, and its build says which it leaves out', () => {
    const many = [...'abcdefghijkl', 'help', 'm'].map((name) => ({ name, summary: name, writes: false as const }));
    const more = [...many, { name: 'approve', summary: '', writes: 'request' as const }];
    const { listed, leftOut } = menuOf(more);
    expect(listed.map(({ name }) => name)).toEqual([...'abcdefghijk', 'help']);
    expect(leftOut.map(({ name }) => name)).toEqual(['l', 'm']);
    expect(teamsOutputs({ ownVersion: '1.2.3', commands: more }).warnings).toEqual([
      expect.stringContaining('no room for l, m;'),
    ]);
    expect(teamsOutputs({ ownVersion: '1.2.3', commands: more.slice(0, 12) }).warnings).toEqual([]);
  });

  it('has icons of the sizes that Teams wants, the outline white on nothing', () => {
    const color = decode(colorIcon());
    const outline = decode(outlineIcon());
    expect([color.width, color.height, outline.width, outline.height]).toEqual([192, 192, 32, 32]);
    const pixels = Array.from({ length: 32 * 32 }, (_, n) => [...outline.data.subarray(n * 4, n * 4 + 4)]);
    expect(pixels.every(([r, g, b, a]) => a === 0 || (r === 255 && g === 255 && b === 255))).toBe(true);
    expect(pixels[0]?.[3]).toBe(0);
  });
});
