// Signs by which a shell does more than one thing, or puts another value in place of what is written. The bot runs no shell, so a
// line with one of them cannot mean what it says: it is refused, with why.

import { Fault } from '../errors.ts';

const refuse = (message: string, next: string): Fault => new Fault('bad-input', message, { next });

/**
 * Throws Fault 'bad-input' for a line with pipes, several commands, substitutions, variables or placeholders outside quotes, and
 * for what a shell replaces within double quotes. `another` finds the beginning of a second command on a line of its own.
 */
export function throwIfShellSyntax(line: string, tool: string, another: RegExp): void {
  // What stands in single quotes is text in any shell; within double quotes only `$` and a backtick are more than text.
  const open = line.replace(
    /'[^'\n]*'|"([^"]*)"/g,
    (_quoted, inner?: string) => ` ${(inner ?? '').replace(/[^$`({}\w]/g, ' ')} `,
  );
  const outside = line.replace(/'[^'\n]*'|"[^"]*"/g, ' ');
  const rest = line.indexOf('\n');
  if (rest >= 0 && another.test(line.slice(rest + 1))) {
    throw refuse('This message contains several commands.', 'Send them one at a time; each gets its own plan.');
  }
  const placeholder = /<[\w -]{1,60}>/.exec(outside)?.[0];
  if (placeholder !== undefined) {
    throw refuse(`${placeholder} is a placeholder.`, 'Replace it with a value.');
  }
  const variable = /\$\(|\$\{?\w{1,60}\}?|`(?![ \t]*(?:\r?\n|$))\S{0,60}|%[A-Z_]\w{0,60}%/i.exec(
    open.replace(/(^|\s)`(?=\s|$)/g, '$1').replace(/\$(?:true|false|null)\b/gi, ''),
  )?.[0];
  if (variable !== undefined) {
    throw refuse(
      `“${variable}” is shell syntax, which is not supported here.`,
      `Send the ${tool} command with its values written out.`,
    );
  }
  const sign = /&&|\|\|?|;|[<>]|(?:^|\s)&(?=\s|$)/.exec(outside.replace(/@\{[^{}]*\}/g, ' '))?.[0]?.trim();
  if (sign !== undefined) {
    throw refuse(
      `“${sign}” is shell syntax, which is not supported here.`,
      `Send a single ${tool} command, without ${sign}.`,
    );
  }
}
