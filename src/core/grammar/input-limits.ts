// Limits on the length of input. They are checked before any parsing, so that one long message
// cannot block the processing of others.

import { nothingChanged } from '../common-texts.ts';
import { Fault } from '../errors.ts';

/** Most characters of a line, and of all fields of a form together. */
export const maxCharacters = 8_000;

/** Tags on one resource. Source: Azure's limit of tag name/value pairs. */
export const maxTags = 50;

const count = (characters: number) => characters.toLocaleString('en-US');

/** Throws Fault 'bad-input' for a line over the limit. */
export function checkLength(line: string): void {
  if (line.length <= maxCharacters) return;
  throw new Fault(
    'bad-input',
    `The command has ${count(line.length)} characters; the limit is ${count(maxCharacters)}.`,
    { next: `${nothingChanged} Shorten it, or split it into several commands.` },
  );
}

/** Throws Fault 'bad-input' for a form whose fields together are over the limit. */
export function checkFields(fields: Readonly<Record<string, string>>): void {
  const length = Object.values(fields).reduce((sum, text) => sum + text.length, 0);
  if (length <= maxCharacters) return;
  throw new Fault(
    'bad-input',
    `The form has ${count(length)} characters in total; the limit is ${count(maxCharacters)}.`,
    { next: `${nothingChanged} Shorten the longest field.` },
  );
}
