// Functions of arrays and bags. Source: the Kusto reference.

import type { Simple } from './simple-function.ts';
import { groupKey, toText } from './values.ts';

function bagOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

const one = (gives: Simple['gives'], of: Simple['of'], more: Partial<Simple> = {}): Simple => ({
  least: 1,
  most: 1,
  gives,
  takes: ['dynamic'],
  of,
  ...more,
});

/** A text that is no JSON stands for itself. */
function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value ?? null;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value === '' ? null : value;
  }
}

function pairs(values: readonly unknown[]): unknown {
  return Object.fromEntries(
    values.flatMap((value, index) => (index % 2 === 0 ? [[toText(value), values[index + 1] ?? null]] : [])),
  );
}

export const dynamicFunctions: Readonly<Record<string, Simple>> = {
  array_length: one('long', (value) => (Array.isArray(value) ? value.length : null)),
  bag_keys: one('dynamic', (value) => {
    const bag = bagOf(value);
    return bag ? Object.keys(bag) : null;
  }),
  bag_has_key: one('bool', (value, name) => Object.hasOwn(bagOf(value) ?? {}, toText(name)), {
    least: 2,
    most: 2,
    takes: ['dynamic', 'string'],
  }),
  array_concat: one(
    'dynamic',
    (...values) => values.flatMap((value) => (Array.isArray(value) ? (value as readonly unknown[]) : [])),
    { most: 64 },
  ),
  array_index_of: one(
    'long',
    (value, wanted) =>
      Array.isArray(value) ? value.findIndex((item) => groupKey([item]) === groupKey([wanted])) : null,
    { least: 2, most: 2 },
  ),
  set_has_element: one(
    'bool',
    (value, wanted) => Array.isArray(value) && value.some((item) => groupKey([item]) === groupKey([wanted])),
    { least: 2, most: 2 },
  ),
  strcat_array: {
    least: 2,
    most: 2,
    gives: 'string',
    takes: ['dynamic', 'string'],
    of: (value, delimiter) => (Array.isArray(value) ? value.map(toText).join(toText(delimiter)) : ''),
  },
  parse_json: one('dynamic', parsed, { prefix: '', takesPlain: true }),
  todynamic: one('dynamic', parsed, { prefix: '', takesPlain: true }),
  pack_array: one('dynamic', (...values) => values.map((value) => value ?? null), { most: 64, takesPlain: true }),
  pack: one('dynamic', (...values) => pairs(values), { least: 2, most: 64, takesPlain: true }),
  bag_pack: one('dynamic', (...values) => pairs(values), { least: 2, most: 64, takesPlain: true }),
};
