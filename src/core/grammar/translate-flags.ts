// Translates flags of az and PowerShell by a table. Flags without a counterpart are refused
// by name: ignoring a flag could change the meaning of the command.

import { nothingChanged } from '../common-texts.ts';
import { Fault } from '../errors.ts';
import { fold } from '../model/fold.ts';

/** A line translated to the words of an Identity Desk command. */
export interface Translated {
  readonly verb: string;
  readonly words: readonly string[];
}

/**
 * The translation of a flag: the flag that takes its value (`--name`), ignored with its value because it does not affect the
 * change (`'ignored'`), ignored without a value (`'ignored-switch'`), or the reason why it is not supported (`{ refused }`).
 */
export type FlagMeaning = `--${string}` | '' | 'ignored' | 'ignored-switch' | { readonly refused: string };

/** Translations by flag. */
export type FlagTable = Readonly<Record<string, FlagMeaning>>;

/** A command of another tool: its translation, or why it is not supported and what to use instead. */
export type Command =
  /** `whole`: the other tool replaces all tags where it is given some. */
  | { readonly verb: string; readonly flags: FlagTable; readonly whole?: true }
  | { readonly message: string; readonly next: string };

/** The words of a translated command; where the other tool replaces all tags, so does it. */
export function withWholeTags(command: { readonly whole?: true }, words: readonly string[]): readonly string[] {
  return command.whole && words.some((word) => word.startsWith('--tags=')) ? [...words, '--replace-tags'] : words;
}

/** A typed flag and its values. */
export interface GivenFlag {
  readonly flag: string;
  readonly values: readonly string[];
}

/**
 * Finds a flag in the table, in any case and by an unambiguous prefix, as az and PowerShell
 * allow. Throws Fault 'bad-input' where none or several match.
 */
export function findFlag(flag: string, table: FlagTable, tool: string): [string, FlagMeaning] {
  const wanted = fold(flag);
  const all = Object.entries(table);
  const exact = all.find(([name]) => fold(name) === wanted);
  if (exact) return exact;
  const fitting = wanted.length > 1 ? all.filter(([name]) => fold(name).startsWith(wanted)) : [];
  const [first] = fitting;
  // Several names of one parameter are not ambiguous.
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

/** The words of a translated flag. `--flag=value` keeps a value that looks like a flag from being read as one. */
export function wordsFor(meaning: FlagMeaning, flag: string, values: readonly string[]): string[] {
  if (typeof meaning === 'object')
    throw new Fault('bad-input', `${flag}: ${meaning.refused}`, { next: nothingChanged });
  if (meaning === 'ignored' || meaning === 'ignored-switch') return [];
  if (values.length === 0) throw new Fault('bad-input', `${flag} needs a value.`, { next: 'Enter it after the flag.' });
  if (meaning === '') return [...values];
  return values.map((value, index) => (index === 0 || meaning === '--tags' ? `${meaning}=${value}` : value));
}
