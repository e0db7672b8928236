import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration } from '../../src/core/cards/answer-cards.ts';
import { Fault } from '../../src/core/errors.ts';
import { formatLine, ParseFault, parseFields, parseLine, readLoosely } from '../../src/core/grammar/parse.ts';
import { commands } from '../../src/core/grammar/registry.ts';
import { textTools } from '../../src/text-tools.ts';

const parse = (line: string) => parseLine(line, commands, textTools);
const argsOf = (line: string) => {
  const parsed = parse(line);
  if (parsed.kind !== 'command') throw new Error(`${line} opened a form`);
  return parsed.args;
};
const faultOf = (line: string): Fault => {
  try {
    parse(line);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error(`${line} was understood`);
};

describe('a line', () => {
  it('reads flags as the Azure CLI names them, long and short', () => {
    const expected = { name: 'uami-orders', resourceGroup: 'rg-payments', location: 'westeurope' };
    expect(argsOf('create uami-orders -g rg-payments -l westeurope')).toEqual(expected);
    expect(argsOf('create --name uami-orders --resource-group rg-payments --location westeurope')).toEqual(expected);
    expect(argsOf('create -n uami-orders --resource-group=rg-payments --location=westeurope')).toEqual(expected);
    expect(argsOf('/create uami-orders -g rg-payments -l westeurope')).toEqual(expected);
  });

  it('reads what a chat app makes of hyphens, quotes and spaces', () => {
    const expected = { name: 'uami-orders', role: 'Key Vault Secrets User', scope: 'rg-payments', for: 8 * 3600_000 };
    for (const line of [
      'grant uami-orders —role “Key Vault Secrets User” —scope rg-payments —for 8h',
      'grant uami-orders –role ‘Key Vault Secrets User’ –scope rg-payments –for 8h',
      'grant\u00A0uami-orders --role «Key Vault Secrets User» --scope rg-payments --for "8 hours"',
      'grant uami-orders --role Key Vault Secrets User --scope rg-payments --for 8 hours',
    ]) {
      expect(argsOf(line), line).toEqual(expected);
    }
    expect(argsOf('list –g rg-payments')).toEqual({ resourceGroup: 'rg-payments' });
  });

  it('takes an apostrophe within a word for a letter, and a backslash for itself', () => {
    expect(argsOf("delete uami-orders --reason it's Alex’s, don't keep C:\\temp")).toEqual({
      name: 'uami-orders',
      reason: "it's Alex's, don't keep C:\\temp",
    });
  });

  it('opens the form for a bare verb that needs more, and runs one that does not', () => {
    expect(parse('create')).toMatchObject({ kind: 'form', command: { name: 'create' } });
    expect(parse('GRANT').kind).toBe('form');
    expect(parse('list').kind).toBe('command');
    expect(parse('help create')).toMatchObject({ kind: 'command', args: { command: 'create' } });
  });

  it('hears what is said to it by name, and helps in the way that a shell does', () => {
    for (const line of [', list', ': list', '/identity list', 'identity list'])
      expect(parse(line), line).toMatchObject({ kind: 'command', command: { name: 'list' } });
    for (const line of ['--help', '-h', '/identity --help'])
      expect(parse(line), line).toMatchObject({ kind: 'command', command: { name: 'help' }, args: {} });
    for (const line of ['create --help', 'create -h'])
      expect(parse(line), line).toMatchObject({ command: { name: 'help' }, args: { command: 'create' } });
  });

  it('takes request ids in any case, with or without the hyphen', () => {
    expect(argsOf('approve r-7k3f9q looks fine to me')).toEqual({ id: 'R-7K3F9Q', comment: 'looks fine to me' });
    expect(argsOf('cancel R7K3F9Q')).toEqual({ id: 'R-7K3F9Q' });
  });

  it.each([
    ['crate uami-x -g rg-y', 'create'],
    ['create uami-x --resourc-group rg-y', '--resource-group'],
    ['create uami-x', 'resource'],
    ['create uami-x -g', 'needs a value'],
    ['create ab -g rg-payments', '3 to 128 letters'],
    ['create -n _abc -g rg-payments', '3 to 128 letters'],
    ['create uami-x -g rg-payments.', 'not ending with a period'],
    ['create uami-x -g rg-y --tags team', 'key=value'],
    ['create uami-x -g rg-y --tags a=1 A=2', 'each key once'],
    ['grant uami-x --role Reader --scope /nowhere/else', '/subscriptions/'],
    ['grant uami-x --role Reader --scope rg --for soon', '30m, 8h, 7d'],
    ['grant uami-x --role Reader --scope rg --for 0s', '1 second'],
    ['grant uami-x --role Reader --scope rg --for 9000d', '365 days'],
    ['grant uami-x --role Reader --role Owner --scope rg', 'twice'],
    ['show uami-x uami-y', 'uami-y'],
    ['request R-ILLEGAL', 'R-7K3F9Q'],
    ['requests yours', 'mine, pending, all'],
    ['create uami-x -g "rg', 'never closed'],
    ['list --page 0', 'from 1'],
  ])('refuses “%s” and says: %s', (line, part) => {
    const fault = faultOf(line);
    expect(fault.code).toBe('bad-input');
    expect(`${fault.message} ${fault.details.next}`).toContain(part);
  });

  it('keeps what was typed when it refuses, so that a form can be filled with it', () => {
    const fault = faultOf('create uami-orders -g rg-payments --tags team=a env --reason for the shop');
    expect(fault).toBeInstanceOf(ParseFault);
    expect((fault as ParseFault).typed).toEqual({
      name: 'uami-orders',
      resourceGroup: 'rg-payments',
      tags: 'team=a env',
      reason: 'for the shop',
    });
    expect(readLoosely('create uami-orders --nonsense -g x', commands[3] as never, textTools)).toEqual({
      name: 'uami-orders',
    });
  });

  it('does not set a prototype by a tag', () => {
    const args = argsOf('create uami-x -g rg-y --tags __proto__=x constructor=y');
    expect(Object.entries(args.tags as object)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });
});

const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{2,30}$/);
const phrase = fc
  .array(fc.stringMatching(/^[\p{L}\p{N}.,:;!?()/@#&*'-]{1,12}$/u), { minLength: 1, maxLength: 6 })
  .map((words) => words.join(' ').replace(/^-+/, 'x').replaceAll(' -', ' ').replace(/\s+/g, ' ').trim())
  .filter((words) => words.trim() !== '' && !words.includes("'"));

describe('properties', () => {
  it('whatever is formatted parses back to the same arguments', () => {
    const create = commands.find((command) => command.name === 'create') as (typeof commands)[number];
    const args = fc.record(
      {
        name,
        resourceGroup: name,
        location: fc.constantFrom('westeurope', 'West Europe'),
        tags: fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9 ._-]{0,10}$/), fc.stringMatching(/^[\w .:@"-]{0,10}$/), {
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
    const grant = commands.find((command) => command.name === 'grant') as (typeof commands)[number];
    fc.assert(
      fc.property(name, phrase, (identity, reason) => {
        const fields = { name: identity, role: 'Key Vault Secrets User', scope: 'rg-payments', reason, for: '' };
        expect(parseFields(grant, fields, textTools)).toEqual({
          name: identity,
          role: 'Key Vault Secrets User',
          scope: 'rg-payments',
          reason,
        });
      }),
    );
  });
});
