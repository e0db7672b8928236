// Lines of the Azure CLI as people paste them from a terminal or a runbook, in this bot's words. A table, no behaviour: what the
// words come to is for the command's own parser.

import { Fault } from '../errors.ts';
import type { ParserPorts } from './kinds.ts';
import { throwIfShellSyntax } from './shell-syntax.ts';
import { guardCommas, plainWord, splitGuarded, undoTypography } from './tokenize.ts';
import {
  type Command,
  type FlagTable,
  findFlag,
  type GivenFlag,
  type Translated,
  wordsFor,
} from './translate-flags.ts';
import { unsupported } from './unsupported-commands.ts';

/** Source: `az identity create --help`, the global arguments, and --no-wait of the commands that have it. */
const globalFlags: FlagTable = {
  '--output': 'ignored',
  '-o': 'ignored',
  '--query': 'ignored',
  '--yes': 'ignored-switch',
  '-y': 'ignored-switch',
  '--no-wait': 'ignored-switch',
  '--only-show-errors': 'ignored-switch',
  '--verbose': 'ignored-switch',
  '--debug': 'ignored-switch',
};

const identityFlags: FlagTable = {
  '--name': '--name',
  '-n': '--name',
  '--resource-group': '--resource-group',
  '-g': '--resource-group',
  '--subscription': '--subscription',
  '--ids': '--ids',
};

const principalType = 'ignored' satisfies FlagTable[string];

/** Of `az role assignment`, where -g is where the role holds and --name is the assignment's own. */
const assignmentFlags: FlagTable = {
  '--assignee': '--name',
  '--assignee-object-id': '--name',
  '--assignee-principal-type': principalType,
  '--role': '--role',
  '--scope': '--scope',
  '--resource-group': '--scope',
  '-g': '--scope',
  '--subscription': '--scope',
  '--description': '--reason',
  '--name': { refused: 'the bot names its assignments itself. Leave it away.' },
  '-n': { refused: 'the bot names its assignments itself. Leave it away.' },
  '--condition': { refused: 'the bot sets no conditions on roles. Use az for this one.' },
  '--condition-version': { refused: 'the bot sets no conditions on roles. Use az for this one.' },
  '--ids': {
    refused:
      'an assignment’s id alone does not say whose it is. Name the identity, the role and the scope: --assignee, --role, --scope.',
  },
};

const narrowing = 'ignored' satisfies FlagTable[string];

/** The longest path first, so that a group of commands is the answer for all that is not named within it. */
const commands: readonly (readonly [string, Command])[] = [
  ['identity federated-credential', unsupported.credential],
  [
    'identity list-resources',
    {
      verb: 'show',
      flags: {
        ...identityFlags,
        '--filter': narrowing,
        '--orderby': narrowing,
        '--top': narrowing,
        '--skip': narrowing,
      },
    },
  ],
  [
    'identity create',
    { verb: 'create', flags: { ...identityFlags, '--location': '--location', '-l': '--location', '--tags': '--tags' } },
  ],
  ['identity show', { verb: 'show', flags: identityFlags }],
  ['identity list', { verb: 'list', flags: identityFlags }],
  ['identity delete', { verb: 'delete', flags: identityFlags }],
  ['identity update', unsupported.update],
  ['identity', { verb: 'help', flags: {} }],
  ['role assignment create', { verb: 'grant', flags: assignmentFlags }],
  ['role assignment delete', { verb: 'revoke', flags: assignmentFlags }],
  [
    'role assignment list',
    {
      verb: 'show',
      flags: {
        '--assignee': '--name',
        '--assignee-object-id': '--name',
        '--assignee-principal-type': principalType,
        '--role': narrowing,
        '--scope': narrowing,
        '--resource-group': narrowing,
        '-g': narrowing,
        '--subscription': narrowing,
        '--all': 'ignored-switch',
        '--include-inherited': 'ignored-switch',
        '--include-groups': 'ignored-switch',
        '--include-classic-administrators': 'ignored',
        '--fill-principal-name': 'ignored',
        '--fill-role-definition-name': 'ignored',
      },
    },
  ],
  [
    'role assignment',
    {
      message: 'Identity Desk changes a role assignment by removing it and assigning anew.',
      next: 'Use revoke and grant.',
    },
  ],
  [
    'role definition list',
    {
      verb: 'roles',
      flags: {
        '--name': '',
        '-n': '',
        '--scope': narrowing,
        '--resource-group': narrowing,
        '-g': narrowing,
        '--subscription': narrowing,
        '--custom-role-only': 'ignored',
      },
    },
  ],
  [
    'role definition show',
    { verb: 'roles', flags: { '--name': '', '-n': '', '--id': '', '--scope': narrowing, '--subscription': narrowing } },
  ],
  ['role definition', unsupported.roleDefinitions],
  ['vm identity remove', unsupported.detach],
  ['vmss identity remove', unsupported.detach],
  ['webapp identity remove', unsupported.detach],
  ['functionapp identity remove', unsupported.detach],
  ['containerapp identity remove', unsupported.detach],
  ['vm identity', unsupported.attach],
  ['vmss identity', unsupported.attach],
  ['webapp identity', unsupported.attach],
  ['functionapp identity', unsupported.attach],
  ['containerapp identity', unsupported.attach],
  ['account', unsupported.subscriptions],
  ['login', unsupported.signIn],
  ['logout', unsupported.signIn],
  ['group', unsupported.groups],
  [
    'graph query',
    { message: 'Identity Desk runs no queries of its own.', next: 'list finds identities by name, group and tag.' },
  ],
  [
    'ad sp',
    {
      message: 'Identity Desk looks after user-assigned managed identities only.',
      next: 'show takes an identity’s client id or principal id as well: show ID',
    },
  ],
];

const isAzLine = /^(?:az\s+\S|role\s+(?:assignment|definition)\s)/i;

/** The line in this bot's words; undefined for one that is none of the Azure CLI. Throws Fault where it cannot be understood here. */
export function readAzLine(line: string, { textTools }: Pick<ParserPorts, 'textTools'>): Translated | undefined {
  if (/^az\s*$/i.test(line)) return { verb: 'help', words: [] };
  if (!isAzLine.test(line)) return undefined;
  const typed = undoTypography(line).replace(/^#.*$/gm, '');
  throwIfShellSyntax(typed, 'az', /^\s*(?:\$ )?az\s/im);
  const [first, ...rest] = splitGuarded(typed, textTools);
  const words = first?.toLowerCase() === 'az' ? rest : [first ?? '', ...rest];
  const flagsAt = words.findIndex((word) => word.startsWith('-'));
  const path = words.slice(0, flagsAt < 0 ? undefined : flagsAt).map((word) => plainWord(word).toLowerCase());
  const said = path.slice(0, 4).join(' ');
  const found = commands.find(([name]) => `${said} `.startsWith(`${name} `));
  if (!found) {
    throw new Fault('bad-input', `Identity Desk does not do what “az ${said.slice(0, 60)}” does.`, {
      next: 'It understands az identity, az role assignment and az role definition list. Say help for all commands.',
    });
  }
  const [name, command] = found;
  if ('message' in command) throw new Fault('bad-input', command.message, { next: command.next });
  const tool = `az ${name}`;
  const stray = path[name.split(' ').length];
  if (stray !== undefined && name !== 'identity') {
    throw new Fault('bad-input', `“${stray.slice(0, 60)}” is one word too many for ${tool}.`, {
      next: 'az takes every value behind a flag. One with spaces goes in quotes.',
    });
  }
  if (name === 'identity' && stray !== undefined) {
    throw new Fault('bad-input', `Unknown command “${tool} ${stray.slice(0, 60)}”.`, {
      next: 'There are create, list, show and delete. Say help for all commands.',
    });
  }
  const isHelp = words.some((word) => word === '--help' || word === '-h');
  if (isHelp) return { verb: 'help', words: command.verb === 'help' ? [] : [command.verb] };
  return translate(command.verb, command.flags, flagsOf(words.slice(path.length)), tool);
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
  // Which names an identity by its place alone: a scope that is given wins, as in az.
  const { subscription, group } = place;
  if (!has.scope && (group ?? subscription) !== undefined) {
    words.push(`--scope=${[subscription, group].filter((part) => part !== undefined).join('/')}`);
  }
  if (verb === 'show' && !has.name && tool === 'az role assignment list') {
    throw new Fault('bad-input', unsupported.who.message, { next: unsupported.who.next });
  }
  return { verb, words };
}

/** Whoever is no service principal is no managed identity. */
export function throwUnlessPrincipal(type = ''): void {
  if (/^(?:user|group|foreigngroup|device)$/i.test(type)) {
    throw new Fault('bad-input', unsupported.people.message, { next: unsupported.people.next });
  }
}
