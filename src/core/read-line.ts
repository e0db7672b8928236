// Interprets a typed line without executing it. Both executing a line and describing it to a chat use this, so
// that every line has one interpretation.

import type {} from './chat.ts';
import type { CommandDefinition } from './grammar/define.ts';
import { maxCharacters } from './grammar/input-limits.ts';
import type { ParserPorts } from './grammar/kinds.ts';
import { commandIn, type Parsed, parseLine, readFormLine } from './grammar/parse.ts';
import { ParseFault } from './grammar/parse-fault.ts';
import { unwrapLine } from './grammar/pasted-line.ts';
import { waitsItsTurn } from './inbox.ts';
import type { LineReading } from './line-reading.ts';
import { fold } from './model/fold.ts';

/** Chat apps turn `--` into a dash. */
const publicFlag = /(?:^|\s)(?:--|[\u2012-\u2015]-?)public$/i;
const formWord = /^\/?form\s+(\S[\s\S]*)$/i;

type Meaning =
  | Extract<Parsed, { kind: 'command' }>
  /** `isBare`: the line is a command alone that has required parameters. Otherwise it starts with the word `form`. */
  | {
      readonly kind: 'form';
      readonly command: CommandDefinition;
      readonly values: Readonly<Record<string, string>>;
      readonly isBare: boolean;
    }
  /** What `handle` answers with; `command` where the line names one. */
  | { readonly kind: 'fault'; readonly error: unknown; readonly command?: CommandDefinition };

/** A typed line and its meaning. */
export interface InterpretedLine {
  /** Without the `--public` at its end. */
  readonly text: string;
  readonly isPublic: boolean;
  readonly meaning: Meaning;
}

function meaningOf(text: string, commands: readonly CommandDefinition[], ports: ParserPorts): Meaning {
  // A line that is too long is not inspected: the parser refuses it.
  if (text.length > maxCharacters) return parsed(text, commands, ports);
  const line = unwrapLine(text.trim());
  const rest = formWord.exec(line)?.[1];
  if (rest !== undefined) {
    const named = unwrapLine(rest);
    const meaning = parsed(named, commands, ports);
    const { command } = meaning;
    if (command === undefined) return meaning;
    return { kind: 'form', command, values: readFormLine(named, commands, ports).typed, isBare: false };
  }
  return parsed(line === '' ? 'help' : line, commands, ports);
}

function parsed(line: string, commands: readonly CommandDefinition[], ports: ParserPorts): Meaning {
  try {
    const found = parseLine(line, commands, ports);
    return found.kind === 'command' ? found : { ...found, values: {}, isBare: true };
  } catch (error) {
    const command =
      error instanceof ParseFault ? error.command : (commandIn(line, commands, ports) ?? commandAt(line, commands));
    return { kind: 'fault', error, ...(command === undefined ? {} : { command }) };
  }
}

/** The command of a line that cannot be split into words, such as one with an open quote: its first words are still readable. */
function commandAt(line: string, commands: readonly CommandDefinition[]): CommandDefinition | undefined {
  const [, verb = '', next = ''] = /^\/?(\S{1,40})(?:\s+(\S{1,40}))?/.exec(line) ?? [];
  return commands.find(({ name }) => name === fold(verb) || name === fold(`${verb} ${next}`));
}

/** Interprets a typed line. Never throws: an error is returned as the meaning 'fault'. */
export function interpretLine(
  typed: string,
  commands: readonly CommandDefinition[],
  ports: ParserPorts,
): InterpretedLine {
  const line = typed.trimEnd();
  if (line.length <= maxCharacters && publicFlag.test(line)) {
    const text = line.replace(publicFlag, '');
    const meaning = meaningOf(text, commands, ports);
    // For an unknown command `--public` is not treated as a flag: the error quotes the whole line.
    if (meaning.command !== undefined) return { text, isPublic: true, meaning };
  }
  return { text: typed, isPublic: false, meaning: meaningOf(typed, commands, ports) };
}

/** What waits behind nothing else of its person. */
function isUrgent(command: CommandDefinition): boolean {
  return command.writes === 'request' && !waitsItsTurn(command.verb);
}

/** The interpretation in the form that a chat needs. */
export function readingOf({ text, isPublic, meaning }: InterpretedLine): LineReading {
  const { kind, command } = meaning;
  return {
    text,
    isWrite: kind !== 'form' && command?.writes === true,
    isChange: kind !== 'form' && command !== undefined && command.writes !== false && !isUrgent(command),
    isPublic,
    isShown: isPublic && command?.writes === false,
    ...(meaning.kind === 'form' && meaning.isBare ? { form: meaning.command.name } : {}),
  };
}
