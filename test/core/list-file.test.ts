// Lists as files.

import { expect, it } from 'vitest';
import type { Card } from '../../src/core/chat.ts';
import { withListFile } from '../../src/core/list-file.ts';

const card: Card = { tone: 'plain', title: 'List', blocks: [], buttons: [], fallback: 'List' };
const columns = ['name', 'roles', 'tags'];
const rows = () => [{ name: '=HYPERLINK("http://x")', roles: ['Reader', 'Owner'], tags: { env: 'a;+1' } }];

it('CSV has every row, and no cell that a spreadsheet takes for a formula', () => {
  const [file] = withListFile(card, 'csv', 'identities', columns, rows).files ?? [];
  expect(file).toMatchObject({ name: 'identities.csv', mediaType: 'text/csv', alt: '1 row' });
  expect(file?.content).toBe(
    `"name","roles","tags"\r\n"'=HYPERLINK(""http://x"")","Reader Owner","{""env"":""a;'+1""}"\r\n`,
  );
});

it('JSON has what is there, as it is', () => {
  const [file] = withListFile(card, 'json', 'identities', columns, rows).files ?? [];
  expect(JSON.parse(String(file?.content))).toEqual(rows());
});

it('an empty list has its columns; nobody who has not asked gets a file', () => {
  expect(withListFile(card, 'csv', 'x', columns, () => []).files?.[0]?.content).toBe('"name","roles","tags"\r\n');
  expect(withListFile(card, undefined, 'x', columns, rows)).toBe(card);
});
