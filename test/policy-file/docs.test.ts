// docs/policy.md has every key of the file, and its examples are valid.

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { policyCommands } from '../../src/core/grammar/registry.ts';
import { parsePolicy } from '../../src/policy-file/read.ts';
import { schemaFor } from '../../src/policy-file/schema.ts';
import { textTools } from '../../src/text-tools.ts';

const text = readFileSync('docs/policy.md', 'utf8');
const { shape } = schemaFor(textTools, policyCommands);
const section = (title: string) => text.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
const rows = (title: string) =>
  section(title)
    .split('\n')
    .flatMap((line) => /^\| `(\w+)` \|/.exec(line)?.[1] ?? []);

it('has every key of the file and of a rule, and no other', () => {
  expect(rows('The file').toSorted()).toEqual(Object.keys(shape).toSorted());
  expect(rows('A rule').toSorted()).toEqual(Object.keys(shape.rules.element.shape).toSorted());
});

it('shows every key with a value that is valid', () => {
  const values = Object.fromEntries(
    section('A rule')
      .split('\n')
      .flatMap((line) => {
        const [, key, value] = /^\| `(\w+)` \| `((?:[^`\\]|\\.)+)` \|/.exec(line) ?? [];
        return key === undefined || value === undefined ? [] : [[key, value.replaceAll('\\|', '|')]];
      }),
  );
  const rule = (keys: readonly string[], more = '') =>
    `  - { ${keys.map((key) => `${key}: ${values[key]}`).join(', ')}${more} }\n`;
  const all = Object.keys(values);
  const allowing = all.filter((key) => !['deny', 'breakGlass', 'name'].includes(key));
  const scope = '/subscriptions/aaaaaaaa-0000-4000-8000-000000000001/resourceGroups/rg-shop';
  const policy = `version: 1
groups: { engineers: [a@b.c], platform: [a@b.c, d@b.c], leads: [a@b.c] }
places: [approvers]
rules:
${rule(['name', ...allowing])}${rule(['commands', 'deny'], ', name: two')}${rule(['commands', 'who', 'breakGlass'], ', name: three, approvals: none')}`;
  const { rules } = parsePolicy(
    policy.replace('/subscriptions/…/resourceGroups/rg-shop', scope),
    'docs',
    textTools,
    policyCommands,
  );
  expect(rules).toHaveLength(3);
});

it('shows a freeze that is valid', () => {
  const yaml = /```yaml\n(freeze:[\s\S]*?)```/.exec(section('A freeze'))?.[1] ?? '';
  const base =
    'version: 1\nplaces: [approvers]\nrules: [{ name: incidents, commands: [show], who: anyone, approvals: none }]\n';
  expect(parsePolicy(base + yaml, 'docs', textTools, policyCommands).freezes).toHaveLength(1);
});
