// What to say when a name stands for nothing, or for several things.

import { Fault } from '../errors.ts';
import type { CommandContext } from './context.ts';

/** As many choices as a person can take in at once. */
const maxChoices = 8;

const short = (word: string) => (word.length > 200 ? `${word.slice(0, 200)}…` : word);

/** What was named is not there: the nearest that are, or where to look. `missing` is where it could not be looked for. */
export function nameNotFound(
  what: string,
  word: string,
  near: readonly string[],
  all: string,
  missing: readonly string[] = [],
): Fault {
  const unread = missing.length > 0 ? ` Not everything could be searched: ${missing.join('; ')}.` : '';
  return new Fault('not-found', `No ${what} “${short(word)}” was found.`, {
    next: `${near.length > 0 ? `Did you mean ${near.join(', ')}?` : all}${unread}`,
    suggestions: near,
  });
}

/** What was named stands for several: each a choice that says the line again with one of them. */
export function ambiguousName<T>(
  context: Pick<CommandContext, 'rewrite'>,
  what: string,
  word: string,
  items: readonly T[],
  of: (item: T) => { label: string; param: string; value: string },
): Fault {
  const choices = items.slice(0, maxChoices).map((item) => {
    const { label, param, value } = of(item);
    return { label, command: context.rewrite(param, value) };
  });
  const more =
    items.length > maxChoices ? ` Showing ${maxChoices} of ${items.length}. For others, enter the full id.` : '';
  return new Fault('ambiguous', `“${short(word)}” matches ${items.length} ${what}.`, {
    next: `Which one?${more}`,
    choices,
  });
}

/** The first of the names, and how many more there are. */
export function joinedNames(lead: string, names: readonly string[], none: string): string {
  if (names.length === 0) return none;
  return `${lead} ${names.slice(0, 6).join(', ')}${names.length > 6 ? ` and ${names.length - 6} more` : ''}.`;
}
