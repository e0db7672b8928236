// What a typed line means, before anything is done about it. Executing a line and telling a chat about it both go through here, so
// that there is one reading of every line.

import type { LineReading } from './chat.ts';
import type { CommandDefinition } from './grammar/define.ts';
import { type Parsed, ParseFault, parseLine, readLoosely, withoutAddress } from './grammar/parse.ts';
import type { TextTools } from './ports.ts';

/** Chat apps turn `--` into a dash. */
const publicFlag = /(?:^|\s)(?:--|[\u2012-\u2015]-?)public$/i;
const formWord = /^\/?form\s+(\S[\s\S]*)$/i;

type Meaning =
  | Extract<Parsed, { kind: 'command' }>
  /** `isBare`: the verb stands alone, and it needs more. Otherwise the line asks for the form by the word `form`. */
  | {
      readonly kind: 'form';
      readonly command: CommandDefinition;
      readonly values: Readonly<Record<string, string>>;
      readonly isBare: boolean;
    }
  /** What `handle` answers with; `command` where the line names one. */
  | { readonly kind: 'fault'; readonly error: unknown; readonly command?: CommandDefinition };

export interface InterpretedLine {
  /** Without the `--public` at its end. */
  readonly text: string;
  readonly isPublic: boolean;
  readonly meaning: Meaning;
}

function meaningOf(text: string, commands: readonly CommandDefinition[], textTools: TextTools): Meaning {
  const line = withoutAddress(text.trim());
  const rest = formWord.exec(line)?.[1];
  if (rest !== undefined) {
    const named = withoutAddress(rest);
    const meaning = parsed(named, commands, textTools);
    const { command } = meaning;
    if (command === undefined) return meaning;
    return { kind: 'form', command, values: readLoosely(named, command, textTools), isBare: false };
  }
  return parsed(line === '' ? 'help' : line, commands, textTools);
}

function parsed(line: string, commands: readonly CommandDefinition[], textTools: TextTools): Meaning {
  try {
    const found = parseLine(line, commands, textTools);
    return found.kind === 'command' ? found : { ...found, values: {}, isBare: true };
  } catch (error) {
    const command = error instanceof ParseFault ? error.command : commandAt(line, commands);
    return { kind: 'fault', error, ...(command === undefined ? {} : { command }) };
  }
}

/** A quote that is left open leaves no words to read, but the first one is plain. */
function commandAt(line: string, commands: readonly CommandDefinition[]): CommandDefinition | undefined {
  const [verb = ''] = line.replace(/^\//, '').split(/\s/, 1);
  return commands.find(({ name }) => name === verb.toLowerCase());
}

/** What a typed line means. Never throws: what is wrong with the line is its meaning. */
export function interpretLine(
  typed: string,
  commands: readonly CommandDefinition[],
  textTools: TextTools,
): InterpretedLine {
  const line = typed.trimEnd();
  if (publicFlag.test(line)) {
    const text = line.replace(publicFlag, '');
    const meaning = meaningOf(text, commands, textTools);
    // Of a command that nobody knows it is no flag: the line is quoted whole.
    if (meaning.command !== undefined) return { text, isPublic: true, meaning };
  }
  return { text: typed, isPublic: false, meaning: meaningOf(typed, commands, textTools) };
}

/** The same as a chat needs it. */
export function readingOf({ text, isPublic, meaning }: InterpretedLine): LineReading {
  const { kind, command } = meaning;
  return {
    text,
    isWrite: kind !== 'form' && command?.writes === true,
    isPublic,
    isShown: isPublic && command?.writes === false,
    ...(meaning.kind === 'form' && meaning.isBare ? { form: meaning.command.name } : {}),
  };
}
