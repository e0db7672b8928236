// Implements the core's `TextTools` port with libraries: shell words, similar words, durations.

import { distance } from 'fastest-levenshtein';
import parse from 'parse-duration';
import { RE2JS } from 're2js';
import { split } from 'shlex';
import { fold } from './core/model/fold.ts';
import type { TextPattern } from './core/model/policy.ts';
import type { TextTools } from './core/ports.ts';

/** Longer words are not compared: the cost is the product of both lengths. */
const longestName = 512;

/** Candidates within a third of the word's length (at least 2 edits), or that begin with it, nearest first. */
function nearest(word: string, candidates: readonly string[], most = 3): string[] {
  if (word.length > longestName) return [];
  const wanted = fold(word);
  const limit = Math.max(2, Math.floor(wanted.length / 3));
  return candidates
    .map((candidate) => {
      const text = fold(candidate);
      const isPart = wanted.length >= 3 && (text.startsWith(wanted) || wanted.startsWith(text));
      // The edit distance is at least the difference in length.
      const isUnlike = Math.abs(wanted.length - text.length) > limit;
      return { candidate, far: isPart ? 1 : isUnlike ? Number.POSITIVE_INFINITY : distance(wanted, text) };
    })
    .filter(({ far }) => far <= limit)
    .sort((a, b) => a.far - b.far || a.candidate.localeCompare(b.candidate))
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

const units = /^(?:\d+(?:\.\d+)?\s*(?:s|secs?|seconds?|m|min|mins|minutes?|h|hrs?|hours?|d|days?|w|weeks?)\s*)+$/i;
/** ISO 8601 without years and months: how long those are depends on when they begin. */
const iso = /^P(?=.)(?:\d+W)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?$/i;

function parseDuration(text: string): number | undefined {
  const wanted = text.trim();
  // The library accepts nearly any text; a duration is numbers with units and nothing else.
  if (wanted.length > 100 || !(units.test(wanted) || iso.test(wanted))) return undefined;
  // The library reads P7D, but only the hours of P1DT12H.
  const ms = parse(fold(iso.test(wanted) ? wanted.replace(/[PT]/gi, '') : wanted));
  return ms === null || !Number.isFinite(ms) ? undefined : Math.round(ms);
}

/** Its time is the product of the pattern's instructions and the text's length: more of them would hold up everybody for seconds. */
const mostInstructions = 1_000;

/** RE2: JavaScript's own engine takes exponential time for some patterns, and would hold up everybody. */
function compilePattern(source: string): TextPattern | undefined {
  try {
    const pattern = RE2JS.compile(source);
    if (pattern.programSize() > mostInstructions) return undefined;
    return { source, isIn: (text) => pattern.matcher(text).find() };
  } catch {
    return undefined;
  }
}

/** The core's text tools. */
export const textTools: TextTools = { splitWords: (text) => split(text), nearest, parseDuration, compilePattern };
