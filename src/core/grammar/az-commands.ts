// The commands of the Azure CLI that Identity Desk understands: the command and flags that each is translated to, or why it
// is not supported. Only the table; az-lines.ts reads lines by it.

import { azAttachments } from './attachment-lines.ts';
import { azCredentials } from './credential-lines.ts';
import type { Command, FlagTable } from './translate-flags.ts';
import { unsupported } from './unsupported-commands.ts';

/** Source: `az identity create --help`, the global arguments, and --no-wait of the commands that have it. */
export const globalFlags: FlagTable = {
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

/** Flags of `az role assignment`, where -g is a scope and --name is the name of the assignment. */
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
  '--name': { refused: 'Identity Desk names role assignments automatically. Remove this flag.' },
  '-n': { refused: 'Identity Desk names role assignments automatically. Remove this flag.' },
  '--condition': { refused: 'role assignment conditions are not supported. Use az.' },
  '--condition-version': { refused: 'role assignment conditions are not supported. Use az.' },
  '--ids': {
    refused: 'not for a new role. Use --assignee, --role and --scope.',
  },
};

const narrowing = 'ignored' satisfies FlagTable[string];

/** Longest path first, so that a command group is the fallback for its commands that are not listed. */
export const azCommands: readonly (readonly [string, Command])[] = [
  ...azCredentials,
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
    {
      verb: 'create',
      flags: {
        ...identityFlags,
        '--location': '--location',
        '-l': '--location',
        '--tags': '--tags',
        '--isolation-scope': '--isolation-scope',
      },
    },
  ],
  ['identity show', { verb: 'show', flags: identityFlags }],
  ['identity list', { verb: 'list', flags: identityFlags }],
  ['identity delete', { verb: 'delete', flags: identityFlags }],
  [
    'identity update',
    {
      verb: 'update',
      flags: {
        ...identityFlags,
        '--tags': '--tags',
        '--location': { refused: 'Azure cannot move an identity to another region. Remove this flag.' },
        '-l': { refused: 'Azure cannot move an identity to another region. Remove this flag.' },
      },
      whole: true,
    },
  ],
  ['identity', { verb: 'help', flags: {} }],
  ['role assignment create', { verb: 'grant', flags: assignmentFlags }],
  ['role assignment delete', { verb: 'revoke', flags: { ...assignmentFlags, '--ids': '--ids' } }],
  [
    'role assignment list',
    {
      verb: 'who',
      flags: {
        '--assignee': '--name',
        '--assignee-object-id': '--name',
        '--assignee-principal-type': principalType,
        '--role': '--role',
        '--scope': '--scope',
        '--resource-group': '--scope',
        '-g': '--scope',
        '--subscription': '--scope',
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
      message: 'Role assignments cannot be updated.',
      next: 'Use revoke, then grant.',
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
  ...azAttachments,
  ['account', unsupported.subscriptions],
  ['login', unsupported.signIn],
  ['logout', unsupported.signIn],
  ['group', unsupported.groups],
  [
    'graph query',
    {
      message: 'Resource Graph queries are not supported.',
      next: 'Use list to find identities by name, resource group and tag.',
    },
  ],
  [
    'ad sp',
    {
      message: 'Only user-assigned managed identities are supported.',
      next: 'To find an identity by its client id or principal id, use show ID.',
    },
  ],
];
