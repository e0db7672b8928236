// The errors for a name that matches nothing, or several things.

import { Fault } from '../errors.ts';
import type { CommandContext } from './context.ts';

/** Most choices shown at once. */
const maxChoices = 8;

const short = (word: string) => (word.length > 200 ? `${word.slice(0, 200)}…` : word);

/** Nothing has the name. Suggests the nearest names, else the hint `all`. `missing` names what could not be searched. */
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

/** Several things have the name. Each is a choice: the typed command with the name replaced by its id. */
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

/** ‘Available: a, b and 3 more.’: the first names after `lead`, or `none` where there are no names. */
export function joinedNames(lead: string, names: readonly string[], none: string): string {
  if (names.length === 0) return none;
  return `${lead} ${names.slice(0, 6).join(', ')}${names.length > 6 ? ` and ${names.length - 6} more` : ''}.`;
}
