// From what a chat makes of a typed line to the words that were meant: chat apps turn `--` into a dash, quotes into
// curly ones and spaces into unbreakable ones. Splitting itself is the shell-words library's.

import { Fault } from '../errors.ts';
import type { TextTools } from '../ports.ts';

// Stand for an apostrophe inside a word and for a backslash while the line is split, so that “don’t” opens no quote and
// nothing is escaped: people in a chat do not write shell.
const apostrophe = '\uE000';
const backslash = '\uE001';

/** The line as it was typed before the chat app made it pretty. */
function undoTypography(line: string): string {
  return (
    line
      .replace(/[\u200B-\u200D\u2060\uFEFF\uE000\uE001]/g, '')
      .replace(/[\u00A0\u2000-\u200A\u202F\u3000]/g, ' ')
      .replace(/[“”„‟«»]/g, '"')
      .replace(/[‘’‚‛]/g, "'")
      // A dash at the start of a word was two hyphens; an en dash before a single letter was one.
      .replace(/(^|\s)–(?=[A-Za-z](?:[\s=]|$))/g, '$1-')
      .replace(/(^|\s)[—–―]-?(?=[A-Za-z])/g, '$1--')
  );
}

/**
 * The words of a line; quotes group, and an apostrophe within a word is a letter.
 * Throws Fault 'bad-input' where a quote is left open.
 */
export function splitLine(line: string, textTools: TextTools): string[] {
  const guarded = undoTypography(line)
    .replace(/(?<=[\p{L}\p{N}])'(?=[\p{L}\p{N}])/gu, apostrophe)
    .replaceAll('\\', backslash);
  try {
    return textTools.splitWords(guarded).map((word) => word.replaceAll(apostrophe, "'").replaceAll(backslash, '\\'));
  } catch (cause) {
    throw new Fault('bad-input', 'A quotation mark is opened but never closed.', {
      next: 'Close it, or leave the quotes away: text after --reason needs none.',
      cause,
    });
  }
}

/** A word as it has to be typed to come back as it is. */
export function quoteWord(word: string): string {
  if (/^[\w./:@+=~,()[\]{}*-]+$/u.test(word) && !/^[–—―-]/.test(word)) return word;
  return word.includes('"') ? `'${word.replaceAll("'", '’')}'` : `"${word}"`;
}
