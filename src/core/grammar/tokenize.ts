// From what a chat makes of a typed line to the words that were meant: chat apps turn `--` into a dash, quotes into
// curly ones and spaces into unbreakable ones. Splitting itself is the shell-words library's.

import { Fault } from '../errors.ts';
import type { TextTools } from '../ports.ts';

// Stand for signs that mean nothing to the splitter while the line is split: an apostrophe inside a word, so that “don’t” opens
// no quote, a backslash, because people in a chat do not write shell, and a comma within quotes, which parts no tags.
const apostrophe = '\uE000';
const backslash = '\uE001';
const quotedComma = '\uE002';

/** The line as it was typed before the chat app made it pretty. */
export function undoTypography(line: string): string {
  return (
    line
      .replace(/[\u200B-\u200D\u2060\uFEFF\uE000-\uE002]/g, '')
      .replace(/[\u00A0\u2000-\u200A\u202F\u3000]/g, ' ')
      .replace(/[“”„‟«»]/g, '"')
      .replace(/[‘’‚‛]/g, "'")
      // A dash at the start of a word was two hyphens; an en dash before a single letter was one.
      .replace(/(^|\s)–(?=[A-Za-z](?:[\s=]|$))/g, '$1-')
      .replace(/(^|\s)[—–―]-?(?=[A-Za-z])/g, '$1--')
  );
}

/** A word of `splitGuarded` as it was typed. */
export function plainWord(word: string): string {
  return word.replaceAll(apostrophe, "'").replaceAll(backslash, '\\').replaceAll(quotedComma, ',');
}

/** A word whose commas part no tags, whatever stands around them. */
export function guardCommas(word: string): string {
  return word.replaceAll(',', quotedComma);
}

/**
 * The words of a line; quotes group, an apostrophe within a word is a letter, and a backslash or backtick at a line's end is no
 * word. Each has to go through `plainWord` (or `splitTags`) before it is used. Throws Fault 'bad-input' where a quote is left open.
 */
export function splitGuarded(line: string, textTools: TextTools): string[] {
  const guarded = undoTypography(line)
    .replace(/(^|\s)[\\`^](?=\s|$)|[\\`](?=\r?\n)/g, '$1')
    .replace(/(?<=[\p{L}\p{N}])'(?=[\p{L}\p{N}])/gu, apostrophe)
    .replaceAll('\\', backslash)
    .replace(/"[^"]*"|'[^']*'/g, guardCommas);
  try {
    return textTools.splitWords(guarded);
  } catch (cause) {
    throw new Fault('bad-input', 'A quotation mark is not closed.', {
      next: 'Close it or remove it. Text after --reason needs no quotation marks.',
      cause,
    });
  }
}

/** The words of a line, as they were typed. Throws Fault 'bad-input' where a quote is left open. */
export function splitLine(line: string, textTools: TextTools): string[] {
  return splitGuarded(line, textTools).map(plainWord);
}

/** A word as it has to be typed to come back as it is; in quotes where it needs them or `isQuoted` says so. */
export function quoteWord(word: string, isQuoted = false): string {
  if (!isQuoted && /^[\w./:@+=~,()[\]{}*-]+$/u.test(word) && !/^[–—―-]/.test(word)) return word;
  return word.includes('"') ? `'${word.replaceAll("'", '’')}'` : `"${word}"`;
}
