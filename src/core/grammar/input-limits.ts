// How much of a line or a form is read. Both are checked before anything else looks at the text: whoever may write to the bot
// may write to it at any length, and one message must never hold up the others.

import { nothingChanged } from '../common-texts.ts';
import { Fault } from '../errors.ts';

/** Characters of a line, and of all fields of a form together. Any one field of Azure or reason fits well within it. */
export const maxCharacters = 8_000;

/** Tags on one resource. Source: Azure's limit of tag name/value pairs. */
export const maxTags = 50;

const count = (characters: number) => characters.toLocaleString('en-US');

/** Throws Fault 'bad-input' for a line that is longer than the bot reads. */
export function checkLength(line: string): void {
  if (line.length <= maxCharacters) return;
  throw new Fault(
    'bad-input',
    `The command has ${count(line.length)} characters; the limit is ${count(maxCharacters)}.`,
    { next: `${nothingChanged} Shorten it, or split it into several commands.` },
  );
}

/** Throws Fault 'bad-input' for a form whose fields together are longer than the bot reads. */
export function checkFields(fields: Readonly<Record<string, string>>): void {
  const length = Object.values(fields).reduce((sum, text) => sum + text.length, 0);
  if (length <= maxCharacters) return;
  throw new Fault(
    'bad-input',
    `The form has ${count(length)} characters in total; the limit is ${count(maxCharacters)}.`,
    { next: `${nothingChanged} Shorten the longest field.` },
  );
}
