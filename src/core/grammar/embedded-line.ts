// Commands about another command, such as `explain grant uami-orders --role Reader`: what follows is one value, exactly as it was
// typed, and its flags are not theirs.

import type { CommandDefinition } from './define.ts';
import { kinds } from './kinds.ts';
import { unwrapLine } from './pasted-line.ts';

const dashes = '(?:--|[\\u2012-\\u2015]-?)';

/** The line without the quotes that may be around the whole of it. */
function unquoted(line: string): string {
  return /^["“”„‟«»'‘’‚‛]([\s\S]*)["“”„‟«»'‘’‚‛]$/.exec(line)?.[1]?.trim() ?? line;
}

/**
 * The words of a line whose command takes another line: its own flags, which may stand before or behind that line, and the line as
 * one word. Undefined for every other command.
 */
export function wordsAroundLine(command: CommandDefinition, said: string): readonly string[] | undefined {
  const params = Object.values(command.params);
  if (!params.some(({ kind }) => kinds[kind].takes === 'line')) return undefined;
  let rest = unwrapLine(said).replace(/^\S+/, '').trim();
  const words: string[] = [];
  for (const flag of params.flatMap(({ flags = [] }) => flags)) {
    const name = `${dashes}${flag.replace(/^--/, '')}(?:=|\\s+)(\\S+)`;
    const before = new RegExp(`^${name}(?:\\s|$)`, 'i').exec(rest);
    const given = before ?? new RegExp(`(?:^|\\s)${name}$`, 'i').exec(rest);
    if (!given) continue;
    words.push(`${flag}=${given[1]}`);
    rest = (before ? rest.slice(before[0].length) : rest.slice(0, given.index)).trim();
  }
  const line = unquoted(rest);
  return line === '' ? words : [...words, line];
}
