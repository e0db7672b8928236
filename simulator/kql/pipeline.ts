// The part of the Kusto language that Resource Graph is asked with here: a table, then clauses, each of a known shape.
// What has another shape is refused by name: a query that is half understood would answer with lies.

export type Row = Readonly<Record<string, unknown>>;
type Evaluate = (row: Row) => unknown;

/** A query that is outside the part that is understood; `clause` is the one. */
export class QueryError extends Error {
  readonly clause: string;

  constructor(clause: string) {
    super(`the simulator does not understand '${clause}'`);
    this.clause = clause;
  }
}

/** The clauses between the pipes; a pipe within quotes is text. */
function clausesOf(query: string): string[] {
  const clauses = [''];
  for (const [piece] of query.matchAll(/'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|\||[^'"|]+|['"]/gs)) {
    if (piece === '|') clauses.push('');
    else clauses.push((clauses.pop() ?? '') + piece);
  }
  return clauses.map((clause) => clause.trim());
}

const text = String.raw`'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"`;

/** The text of a KQL string literal. */
function literal(quoted: string): string {
  return quoted.slice(1, -1).replace(/\\(u([0-9a-f]{4})|.)/gis, (_all, char: string, code?: string) => {
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    return { n: '\n', t: '\t', r: '\r' }[char] ?? char;
  });
}

function lookUp(row: Row, path: readonly string[]): unknown {
  let value: unknown = row;
  for (const part of path) {
    if (value === null || typeof value !== 'object') return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

function asText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** `name`, `a.b.c`, `tags['k']`, a literal, `tostring(…)`, `tolower(…)`. */
function expression(source: string, clause: string): Evaluate {
  const trimmed = source.trim();
  const call = /^(tostring|tolower)\((.*)\)$/is.exec(trimmed);
  if (call) {
    const inner = expression(call[2] ?? '', clause);
    return call[1]?.toLowerCase() === 'tolower'
      ? (row) => asText(inner(row)).toLowerCase()
      : (row) => asText(inner(row));
  }
  if (new RegExp(`^(?:${text})$`, 's').test(trimmed)) {
    const value = literal(trimmed);
    return () => value;
  }
  const index = new RegExp(`^([a-z_]\\w*)\\[(${text})\\]$`, 'is').exec(trimmed);
  if (index) {
    const path = [index[1] ?? '', literal(index[2] ?? '')];
    return (row) => lookUp(row, path);
  }
  if (!/^[a-z_]\w*(\.[a-z_]\w*)*$/i.test(trimmed)) throw new QueryError(clause);
  const path = trimmed.split('.');
  return (row) => lookUp(row, path);
}

/** In whatever case. A sigma at a word's end is another letter in lower case, so the same text would not be found within a longer one. */
const folded = (text: string) => text.toLowerCase().replaceAll('ς', 'σ');

const comparisons: Readonly<Record<string, (a: string, b: string) => boolean>> = {
  '==': (a, b) => a === b,
  '=~': (a, b) => folded(a) === folded(b),
  contains: (a, b) => folded(a).includes(folded(b)),
};

function where(condition: string, clause: string): (row: Row) => boolean {
  const present = /^isnotempty\((.*)\)$/is.exec(condition);
  if (present) {
    const of = expression(present[1] ?? '', clause);
    return (row) => asText(of(row)) !== '';
  }
  const parts = new RegExp(`^((?:${text}|[^'"])*?)\\s*(=~|==|\\scontains\\s)\\s*(.*)$`, 'is').exec(condition);
  const compare = comparisons[parts?.[2]?.trim().toLowerCase() ?? ''];
  if (!parts || !compare) throw new QueryError(clause);
  const [left, right] = [expression(parts[1] ?? '', clause), expression(parts[3] ?? '', clause)];
  return (row) => compare(asText(left(row)), asText(right(row)));
}

function project(list: string, clause: string): (row: Row) => Row {
  const columns = list.split(',').map((column) => {
    const [, name, source] = /^\s*(?:(\w+)\s*=(?!=))?\s*(.+?)\s*$/s.exec(column) ?? [];
    if (source === undefined || (name === undefined && !/^\w+$/.test(source))) throw new QueryError(clause);
    return { name: name ?? source, of: expression(source, clause) };
  });
  return (row) => Object.fromEntries(columns.map(({ name, of }) => [name, of(row) ?? null]));
}

export interface Query {
  readonly table: string;
  /** The literal that the rows' `type` has to be, where the query says so: a table need not make rows of other types. */
  readonly type: string | undefined;
  run(rows: Iterable<Row>): Row[];
}

/** Reads a query. Throws QueryError. */
export function parseQuery(source: string): Query {
  const all = clausesOf(source);
  // A query may begin with its first clause: it is about the table of resources then.
  const isNamed = /^\w+$/.test(all[0] ?? '');
  const table = isNamed ? (all[0] ?? '') : 'resources';
  const clauses = isNamed ? all.slice(1) : all;
  let type: string | undefined;
  const steps = clauses.map((clause): ((rows: Row[]) => Row[]) => {
    const [, verb = '', rest = ''] = /^([\w-]+)\s+(.*)$/s.exec(clause) ?? [];
    switch (verb.toLowerCase()) {
      case 'where': {
        const named = new RegExp(`^type\\s*=~\\s*(${text})$`, 'is').exec(rest)?.[1];
        if (named !== undefined) type = literal(named).toLowerCase();
        const test = where(rest, clause);
        return (rows) => rows.filter(test);
      }
      case 'mv-expand': {
        const [, name = '', bag = ''] = /^(\w+)\s*=\s*bag_keys\((.*)\)$/is.exec(rest) ?? [];
        if (name === '') throw new QueryError(clause);
        const of = expression(bag, clause);
        return (rows) =>
          rows.flatMap((row) => Object.keys((of(row) as object | null) ?? {}).map((key) => ({ ...row, [name]: key })));
      }
      case 'project': {
        const shape = project(rest, clause);
        return (rows) => rows.map(shape);
      }
      case 'order': {
        const [, column = '', way = ''] = /^by\s+(\w+)\s+(asc|desc)$/i.exec(rest) ?? [];
        if (column === '') throw new QueryError(clause);
        const sign = way.toLowerCase() === 'asc' ? 1 : -1;
        return (rows) =>
          rows
            .map((row) => ({ row, key: asText(row[column]).toLowerCase() }))
            .sort((a, b) => (a.key < b.key ? -sign : a.key > b.key ? sign : 0))
            .map(({ row }) => row);
      }
      default:
        throw new QueryError(clause);
    }
  });
  return { table: table.toLowerCase(), type, run: (rows) => steps.reduce((now, stepOf) => stepOf(now), [...rows]) };
}
