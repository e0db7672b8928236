// The queries that are put to Azure Resource Graph. Whatever comes from a person goes through `literal`, and only through it.

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

/** All user-assigned identities that the filter may leave, each with the fields of an Identity. */
export function identitiesQuery(filter: IdentityFilter): string {
  const { subscriptionId, resourceGroup, name, tags } = filter;
  return [
    'resources',
    "where type =~ 'microsoft.managedidentity/userassignedidentities'",
    ...(subscriptionId === undefined ? [] : [`where subscriptionId =~ ${kqlLiteral(subscriptionId)}`]),
    ...(resourceGroup === undefined ? [] : [`where resourceGroup =~ ${kqlLiteral(resourceGroup)}`]),
    ...(name === undefined ? [] : [`where name contains ${kqlLiteral(name)}`]),
    // A bag's keys are found in their own case only, and Azure's tag names know none: their text narrows, the caller looks closely.
    ...Object.keys(tags ?? {})
      .filter((key) => /^[\w .:-]+$/.test(key))
      .map((key) => `where tostring(tags) contains ${kqlLiteral(key)}`),
    'project id, name, location, resourceGroup, subscriptionId, tenantId, tags, principalId=tostring(properties.principalId), clientId=tostring(properties.clientId), isolationScope=tostring(properties.isolationScope)',
    'order by id asc',
  ].join(' | ');
}

/** The resources whose identity block names the identity. The keys of that block come in any case. */
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

/** The resources of exactly that name, whatever its case. */
export function resourcesNamedQuery(name: string): string {
  return [
    'resources',
    `where name =~ ${kqlLiteral(name)}`,
    'project id, name, type, resourceGroup, subscriptionId',
    'order by id asc',
  ].join(' | ');
}

/** The role assignments of a principal. */
export function roleAssignmentsQuery(principalId: string): string {
  return [
    'authorizationresources',
    "where type =~ 'microsoft.authorization/roleassignments'",
    `where tostring(properties.principalId) =~ ${kqlLiteral(principalId)}`,
    'project id, name, scope=tostring(properties.scope), roleDefinitionId=tolower(tostring(properties.roleDefinitionId)), principalType=tostring(properties.principalType), createdOn=tostring(properties.createdOn)',
  ].join(' | ');
}
