// The table of tags in a PowerShell line: `@{team='orders'; env='prod'}`.

import { Fault } from '../errors.ts';
import type { TextTools } from '../ports.ts';
import { plainWord, splitGuarded } from './tokenize.ts';

/** A line's text with `@tags` in place of its table, and the table's entries as `key=value`. Throws Fault 'bad-input'. */
export function readHashtable(line: string, textTools: TextTools): { rest: string; tags: readonly string[] } {
  const start = line.indexOf('@{');
  if (start < 0) return { rest: line, tags: [] };
  const end = closingBrace(line, start + 2);
  if (end < 0) throw new Fault('bad-input', '“@{” is not closed.', { next: 'Close it with }.' });
  const rest = `${line.slice(0, start)} @tags ${line.slice(end + 1)}`;
  if (rest.includes('@{'))
    throw new Fault('bad-input', 'Only one hashtable is supported.', { next: 'Put all tags in one hashtable.' });
  const tags = entriesOf(line.slice(start + 2, end)).map((entry) => {
    const [key, value] = sidesOf(entry);
    const bare = (text: string) => splitGuarded(text, textTools).map(plainWord).join(' ');
    const name = bare(key);
    if (value === undefined || name === '') {
      throw new Fault('bad-input', `“${entry.trim().slice(0, 60)}” is not a tag.`, {
        next: "Enter each tag as name='value', separated by semicolons.",
      });
    }
    return `${name}=${bare(value)}`;
  });
  return { rest, tags: tags.length === 0 ? [''] : tags };
}

/** Pieces of a text: what stands in quotes in one piece, every other sign alone. */
function* pieces(text: string): Iterable<{ piece: string; at: number }> {
  for (const match of text.matchAll(/'[^']*'|"[^"]*"|[\s\S]/g)) yield { piece: match[0], at: match.index };
}

function closingBrace(text: string, from: number): number {
  for (const { piece, at } of pieces(text.slice(from))) if (piece === '}') return from + at;
  return -1;
}

function entriesOf(table: string): string[] {
  const entries = [''];
  for (const { piece } of pieces(table)) {
    if (piece === ';' || piece === '\n') entries.push('');
    else entries[entries.length - 1] += piece;
  }
  return entries.filter((entry) => entry.trim() !== '');
}

function sidesOf(entry: string): [string, string?] {
  for (const { piece, at } of pieces(entry)) if (piece === '=') return [entry.slice(0, at), entry.slice(at + 1)];
  return [entry];
}
