// The KQL queries for Azure Resource Graph. All user input goes through `kqlLiteral`.

import type { IdentityFilter } from '../core/azure-ports.ts';

/**
 * A KQL string literal for any text.
 * Source: “The string data type” of the Kusto docs: in single quotes, a backslash escapes itself, the quote and controls.
 */
export function kqlLiteral(text: string): string {
  const escaped = text.replace(/[\\'\p{Cc}\u2028\u2029]/gu, (char) => {
    if (char === '\\' || char === "'") return `\\${char}`;
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `'${escaped}'`;
}

/** User-assigned identities that may match the filter, with the fields of an Identity. */
export function identitiesQuery(filter: IdentityFilter, order: 'by id' | 'by name' = 'by id'): string {
  const { subscriptionId, resourceGroup, location, name, tags, principalIds } = filter;
  return [
    'resources',
    "where type =~ 'microsoft.managedidentity/userassignedidentities'",
    ...(subscriptionId === undefined ? [] : [`where subscriptionId =~ ${kqlLiteral(subscriptionId)}`]),
    ...(resourceGroup === undefined ? [] : [`where resourceGroup =~ ${kqlLiteral(resourceGroup)}`]),
    ...(location === undefined ? [] : [`where location =~ ${kqlLiteral(location)}`]),
    ...(name === undefined ? [] : [`where name contains ${kqlLiteral(name)}`]),
    ...(principalIds === undefined
      ? []
      : [`where tostring(properties.principalId) in~ (${principalIds.map(kqlLiteral).join(', ')})`]),
    // KQL finds a property bag's keys case-sensitively, but Azure's tag names are case-insensitive: narrow by text, the caller filters.
    ...Object.keys(tags ?? {})
      .filter((key) => /^[\w .:-]+$/.test(key))
      .map((key) => `where tostring(tags) contains ${kqlLiteral(key)}`),
    'project id, name, location, resourceGroup, subscriptionId, tenantId, tags, principalId=tostring(properties.principalId), clientId=tostring(properties.clientId), isolationScope=tostring(properties.isolationScope)',
    order === 'by id' ? 'order by id asc' : 'order by tolower(name) asc, id asc',
  ].join(' | ');
}

/** The resources that use the identity. The keys of userAssignedIdentities come in any case. */
export function resourcesUsingQuery(identityId: string): string {
  return [
    'resources',
    'where isnotempty(identity.userAssignedIdentities)',
    'mv-expand uai = bag_keys(identity.userAssignedIdentities)',
    `where tolower(tostring(uai)) == tolower(${kqlLiteral(identityId)})`,
    'project id, name, type, resourceGroup, subscriptionId, location',
    'order by id asc',
  ].join(' | ');
}

/** Which of these identities some resource carries: their ids in lower case. */
export function carriedQuery(identityIds: readonly string[]): string {
  return [
    'resources',
    'where isnotempty(identity.userAssignedIdentities)',
    'mv-expand uai = bag_keys(identity.userAssignedIdentities)',
    'extend carried = tolower(tostring(uai))',
    `where carried in~ (${identityIds.map(kqlLiteral).join(', ')})`,
    'summarize resources = count() by carried',
  ].join(' | ');
}

/** The resources whose settings have the text in them: an identity's ARM id or client id. */
export function resourcesNamingQuery(text: string): string {
  return [
    'resources',
    `where tostring(properties) contains ${kqlLiteral(text)}`,
    'project id, name, type, resourceGroup, subscriptionId',
    'order by id asc',
  ].join(' | ');
}

/** The resources of exactly that name, case-insensitively. */
export function resourcesNamedQuery(name: string): string {
  return [
    'resources',
    `where name =~ ${kqlLiteral(name)}`,
    'project id, name, type, resourceGroup, subscriptionId',
    'order by id asc',
  ].join(' | ');
}

/** Types that people attach identities to. Others are entered by their id or name. */
const offeredTypes = [
  'microsoft.compute/virtualmachines',
  'microsoft.compute/virtualmachinescalesets',
  'microsoft.web/sites',
  'microsoft.app/containerapps',
  'microsoft.containerservice/managedclusters',
  'microsoft.logic/workflows',
  'microsoft.datafactory/factories',
  'microsoft.automation/automationaccounts',
];

/** Resources that people attach identities to, whose name contains the text: a hundred of them at most. */
export function resourcesLikeQuery(part: string): string {
  return [
    'resources',
    `where type in~ (${offeredTypes.map(kqlLiteral).join(', ')})`,
    ...(part === '' ? [] : [`where name contains ${kqlLiteral(part)}`]),
    'project id, name, type, resourceGroup, subscriptionId',
    'order by id asc',
    'limit 100',
  ].join(' | ');
}

/** The role assignments of a principal. */
export function roleAssignmentsQuery(principalId: string): string {
  return [
    'authorizationresources',
    "where type =~ 'microsoft.authorization/roleassignments'",
    `where tostring(properties.principalId) =~ ${kqlLiteral(principalId)}`,
    'project id, name, scope=tostring(properties.scope), roleDefinitionId=tolower(tostring(properties.roleDefinitionId)), principalType=tostring(properties.principalType), createdOn=tostring(properties.createdOn), description=tostring(properties.description), condition=tostring(properties.condition)',
  ].join(' | ');
}

/** Every role assignment that may be an identity's: an orphaned one can be of any type but these. */
export const allAssignmentsQuery = (principalIds?: readonly string[]): string =>
  [
    'authorizationresources',
    "where type =~ 'microsoft.authorization/roleassignments'",
    "where tostring(properties.principalType) !in~ ('User', 'Group', 'ForeignGroup', 'Device')",
    ...(principalIds === undefined
      ? []
      : [`where tostring(properties.principalId) in~ (${principalIds.map(kqlLiteral).join(', ')})`]),
    'project id, name, scope=tostring(properties.scope), roleDefinitionId=tolower(tostring(properties.roleDefinitionId)), principalId=tolower(tostring(properties.principalId)), condition=tostring(properties.condition), createdOn=tostring(properties.createdOn)',
    'order by id asc',
  ].join(' | ');

/** How many role assignments a subscription has, of all principals: at it and below, which is what Azure limits. */
export const assignmentCountsQuery = [
  'authorizationresources',
  "where type =~ 'microsoft.authorization/roleassignments'",
  "where id startswith '/subscriptions/'",
  'summarize assignments = count() by subscriptionId',
].join(' | ');
