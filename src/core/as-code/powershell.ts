// Code items as a PowerShell script of the Az modules: Az.ManagedServiceIdentity and Az.Resources. Source: their reference pages.

import { parseScope, resourceName } from '../model/scope.ts';
import { type CodeFormat, commentText, roleComment, variableName } from './format.ts';
import { type CodeItem, credentialNamed, type RoleItem } from './items.ts';
import { commandLine } from './shell-lines.ts';

/** A string of PowerShell in single quotes. Its parser takes typographic quotes for plain ones, so they are doubled as well. */
function powershellQuote(text: string): string {
  return `'${text.replaceAll('\0', '').replaceAll(/['‘’‚‛]/g, '$&$&')}'`;
}

const line = (cmdlet: string, flags: readonly string[], prefix = '', suffix = '') =>
  commandLine(cmdlet, flags, ' `', prefix, suffix);
const flag = (name: string, value: string) => `-${name} ${powershellQuote(value)}`;
const hashtable = (tags: Readonly<Record<string, string>>) =>
  `@{ ${Object.entries(tags)
    .map(([name, value]) => `${powershellQuote(name)} = ${powershellQuote(value)}`)
    .join('; ')} }`;

/** With a prefix: $input, $args and $error are PowerShell’s own. */
const variableOf = (identityId: string) => `$identity_${variableName(resourceName(identityId))}`;

/** The flags that name an identity, for cmdlets that call it `-Name` or `-IdentityName`. */
function named(identityId: string, nameFlag: 'Name' | 'IdentityName'): string[] {
  const { subscriptionId = '', resourceGroup = '', name = '' } = parseScope(identityId) ?? {};
  return [flag('ResourceGroupName', resourceGroup), flag(nameFlag, name), flag('SubscriptionId', subscriptionId)];
}

function roleLine({ identityId, principalId, ...role }: RoleItem): string {
  const who = principalId === undefined ? `${variableOf(identityId)}.PrincipalId` : powershellQuote(principalId);
  return line('New-AzRoleAssignment', [
    `-ObjectId ${who}`,
    flag('ObjectType', 'ServicePrincipal'),
    flag('RoleDefinitionId', role.roleDefinitionId),
    flag('Scope', role.scope),
    ...(role.description === undefined ? [] : [flag('Description', role.description)]),
    ...(role.condition === undefined ? [] : [flag('Condition', role.condition), flag('ConditionVersion', '2.0')]),
  ]);
}

/** Az has no cmdlet that removes an assignment by its id alone, nor one for the identities of any resource: ARM is called instead. */
const rest = (method: string, path: string, payload?: string) =>
  line('Invoke-AzRestMethod', [
    `-Method ${method}`,
    flag('Path', path),
    ...(payload === undefined ? [] : [flag('Payload', payload)]),
  ]);

function lineOf(item: CodeItem): string {
  switch (item.kind) {
    case 'group':
      return [
        line('Set-AzContext', [flag('Subscription', item.subscriptionId)]),
        line('New-AzResourceGroup', [flag('Name', item.name), flag('Location', item.location)]),
      ].join('\n');
    case 'identity':
      return line(
        'New-AzUserAssignedIdentity',
        [
          ...named(item.id, 'Name'),
          flag('Location', item.location),
          ...(Object.keys(item.tags).length > 0 ? [`-Tag ${hashtable(item.tags)}`] : []),
          ...(item.isolationScope === undefined ? [] : [flag('IsolationScope', item.isolationScope)]),
        ],
        `${variableOf(item.id)} = `,
      );
    case 'credential':
      return line('New-AzFederatedIdentityCredential', [
        ...named(item.identityId, 'IdentityName'),
        flag('Name', item.name),
        flag('Issuer', item.issuer),
        flag('Subject', item.subject),
        `-Audience @(${item.audiences.map(powershellQuote).join(', ')})`,
      ]);
    case 'role':
      return roleLine(item);
    case 'tags':
      return line('Update-AzTag', [
        flag('ResourceId', item.identityId),
        `-Tag ${hashtable(item.tags)}`,
        '-Operation Replace',
      ]);
    case 'attachment':
    case 'attachment-removal':
      return `# ${commentText(item.resourceId)}: use the cmdlet of this type of resource, such as Update-AzVM -IdentityType UserAssigned -IdentityId.`;
    case 'identity-removal':
      return line('Remove-AzUserAssignedIdentity', named(item.id, 'Name'));
    case 'role-removal':
      return rest('DELETE', `${item.id}?api-version=2022-04-01`);
    case 'credential-removal': {
      const { identityId, name } = credentialNamed(item.id);
      return line('Remove-AzFederatedIdentityCredential', [...named(identityId, 'IdentityName'), flag('Name', name)]);
    }
  }
}

/** The lines of all items; an identity that an earlier line has not created is read before its first role. */
function scriptOf(items: readonly CodeItem[]): string[] {
  const known = new Set<string>();
  return items.flatMap((item) => {
    if (item.kind === 'identity') known.add(variableOf(item.id));
    if (item.kind !== 'role') return [lineOf(item)];
    const variable = variableOf(item.identityId);
    const read =
      item.principalId === undefined && !known.has(variable)
        ? [line('Get-AzUserAssignedIdentity', named(item.identityId, 'Name'), `${variable} = `)]
        : [];
    known.add(variable);
    return [...read, roleComment(item), lineOf(item)];
  });
}

export const powershell: CodeFormat = {
  name: 'powershell',
  label: 'PowerShell',
  howToRun: ([file]) => file && `pwsh ./${file.fileName}`,
  write: (items, { title, slug }) => [
    {
      fileName: `${slug}.ps1`,
      text: [`# ${commentText(title)}`, "$ErrorActionPreference = 'Stop'", '', ...scriptOf(items), ''].join('\n'),
    },
  ],
  leavesOut: () => [],
};
