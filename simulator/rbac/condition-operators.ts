// What the operators of conditions compare, and how. Source: azure-docs conditions-format.md, "Operators".

export interface Value {
  type: 'string' | 'number' | 'guid' | 'boolean';
  text: string;
}

type Compare = (left: string, right: string) => boolean;

const ignoringCase =
  (compare: Compare): Compare =>
  (left, right) =>
    compare(left.toLowerCase(), right.toLowerCase());
const not =
  (compare: Compare): Compare =>
  (left, right) =>
    !compare(left, right);

const equals: Compare = (left, right) => left === right;
const startsWith: Compare = (left, right) => left.startsWith(right);
const guidEquals: Compare = (left, right) => guid(left) === guid(right);
const boolEquals = ignoringCase(equals);
const like: Compare = (left, right) => isLike(left, right);

/** A GUID by its digits: with dashes or without, and at the end of an id. */
const guid = (text: string) => (text.split('/').at(-1) ?? '').replaceAll('-', '').toLowerCase();

/** `*` any run, `?` one character, a backslash before either takes it as it is. What is between stars is put at its first place. */
function isLike(text: string, pattern: string): boolean {
  const parts: string[][] = [[]];
  for (const mark of pattern.match(/\\[*?]|[\s\S]/g) ?? []) {
    if (mark === '*') parts.push([]);
    else parts.at(-1)?.push(mark);
  }
  const isAt = (part: readonly string[], at: number) =>
    part.every((mark, index) => (mark === '?' ? at + index < text.length : text[at + index] === mark.at(-1)));
  const [first = [], ...others] = parts;
  if (!isAt(first, 0)) return false;
  let end = first.length;
  const last = others.pop();
  if (!last) return end === text.length;
  for (const part of others) {
    while (end + part.length <= text.length && !isAt(part, end)) end += 1;
    end += part.length;
  }
  return end + last.length <= text.length && isAt(last, text.length - last.length);
}

const byNumber =
  (compare: (left: number, right: number) => boolean): Compare =>
  (left, right) =>
    compare(Number(left), Number(right));
const byTime =
  (compare: (left: number, right: number) => boolean): Compare =>
  (left, right) =>
    compare(Date.parse(left), Date.parse(right));
const orders = {
  Equals: (left: number, right: number) => left === right,
  NotEquals: (left: number, right: number) => left !== right,
  GreaterThan: (left: number, right: number) => left > right,
  GreaterThanEquals: (left: number, right: number) => left >= right,
  LessThan: (left: number, right: number) => left < right,
  LessThanEquals: (left: number, right: number) => left <= right,
};

const strings: Readonly<Record<string, Compare>> = { Equals: equals, Like: like, StartsWith: startsWith };

const operators = new Map<string, Compare>([
  ...Object.entries(strings).flatMap(([name, compare]): [string, Compare][] => [
    [`String${name}`, compare],
    [`StringNot${name}`, not(compare)],
    [`String${name}IgnoreCase`, ignoringCase(compare)],
    [`StringNot${name}IgnoreCase`, not(ignoringCase(compare))],
  ]),
  ['GuidEquals', guidEquals],
  ['GuidNotEquals', not(guidEquals)],
  ['BoolEquals', boolEquals],
  ['BoolNotEquals', not(boolEquals)],
  ...Object.entries(orders).flatMap(([name, compare]): [string, Compare][] => [
    [`Numeric${name}`, byNumber(compare)],
    [`DateTime${name}`, byTime(compare)],
  ]),
]);
const named = new Map([...operators.keys()].map((name) => [name.toLowerCase(), name]));

/** Every operator, in Azure's case. */
export const operatorNames: readonly string[] = [...operators.keys()];

/** The operator's name in Azure's case. */
export function operatorNamed(text: string): string | undefined {
  return named.get(text.toLowerCase());
}

/** Whether an operator compares such a value: a GUID may be quoted, a text may not go without quotes. */
export function fitsOperator(operator: string, { type, text }: Value): boolean {
  if (operator.startsWith('Guid')) return type === 'guid' || (type === 'string' && /^[0-9a-f]{32}$/.test(guid(text)));
  if (operator.startsWith('Bool')) return type === 'boolean';
  if (operator.startsWith('Numeric')) return type === 'number';
  if (operator.startsWith('DateTime')) return type === 'string' && !Number.isNaN(Date.parse(text));
  return type === 'string';
}

/** Whether two values stand to one another as the operator says. */
export function compared(operator: string, left: string, right: string): boolean {
  return operators.get(operator)?.(left, right) ?? false;
}
