// The parse error of a line whose command is known.

import { Fault } from '../errors.ts';
import type { CommandDefinition } from './define.ts';

/** A parse error with the arguments that could be read, so that a form can be filled with them. */
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
