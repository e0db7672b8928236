// Code items as Terraform for the azurerm provider, version 4, with an import block for what exists (Terraform 1.5). Source: the
// provider's documentation of azurerm_user_assigned_identity, azurerm_role_assignment and azurerm_federated_identity_credential.

import { durationWords } from '../format-text.ts';
import { fold, sameName } from '../model/fold.ts';
import { identityScope, parseScope, resourceName, roleDefinitionScope } from '../model/scope.ts';
import { type CodeFormat, commentText, removalsLeftOut, variableName } from './format.ts';
import { type CodeItem, type CredentialItem, type IdentityItem, itemsOf, type RoleItem } from './items.ts';

/** A quoted string of HCL, in which nothing is a template. */
function hclQuote(text: string): string {
  const escaped = text
    .replaceAll(/["\\]/g, '\\$&')
    .replaceAll(/[$%](?=\{)/g, '$&$&')
    .replaceAll(/\p{Cc}/gu, (letter) => `\\u${(letter.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);
  return `"${escaped}"`;
}

/** A block of arguments with aligned equal signs, as `terraform fmt` writes it. */
function block(header: string, args: readonly (readonly [name: string, value: string])[]): string {
  const isLong = (value: string) => value.includes('\n');
  const width = Math.max(...args.map(([name, value]) => (isLong(value) ? 0 : name.length)));
  const line = ([name, value]: readonly [string, string]) =>
    isLong(value) ? `  ${name} = ${value}` : `  ${name.padEnd(width)} = ${value}`;
  return [`${header} {`, ...args.map(line), '}'].join('\n');
}

function map(tags: Readonly<Record<string, string>>): string {
  const rows = Object.entries(tags).map(([name, value]) => [hclQuote(name), hclQuote(value)] as const);
  const width = Math.max(...rows.map(([name]) => name.length));
  return ['{', ...rows.map(([name, value]) => `    ${name.padEnd(width)} = ${value}`), '  }'].join('\n');
}

const resource = (type: string, name: string) => `resource ${hclQuote(type)} ${hclQuote(name)}`;
const importOf = (address: string, id: string) =>
  block('import', [
    ['to', address],
    ['id', hclQuote(id)],
  ]);

/** Names that no two blocks of a type share. */
function namer() {
  const taken = new Set<string>();
  return (wanted: string) => {
    let name = fold(variableName(wanted));
    for (let number = 2; taken.has(name); number++) name = `${fold(variableName(wanted))}_${number}`;
    taken.add(name);
    return name;
  };
}

interface Naming {
  readonly items: readonly CodeItem[];
  readonly unique: ReturnType<typeof namer>;
  /** The credential written before, for which the next one has to wait: Azure takes one write of an identity's at a time. */
  lastCredential?: string;
}

const identityAddress = (identityId: string) =>
  `azurerm_user_assigned_identity.${fold(variableName(resourceName(identityId)))}`;
const isHere = (items: readonly CodeItem[], identityId: string) =>
  itemsOf(items, 'identity').some(({ id }) => sameName(id, identityId));

/** The id that the provider accepts: it reads its segments in this case only. */
function strictIdentityId(id: string): string {
  const { subscriptionId = '', resourceGroup = '', name = '' } = parseScope(id) ?? {};
  return identityScope(subscriptionId, resourceGroup, name);
}

function identityBlocks(item: IdentityItem, { items }: Naming): string[] {
  const address = identityAddress(item.id);
  const group = itemsOf(items, 'group').find(({ name }) => sameName(name, item.resourceGroup));
  return [
    block(resource('azurerm_user_assigned_identity', address.split('.')[1] ?? ''), [
      ['name', hclQuote(item.name)],
      [
        'resource_group_name',
        group ? `azurerm_resource_group.${fold(variableName(group.name))}.name` : hclQuote(item.resourceGroup),
      ],
      ['location', hclQuote(item.location)],
      ...(item.isolationScope === undefined ? [] : ([['isolation_scope', hclQuote(item.isolationScope)]] as const)),
      ...(Object.keys(item.tags).length > 0 ? ([['tags', map(item.tags)]] as const) : []),
    ]),
    ...(item.exists ? [importOf(address, strictIdentityId(item.id))] : []),
  ];
}

function credentialBlocks(item: CredentialItem, naming: Naming): string[] {
  const { items, unique } = naming;
  const type = 'azurerm_federated_identity_credential';
  const name = unique(item.name);
  const { resourceGroup = '' } = parseScope(item.identityId) ?? {};
  const before = naming.lastCredential;
  naming.lastCredential = `${type}.${name}`;
  return [
    block(resource(type, name), [
      ['name', hclQuote(item.name)],
      ['resource_group_name', hclQuote(resourceGroup)],
      [
        'parent_id',
        isHere(items, item.identityId)
          ? `${identityAddress(item.identityId)}.id`
          : hclQuote(strictIdentityId(item.identityId)),
      ],
      ['issuer', hclQuote(item.issuer)],
      ['subject', hclQuote(item.subject)],
      ['audience', `[${item.audiences.map(hclQuote).join(', ')}]`],
      ...(before === undefined ? [] : ([['depends_on', `[${before}]`]] as const)),
    ]),
    ...(item.exists
      ? [importOf(`${type}.${name}`, `${strictIdentityId(item.identityId)}/federatedIdentityCredentials/${item.name}`)]
      : []),
  ];
}

function roleBlocks(item: RoleItem, { items, unique }: Naming): string[] {
  const type = 'azurerm_role_assignment';
  const name = unique(`${resourceName(item.identityId)}_${item.roleName}`);
  const data = `data.${identityAddress(item.identityId)}`;
  const principal = isHere(items, item.identityId)
    ? `${identityAddress(item.identityId)}.principal_id`
    : item.principalId === undefined
      ? `${data}.principal_id`
      : hclQuote(item.principalId);
  const end =
    item.durationMs === undefined
      ? []
      : [`# Identity Desk ends it after ${durationWords(item.durationMs)}; Terraform does not.`];
  return [
    [
      ...end,
      block(resource(type, name), [
        ['scope', hclQuote(item.scope)],
        ['role_definition_id', hclQuote(roleDefinitionScope(item.scope, item.roleDefinitionId))],
        ['principal_id', principal],
        ['principal_type', hclQuote('ServicePrincipal')],
        ...(item.description === undefined ? [] : ([['description', hclQuote(item.description)]] as const)),
        ...(item.condition === undefined
          ? []
          : ([
              ['condition', hclQuote(item.condition)],
              ['condition_version', hclQuote('2.0')],
            ] as const)),
      ]),
    ].join('\n'),
    ...(item.assignmentId === undefined ? [] : [importOf(`${type}.${name}`, item.assignmentId)]),
  ];
}

/** Identities that are only read, since their principal ids are needed. */
function dataBlocks(items: readonly CodeItem[]): string[] {
  const wanted = itemsOf(items, 'role')
    .filter(({ identityId, principalId }) => principalId === undefined && !isHere(items, identityId))
    .map(({ identityId }) => identityId);
  const unique = [...new Map(wanted.map((id) => [fold(id), id])).values()];
  return unique.map((id) => {
    const { resourceGroup = '', name = '' } = parseScope(id) ?? {};
    return block(`data "azurerm_user_assigned_identity" ${hclQuote(fold(variableName(name)))}`, [
      ['name', hclQuote(name)],
      ['resource_group_name', hclQuote(resourceGroup)],
    ]);
  });
}

function blocksOf(item: CodeItem, naming: Naming): string[] {
  switch (item.kind) {
    case 'group':
      return [
        block(resource('azurerm_resource_group', fold(variableName(item.name))), [
          ['name', hclQuote(item.name)],
          ['location', hclQuote(item.location)],
        ]),
      ];
    case 'identity':
      return identityBlocks(item, naming);
    case 'credential':
      return credentialBlocks(item, naming);
    case 'role':
      return roleBlocks(item, naming);
    default:
      return [];
  }
}

/** The subscription that the provider works in: that of what it creates, else of the first scope in one. */
function subscriptionOf(items: readonly CodeItem[]): string | undefined {
  const ids = items.flatMap((item) => {
    if (item.kind === 'identity' || item.kind === 'group') return [item.subscriptionId];
    if (item.kind === 'credential') return [parseScope(item.identityId)?.subscriptionId];
    return item.kind === 'role' ? [parseScope(item.identityId)?.subscriptionId] : [];
  });
  return ids.find((id) => id !== undefined);
}

const head = (subscriptionId: string | undefined) => `terraform {
  required_version = ">= 1.5"
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

provider "azurerm" {
  features {}
${subscriptionId === undefined ? '' : `  subscription_id = ${hclQuote(subscriptionId)}\n`}}`;

export const terraform: CodeFormat = {
  name: 'terraform',
  label: 'Terraform',
  howToRun: () => 'terraform init && terraform plan',
  write: (items, { title, slug }) => {
    const naming: Naming = { items, unique: namer() };
    const blocks = [...dataBlocks(items), ...items.flatMap((item) => blocksOf(item, naming))];
    if (blocks.length === 0) return [];
    return [
      {
        fileName: `${slug}.tf`,
        text: `${[`# ${commentText(title)}`, head(subscriptionOf(items)), ...blocks].join('\n\n')}\n`,
      },
    ];
  },
  leavesOut: (items) => [
    ...removalsLeftOut(items),
    ...(items.some(({ kind }) => kind === 'tags')
      ? ['Tags are changed in the block of the identity, which is not in it.']
      : []),
  ],
};
