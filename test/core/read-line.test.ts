// A chat asks what a line is, and the core executes it: both must have read the same.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type {} from '../../src/core/chat.ts';
import { parseLine } from '../../src/core/grammar/parse.ts';
import { ParseFault } from '../../src/core/grammar/parse-fault.ts';
import { commands } from '../../src/core/grammar/registry.ts';
import type { LineReading } from '../../src/core/line-reading.ts';
import { interpretLine, readingOf } from '../../src/core/read-line.ts';
import { ports } from '../support/grammar.ts';

const read = (line: string): LineReading => readingOf(interpretLine(line, commands, ports));
const reading = (text: string, more: Partial<LineReading> = {}): LineReading => ({
  text,
  isWrite: false,
  isChange: more.isWrite ?? false,
  isPublic: false,
  isShown: false,
  ...more,
});

describe('a line', () => {
  it.each<[string, LineReading]>([
    ['list', reading('list')],
    ['list --public', reading('list', { isPublic: true, isShown: true })],
    ['list —public', reading('list', { isPublic: true, isShown: true })],
    ['list –PUBLIC ', reading('list', { isPublic: true, isShown: true })],
    [', list --public', reading(', list', { isPublic: true, isShown: true })],
    ['/identity list --public', reading('/identity list', { isPublic: true, isShown: true })],
    ['list --nope --public', reading('list --nope', { isPublic: true, isShown: true })],
    ['list --publicly', reading('list --publicly')],
    ['what --public', reading('what --public')],
    ['--public', reading('', { isPublic: true, isShown: true })],
    ['create a -g b', reading('create a -g b', { isWrite: true })],
    ['identity create a -g b', reading('identity create a -g b', { isWrite: true })],
    ['/create a -g b', reading('/create a -g b', { isWrite: true })],
    [': create a -g b --public', reading(': create a -g b', { isWrite: true, isPublic: true })],
    ['create a --nope', reading('create a --nope', { isWrite: true })],
    ['create "a', reading('create "a', { isWrite: true })],
    ['create', reading('create', { form: 'create' })],
    ['identity CREATE', reading('identity CREATE', { form: 'create' })],
    [', /show', reading(', /show', { form: 'show' })],
    ['show --public', reading('show', { isPublic: true, isShown: true, form: 'show' })],
    ['create --help', reading('create --help')],
    ['form create a --nope', reading('form create a --nope')],
    ['approve R-7K3F9Q --public', reading('approve R-7K3F9Q', { isChange: true, isPublic: true })],
    // Waits behind nothing else of its person.
    ['not-me R-7K3F9Q', reading('not-me R-7K3F9Q')],
    ['', reading('')],
  ])('%j', (line, expected) => {
    expect(read(line)).toEqual(expected);
  });

  it('fills the form that it asks for by name, whatever stands before that', () => {
    for (const line of ['form create a -g b', '/form /create a -g b', ', identity form create a -g b']) {
      const { meaning } = interpretLine(line, commands, ports);
      expect(meaning, line).toMatchObject({
        kind: 'form',
        command: { name: 'create' },
        values: { name: 'a', resourceGroup: 'b' },
      });
    }
  });

  it('is read as the parser reads it, with all that people put around it', () => {
    const examples = commands.flatMap(({ name, examples: all }) => [name, ...all]);
    const around = fc.record({
      line: fc.oneof(fc.constantFrom(...examples), fc.string()),
      before: fc.constantFrom('', ' ', ', ', ': ', '/', '/identity ', 'identity ', ',identity '),
      more: fc.constantFrom('', ' --nope', ' extra', ' "open'),
      flag: fc.constantFrom('', ' --public', ' —public', '\u00A0–public  '),
    });
    fc.assert(
      fc.property(around, ({ line, before, more, flag }) => {
        const bare = `${before}${line}${more}`;
        fc.pre(!/public\s*$|^[\s,:;]*(?:\/?identity\s+)?\/?form\s/i.test(bare) && bare.trim() !== '');
        const { text, isWrite, isPublic, isShown, form } = read(`${bare}${flag}`);
        let command: { writes: boolean | 'request' | 'account'; name: string } | undefined;
        let isForm = false;
        try {
          const parsed = parseLine(bare, commands, ports);
          command = parsed.command;
          isForm = parsed.kind === 'form';
        } catch (error) {
          // A quote left open leaves no words for the parser to read.
          if (!(error instanceof ParseFault)) return;
          command = error.command;
        }
        expect({ isWrite, isPublic, form }).toEqual({
          isWrite: !isForm && command.writes === true,
          isPublic: flag !== '',
          form: isForm ? command.name : undefined,
        });
        expect(isShown).toBe(flag !== '' && command.writes === false);
        expect(text.trimEnd()).toBe(bare.trimEnd());
      }),
    );
  });

  it('is read whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (line) => {
        expect(typeof read(line).text).toBe('string');
      }),
    );
  });
});
