// Reads lines of the Azure CLI as people paste them from a terminal or a runbook, and translates them to commands of Identity Desk by
// the table in az-commands.ts. Values are checked by the parser of the command.

import { seeHelp } from '../common-texts.ts';
import { Fault } from '../errors.ts';
import { fold, sameName } from '../model/fold.ts';
import { withPlacedResource } from './attachment-lines.ts';
import { azCommands, globalFlags } from './az-commands.ts';
import type { ParserPorts } from './kinds.ts';
import { throwIfShellSyntax } from './shell-syntax.ts';
import { guardCommas, plainWord, splitGuarded, undoTypography } from './tokenize.ts';
import {
  type FlagTable,
  findFlag,
  type GivenFlag,
  type Translated,
  withWholeTags,
  wordsFor,
} from './translate-flags.ts';
import { unsupported } from './unsupported-commands.ts';

const isAzLine = /^(?:az\s+\S|role\s+(?:assignment|definition)\s)/i;

/** Translates a line of the Azure CLI; undefined for any other line. Throws Fault for a line that is not supported. */
export function readAzLine(line: string, { textTools }: Pick<ParserPorts, 'textTools'>): Translated | undefined {
  if (/^az\s*$/i.test(line)) return { verb: 'help', words: [] };
  if (!isAzLine.test(line)) return undefined;
  const typed = undoTypography(line).replace(/^#.*$/gm, '');
  throwIfShellSyntax(typed, 'az', /^\s*(?:\$ )?az\s/im);
  const [first, ...rest] = splitGuarded(typed, textTools);
  const words = sameName(first, 'az') ? rest : [first ?? '', ...rest];
  const flagsAt = words.findIndex((word) => word.startsWith('-'));
  const path = words.slice(0, flagsAt < 0 ? undefined : flagsAt).map((word) => fold(plainWord(word)));
  const said = path.slice(0, 4).join(' ');
  const found = azCommands.find(([name]) => `${said} `.startsWith(`${name} `));
  if (!found) {
    throw new Fault('bad-input', `“az ${said.slice(0, 60)}” is not supported.`, {
      next: `Supported: az identity, az role assignment, az role definition list and az vm identity. ${seeHelp}`,
    });
  }
  const [name, command] = found;
  if ('message' in command) throw new Fault('bad-input', command.message, { next: command.next });
  const tool = `az ${name}`;
  const stray = path[name.split(' ').length];
  if (stray !== undefined && name !== 'identity') {
    throw new Fault('bad-input', `Unexpected word “${stray.slice(0, 60)}” in ${tool}.`, {
      next: 'Enter every value after a flag. Put values with spaces in quotes.',
    });
  }
  if (name === 'identity' && stray !== undefined) {
    throw new Fault('bad-input', `Unknown command “${tool} ${stray.slice(0, 60)}”.`, {
      next: `Supported: create, list, show, update, delete and federated-credential. ${seeHelp}`,
    });
  }
  const isHelp = words.some((word) => word === '--help' || word === '-h');
  if (isHelp) return { verb: 'help', words: command.verb === 'help' ? [] : [command.verb] };
  const { verb, words: translated } = translate(command.verb, command.flags, flagsOf(words.slice(path.length)), tool);
  return { verb, words: withWholeTags(command, translated) };
}

/** Flags, each with the words behind it, up to the next one. */
function flagsOf(words: readonly string[]): GivenFlag[] {
  const given: { flag: string; values: string[] }[] = [];
  for (const word of words) {
    const last = given.at(-1);
    if (!/^--?[A-Za-z]/.test(word) && last) last.values.push(word);
    else {
      const at = word.startsWith('--') ? word.indexOf('=') : -1;
      given.push(at < 0 ? { flag: word, values: [] } : { flag: word.slice(0, at), values: [word.slice(at + 1)] });
    }
  }
  return given;
}

function translate(verb: string, flags: FlagTable, given: readonly GivenFlag[], tool: string): Translated {
  const table = { ...flags, ...globalFlags };
  const words: string[] = [];
  const place: { subscription?: string; group?: string } = {};
  const has = { scope: false, name: false };
  for (const { flag, values } of given) {
    const [name, meaning] = findFlag(flag, table, tool);
    if (name === '--assignee-principal-type') throwUnlessPrincipal(values[0]);
    if (meaning === '--scope' && name !== '--scope') {
      place[name === '--subscription' ? 'subscription' : 'group'] = values.join(' ');
      continue;
    }
    if (meaning === '--scope') has.scope = true;
    if (meaning === '--name' || meaning === '--ids') has.name = true;
    // A comma parts no tags for az: `--tags a=1,b=2` is one tag there.
    words.push(...wordsFor(meaning, name, meaning === '--tags' ? values.map(guardCommas) : values));
  }
  // --scope takes precedence over --resource-group and --subscription, as in az.
  const { subscription, group } = place;
  if (!has.scope && (group ?? subscription) !== undefined) {
    words.push(`--scope=${[subscription, group].filter((part) => part !== undefined).join('/')}`);
  }
  // Of one identity, its card tells its roles wherever they are; of a scope, the list of who holds them.
  if (tool === 'az role assignment list' && has.name) {
    return { verb: 'show', words: words.filter((word) => !/^--(?:scope|role)=/.test(word)) };
  }
  return { verb, words: withPlacedResource(verb, words) };
}

/** Throws Fault 'bad-input' for a principal type other than a service principal, which a managed identity is. */
export function throwUnlessPrincipal(type = ''): void {
  if (/^(?:user|group|foreigngroup|device)$/i.test(type)) {
    throw new Fault('bad-input', unsupported.people.message, { next: unsupported.people.next });
  }
}
