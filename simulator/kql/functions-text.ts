// Functions of texts. Source: the Kusto reference.

import type { Simple } from './simple-function.ts';
import { regex } from './text-operators.ts';
import { toText } from './values.ts';

const text = (gives: Simple['gives'], count: number, of: (...texts: readonly string[]) => unknown): Simple => ({
  least: count,
  most: count,
  gives,
  takes: ['string'],
  of: of as Simple['of'],
});

/** Kusto writes the groups of a match as \1, JavaScript as $1. */
function rewrite(source: string, pattern: string, into: string): string {
  return source.replaceAll(
    regex(pattern, 'g'),
    into.replaceAll('$', '$$$$').replace(/\\(\d)/g, (_all, group: string) => (group === '0' ? '$&' : `$${group}`)),
  );
}

export const textFunctions: Readonly<Record<string, Simple>> = {
  tolower: text('string', 1, (one = '') => one.toLowerCase()),
  toupper: text('string', 1, (one = '') => one.toUpperCase()),
  strlen: { ...text('long', 1, (one = '') => [...one].length), prefix: 'strlen_' },
  strcat: { least: 1, most: 64, gives: 'string', takes: ['string'], of: (...values) => values.map(toText).join('') },
  strcat_delim: {
    least: 2,
    most: 64,
    gives: 'string',
    takes: ['string'],
    of: (delimiter, ...values) => values.map(toText).join(toText(delimiter)),
  },
  split: {
    least: 2,
    most: 3,
    gives: 'dynamic',
    prefix: '',
    takes: ['string', 'string', 'long'],
    of(source, delimiter, index) {
      const parts = toText(source).split(toText(delimiter));
      if (typeof index !== 'number') return parts;
      return parts.slice(index, index + 1);
    },
  },
  substring: {
    least: 2,
    most: 3,
    gives: 'string',
    takes: ['string', 'long', 'long'],
    of(source, start, length) {
      const from = Math.max(0, Number(start));
      return toText(source).slice(from, typeof length === 'number' ? from + length : undefined);
    },
  },
  indexof: text('long', 2, (source = '', wanted = '') => source.indexOf(wanted)),
  trim: text('string', 2, (pattern = '', source = '') =>
    trimmed(trimmed(source, `^(?:${pattern})+`), `(?:${pattern})+$`),
  ),
  trim_start: text('string', 2, (pattern = '', source = '') => trimmed(source, `^(?:${pattern})+`)),
  trim_end: text('string', 2, (pattern = '', source = '') => trimmed(source, `(?:${pattern})+$`)),
  replace: text('string', 3, (pattern = '', into = '', source = '') => rewrite(source, pattern, into)),
  replace_regex: text('string', 3, (source = '', pattern = '', into = '') => rewrite(source, pattern, into)),
  replace_string: text('string', 3, (source = '', wanted = '', into = '') =>
    wanted === '' ? source : source.replaceAll(wanted, () => into),
  ),
  extract: {
    least: 3,
    most: 3,
    gives: 'string',
    takes: ['string', 'long', 'string'],
    of: (pattern, group, source) => regex(toText(pattern)).exec(toText(source))?.[Number(group)] ?? '',
  },
};

function trimmed(source: string, pattern: string): string {
  return source.replace(regex(pattern), '');
}
