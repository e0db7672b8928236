// The words of a query: names, operators, literals. Comments go here.

import { type Position, parserFailure } from './errors.ts';

export type TokenKind = 'name' | 'text' | 'number' | 'timespan' | 'datetime' | 'dynamic' | 'sign' | 'end';

export interface Token {
  kind: TokenKind;
  /** As it stands in the query; '<EOF>' at the end. */
  source: string;
  /** What a literal means: the text, the number, the milliseconds; the text within the brackets of datetime(…) and dynamic(…). */
  value: string | number;
  start: number;
  end: number;
  at: Position;
}

const units: Readonly<Record<string, number>> = {
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
};

/** Each may begin where the last one ended; the first that fits wins. */
const patterns: readonly (readonly [TokenKind | 'skip', RegExp])[] = [
  ['skip', /\s+|\/\/[^\n]*/y],
  ['datetime', /datetime\s*\(([^)]*)\)/iy],
  ['dynamic', /dynamic\s*\(/iy],
  ['timespan', /(\d+(?:\.\d+)?)(ms|d|h|m|s)(?!\w|\.\d)/y],
  ['number', /\d+(?:\.\d+)?(?:e[+-]?\d+)?(?!\w)/iy],
  ['text', /@'((?:''|[^'])*)'|@"((?:""|[^"])*)"|'((?:\\.|[^'\\\n])*)'|"((?:\\.|[^"\\\n])*)"/y],
  [
    'sign',
    /!?in~|!(?:in|contains_cs|contains|hasprefix_cs|hasprefix|hassuffix_cs|hassuffix|has_cs|has|startswith_cs|startswith|endswith_cs|endswith|between)\b/iy,
  ],
  ['name', /[a-z_$][\w$]*/iy],
  ['sign', /=~|!~|==|!=|<=|>=|<>|\.\.|[|()[\],.=<>+\-*/%:;{}]/y],
];

/** The tokens of a query, the last of kind 'end'. Throws QueryError. */
export function tokensOf(query: string): Token[] {
  const tokens: Token[] = [];
  const lines = lineStarts(query);
  let start = 0;
  while (start < query.length) {
    const found = match(query, start);
    const at = positionOf(lines, start);
    if (!found) throw parserFailure(at, query.slice(start, start + 1));
    const [kind, groups] = found;
    let end = start + groups[0].length;
    let value: string | number = groups[0];
    if (kind === 'dynamic') {
      const inner = balanced(query, end);
      if (inner === undefined) throw parserFailure(positionOf(lines, query.length), '<EOF>', ')');
      value = inner;
      end += inner.length + 1;
    } else if (kind === 'datetime') value = (groups[1] ?? '').trim();
    else if (kind === 'timespan') value = Number(groups[1]) * (units[groups[2] ?? ''] ?? 0);
    else if (kind === 'number') value = Number(groups[0]);
    else if (kind === 'text') value = textOf(groups);
    if (kind !== 'skip') tokens.push({ kind, source: query.slice(start, end), value, start, end, at });
    start = end;
  }
  tokens.push({ kind: 'end', source: '<EOF>', value: '', start, end: start, at: positionOf(lines, start) });
  return tokens;
}

function match(query: string, start: number): [TokenKind | 'skip', RegExpExecArray] | undefined {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = start;
    const groups = pattern.exec(query);
    if (groups) return [kind, groups];
  }
  return undefined;
}

/** What stands before the bracket that closes; undefined where none does. Brackets within quotes are text. */
function balanced(query: string, start: number): string | undefined {
  const pieces = /'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|[()]/gs;
  pieces.lastIndex = start;
  let depth = 1;
  for (let piece = pieces.exec(query); piece !== null; piece = pieces.exec(query)) {
    if (piece[0] === '(') depth += 1;
    if (piece[0] === ')') depth -= 1;
    if (depth === 0) return query.slice(start, piece.index);
  }
  return undefined;
}

function textOf([, single, double, plain, quoted]: RegExpExecArray): string {
  if (single !== undefined) return single.replaceAll("''", "'");
  if (double !== undefined) return double.replaceAll('""', '"');
  return (plain ?? quoted ?? '').replace(/\\(u([0-9a-f]{4})|.)/gis, (_all, char: string, code?: string) => {
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    return { n: '\n', t: '\t', r: '\r' }[char] ?? char;
  });
}

function lineStarts(query: string): readonly number[] {
  return [0, ...[...query.matchAll(/\n/g)].map(({ index }) => index + 1)];
}

function positionOf(lines: readonly number[], offset: number): Position {
  const line = lines.findLastIndex((start) => start <= offset);
  return { line: line + 1, character: offset - (lines[line] ?? 0) };
}
