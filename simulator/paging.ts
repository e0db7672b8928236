// Pages of a list sorted by key. The cursor is the key of the last item, so that a change between two pages shifts nothing.

import { ArmError } from './errors.ts';
import type { Answer, Call, Simulation } from './exchange.ts';

/** One page, with nextLink where there is more. `from` is the path that the link repeats. */
export function page<T>(
  simulation: Simulation,
  call: Call,
  rows: readonly T[],
  keyOf: (row: T) => string,
  show: (row: T) => unknown,
  size = simulation.settings.pageSize,
): Answer {
  const after = cursorOf(call);
  const start = after === undefined ? 0 : firstAfter(rows, keyOf, after);
  const shown = rows.slice(start, start + size);
  const last = shown.at(-1);
  const more = last !== undefined && start + size < rows.length;
  return {
    status: 200,
    body: {
      value: shown.map(show),
      ...(more ? { nextLink: nextLink(simulation, call, keyOf(last)) } : {}),
    },
  };
}

function cursorOf(call: Call): string | undefined {
  const token = call.query.get('$skiptoken');
  if (token === undefined) return undefined;
  const text = Buffer.from(token.replace(/^X'(.*)'$/, '$1'), 'hex').toString('utf8');
  if (!text.startsWith('after '))
    throw new ArmError(400, 'InvalidSkipToken', `The skip token '${token}' is not valid.`);
  return text.slice('after '.length);
}

function firstAfter<T>(rows: readonly T[], keyOf: (row: T) => string, after: string): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = rows[middle];
    if (row !== undefined && keyOf(row) <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}

function nextLink(simulation: Simulation, call: Call, last: string): string {
  const query = [...call.query]
    .filter(([name]) => name !== '$skiptoken')
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const token = Buffer.from(`after ${last}`, 'utf8').toString('hex').toUpperCase();
  const path = call.segments.map(encodeURIComponent).join('/');
  return `${simulation.endpoint}/${path}?${[...query, `$skiptoken=X'${token}'`].join('&')}`;
}
