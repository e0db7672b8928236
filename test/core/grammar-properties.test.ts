// What holds for the grammar whatever is typed.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../src/core/errors.ts';
import { formatDuration } from '../../src/core/format-text.ts';
import { formatLine } from '../../src/core/grammar/format-line.ts';
import { parseFields } from '../../src/core/grammar/parse.ts';
import { argsOf, commandOf, parse, ports } from '../support/grammar.ts';

const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{2,30}$/);
const phrase = fc
  .array(fc.stringMatching(/^[\p{L}\p{N}.,:;!?()/@#&*'-]{1,12}$/u), { minLength: 1, maxLength: 6 })
  .map((words) => words.join(' ').replace(/^-+/, 'x').replaceAll(' -', ' ').replace(/\s+/g, ' ').trim())
  .filter((words) => words.trim() !== '' && !words.includes("'"));

describe('properties', () => {
  it('whatever is formatted parses back to the same arguments', () => {
    const create = commandOf('create');
    const args = fc.record(
      {
        name,
        resourceGroup: name,
        location: fc.constantFrom('westeurope', 'West Europe'),
        tags: fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9 ._-]{0,10}$/), fc.stringMatching(/^[\w .:@",=-]{0,10}$/), {
          minKeys: 1,
          maxKeys: 4,
        }),
        createGroup: fc.constant(true as const),
        reason: phrase,
        for: fc.integer({ min: 5, max: 60_000 }).map((minutes) => minutes * 60_000),
      },
      { requiredKeys: ['name', 'resourceGroup'] },
    );
    fc.assert(
      fc.property(args, (given) => {
        const keys = Object.keys(given.tags ?? { a: 1 }).map((key) => key.trim().toLowerCase());
        fc.pre(new Set(keys).size === keys.length && keys.every((key) => key !== ''));
        fc.pre(Object.keys(given.tags ?? {}).every((key) => key === key.trim()));
        expect(argsOf(formatLine(create, given, formatDuration))).toEqual(given);
      }),
      { numRuns: 500 },
    );
  });

  it('no line whatever does anything but parse or fault', () => {
    const bits = fc.constantFrom(
      'create',
      'grant',
      '-g',
      '--role',
      '—scope',
      '“',
      '"',
      "'",
      '=',
      '\\',
      '\u0000',
      '<!channel>',
      '--',
      '-',
      '#',
      '$(x)',
      'R-7K3F9Q',
    );
    const line = fc
      .array(fc.oneof(bits, fc.string({ unit: 'grapheme', maxLength: 12 })), { maxLength: 10 })
      .map((context) => context.join(' '));
    fc.assert(
      fc.property(line, (text) => {
        try {
          parse(text);
        } catch (error) {
          expect(error).toBeInstanceOf(Fault);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('a form’s fields parse as the line that they stand for', () => {
    const grant = commandOf('grant');
    fc.assert(
      fc.property(name, phrase, (identity, reason) => {
        const fields = { name: identity, role: 'Key Vault Secrets User', scope: 'rg-payments', reason, for: '' };
        expect(parseFields(grant, fields, ports)).toEqual({
          name: identity,
          role: 'Key Vault Secrets User',
          scope: 'rg-payments',
          reason,
        });
      }),
    );
  });
});
