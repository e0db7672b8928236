// The functions of templates that look at nothing but their arguments. Names are without case.
// Source: azure-docs template-functions-*.

import { TemplateError } from './expression.ts';
import { guid, uniqueString } from './hashes.ts';

type Value = unknown;
export type TemplateFunction = (...args: Value[]) => Value;

/** A value as concat() and format() put it into a text. */
function textOf(value: Value): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}

function demandText(value: Value, name: string): string {
  if (typeof value === 'string') return value;
  throw new TemplateError(
    `The template language function '${name}' expects its parameters to be string literals. Please see https://aka.ms/arm-functions for usage details.`,
  );
}

function demandNumber(value: Value, name: string): number {
  if (typeof value === 'number') return value;
  throw new TemplateError(
    `The template language function '${name}' expects its parameters to be integers. Please see https://aka.ms/arm-functions for usage details.`,
  );
}

const isObject = (value: Value): value is Record<string, Value> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function equal(a: Value, b: Value): boolean {
  if (typeof a === 'object' && typeof b === 'object') return JSON.stringify(a) === JSON.stringify(b);
  return a === b;
}

function sizeOf(value: Value): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  return isObject(value) ? Object.keys(value).length : 0;
}

function contains(container: Value, item: Value): boolean {
  if (typeof container === 'string') return container.includes(textOf(item));
  if (Array.isArray(container)) return container.some((one) => equal(one, item));
  return (
    isObject(container) && Object.keys(container).some((name) => name.toLowerCase() === textOf(item).toLowerCase())
  );
}

function format(template: Value, ...args: Value[]): string {
  return demandText(template, 'format').replaceAll(/\{\{|\}\}|\{(\d+)(?::[^}]*)?\}/g, (all, index?: string) => {
    if (index === undefined) return all.slice(1);
    if (Number(index) >= args.length)
      throw new TemplateError(
        "The template language function 'format' has a placeholder for which there is no argument.",
      );
    return textOf(args[Number(index)]);
  });
}

function union(...parts: Value[]): Value {
  if (parts.every(Array.isArray)) {
    return (parts as Value[][])
      .flat()
      .filter((one, index, all) => all.findIndex((other) => equal(one, other)) === index);
  }
  const merged = (a: Value, b: Value): Value => {
    if (!isObject(a) || !isObject(b)) return b;
    const all = new Map(Object.entries(a));
    for (const [name, value] of Object.entries(b)) all.set(name, merged(all.get(name), value));
    return Object.fromEntries(all);
  };
  return parts.reduce((a, b) => merged(a, b), {});
}

function createObject(...args: Value[]): Value {
  const pairs: [string, Value][] = [];
  for (let at = 0; at < args.length; at += 2) pairs.push([demandText(args[at], 'createObject'), args[at + 1]]);
  return Object.fromEntries(pairs);
}

function split(text: Value, by: Value): string[] {
  const marks = Array.isArray(by) ? by.map(textOf) : [textOf(by)];
  return marks.reduce((parts, mark) => parts.flatMap((part) => part.split(mark)), [demandText(text, 'split')]);
}

function json(text: Value): Value {
  try {
    return JSON.parse(demandText(text, 'json'));
  } catch {
    throw new TemplateError(
      "The template language function 'json' parameter is not valid. The provided value cannot be parsed as JSON.",
    );
  }
}

function compared(name: string, holds: (order: number) => boolean): TemplateFunction {
  return (a, b) => {
    if (typeof a === 'string' && typeof b === 'string') return holds(a < b ? -1 : a > b ? 1 : 0);
    return holds(demandNumber(a, name) - demandNumber(b, name));
  };
}

const texts =
  (name: string, by: (text: string, other: string) => Value): TemplateFunction =>
  (a, b = '') =>
    by(demandText(a, name), textOf(b));
const numbers =
  (name: string, by: (a: number, b: number) => number): TemplateFunction =>
  (a, b) =>
    by(demandNumber(a, name), demandNumber(b, name));
const part = (value: Value, from: number, to?: number): Value => (value as string | Value[]).slice(from, to);

export const functions: Readonly<Record<string, TemplateFunction>> = {
  add: numbers('add', (a, b) => a + b),
  and: (...all) => all.every((one) => one === true),
  array: (value) => (Array.isArray(value) ? value : [value]),
  base64: texts('base64', (text) => Buffer.from(text).toString('base64')),
  base64tostring: texts('base64ToString', (text) => Buffer.from(text, 'base64').toString('utf8')),
  bool: (value) => (typeof value === 'number' ? value !== 0 : textOf(value).toLowerCase() === 'true'),
  coalesce: (...all) => all.find((one) => one !== null && one !== undefined) ?? null,
  concat: (...all) =>
    all.length > 0 && all.every(Array.isArray) ? (all as Value[][]).flat() : all.map(textOf).join(''),
  contains,
  createarray: (...all) => all,
  createobject: createObject,
  div: numbers('div', (a, b) => Math.trunc(a / b)),
  empty: (value) => value === null || sizeOf(value) === 0,
  endswith: texts('endsWith', (text, end) => text.toLowerCase().endsWith(end.toLowerCase())),
  equals: equal,
  false: () => false,
  first: (value) => (value as string | Value[])[0] ?? (typeof value === 'string' ? '' : null),
  format,
  greater: compared('greater', (order) => order > 0),
  greaterorequals: compared('greaterOrEquals', (order) => order >= 0),
  guid: (...all) => guid(...all.map((one) => demandText(one, 'guid'))),
  indexof: (container, item) =>
    typeof container === 'string'
      ? container.toLowerCase().indexOf(textOf(item).toLowerCase())
      : (container as Value[]).findIndex((one) => equal(one, item)),
  int: (value) => Math.trunc(Number(value)),
  items: (value) =>
    Object.entries(value as object)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => ({ key, value: one })),
  join: (parts, by) => (parts as Value[]).map(textOf).join(textOf(by)),
  json,
  last: (value) => (value as string | Value[]).at(-1) ?? (typeof value === 'string' ? '' : null),
  length: sizeOf,
  less: compared('less', (order) => order < 0),
  lessorequals: compared('lessOrEquals', (order) => order <= 0),
  max: (...all) => Math.max(...(all.flat() as number[])),
  min: (...all) => Math.min(...(all.flat() as number[])),
  mod: numbers('mod', (a, b) => a % b),
  mul: numbers('mul', (a, b) => a * b),
  not: (value) => value !== true,
  null: () => null,
  or: (...all) => all.includes(true),
  padleft: (value, width, fill = ' ') => textOf(value).padStart(demandNumber(width, 'padLeft'), textOf(fill)),
  range: (from, count) =>
    Array.from({ length: demandNumber(count, 'range') }, (_, index) => demandNumber(from, 'range') + index),
  replace: (text, from, to) => demandText(text, 'replace').replaceAll(textOf(from), textOf(to)),
  skip: (value, count) => part(value, demandNumber(count, 'skip')),
  split,
  startswith: texts('startsWith', (text, start) => text.toLowerCase().startsWith(start.toLowerCase())),
  string: (value) => (typeof value === 'string' ? value : textOf(value)),
  sub: numbers('sub', (a, b) => a - b),
  substring: (text, from, length) =>
    part(demandText(text, 'substring'), Number(from), length === undefined ? undefined : Number(from) + Number(length)),
  take: (value, count) => part(value, 0, demandNumber(count, 'take')),
  tolower: texts('toLower', (text) => text.toLowerCase()),
  toupper: texts('toUpper', (text) => text.toUpperCase()),
  trim: texts('trim', (text) => text.trim()),
  true: () => true,
  union,
  uniquestring: (...all) => uniqueString(...all.map((one) => demandText(one, 'uniqueString'))),
  uri: (base, path) => new URL(textOf(path), textOf(base)).href,
  uricomponent: texts('uriComponent', (text) => encodeURIComponent(text)),
};
