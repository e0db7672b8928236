// Formats a command as text: its usage, and the line that parses to given arguments.

import type { CommandDefinition, Param } from './define.ts';
import type { Value } from './kinds.ts';
import { quoteWord } from './tokenize.ts';

/** The flag that is shown for a parameter: the long one. */
export function flagOf(param: Param): string | undefined {
  return param.flags?.find((flag) => flag.startsWith('--')) ?? param.flags?.[0];
}

function inOrder(command: CommandDefinition): [string, Param][] {
  return Object.entries(command.params).sort(([, a], [, b]) => (a.position ?? 99) - (b.position ?? 99));
}

/** How a command is typed: `grant NAME --role ROLE --scope SCOPE [--for TIME]`. */
export function usage(command: CommandDefinition): string {
  const words = inOrder(command)
    .filter(([, param]) => param.kind !== 'page')
    .map(([name, param]) => {
      const value = (param.choices?.join('|') ?? name.replace(/[A-Z]/g, '-$&')).toUpperCase();
      const shown =
        param.position !== undefined ? value : param.kind === 'switch' ? flagOf(param) : `${flagOf(param)} ${value}`;
      return param.isRequired ? shown : `[${shown}]`;
    });
  return `Usage: ${[command.name, ...words].join(' ')}.`;
}

/** The line that parses to these arguments again. */
export function formatLine(
  command: CommandDefinition,
  args: Readonly<Record<string, Value | undefined>>,
  formatMs: (ms: number) => string,
): string {
  const words: string[] = [command.name];
  for (const [name, param] of inOrder(command)) {
    const value = args[name];
    if (value === undefined || value === false) continue;
    if (param.position === undefined) words.push(flagOf(param) ?? '');
    if (value === true) continue;
    // It is read back as it was typed.
    if (param.kind === 'line') words.push(String(value));
    else if (typeof value === 'object') words.push(...tagWords(value));
    else
      words.push(quoteWord(typeof value === 'number' && param.kind === 'duration' ? formatMs(value) : String(value)));
  }
  return words.join(' ');
}

function tagWords(tags: Readonly<Record<string, string | null>>): string[] {
  const words = Object.entries(tags).map(([key, value]) => (value === null ? key : `${key}=${value}`));
  // A comma that is not within quotes may part two tags.
  return words.length === 0 ? ['""'] : words.map((word) => quoteWord(word, word.includes(',')));
}
