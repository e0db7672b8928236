// Code items as Bicep: one file to deploy, and a module for each other resource group or subscription.

import { fold, sameName } from '../model/fold.ts';
import { parseScope, resourceName, roleDefinitionScope } from '../model/scope.ts';
import { deployLines, treeFileName } from './arm.ts';
import { type CodeFormat, type CodeText, commentText, removalsLeftOut, variableName } from './format.ts';
import { type CredentialItem, type IdentityItem, itemsOf, type RoleItem } from './items.ts';
import {
  type Deployment,
  newGroupOf,
  pathInProvider,
  type Target,
  type TemplateItem,
  type TemplateTree,
  templateTrees,
} from './targets.ts';

const identityApi = '2024-11-30';

/** A string of Bicep, in which nothing is interpolated. */
function bicepQuote(text: string): string {
  const escaped = text
    .replaceAll(/['\\]/g, '\\$&')
    .replaceAll('${', '\\${')
    .replaceAll(/\p{Cc}/gu, (letter) => `\\u{${(letter.codePointAt(0) ?? 0).toString(16)}}`);
  return `'${escaped}'`;
}

/** Lines of an object's body, one level deeper. */
const indent = (lines: readonly string[]) => lines.flatMap((line) => line.split('\n')).map((line) => `  ${line}`);
const object = (header: string, lines: readonly string[]) => [`${header}{`, ...indent(lines), '}'].join('\n');

const targetScopes: Readonly<Record<Target['kind'], string>> = {
  group: 'resourceGroup',
  subscription: 'subscription',
  'management-group': 'managementGroup',
  tenant: 'tenant',
};

const identitySymbol = (identityId: string) => `identity_${variableName(resourceName(identityId))}`;
const holds = (items: readonly TemplateItem[], identityId: string) =>
  itemsOf(items, 'identity').find(({ id }) => sameName(id, identityId));

function identityLines(item: IdentityItem): string {
  const tags = Object.entries(item.tags).map(([name, value]) => `${bicepQuote(name)}: ${bicepQuote(value)}`);
  return object(
    `resource ${identitySymbol(item.id)} 'Microsoft.ManagedIdentity/userAssignedIdentities@${identityApi}' = `,
    [
      `name: ${bicepQuote(item.name)}`,
      `location: ${bicepQuote(item.location)}`,
      ...(tags.length > 0 ? [object('tags: ', tags)] : []),
      ...(item.isolationScope === undefined
        ? []
        : [object('properties: ', [`isolationScope: ${bicepQuote(item.isolationScope)}`])]),
    ],
  );
}

const credentialSymbol = ({ name }: CredentialItem) => `credential_${variableName(name)}`;

/** Azure takes one write of an identity's credentials at a time, so each waits for the one before. */
function credentialLines(item: CredentialItem, index: number, items: readonly TemplateItem[]): string {
  const before = itemsOf(items.slice(0, index), 'credential').at(-1);
  return object(
    `resource ${credentialSymbol(item)} 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials@${identityApi}' = `,
    [
      `parent: ${identitySymbol(item.identityId)}`,
      `name: ${bicepQuote(item.name)}`,
      object('properties: ', [
        `issuer: ${bicepQuote(item.issuer)}`,
        `subject: ${bicepQuote(item.subject)}`,
        ['audiences: [', ...indent(item.audiences.map(bicepQuote)), ']'].join('\n'),
      ]),
      ...(before ? [['dependsOn: [', ...indent([credentialSymbol(before)]), ']'].join('\n')] : []),
    ],
  );
}

/** A declaration of the resource that a role is assigned on. Its api-version is not used: nothing of the resource is read or written. */
function scopeResource(scope: string, name: string): { readonly lines: string; readonly symbol: string } {
  const [provider = '', ...pairs] = pathInProvider(scope).split('/');
  const types = pairs.filter((_segment, index) => index % 2 === 0);
  const names = pairs.filter((_segment, index) => index % 2 === 1);
  return {
    symbol: name,
    lines: object(`resource ${name} '${[provider, ...types].join('/')}@2021-04-01' existing = `, [
      `name: ${bicepQuote(names.join('/'))}`,
    ]),
  };
}

function principalOf({ identityId, principalId }: RoleItem, items: readonly TemplateItem[]): string {
  if (holds(items, identityId)) return `${identitySymbol(identityId)}.properties.principalId`;
  return principalId === undefined ? 'principalId' : bicepQuote(principalId);
}

const isGiven = (item: RoleItem, items: readonly TemplateItem[]) => principalOf(item, items) === 'principalId';

function roleLines(item: RoleItem, index: number, items: readonly TemplateItem[]): string {
  const on = parseScope(item.scope)?.kind === 'resource' ? scopeResource(item.scope, `scope${index}`) : undefined;
  const name =
    item.assignmentId === undefined
      ? `guid(${[item.scope, fold(item.identityId), item.roleDefinitionId].map(bicepQuote).join(', ')})`
      : bicepQuote(resourceName(item.assignmentId));
  const assignment = object(
    `resource role${index}_${variableName(item.roleName)} 'Microsoft.Authorization/roleAssignments@2022-04-01' = `,
    [
      `name: ${name}`,
      ...(on ? [`scope: ${on.symbol}`] : []),
      object('properties: ', [
        `roleDefinitionId: ${bicepQuote(roleDefinitionScope(item.scope, item.roleDefinitionId))}`,
        `principalId: ${principalOf(item, items)}`,
        "principalType: 'ServicePrincipal'",
        ...(item.description === undefined ? [] : [`description: ${bicepQuote(item.description)}`]),
        ...(item.condition === undefined
          ? []
          : [`condition: ${bicepQuote(item.condition)}`, "conditionVersion: '2.0'"]),
      ]),
    ],
  );
  return [...(on ? [on.lines] : []), assignment].join('\n\n');
}

function resourceLines(item: TemplateItem, index: number, items: readonly TemplateItem[]): string {
  switch (item.kind) {
    case 'group':
      return object(`resource group_${variableName(item.name)} 'Microsoft.Resources/resourceGroups@2024-03-01' = `, [
        `name: ${bicepQuote(item.name)}`,
        `location: ${bicepQuote(item.location)}`,
      ]);
    case 'identity':
      return identityLines(item);
    case 'credential':
      return credentialLines(item, index, items);
    case 'role':
      return roleLines(item, index, items);
  }
}

/** Identities that exist and whose credentials are in it. */
function existingIdentities(items: readonly TemplateItem[]): string[] {
  const ids = itemsOf(items, 'credential')
    .map(({ identityId }) => identityId)
    .filter((id) => !holds(items, id));
  return [...new Map(ids.map((id) => [fold(id), id])).values()].map((id) =>
    object(
      `resource ${identitySymbol(id)} 'Microsoft.ManagedIdentity/userAssignedIdentities@${identityApi}' existing = `,
      [`name: ${bicepQuote(resourceName(id))}`],
    ),
  );
}

function fileText({ target, items }: Deployment, title: string, modules: readonly string[] = []): string {
  const identity = items.find((item): item is IdentityItem => item.kind === 'identity');
  return `${[
    `// ${commentText(title)}`,
    `targetScope = '${targetScopes[target.kind]}'`,
    ...(itemsOf(items, 'role').some((item) => isGiven(item, items)) ? ['param principalId string'] : []),
    ...existingIdentities(items),
    ...items.map((item, index) => resourceLines(item, index, items)),
    ...modules,
    ...(identity ? [`output principalId string = ${identitySymbol(identity.id)}.properties.principalId`] : []),
  ].join('\n\n')}\n`;
}

const moduleSymbol = (index: number) => `module${index + 1}`;

/** The call of a module: its target, and the principal id of the identity that it gives roles to. */
function moduleLines(inner: Deployment, index: number, fileName: string, tree: TemplateTree): string {
  const { target, items } = inner;
  const role = itemsOf(items, 'role').find((item) => isGiven(item, items));
  const home = role ? tree.nested.findIndex((one) => holds(one.items, role.identityId)) : -1;
  const principal =
    role &&
    (holds(tree.items, role.identityId)
      ? `${identitySymbol(role.identityId)}.properties.principalId`
      : `${moduleSymbol(home)}.outputs.principalId`);
  const newGroup = newGroupOf(tree, target);
  const scope = newGroup
    ? `group_${variableName(newGroup.name)}`
    : target.kind === 'group'
      ? `resourceGroup(${bicepQuote(target.subscriptionId)}, ${bicepQuote(target.resourceGroup)})`
      : target.kind === 'subscription'
        ? `subscription(${bicepQuote(target.subscriptionId)})`
        : 'tenant()';
  return object(`module ${moduleSymbol(index)} ${bicepQuote(fileName)} = `, [
    `name: ${bicepQuote(`identity-desk-${index + 1}`)}`,
    `scope: ${scope}`,
    ...(principal === undefined ? [] : [object('params: ', [`principalId: ${principal}`])]),
  ]);
}

export const bicep: CodeFormat = {
  name: 'bicep',
  label: 'Bicep',
  howToRun: (texts, items) => deployLines(items, texts, 'bicep'),
  write: (items, { title, slug }) =>
    templateTrees(items).flatMap((tree, index): CodeText[] => {
      const fileName = treeFileName(tree, index, slug, 'bicep');
      const moduleName = (at: number) => `${slug}-module${at + 1}.bicep`;
      const modules = tree.nested.map((inner, at) => moduleLines(inner, at, moduleName(at), tree));
      return [
        { fileName, text: fileText(tree, title, modules) },
        ...tree.nested.map((inner, at) => ({ fileName: moduleName(at), text: fileText(inner, title) })),
      ];
    }),
  leavesOut: removalsLeftOut,
};
