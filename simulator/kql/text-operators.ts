// The comparisons of texts. Where nothing else is said they go by letters in whatever case.

import { notInLanguage, semanticError } from './errors.ts';

type Test = (text: string, wanted: string) => boolean;

/** A sigma at a word's end is another letter in lower case: the same text would not be found within a longer one. */
export const folded = (text: string) => text.toLowerCase().replaceAll('ς', 'σ');

const isPartOfTerm = (char: string | undefined) => char !== undefined && /[\p{L}\p{N}]/u.test(char);

/** Whether a text has the other with terms' ends on the sides that are asked for: a term is letters and digits. */
function hasTerm(text: string, wanted: string, atStart: boolean, atEnd: boolean): boolean {
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + 1)) {
    const startsWell = !atStart || !isPartOfTerm(wanted[0]) || !isPartOfTerm(text[at - 1]);
    const endsWell = !atEnd || !isPartOfTerm(wanted.at(-1)) || !isPartOfTerm(text[at + wanted.length]);
    if (startsWell && endsWell) return true;
    if (wanted === '') return true;
  }
  return false;
}

const exact: Readonly<Record<string, Test>> = {
  '=~': (text, wanted) => text === wanted,
  contains: (text, wanted) => text.includes(wanted),
  startswith: (text, wanted) => text.startsWith(wanted),
  endswith: (text, wanted) => text.endsWith(wanted),
  has: (text, wanted) => hasTerm(text, wanted, true, true),
  hasprefix: (text, wanted) => hasTerm(text, wanted, true, false),
  hassuffix: (text, wanted) => hasTerm(text, wanted, false, true),
};

/** The test of an operator of texts; undefined where it is none. */
export function textOperator(operator: string): Test | undefined {
  if (operator === '!~') return (text, wanted) => folded(text) !== folded(wanted);
  const isNegated = operator.startsWith('!');
  const isExact = operator.endsWith('_cs');
  const word = operator.slice(isNegated ? 1 : 0, isExact ? -3 : undefined);
  const test = Object.hasOwn(exact, word) ? exact[word] : undefined;
  if (!test) return undefined;
  const inCase: Test = isExact ? test : (text, wanted) => test(folded(text), folded(wanted));
  return isNegated ? (text, wanted) => !inCase(text, wanted) : inCase;
}

/** A regular expression as RE2 writes it; `flags` are JavaScript's. Throws QueryError where it is none. */
export function regex(source: string, flags = ''): RegExp {
  const [, options = ''] = /^\(\?([a-zA-Z]+)\)/.exec(source) ?? [];
  const known = options.replace(/[^ims]/g, '');
  if (known.length !== options.length) throw notInLanguage(`(?${options})`);
  try {
    return new RegExp(options === '' ? source : source.slice(options.length + 3), [...new Set(flags + known)].join(''));
  } catch {
    throw semanticError(`The regular expression '${source}' is not valid.`);
  }
}
