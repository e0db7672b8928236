// Parses tags: `team=orders env=prod` as in az, `team=orders,env=prod` as in forms and other tools.

import { fold } from '../model/fold.ts';
import { maxTags } from './input-limits.ts';
import { plainWord } from './tokenize.ts';

/**
 * Splits the words after --tags into tags. A comma separates tags only where a name and `=` follow it, so that `zones=1,2` is
 * one; within quotes it never does: `"note=a,b=c"` is one tag, as in az.
 */
export function splitTags(words: readonly string[]): string[] {
  return words
    .flatMap((word) => word.split(/,(?=[^\s,=]+=|$)/))
    .map(plainWord)
    .filter((word, _index, all) => word.trim() !== '' || all.length === 1);
}

/**
 * Tags by name; null is the value where only a name was given. Undefined where a tag breaks Azure's rules or there are too many.
 * Source of the limits: Azure's resource name rules, tagNames and tagValues.
 */
export function parseTags(words: readonly string[]): Record<string, string | null> | undefined {
  if (words.length === 0 || words.length > maxTags) return undefined;
  const tags: Record<string, string | null> = {};
  const known = new Set<string>();
  for (const word of words) {
    // In az an empty value means no tags.
    if (word.trim() === '') continue;
    const at = word.indexOf('=');
    const key = (at < 0 ? word : word.slice(0, at)).trim();
    const value = at < 0 ? null : word.slice(at + 1);
    const isSound = key !== '' && key.length <= 512 && (value ?? '').length <= 256 && !/[<>%&\\?/]/.test(key);
    if (!isSound || hasControl(word) || known.has(fold(key))) return undefined;
    known.add(fold(key));
    // Not by assignment: a tag may be called __proto__.
    Object.defineProperty(tags, key, { value, enumerable: true });
  }
  return tags;
}

const hasControl = (text: string) => /\p{Cc}/u.test(text.replaceAll('\n', ''));
