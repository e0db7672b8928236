// Code items as a bash script of the Azure CLI. Flags by `az --help` of version 2.45; --isolation-scope needs 2.76.

import { fold } from '../model/fold.ts';
import { parseScope, resourceName } from '../model/scope.ts';
import { type CodeFormat, commentText, roleComment, variableName } from './format.ts';
import { type CodeItem, credentialNamed, type RoleItem } from './items.ts';
import { commandLine } from './shell-lines.ts';

/** A word of a POSIX shell: in single quotes unless it is plain. No argument can have a NUL. */
function shellQuote(text: string): string {
  const word = text.replaceAll('\0', '');
  return /^[A-Za-z0-9_\-./:@,+=]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

const line = (words: string, flags: readonly (readonly [string, ...string[]])[], prefix = '', suffix = '') =>
  commandLine(
    `az ${words}`,
    flags.map(([flag, ...values]) => [flag, ...values.map(shellQuote)].join(' ')),
    ' \\',
    prefix,
    suffix,
  );

/** az: az tags of no value are `key=`. */
const tagWords = (tags: Readonly<Record<string, string>>) =>
  Object.entries(tags).map(([name, value]) => `${name}=${value}`);

/** The identity by name, for commands that take no --ids. */
function named(identityId: string): readonly (readonly [string, string])[] {
  const { subscriptionId = '', resourceGroup = '', name = '' } = parseScope(identityId) ?? {};
  return [
    ['--identity-name', name],
    ['--resource-group', resourceGroup],
    ['--subscription', subscriptionId],
  ];
}

const principalVariable = (identityId: string) => `principal_of_${variableName(resourceName(identityId))}`;

function roleLine({ identityId, principalId, ...role }: RoleItem): string {
  const who = principalId === undefined ? `"$${principalVariable(identityId)}"` : shellQuote(principalId);
  return commandLine(
    'az role assignment create',
    [
      `--assignee-object-id ${who}`,
      '--assignee-principal-type ServicePrincipal',
      `--role ${role.roleDefinitionId}`,
      `--scope ${shellQuote(role.scope)}`,
      ...(role.assignmentId === undefined ? [] : [`--name ${shellQuote(resourceName(role.assignmentId))}`]),
      ...(role.description === undefined ? [] : [`--description ${shellQuote(role.description)}`]),
      ...(role.condition === undefined ? [] : [`--condition ${shellQuote(role.condition)}`, '--condition-version 2.0']),
    ],
    ' \\',
  );
}

/** The commands of az that put identities on a type of resource, and what they call them. */
const attaching: Readonly<Record<string, readonly [command: string, assignFlag: string, removeFlag: string]>> = {
  'microsoft.compute/virtualmachines': ['vm', '--identities', '--identities'],
  'microsoft.compute/virtualmachinescalesets': ['vmss', '--identities', '--identities'],
  'microsoft.web/sites': ['webapp', '--identities', '--identities'],
  'microsoft.app/containerapps': ['containerapp', '--user-assigned', '--user-assigned'],
};

function attachmentLine(resourceId: string, identityId: string, isRemoval: boolean): string {
  const { subscriptionId = '', resourceGroup = '', name = '' } = parseScope(resourceId) ?? {};
  const type = fold(resourceId.split('/').slice(-3, -1).join('/'));
  const known = attaching[type];
  if (!known) return `# ${commentText(resourceId)}: az has no command for the identities of this type of resource.`;
  const [command, assign, remove] = known;
  return line(`${command} identity ${isRemoval ? 'remove' : 'assign'}`, [
    ['--name', name],
    ['--resource-group', resourceGroup],
    ['--subscription', subscriptionId],
    [isRemoval ? remove : assign, identityId],
  ]);
}

function lineOf(item: CodeItem): string {
  switch (item.kind) {
    case 'group':
      return line('group create', [
        ['--name', item.name],
        ['--location', item.location],
        ['--subscription', item.subscriptionId],
      ]);
    case 'identity':
      return line('identity create', [
        ['--name', item.name],
        ['--resource-group', item.resourceGroup],
        ['--subscription', item.subscriptionId],
        ['--location', item.location],
        ...(Object.keys(item.tags).length > 0 ? [['--tags', ...tagWords(item.tags)] as const] : []),
        ...(item.isolationScope === undefined ? [] : [['--isolation-scope', item.isolationScope] as const]),
      ]);
    case 'credential':
      return line('identity federated-credential create', [
        ['--name', item.name],
        ...named(item.identityId),
        ['--issuer', item.issuer],
        ['--subject', item.subject],
        ['--audiences', ...item.audiences],
      ]);
    case 'role':
      return roleLine(item);
    case 'tags':
      return line('tag update', [
        ['--resource-id', item.identityId],
        ['--operation', 'Replace'],
        ['--tags', ...tagWords(item.tags)],
      ]);
    case 'attachment':
    case 'attachment-removal':
      return attachmentLine(item.resourceId, item.identityId, item.kind === 'attachment-removal');
    case 'identity-removal':
      return line('identity delete', [['--ids', item.id]]);
    case 'role-removal':
      return line('role assignment delete', [['--ids', item.id]]);
    case 'credential-removal': {
      const { identityId, name } = credentialNamed(item.id);
      return `${line('identity federated-credential delete', [['--name', name], ...named(identityId)])} --yes`;
    }
  }
}

/** Comments and, where the principal id is not known, the line that asks for it, once for each identity. */
function scriptOf(items: readonly CodeItem[]): string[] {
  const asked = new Set<string>();
  return items.flatMap((item) => {
    if (item.kind !== 'role') return [lineOf(item)];
    const variable = principalVariable(item.identityId);
    const ask =
      item.principalId === undefined && !asked.has(variable)
        ? [
            line(
              'identity show',
              [
                ['--ids', item.identityId],
                ['--query', 'principalId'],
                ['--output', 'tsv'],
              ],
              `${variable}=$(`,
              ')',
            ),
          ]
        : [];
    if (ask.length > 0) asked.add(variable);
    return [...ask, roleComment(item), lineOf(item)];
  });
}

export const az: CodeFormat = {
  name: 'az',
  label: 'Azure CLI',
  howToRun: ([file]) => file && `bash ${file.fileName}`,
  write: (items, { title, slug }) => [
    {
      fileName: `${slug}.sh`,
      text: ['#!/usr/bin/env bash', `# ${commentText(title)}`, 'set -euo pipefail', '', ...scriptOf(items), ''].join(
        '\n',
      ),
    },
  ],
  leavesOut: () => [],
};
