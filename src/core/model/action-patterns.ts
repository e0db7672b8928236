// Patterns of Azure's actions, as roles and the policy's `permits` have them. A star stands for any characters, slashes too,
// whatever the case of A to Z. Where it is all that stands between two slashes, it stands for nothing as well, without the second
// slash: Managed Identity Operator has userAssignedIdentities/(star)/read, and may read userAssignedIdentities.

import { fold } from './fold.ts';

/** Each pattern is split at its stars once: roles have hundreds, and are compared again and again. */
const splitPatterns = new Map<string, readonly string[]>();
const mostKept = 50_000;

function partsOf(pattern: string): readonly string[] {
  const known = splitPatterns.get(pattern);
  if (known) return known;
  const parts = fold(pattern).split('*');
  if (splitPatterns.size >= mostKept) splitPatterns.clear();
  splitPatterns.set(pattern, parts);
  return parts;
}

/** Whether the text, in the form of `fold`, is one that the pattern stands for. Each part is taken where it first fits: never slow. */
function fits(parts: readonly string[], text: string): boolean {
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let [end, before] = [first.length, first];
  /** Where the next part may begin: with the slash that ends the part before, where only a star is between the two slashes. */
  const from = (part: string) => (before.endsWith('/') && part.startsWith('/') ? end - 1 : end);
  for (const part of rest) {
    const at = text.indexOf(part, from(part));
    if (at < 0) return false;
    [end, before] = [at + part.length, part];
  }
  return text.length - last.length >= from(last) && text.endsWith(last);
}

/** Whether the action is one that the pattern stands for. */
export function matchesAction(pattern: string, action: string): boolean {
  return fits(partsOf(pattern), fold(action));
}

/** The positions in a pattern after its character at `at` was read: behind the next star and slash too, where that star may be nothing. */
function after(pattern: string, at: number): readonly number[] {
  const found = [at + 1];
  for (let next = at; pattern[next] === '/' && pattern[next + 1] === '*' && pattern[next + 2] === '/'; next += 2) {
    found.push(next + 3);
  }
  return found;
}

/** Whether there is a text that both patterns stand for: both are read together, as two automata. */
export function patternsOverlap(one: string, other: string): boolean {
  const [a, b] = [fold(one), fold(other)];
  const [fixedA, fixedB] = [a.split('*', 1)[0] ?? '', b.split('*', 1)[0] ?? ''];
  // Nearly all pairs differ where both are fixed.
  const fixed = Math.min(fixedA.length, fixedB.length);
  if (fixedA.slice(0, fixed) !== fixedB.slice(0, fixed)) return false;
  const width = b.length + 1;
  const seen = new Set([0]);
  const open: [number, number][] = [[0, 0]];
  const add = (xs: readonly number[], ys: readonly number[]) => {
    for (const x of xs) {
      for (const y of ys) {
        if (seen.has(x * width + y)) continue;
        seen.add(x * width + y);
        open.push([x, y]);
      }
    }
  };
  for (let pair = open.pop(); pair; pair = open.pop()) {
    const [x, y] = pair;
    if (x === a.length && y === b.length) return true;
    const [charA, charB] = [a[x], b[y]];
    if (charA === '*') add([x + 1], [y]);
    if (charB === '*') add([x], [y + 1]);
    if (charA === undefined || charB === undefined) continue;
    if (charA === '*' && charB !== '*') add([x], after(b, y));
    else if (charB === '*' && charA !== '*') add(after(a, x), [y]);
    else if (charA === charB && charA !== '*') add(after(a, x), after(b, y));
  }
  return false;
}

/** More stars than this between slashes are not compared: each doubles the ways to read a pattern. */
const mostSegments = 4;

/** Whether everything that `inner` stands for, `outer` stands for too. False also where it cannot be told. */
export function patternContains(outer: string, inner: string): boolean {
  // A character that no pattern has can only be covered by a star, which then covers anything in its place.
  const [start = '', ...segments] = fold(inner).split('/*/');
  if (segments.length > mostSegments || inner.includes('/*/*/')) return false;
  let ways = [start];
  for (const segment of segments) ways = ways.flatMap((way) => [`${way}/*/${segment}`, `${way}/${segment}`]);
  return ways.every((way) => fits(partsOf(outer), way.replaceAll('*', '\0')));
}
