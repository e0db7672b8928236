// Code items as ARM templates. Source: Microsoft's ARM template reference (userAssignedIdentities 2024-11-30, roleAssignments
// 2022-04-01, deployments 2022-09-01).

import { fold, sameName } from '../model/fold.ts';
import { parseScope, resourceName, roleDefinitionScope } from '../model/scope.ts';
import { type CodeFormat, type CodeText, removalsLeftOut } from './format.ts';
import { type CodeItem, type CredentialItem, type IdentityItem, itemsOf, type RoleItem } from './items.ts';
import {
  type Deployment,
  deployLine,
  locationOf,
  newGroupOf,
  pathInProvider,
  type Target,
  type TemplateItem,
  type TemplateTree,
  templateTrees,
} from './targets.ts';

type Json = string | number | boolean | { readonly [key: string]: Json } | readonly Json[];

/** A literal string of a template: what is in brackets would be an expression. */
const literal = (text: string) => (text.startsWith('[') && text.endsWith(']') ? `[${text}` : text);
/** A string inside an expression. */
const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
const expression = (code: string) => `[${code}]`;

const identityType = 'Microsoft.ManagedIdentity/userAssignedIdentities';
const identityApi = '2024-11-30';

const schemas: Readonly<Record<Target['kind'], string>> = {
  group: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
  subscription: 'https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#',
  'management-group': 'https://schema.management.azure.com/schemas/2019-08-01/managementGroupDeploymentTemplate.json#',
  tenant: 'https://schema.management.azure.com/schemas/2019-08-01/tenantDeploymentTemplate.json#',
};

/** `resourceId` of an identity, from wherever the template is deployed. */
function identityIdCode(identityId: string): string {
  const { subscriptionId = '', resourceGroup = '', name = '' } = parseScope(identityId) ?? {};
  return `resourceId(${[subscriptionId, resourceGroup, identityType, name].map(quoted).join(', ')})`;
}

/** The name of a parameter that takes an identity's principal id into a template. */
const principalParameter = 'principalId';

function identityResource(item: IdentityItem): Json {
  return {
    type: identityType,
    apiVersion: identityApi,
    name: literal(item.name),
    location: item.location,
    ...(Object.keys(item.tags).length > 0 ? { tags: literalValues(item.tags) } : {}),
    ...(item.isolationScope === undefined ? {} : { properties: { isolationScope: item.isolationScope } }),
  };
}

const literalValues = (tags: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, literal(value)]));

/** Azure takes one write of an identity's credentials at a time, so each waits for the one before. */
function credentialResource(item: CredentialItem, previous: CredentialItem | undefined, isCreated: boolean): Json {
  const identity = resourceName(item.identityId);
  const dependsOn = previous
    ? [
        expression(
          `resourceId(${[`${identityType}/federatedIdentityCredentials`, identity, previous.name].map(quoted).join(', ')})`,
        ),
      ]
    : isCreated
      ? [expression(identityIdCode(item.identityId))]
      : [];
  return {
    type: `${identityType}/federatedIdentityCredentials`,
    apiVersion: identityApi,
    name: `${identity}/${item.name}`,
    ...(dependsOn.length > 0 ? { dependsOn } : {}),
    properties: { issuer: item.issuer, subject: literal(item.subject), audiences: item.audiences.map(literal) },
  };
}

/** Whether an identity of these items is the one that the role is for. */
const creates = (items: readonly TemplateItem[], identityId: string) =>
  items.some((item) => item.kind === 'identity' && sameName(item.id, identityId));

/** Where in its deployment an assignment is: none for the target itself, else the type and name of a resource in it. */
function extensionScope({ scope }: RoleItem): { scope: string } | Record<string, never> {
  const parsed = parseScope(scope);
  if (parsed?.kind !== 'resource') return {};
  return { scope: literal(pathInProvider(parsed.id)) };
}

/** Whether the role's principal is given to the template from outside. */
const isGiven = (item: TemplateItem, items: readonly TemplateItem[]) =>
  item.kind === 'role' && item.principalId === undefined && !creates(items, item.identityId);

const principalCode = (identityId: string) =>
  expression(`reference(${identityIdCode(identityId)}, '${identityApi}').principalId`);

function roleResource(item: RoleItem, items: readonly TemplateItem[]): Json {
  const { identityId, principalId, roleDefinitionId } = item;
  const isHere = creates(items, identityId);
  const name =
    item.assignmentId === undefined
      ? expression(`guid(${[item.scope, fold(identityId), roleDefinitionId].map(quoted).join(', ')})`)
      : resourceName(item.assignmentId);
  return {
    type: 'Microsoft.Authorization/roleAssignments',
    apiVersion: '2022-04-01',
    name,
    ...extensionScope(item),
    ...(isHere ? { dependsOn: [expression(identityIdCode(identityId))] } : {}),
    properties: {
      roleDefinitionId: roleDefinitionScope(item.scope, roleDefinitionId),
      principalId: isGiven(item, items)
        ? expression(`parameters('${principalParameter}')`)
        : (principalId ?? principalCode(identityId)),
      principalType: 'ServicePrincipal',
      ...(item.description === undefined ? {} : { description: literal(item.description) }),
      ...(item.condition === undefined ? {} : { condition: literal(item.condition), conditionVersion: '2.0' }),
    },
  };
}

function resourceOf(item: TemplateItem, index: number, items: readonly TemplateItem[]): Json {
  switch (item.kind) {
    case 'group':
      return {
        type: 'Microsoft.Resources/resourceGroups',
        apiVersion: '2024-03-01',
        name: item.name,
        location: item.location,
      };
    case 'identity':
      return identityResource(item);
    case 'credential': {
      const before = itemsOf(items.slice(0, index), 'credential');
      return credentialResource(item, before.at(-1), creates(items, item.identityId));
    }
    case 'role':
      return roleResource(item, items);
  }
}

function templateOf({ target, items }: Deployment, nested: readonly Json[] = []): Json {
  return {
    $schema: schemas[target.kind],
    contentVersion: '1.0.0.0',
    ...(items.some((item) => isGiven(item, items)) ? { parameters: { [principalParameter]: { type: 'string' } } } : {}),
    resources: [...items.map((item, index) => resourceOf(item, index, items)), ...nested],
  };
}

const nestedName = (target: Target, index: number) =>
  `identity-desk-${index + 1}-${target.kind === 'group' ? target.resourceGroup : target.kind}`.slice(0, 64);

/** The resource that has to exist before an identity's principal id can be read: the identity, or the deployment that it is in. */
function identityDependency(identityId: string, tree: TemplateTree): string[] {
  if (creates(tree.items, identityId)) return [expression(identityIdCode(identityId))];
  const at = tree.nested.findIndex(({ items }) => creates(items, identityId));
  const home = tree.nested[at]?.target;
  if (home?.kind !== 'group') return [];
  const id = [home.subscriptionId, home.resourceGroup, 'Microsoft.Resources/deployments', nestedName(home, at)];
  return [expression(`resourceId(${id.map(quoted).join(', ')})`)];
}

/** A nested deployment, with the principal id of the identity that it gives roles to. */
function nestedResource(inner: Deployment, index: number, tree: TemplateTree): Json {
  const { target, items } = inner;
  const role = itemsOf(items, 'role').find((item) => isGiven(item, items));
  const newGroup = newGroupOf(tree, target);
  const dependsOn = [
    ...(role ? identityDependency(role.identityId, tree) : []),
    ...(newGroup
      ? [expression(`subscriptionResourceId('Microsoft.Resources/resourceGroups', ${quoted(newGroup.name)})`)]
      : []),
  ];
  return {
    type: 'Microsoft.Resources/deployments',
    apiVersion: '2022-09-01',
    name: nestedName(target, index),
    ...(target.kind === 'group' ? { subscriptionId: target.subscriptionId, resourceGroup: target.resourceGroup } : {}),
    ...(target.kind === 'subscription'
      ? { subscriptionId: target.subscriptionId, location: locationOf([...tree.items, ...items]) }
      : {}),
    ...(dependsOn.length > 0 ? { dependsOn } : {}),
    properties: {
      mode: 'Incremental',
      expressionEvaluationOptions: { scope: 'inner' },
      ...(role ? { parameters: { [principalParameter]: { value: principalCode(role.identityId) } } } : {}),
      template: templateOf(inner),
    },
  };
}

/** The file names of templates that are deployed one after the other. */
export function treeFileName(tree: TemplateTree, index: number, slug: string, extension: string): string {
  return index === 0 ? `${slug}.${extension}` : `${slug}-${index + 1}-${tree.target.kind}.${extension}`;
}

/** The lines that deploy each template, with the principal id where it has to be given. */
export function deployLines(
  items: readonly CodeItem[],
  texts: readonly CodeText[],
  extension: string,
): string | undefined {
  const slug = (texts[0]?.fileName ?? '').slice(0, -extension.length - 1);
  const lines = templateTrees(items).map((tree, index) => {
    const given = itemsOf(tree.items, 'role').find((item) => isGiven(item, tree.items));
    const principal = given
      ? ` --parameters principalId="$(az identity show --ids ${given.identityId} --query principalId --output tsv)"`
      : '';
    return `${deployLine(tree.target, treeFileName(tree, index, slug, extension), locationOf(items))}${principal}`;
  });
  return lines.length > 0 ? lines.join('\n') : undefined;
}

export const arm: CodeFormat = {
  name: 'arm',
  label: 'ARM template',
  howToRun: (texts, items) => deployLines(items, texts, 'json'),
  write: (items, { slug }) =>
    templateTrees(items).map((tree, index) => ({
      fileName: treeFileName(tree, index, slug, 'json'),
      text: `${JSON.stringify(
        templateOf(
          tree,
          tree.nested.map((inner, at) => nestedResource(inner, at, tree)),
        ),
        null,
        2,
      )}\n`,
    })),
  leavesOut: removalsLeftOut,
};
