// The grammar as the bot uses it, with the clock of a Tuesday at noon, UTC.

import { Fault } from '../../src/core/errors.ts';
import type { Args } from '../../src/core/grammar/define.ts';
import { type Parsed, parseLine } from '../../src/core/grammar/parse.ts';
import { commands } from '../../src/core/grammar/registry.ts';
import { textTools } from '../../src/text-tools.ts';

export const noon = '2026-11-24T12:00:00.000Z';
export const ports = { textTools, clock: { now: () => new Date(noon) } };

export const commandOf = (name: string) => {
  const command = commands.find((one) => one.name === name);
  if (!command) throw new Error(`there is no command ${name}`);
  return command;
};

export const parse = (line: string): Parsed => parseLine(line, commands, ports);

/** The command's name and the arguments of a line that needs no form. */
export function understood(line: string): { command: string; args: Args } {
  const parsed = parse(line);
  if (parsed.kind !== 'command') throw new Error(`${line} opened a form`);
  return { command: parsed.command.name, args: parsed.args };
}

export const argsOf = (line: string) => understood(line).args;

export function faultOf(line: string): Fault {
  try {
    parse(line);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error(`${line} was understood`);
}

/** The complete text of a line's refusal. */
export function refusal(line: string): string {
  const { code, message, details } = faultOf(line);
  if (code !== 'bad-input') throw new Error(`${line} is refused as ${code}`);
  return `${message} ${details.next}`;
}
