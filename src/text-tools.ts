// The core's text tools over well-kept libraries: shell words, near words, durations.

import { distance } from 'fastest-levenshtein';
import parse from 'parse-duration';
import { split } from 'shlex';
import type { TextTools } from './core/ports.ts';

/** Candidates within a third of the word's length (at least 2 edits), or that begin with it, nearest first. */
function nearest(word: string, candidates: readonly string[], most = 3): string[] {
  const wanted = word.toLowerCase();
  const limit = Math.max(2, Math.floor(wanted.length / 3));
  return candidates
    .map((candidate) => {
      const text = candidate.toLowerCase();
      const isPart = wanted.length >= 3 && (text.startsWith(wanted) || wanted.startsWith(text));
      return { candidate, far: isPart ? 1 : distance(wanted, text) };
    })
    .filter(({ far }) => far <= limit)
    .sort((a, b) => a.far - b.far || a.candidate.localeCompare(b.candidate))
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

function parseDuration(text: string): number | undefined {
  // The library would make something of nearly any text; a duration is numbers with units and nothing else.
  if (
    !/^\s*(?:\d+(?:\.\d+)?\s*(?:s|secs?|seconds?|m|min|mins|minutes?|h|hrs?|hours?|d|days?|w|weeks?)\s*)+$/i.test(text)
  )
    return undefined;
  const ms = parse(text.toLowerCase());
  return ms === null || !Number.isFinite(ms) ? undefined : Math.round(ms);
}

/** The core's text tools. */
export const textTools: TextTools = { splitWords: (text) => split(text), nearest, parseDuration };
