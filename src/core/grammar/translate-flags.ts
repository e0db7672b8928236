// What the readers of other tools' lines share: a table says which flag of theirs is which of ours, and what has none is refused
// by name. A flag that is left out in silence could make the command mean something else.

import { nothingChanged } from '../common-texts.ts';
import { Fault } from '../errors.ts';

/** A line in this bot's own words, ready to be dealt out to the command's parameters. */
export interface Translated {
  readonly verb: string;
  readonly words: readonly string[];
}

/**
 * What becomes of a flag: ours that takes its value (`--name`), a value that is left out because it says nothing about what is to
 * be done (`'ignored'`), nothing follows (`'ignored-switch'`), or why the bot cannot do what it asks (`{ refused }`).
 */
export type FlagMeaning = `--${string}` | '' | 'ignored' | 'ignored-switch' | { readonly refused: string };

export type FlagTable = Readonly<Record<string, FlagMeaning>>;

/** A command of another tool: what it is here, or what does it instead. */
export type Command =
  | { readonly verb: string; readonly flags: FlagTable }
  | { readonly message: string; readonly next: string };

/** A flag and its words, as they were typed. */
export interface GivenFlag {
  readonly flag: string;
  readonly values: readonly string[];
}

/**
 * The flag of the table that is meant, whatever its case, also when it is cut short so that only one fits, as az and PowerShell
 * allow. Throws Fault 'bad-input' where none or several fit.
 */
export function findFlag(flag: string, table: FlagTable, tool: string): [string, FlagMeaning] {
  const wanted = flag.toLowerCase();
  const all = Object.entries(table);
  const exact = all.find(([name]) => name.toLowerCase() === wanted);
  if (exact) return exact;
  const fitting = wanted.length > 1 ? all.filter(([name]) => name.toLowerCase().startsWith(wanted)) : [];
  const [first] = fitting;
  // Two spellings of one parameter are no doubt.
  if (first && fitting.every(([, meaning]) => meaning === first[1])) return first;
  const shown = flag.slice(0, 60);
  const names = (entries: readonly [string, FlagMeaning][]) => entries.map(([name]) => name).join(', ');
  if (fitting.length > 1) {
    throw new Fault('bad-input', `${shown} is ambiguous: ${names(fitting)}.`, { next: 'Use the full name.' });
  }
  const used = all.filter(([, meaning]) => typeof meaning === 'string' && !meaning.startsWith('ignored'));
  throw new Fault('bad-input', `Unknown flag ${shown} for ${tool}.`, {
    next: used.length > 0 ? `Supported flags: ${names(used)}.` : 'Remove it.',
  });
}

/** One flag in our words. Values that could be taken for flags stay values. */
export function wordsFor(meaning: FlagMeaning, flag: string, values: readonly string[]): string[] {
  if (typeof meaning === 'object')
    throw new Fault('bad-input', `${flag}: ${meaning.refused}`, { next: nothingChanged });
  if (meaning === 'ignored' || meaning === 'ignored-switch') return [];
  if (values.length === 0) throw new Fault('bad-input', `${flag} needs a value.`, { next: 'Enter it after the flag.' });
  if (meaning === '') return [...values];
  return values.map((value, index) => (index === 0 || meaning === '--tags' ? `${meaning}=${value}` : value));
}
