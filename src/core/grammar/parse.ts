// Parses a line into a command and its arguments. Strict: an unknown word is an error that names it, says
// what is allowed and suggests the nearest; nothing is ignored. Runs in linear time.

import { seeHelp } from '../common-texts.ts';
import { Fault } from '../errors.ts';
import { fold } from '../model/fold.ts';
import { assignWords, type Given, holdsTags, typedWords } from './assign-words.ts';
import { readAzLine } from './az-lines.ts';
import type { Args, CommandDefinition } from './define.ts';
import { wordsAroundLine } from './embedded-line.ts';
import { flagOf } from './format-line.ts';
import { checkFields, checkLength } from './input-limits.ts';
import { kinds, type ParserPorts, type Value } from './kinds.ts';
import { ParseFault } from './parse-fault.ts';
import { splitTags } from './parse-tags.ts';
import { unwrapLine } from './pasted-line.ts';
import { readPowerShellLine } from './powershell-lines.ts';
import { withRevokeForm } from './revoke-words.ts';
import { plainWord, splitGuarded } from './tokenize.ts';
import { unsupportedCommand } from './unsupported-commands.ts';

/** The result of parsing a line. */
export type Parsed =
  | { readonly kind: 'command'; readonly command: CommandDefinition; readonly args: Args }
  /** A command alone that has required parameters: open its form. */
  | { readonly kind: 'form'; readonly command: CommandDefinition };

const letters = (word: string) => [...word].sort().join('');

/** Of three letters, any other word is near: “why” is a word of its own, and “woh” a slip of who. */
function isSlipOf(name: string, wanted: string): boolean {
  return name.length > 3 || wanted.includes(name) || letters(name) === letters(wanted);
}

/** Finds a command by name. Throws Fault 'bad-input' with an alternative or the nearest names. */
export function findCommand(
  word: string,
  commands: readonly CommandDefinition[],
  { textTools }: Pick<ParserPorts, 'textTools'>,
): CommandDefinition {
  const wanted = fold(word);
  const command = commands.find(({ name }) => name === wanted);
  if (command) return command;
  const instead = unsupportedCommand(wanted);
  const longer = commands.flatMap(({ name }) => (name.startsWith(`${wanted} `) ? [name] : []));
  if (longer.length > 0) {
    throw new Fault('bad-input', `${wanted} needs a second word.`, {
      next: `Use ${longer.join(', ')}. ${seeHelp}`,
      suggestions: longer,
    });
  }
  if (instead !== undefined) throw new Fault('bad-input', instead.message, { next: instead.next });
  const near = textTools
    .nearest(
      wanted,
      commands.map(({ name }) => name),
      2,
    )
    .filter((name) => isSlipOf(name, wanted));
  throw new Fault('bad-input', `Unknown command “${word.slice(0, 60)}”.`, {
    next: near.length > 0 ? `Did you mean ${near.join(' or ')}? ${seeHelp}` : seeHelp,
    suggestions: near,
  });
}

/**
 * The verb and the other words of a line of Identity Desk, az or PowerShell. Lines of az and PowerShell are translated to the words
 * of the matching command. Throws Fault.
 */
function readWords(
  line: string,
  commands: readonly CommandDefinition[],
  ports: ParserPorts,
): { verb: string | undefined; words: readonly string[] } {
  checkLength(line);
  const said = unwrapLine(line);
  const pasted = readAzLine(said, ports) ?? readPowerShellLine(said, ports);
  if (pasted) return withRevokeForm(pasted);
  const [first, ...words] = splitGuarded(said, ports.textTools);
  const verb = first === undefined ? undefined : plainWord(first).replace(/^\//, '');
  // The name of some commands is two words: credential add.
  const both = fold(`${verb} ${plainWord(words[0] ?? '')}`);
  return commands.some(({ name }) => name === both)
    ? { verb: both, words: words.slice(1) }
    : withRevokeForm({ verb, words });
}

/** Parses a line. Throws Fault 'bad-input' (a ParseFault once the command is known). */
export function parseLine(line: string, commands: readonly CommandDefinition[], ports: ParserPorts): Parsed {
  const { verb, words } = readWords(line, commands, ports);
  if (verb === undefined) throw new Fault('bad-input', 'No command was entered.', { next: seeHelp });
  const asksHelp = (word: string | undefined) => word === '--help' || word === '-h';
  if (asksHelp(verb)) return parseLine('help', commands, ports);
  if (words.length === 1 && asksHelp(words[0])) return parseLine(`help ${verb}`, commands, ports);
  const command = findCommand(verb, commands, ports);
  const given = wordsAroundLine(command, line) ?? words;
  const needsMore = Object.values(command.params).some((param) => param.isRequired);
  if (given.length === 0 && needsMore) return { kind: 'form', command };
  return { kind: 'command', command, args: checkArgs(command, assignWords(command, given, ports), ports) };
}

/** Parses form fields; an empty field counts as absent. Throws ParseFault, or Fault for too many characters. */
export function parseFields(
  command: CommandDefinition,
  fields: Readonly<Record<string, string>>,
  ports: ParserPorts,
): Args {
  checkFields(fields);
  const given = new Map<string, string[]>();
  for (const [name, param] of Object.entries(command.params)) {
    const text = (fields[name] ?? '').trim();
    if (text === '' || (param.kind === 'switch' && text !== 'true')) continue;
    given.set(name, holdsTags(param) ? splitTags(splitGuarded(text, ports.textTools)) : [text]);
  }
  return checkArgs(command, given, ports);
}

/** A command and the arguments that could be read from its line, by parameter; they may be incomplete or invalid. */
export interface FormLine {
  readonly command: CommandDefinition;
  readonly typed: Readonly<Record<string, string>>;
}

/** Reads a line, as far as possible, to fill a form. Throws Fault where the line has no command. */
export function readFormLine(line: string, commands: readonly CommandDefinition[], ports: ParserPorts): FormLine {
  const { verb = '', words } = readWords(line, commands, ports);
  const command = findCommand(verb, commands, ports);
  try {
    const given = wordsAroundLine(command, line) ?? words;
    return { command, typed: typedWords(command, assignWords(command, given, ports)) };
  } catch (error) {
    return { command, typed: error instanceof ParseFault ? { ...error.typed } : {} };
  }
}

/** The command of a line; undefined where there is none. Never throws. */
export function commandIn(
  line: string,
  commands: readonly CommandDefinition[],
  ports: ParserPorts,
): CommandDefinition | undefined {
  try {
    return readFormLine(line, commands, ports).command;
  } catch {
    return undefined;
  }
}

function checkArgs(command: CommandDefinition, given: Given, ports: ParserPorts): Args {
  const args: Record<string, Value> = {};
  const fail = (message: string, next: string, param: string) =>
    new ParseFault(command, typedWords(command, given), message, next, param);
  for (const [name, param] of Object.entries(command.params)) {
    const words = given.get(name);
    const label = flagOf(param) ?? param.label;
    if (words === undefined) {
      if (!param.isRequired) continue;
      throw fail(
        `${label} is missing.`,
        param.flags ? `Add ${flagOf(param)}: ${param.about}.` : `Enter ${param.about}.`,
        name,
      );
    }
    const { parse, rule, explain } = kinds[param.kind];
    const value = parse(words, ports);
    const choice = param.choices?.find((each) => each === fold(String(value)));
    if (value === undefined || (param.choices && choice === undefined)) {
      const why = explain?.(words, ports);
      const allowed = param.choices ? `one of ${param.choices.join(', ')}` : rule;
      const said = words.join(' ');
      throw fail(
        `“${said.length > 80 ? `${said.slice(0, 80)}…` : said}” is not valid for ${label}.`,
        `${why === undefined ? '' : `${why} `}Enter ${allowed}.`,
        name,
      );
    }
    args[name] = choice ?? value;
  }
  return args;
}
