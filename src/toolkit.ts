// The core's Toolkit over well-kept libraries and Node: clock, chance, digest, shell words, near words, durations.

import { createHash, randomInt } from 'node:crypto';
import { distance } from 'fastest-levenshtein';
import parse from 'parse-duration';
import { split } from 'shlex';
import type { Toolkit } from './core/ports.ts';

/** Crockford's base 32: no I, L, O or U, so that an id can be read out. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

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

export function createToolkit(): Toolkit {
  return {
    now: () => new Date(),
    newRequestId: () => `R-${Array.from({ length: 6 }, () => alphabet[randomInt(alphabet.length)]).join('')}`,
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
    splitWords: (text) => split(text),
    nearest,
    parseDuration,
  };
}
