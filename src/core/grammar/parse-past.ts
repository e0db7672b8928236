// Parses points in time that are past: how long ago (`7d`), a time of day, or a date.

import type { Clock, TextTools } from '../ports.ts';
import { parseUntil } from './parse-until.ts';

const dayMs = 86_400_000;
const longestAgoMs = 100 * 365 * dayMs;

/** The time; undefined where the words are none, or one to come. A time of day that is still to come today was yesterday. */
export function parsePast(
  text: string,
  { textTools, clock }: { readonly textTools: TextTools; readonly clock: Clock },
): Date | undefined {
  const now = clock.now();
  const agoMs = textTools.parseDuration(text.trim().replace(/\s+ago$/i, ''));
  if (agoMs !== undefined) return agoMs > 0 && agoMs <= longestAgoMs ? new Date(now.getTime() - agoMs) : undefined;
  const at = parseUntil(text, now);
  if (at === undefined) return undefined;
  const isTimeOfDay = !/\d{4}-/.test(text);
  const past = isTimeOfDay ? new Date(at.getTime() - dayMs) : at;
  return past <= now ? past : undefined;
}
