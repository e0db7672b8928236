// Values that the grammar reads: tags and times.

import { describe, expect, it } from 'vitest';
import { formatDuration } from '../../src/core/format-text.ts';
import { formatLine } from '../../src/core/grammar/format-line.ts';
import { parseFields, parseLine } from '../../src/core/grammar/parse.ts';
import { argsOf, commandOf, ports, refusal } from '../support/grammar.ts';

describe('tags', () => {
  const tagsOf = (words: string) => argsOf(`create uami-x -g rg ${words}`).tags;

  it('come parted by spaces or commas, in a line as in a form', () => {
    const expected = { team: 'orders', env: 'prod' };
    for (const words of [
      'team=orders env=prod',
      'team=orders,env=prod',
      'team=orders, env=prod',
      '"team=orders" env=prod',
    ])
      expect(tagsOf(`--tags ${words}`), words).toEqual(expected);
    const fields = { name: 'uami-x', resourceGroup: 'rg', tags: 'team=orders, env=prod' };
    expect(parseFields(commandOf('create'), fields, ports).tags).toEqual(expected);
  });

  it('keep a comma that no tag follows, and one within quotes', () => {
    expect(tagsOf('--tags zones=1,2,3 team=a')).toEqual({ zones: '1,2,3', team: 'a' });
    expect(tagsOf('--tags "note=a,b=c" team=a')).toEqual({ note: 'a,b=c', team: 'a' });
    expect(tagsOf('--tags note="a,b=c"')).toEqual({ note: 'a,b=c' });
  });

  it('may be a name alone: an empty value for create, any value for list', () => {
    expect(tagsOf('--tags env')).toEqual({ env: '' });
    expect(argsOf('list --tags env team=a')).toMatchObject({ tags: { env: null, team: 'a' } });
    expect(argsOf('list --tags env=')).toMatchObject({ tags: { env: '' } });
    expect(tagsOf('--tags ""')).toEqual({});
  });

  it('are at most fifty, which is counted before they are read', () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => `t${index}=x`).join(' ');
    expect(Object.keys(tagsOf(`--tags ${many(50)}`) as object)).toHaveLength(50);
    expect(refusal(`create uami-x -g rg --tags ${many(51)}`)).toContain('51 tags; Azure allows 50');
  });

  it('by position take all the words that are left', () => {
    const tag = {
      ...commandOf('list'),
      name: 'tag',
      params: { tags: { kind: 'tags', label: 'Tags', about: '', position: 0 } },
    };
    expect(parseLine('tag a=1 b=2', [tag as never], ports)).toMatchObject({ args: { tags: { a: '1', b: '2' } } });
  });
});

describe('times', () => {
  const grant = 'grant uami-x --role Reader --scope rg';
  const hour = 3600_000;

  it.each([
    ['8h', 8 * hour],
    ['1d12h', 36 * hour],
    ['P7D', 7 * 24 * hour],
    ['PT8H', 8 * hour],
    ['P1DT12H', 36 * hour],
    ['pt90m', 1.5 * hour],
    ['P1W', 7 * 24 * hour],
  ])('--for %s', (words, ms) => expect(argsOf(`${grant} --for ${words}`).for).toBe(ms));

  it.each(['P', 'PT', 'P1Y', 'P1M', '-P1D', 'P1', 'T8H', '8', 'P7DT'])('no --for %s', (words) =>
    expect(refusal(`${grant} --for ${words}`)).toMatch(/P7D|Unknown flag/),
  );

  it.each([
    ['18:00', '2026-11-24T18:00:00.000Z'],
    ['9:30', '2026-11-25T09:30:00.000Z'],
    ['12:00', '2026-11-25T12:00:00.000Z'],
    ['18:00 UTC', '2026-11-24T18:00:00.000Z'],
    ['18:00+02:00', '2026-11-24T16:00:00.000Z'],
    ['13:00+02:00', '2026-11-25T11:00:00.000Z'],
    ['2026-12-01', '2026-12-01T00:00:00.000Z'],
    ['2026-12-01T18:00', '2026-12-01T18:00:00.000Z'],
    ['2026-12-01 18:00', '2026-12-01T18:00:00.000Z'],
    ['2026-12-01T18:00-05:00', '2026-12-01T23:00:00.000Z'],
    ['2026-12-01T18:00:30Z', '2026-12-01T18:00:30.000Z'],
  ])('--until %s', (words, iso) => {
    const { until } = argsOf(`${grant} --until ${words}`);
    expect(until).toBe(iso);
    expect(argsOf(formatLine(commandOf('grant'), argsOf(`${grant} --until ${words}`), formatDuration)).until).toBe(iso);
  });

  it.each([
    ['2020-01-01', '1 Jan 2020, 00:00 UTC is in the past'],
    ['2026-11-24', '24 Nov 2026, 00:00 UTC is in the past'],
    ['2028-01-01', 'more than 365 days ahead'],
    ['2026-02-30', '18:00, 2026-12-01'],
    ['25:00', '18:00, 2026-12-01'],
    ['tomorrow', '18:00, 2026-12-01'],
    ['2026-12-0118:00', '18:00, 2026-12-01'],
  ])('no --until %s: %s', (words, part) => expect(refusal(`${grant} --until ${words}`)).toContain(part));
});
