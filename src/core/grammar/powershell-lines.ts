// Reads cmdlets of Az.ManagedServiceIdentity and Az.Resources as people paste them, and translates them to commands of Identity Desk
// by a table. Values are checked by the parser of the command.

import { seeHelp } from '../common-texts.ts';
import { Fault } from '../errors.ts';
import { fold } from '../model/fold.ts';
import { powershellAttachments, withPlacedResource } from './attachment-lines.ts';
import { throwUnlessPrincipal } from './az-lines.ts';
import { powershellCredentials } from './credential-lines.ts';
import type { ParserPorts } from './kinds.ts';
import { readHashtable } from './powershell-hashtable.ts';
import { throwIfShellSyntax } from './shell-syntax.ts';
import { guardCommas, plainWord, splitGuarded, undoTypography } from './tokenize.ts';
import { type Command, type FlagTable, findFlag, type Translated, withWholeTags, wordsFor } from './translate-flags.ts';
import { unsupported } from './unsupported-commands.ts';

/** Source: about_CommonParameters, and the common parameters of the Az cmdlets. */
const commonParameters: FlagTable = {
  '-WhatIf': {
    refused: 'not needed: every change shows its plan first. Remove this flag.',
  },
  '-Confirm': 'ignored-switch',
  '-Force': 'ignored-switch',
  '-PassThru': 'ignored-switch',
  '-AsJob': 'ignored-switch',
  '-NoWait': 'ignored-switch',
  '-Verbose': 'ignored-switch',
  '-Debug': 'ignored-switch',
  '-ErrorAction': 'ignored',
  '-ErrorVariable': 'ignored',
  '-WarningAction': 'ignored',
  '-WarningVariable': 'ignored',
  '-InformationAction': 'ignored',
  '-InformationVariable': 'ignored',
  '-ProgressAction': 'ignored',
  '-OutVariable': 'ignored',
  '-OutBuffer': 'ignored',
  '-PipelineVariable': 'ignored',
};

const identityParameters: FlagTable = {
  '-Name': '--name',
  '-ResourceGroupName': '--resource-group',
  '-SubscriptionId': '--subscription',
  '-InputObject': { refused: 'not supported. Use -Name and -ResourceGroupName.' },
};

const moved = { refused: 'Azure cannot move an identity to another region. Remove this flag.' } as const;

const assignmentParameters: FlagTable = {
  '-ObjectId': '--name',
  '-PrincipalId': '--name',
  '-Id': '--name',
  '-ApplicationId': '--name',
  '-ServicePrincipalName': '--name',
  '-SPN': '--name',
  '-SignInName': { refused: unsupported.people.message },
  '-Email': { refused: unsupported.people.message },
  '-UserPrincipalName': { refused: unsupported.people.message },
  '-ObjectType': 'ignored',
  '-PrincipalType': 'ignored',
  '-RoleDefinitionName': '--role',
  '-RoleDefinitionId': '--role',
  '-Scope': '--scope',
  '-ResourceGroupName': '--scope',
  '-Description': '--reason',
  '-ResourceName': { refused: 'not supported. Use -Scope with the full resource id.' },
  '-ResourceType': { refused: 'not supported. Use -Scope with the full resource id.' },
  '-ParentResource': { refused: 'not supported. Use -Scope with the full resource id.' },
  '-Condition': { refused: 'role assignment conditions are not supported. Use PowerShell.' },
  '-ConditionVersion': { refused: 'role assignment conditions are not supported. Use PowerShell.' },
  '-AllowDelegation': { refused: 'delegation is not supported. Use PowerShell.' },
  '-InputObject': { refused: 'not supported. Use -ObjectId, -RoleDefinitionName and -Scope.' },
};

const cmdlets: Readonly<Record<string, Command>> = {
  'New-AzUserAssignedIdentity': {
    verb: 'create',
    flags: {
      ...identityParameters,
      '-Location': '--location',
      '-Tag': '--tags',
      '-IsolationScope': '--isolation-scope',
    },
  },
  'Get-AzUserAssignedIdentity': { verb: 'show', flags: identityParameters },
  'Remove-AzUserAssignedIdentity': { verb: 'delete', flags: identityParameters },
  'Update-AzUserAssignedIdentity': {
    verb: 'update',
    flags: { ...identityParameters, '-Tag': '--tags', '-Location': moved },
    whole: true,
  },
  'Get-AzUserAssignedIdentityAssociatedResource': { verb: 'show', flags: identityParameters },
  ...powershellCredentials,
  'New-AzRoleAssignment': { verb: 'grant', flags: assignmentParameters },
  'Remove-AzRoleAssignment': { verb: 'revoke', flags: assignmentParameters },
  'Get-AzRoleAssignment': {
    verb: 'who',
    flags: {
      ...assignmentParameters,
      '-IncludeClassicAdministrators': 'ignored-switch',
      '-ExpandPrincipalGroups': 'ignored-switch',
      '-AtScope': 'ignored-switch',
    },
  },
  'New-AzRoleAssignmentScheduleRequest': {
    verb: 'grant',
    flags: {
      '-Name': 'ignored',
      '-Scope': '--scope',
      '-PrincipalId': '--name',
      '-RoleDefinitionId': '--role',
      '-RequestType': 'ignored',
      '-Justification': '--reason',
      '-ExpirationType': 'ignored',
      '-ExpirationDuration': '--for',
      '-ExpirationEndDateTime': '--until',
      '-ScheduleInfoStartDateTime': {
        refused: 'not supported: the role starts once it is approved. Remove this flag.',
      },
    },
  },
  'Set-AzRoleAssignment': {
    message: 'Role assignments cannot be updated.',
    next: 'Use revoke, then grant.',
  },
  'Get-AzRoleDefinition': {
    verb: 'roles',
    flags: { '-Name': '', '-Id': '', '-Scope': 'ignored', '-Custom': 'ignored-switch' },
  },
  'New-AzRoleDefinition': unsupported.roleDefinitions,
  'Set-AzRoleDefinition': unsupported.roleDefinitions,
  'Remove-AzRoleDefinition': unsupported.roleDefinitions,
  ...powershellAttachments,
  'Get-AzSubscription': unsupported.subscriptions,
  'Get-AzContext': unsupported.subscriptions,
  'Set-AzContext': unsupported.subscriptions,
  'Select-AzSubscription': unsupported.subscriptions,
  'Connect-AzAccount': unsupported.signIn,
  'Disconnect-AzAccount': unsupported.signIn,
  'Get-AzResourceGroup': unsupported.groups,
  'New-AzResourceGroup': unsupported.groups,
};

const cmdlet = /^([A-Z]{2,12}-Az[A-Z]{2,60})(?=\s|$)/i;

/** Translates a PowerShell line; undefined for any other line. Throws Fault for a line that is not supported. */
export function readPowerShellLine(
  line: string,
  { textTools }: Pick<ParserPorts, 'textTools'>,
): Translated | undefined {
  const said = cmdlet.exec(line)?.[1];
  if (said === undefined) return undefined;
  const names = Object.keys(cmdlets);
  const name = names.find((each) => fold(each) === fold(said));
  const command = name === undefined ? undefined : cmdlets[name];
  if (name === undefined || command === undefined) {
    const near = textTools.nearest(said, names, 1);
    throw new Fault('bad-input', `The cmdlet ${said} is not supported.`, {
      next:
        near.length > 0
          ? `Did you mean ${near[0]}?`
          : `Supported: cmdlets for user-assigned identities and role assignments. ${seeHelp}`,
    });
  }
  if ('message' in command) throw new Fault('bad-input', command.message, { next: command.next });
  const typed = undoTypography(line).replace(/^#.*$/gm, '');
  throwIfShellSyntax(typed, 'PowerShell', /^\s*(?:PS[^>\n]{0,200}> ?)?[A-Z]{2,12}-Az[A-Z]/im);
  const { rest, tags } = readHashtable(typed.slice(said.length), textTools);
  const translated = translate(command.verb, command.flags, splitGuarded(rest, textTools), tags, name);
  return { ...translated, words: withWholeTags(command, translated.words) };
}

const isParameter = (word: string) => /^--?[A-Za-z]/.test(word);

function translate(
  verb: string,
  flags: FlagTable,
  given: readonly string[],
  tags: readonly string[],
  name: string,
): Translated {
  const table = { ...flags, ...commonParameters };
  const words: string[] = [];
  let isNamed = false;
  for (let index = 0; index < given.length; index++) {
    const word = given[index] as string;
    if (!isParameter(word)) {
      // The one cmdlet here whose first parameter needs no name.
      if (name === 'Get-AzRoleDefinition' && index === 0) words.push(word);
      else throw strayWord(word);
      continue;
    }
    // `–Name` of a chat app may have become two hyphens; PowerShell also takes `-Name:value`.
    const [, typed = word, inline] = /^-?(-[A-Za-z]+):?(.*)$/s.exec(word) ?? [];
    const [parameter, meaning] = findFlag(typed, table, name);
    const next = given[index + 1];
    const takesNext = inline === '' && meaning !== 'ignored-switch' && next !== undefined && !isParameter(next);
    const value = inline === '' ? (takesNext ? next : undefined) : inline;
    if (takesNext) index++;
    if (parameter === '-ObjectType' || parameter === '-PrincipalType') throwUnlessPrincipal(value);
    if (parameter === '-RequestType') throwUnlessAssign(value);
    if (meaning === '--name') isNamed = true;
    if (parameter === '-IdentityType' && !/UserAssigned$/i.test(value ?? '')) {
      throw new Fault('bad-input', unsupported.systemAssigned.message, { next: unsupported.systemAssigned.next });
    }
    if (meaning === '--tags') {
      if (value !== '@tags' || tags.length === 0) {
        throw new Fault('bad-input', `${parameter} requires a hashtable of tags.`, {
          next: `Enter it as ${parameter} @{team='orders'; env='prod'}.`,
        });
      }
      words.push(...tags.map((tag) => `--tags=${guardCommas(tag)}`));
    } else words.push(...wordsFor(meaning, parameter, value === undefined ? [] : [value]));
  }
  // Of one identity, its card tells its roles wherever they are; of a scope, the list of who holds them.
  if (name === 'Get-AzRoleAssignment' && isNamed) {
    return { verb: 'show', words: words.filter((word) => !/^--(?:scope|role)=/.test(word)) };
  }
  const placed = withPlacedResource(verb, words);
  return { verb: name === 'Get-AzUserAssignedIdentity' && !isNamed ? 'list' : verb, words: placed };
}

/** A schedule request can take away as well as give. Throws Fault for all that does not assign. */
function throwUnlessAssign(value = ''): void {
  if (fold(value) === 'adminassign') return;
  throw new Fault('bad-input', `-RequestType ${value} is not supported.`, {
    next: 'To prolong a temporary role, use extend ID --for 4h. To end it, use end ID.',
  });
}

function strayWord(word: string): Fault {
  return new Fault('bad-input', `“${plainWord(word).slice(0, 60)}” does not belong to a parameter.`, {
    next: 'Name every parameter, such as -Name uami-orders. Put values with spaces in quotes.',
  });
}
