// Numbers, lists and durations as text, for cards, errors and command lines.

/** A policy's version as it is shown: the beginning of its hash. */
export function versionWords(version: string): string {
  return version.slice(0, 12);
}

/** ‘3 identities’, ‘1 identity’. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}

/** ‘a, b and c’, or ‘a, b and 3 more’ for a list longer than `most`. */
export function joinNames(items: readonly string[], most = 5): string {
  if (items.length <= 1) return items[0] ?? '';
  if (items.length > most) return `${items.slice(0, most).join(', ')} and ${items.length - most} more`;
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

const units: readonly [string, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

/** A duration in words: ‘1 day 12 hours’. */
export function durationWords(ms: number): string {
  const words: string[] = [];
  let rest = Math.round(ms / 1_000) * 1_000;
  for (const [unit, size] of units) {
    const number = Math.floor(rest / size);
    rest -= number * size;
    if (number > 0) words.push(count(number, unit));
  }
  return words.join(' ') || 'less than a second';
}

/** A duration as it is typed: ‘1d12h’. */
export function formatDuration(ms: number): string {
  let rest = Math.round(ms / 1_000);
  const parts: string[] = [];
  for (const [letter, size] of [
    ['d', 86_400],
    ['h', 3_600],
    ['m', 60],
    ['s', 1],
  ] as const) {
    const number = Math.floor(rest / size);
    rest -= number * size;
    if (number > 0) parts.push(`${number}${letter}`);
  }
  return parts.join('') || '0s';
}
