// From a line to a command and its arguments. Strict: a word that is not understood is an error that says which one,
// what is allowed and what was probably meant; nothing is swallowed.

import { Fault } from '../errors.ts';
import type { TextTools } from '../ports.ts';
import type { Args, CommandDefinition, Param } from './define.ts';
import { kinds, type Value } from './kinds.ts';
import { quoteWord, splitLine } from './words.ts';

export type Parsed =
  | { readonly kind: 'command'; readonly command: CommandDefinition; readonly args: Args }
  /** Nothing but the verb, where it needs more: the form is meant. */
  | { readonly kind: 'form'; readonly command: CommandDefinition };

/** A fault in a command's words, with all of them that could be read, so that a form can be filled with them. */
export class ParseFault extends Fault {
  readonly command: CommandDefinition;
  /** What was typed, by parameter. */
  readonly typed: Readonly<Record<string, string>>;

  constructor(
    command: CommandDefinition,
    typed: Record<string, string>,
    message: string,
    next: string,
    param?: string,
  ) {
    super('bad-input', message, param === undefined ? { next } : { next, param });
    this.command = command;
    this.typed = typed;
  }
}

/** The flag by which a parameter is shown: its long one. */
function flagOf(param: Param): string | undefined {
  return param.flags?.find((flag) => flag.startsWith('--')) ?? param.flags?.[0];
}

function isFlag(word: string): boolean {
  return /^--?[A-Za-z]/.test(word);
}

/** Finds the command that a line names. Throws Fault 'bad-input' that suggests the nearest. */
export function findCommand(
  word: string,
  commands: readonly CommandDefinition[],
  textTools: TextTools,
): CommandDefinition {
  const command = commands.find(({ name }) => name === word.toLowerCase());
  if (command) return command;
  const near = textTools.nearest(
    word.toLowerCase(),
    commands.map(({ name }) => name),
    2,
  );
  throw new Fault('bad-input', `I don’t know the command “${word.slice(0, 60)}”.`, {
    next:
      near.length > 0 ? `Did you mean ${near.join(' or ')}? Say help for all commands.` : 'Say help for all commands.',
    suggestions: near,
  });
}

/** A line without what addresses the bot: “@Identity Desk, list” and “/identity list” name it where that is no part of the command. */
export function withoutAddress(line: string): string {
  return line.replace(/^[\s,:;]+/, '').replace(/^\/?identity\s+(?=\S)/i, '');
}

/** Parses a line. Throws Fault 'bad-input' (a ParseFault once the command is known). */
export function parseLine(line: string, commands: readonly CommandDefinition[], textTools: TextTools): Parsed {
  const [first, ...rest] = splitLine(withoutAddress(line), textTools);
  const asksHelp = (word: string | undefined) => word === '--help' || word === '-h';
  const isHelp = asksHelp(first) || (rest.length === 1 && asksHelp(rest[0]));
  const [verb, ...words] = isHelp ? ['help', ...(asksHelp(first) ? [] : [first ?? ''])] : [first, ...rest];
  if (verb === undefined) throw new Fault('bad-input', 'You said nothing.', { next: 'Say help for all commands.' });
  const command = findCommand(verb.replace(/^\//, ''), commands, textTools);
  const needsMore = Object.values(command.params).some((param) => param.isRequired);
  if (words.length === 0 && needsMore) return { kind: 'form', command };
  return { kind: 'command', command, args: checkArgs(command, sortWords(command, words, textTools), textTools) };
}

/** Parses a form's fields, where an empty field is one not filled in. Throws ParseFault. */
export function parseFields(
  command: CommandDefinition,
  fields: Readonly<Record<string, string>>,
  textTools: TextTools,
): Args {
  const given = new Map<string, string[]>();
  for (const [name, param] of Object.entries(command.params)) {
    const text = (fields[name] ?? '').trim();
    if (text === '' || (param.kind === 'switch' && text !== 'true')) continue;
    given.set(name, param.kind === 'tags' ? splitLine(text.replaceAll(',', ' '), textTools) : [text]);
  }
  return checkArgs(command, given, textTools);
}

/** Deals the words out to the parameters. */
function sortWords(command: CommandDefinition, words: readonly string[], textTools: TextTools): Map<string, string[]> {
  const given = new Map<string, string[]>();
  const params = Object.entries(command.params);
  const byPosition = params
    .filter(([, param]) => param.position !== undefined)
    .sort(([, a], [, b]) => (a.position ?? 0) - (b.position ?? 0));
  const fail = (message: string, next: string, param?: string) =>
    new ParseFault(command, typedSoFar(given), message, next, param);
  let position = 0;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as string;
    if (!isFlag(word)) {
      const place = byPosition[Math.min(position, byPosition.length - 1)];
      const isRest = place?.[1].kind === 'text' && position >= byPosition.length - 1;
      if (!place || (position >= byPosition.length && !isRest)) {
        throw fail(
          `I don’t know what to do with “${word.slice(0, 60)}”.`,
          `${usage(command)} A value with spaces goes in quotes.`,
        );
      }
      given.set(place[0], isRest ? [...(given.get(place[0]) ?? []), word] : [word]);
      position++;
      continue;
    }
    const [flag = word, inline] = word.startsWith('--') ? splitAtEquals(word) : [word];
    const found = params.find(([, param]) => param.flags?.includes(flag.startsWith('--') ? flag.toLowerCase() : flag));
    if (!found) {
      const known = params.flatMap(([, param]) => param.flags ?? []);
      const near = textTools.nearest(flag, known, 1);
      throw fail(
        `${command.name} has no flag ${flag.slice(0, 60)}.`,
        near.length > 0
          ? `Did you mean ${near[0]}?`
          : known.length > 0
            ? `It has ${known.join(', ')}.`
            : 'It has none.',
      );
    }
    const [name, param] = found;
    if (given.has(name) && param.kind !== 'tags') throw fail(`${flag} stands there twice.`, 'Give it once.', name);
    const values: string[] = inline === undefined ? [] : [inline];
    const { takes } = kinds[param.kind];
    while (takes !== 'none' && index + 1 < words.length && !isFlag(words[index + 1] as string)) {
      if (takes === 'one' && values.length > 0) break;
      values.push(words[++index] as string);
    }
    if (takes !== 'none' && values.length === 0) {
      throw fail(`${flag} needs a value.`, `It takes ${kinds[param.kind].rule}.`, name);
    }
    given.set(name, [...(given.get(name) ?? []), ...values]);
  }
  return given;
}

/** What can be read of a line that may be incomplete or wrong, by parameter, to fill a form with. Never throws. */
export function readLoosely(line: string, command: CommandDefinition, textTools: TextTools): Record<string, string> {
  try {
    return typedSoFar(sortWords(command, splitLine(line, textTools).slice(1), textTools));
  } catch (error) {
    return error instanceof ParseFault ? { ...error.typed } : {};
  }
}

function splitAtEquals(word: string): [string, string?] {
  const at = word.indexOf('=');
  return at < 0 ? [word] : [word.slice(0, at), word.slice(at + 1)];
}

function typedSoFar(given: ReadonlyMap<string, readonly string[]>): Record<string, string> {
  return Object.fromEntries([...given].map(([name, words]) => [name, words.length === 0 ? 'true' : words.join(' ')]));
}

function checkArgs(
  command: CommandDefinition,
  given: ReadonlyMap<string, readonly string[]>,
  textTools: TextTools,
): Args {
  const args: Record<string, Value> = {};
  const fail = (message: string, next: string, param: string) =>
    new ParseFault(command, typedSoFar(given), message, next, param);
  for (const [name, param] of Object.entries(command.params)) {
    const words = given.get(name);
    const label = flagOf(param) ?? param.label;
    if (words === undefined) {
      if (!param.isRequired) continue;
      throw fail(
        `${param.label} is missing.`,
        `Give ${param.flags ? `it with ${flagOf(param)}` : 'it'}: ${param.about}.`,
        name,
      );
    }
    const value = kinds[param.kind].parse(words, textTools);
    const choice = param.choices?.find((each) => each === String(value).toLowerCase());
    if (value === undefined || (param.choices && choice === undefined)) {
      const rule = param.choices ? `one of ${param.choices.join(', ')}` : kinds[param.kind].rule;
      throw fail(`“${words.join(' ').slice(0, 80)}” will not do for ${label}.`, `It takes ${rule}.`, name);
    }
    args[name] = choice ?? value;
  }
  return args;
}

/** How a command is typed: `grant NAME --role ROLE --scope SCOPE [--for TIME]`. */
export function usage(command: CommandDefinition): string {
  const words = Object.entries(command.params)
    .filter(([, param]) => param.kind !== 'page')
    .sort(([, a], [, b]) => (a.position ?? 99) - (b.position ?? 99))
    .map(([name, param]) => {
      const value = (param.choices?.join('|') ?? name.replace(/[A-Z]/g, '-$&')).toUpperCase();
      const shown =
        param.position !== undefined ? value : param.kind === 'switch' ? flagOf(param) : `${flagOf(param)} ${value}`;
      return param.isRequired ? shown : `[${shown}]`;
    });
  return `Type it as: ${[command.name, ...words].join(' ')}.`;
}

/** The line that parses to these arguments again. */
export function formatLine(
  command: CommandDefinition,
  args: Readonly<Record<string, Value | undefined>>,
  formatMs: (ms: number) => string,
): string {
  const words: string[] = [command.name];
  const entries = Object.entries(command.params).sort(([, a], [, b]) => (a.position ?? 99) - (b.position ?? 99));
  for (const [name, param] of entries) {
    const value = args[name];
    if (value === undefined || value === false) continue;
    if (param.position === undefined) words.push(flagOf(param) ?? '');
    if (value === true) continue;
    if (typeof value === 'object')
      words.push(...Object.entries(value).map(([key, text]) => quoteWord(`${key}=${text}`)));
    else
      words.push(quoteWord(typeof value === 'number' && param.kind === 'duration' ? formatMs(value) : String(value)));
  }
  return words.join(' ');
}
