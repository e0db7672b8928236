// What is said of what still refers to what was deleted.

import { joinNames } from '../format-text.ts';
import type { Remainder } from '../model/remainder.ts';

/** A sentence, also where nothing remains. */
export function remainderWords(remains: readonly Remainder[]): string {
  const unread = remains.filter(({ kind }) => kind === 'unread').map(({ name }) => name);
  const found = remains.filter(({ kind }) => kind !== 'unread').map(({ name }) => name);
  const untold = unread.length > 0 ? ` Not everything could be checked: ${joinNames(unread)}.` : '';
  if (found.length > 0) {
    return `This appeared meanwhile and still refers to it: ${joinNames(found, 10)}. Remove it in the Azure portal.${untold}`;
  }
  return unread.length > 0 ? untold.trim() : 'Nothing in Azure refers to it any more.';
}
