// What can be exported, at its most awkward: texts that would end a string in one of the languages, every kind of scope.

import type { CodeSubject } from '../../src/core/as-code/format.ts';
import type { CodeItem } from '../../src/core/as-code/items.ts';
import { portalAddress } from '../../src/core/portal.ts';

const subscriptionId = '5b1f7e0a-0000-4000-8000-0000000000a1';
const otherSubscription = '5b1f7e0a-0000-4000-8000-0000000000b2';
const group = `/subscriptions/${subscriptionId}/resourceGroups/rg-payments`;
const identityId = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uami-orders`;
const readerRole = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';

/** Characters that end strings, begin expressions or break lines somewhere. */
export const awkward = `it's "a" $b \${c} %{d} \`e\` \\ [f] ‘g’ \n| #h`;

export const subject: CodeSubject = {
  title: 'Identity uami-orders in rg-payments\nrm -rf /',
  slug: 'uami-orders',
  portal: (id, page) => portalAddress({ origin: 'https://portal.azure.com' }, id, page),
};

function identityOf(text: string, exists = false): CodeItem {
  return {
    kind: 'identity',
    id: identityId,
    subscriptionId,
    resourceGroup: 'rg-payments',
    name: 'uami-orders',
    location: 'westeurope',
    tags: { env: 'prod', owner: text },
    isolationScope: 'Regional',
    exists,
  };
}

const credentialOf = (name: string, subject: string, exists = false): CodeItem => ({
  kind: 'credential',
  identityId,
  name,
  issuer: 'https://token.actions.githubusercontent.com',
  subject,
  audiences: ['api://AzureADTokenExchange'],
  exists,
});

export const roleOn = (scope: string, text: string, isKnown = false): CodeItem => ({
  kind: 'role',
  scope,
  roleDefinitionId: readerRole,
  roleName: 'Reader',
  identityId,
  ...(isKnown ? { principalId: 'aaaaaaaa-0000-4000-8000-00000000000f' } : {}),
  description: text,
  condition: `@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] StringEquals '${text}'`,
});

/** A scope of each kind. */
export const scopes = {
  group,
  otherGroup: `/subscriptions/${otherSubscription}/resourceGroups/rg-data`,
  resource: `${group}/providers/Microsoft.Storage/storageAccounts/stpayments`,
  child: `${group}/providers/Microsoft.KeyVault/vaults/kv-payments/secrets/api-key`,
  subscription: `/subscriptions/${subscriptionId}`,
  managementGroup: '/providers/Microsoft.Management/managementGroups/mg-platform',
  root: '/',
};

/** Everything that a template has words for. */
export function whole(text: string, exists = false): CodeItem[] {
  return [
    identityOf(text, exists),
    credentialOf('github-main', text, exists),
    credentialOf('github-release', 'repo:contoso/orders:environment:release', exists),
    ...Object.values(scopes).map((scope) => roleOn(scope, text)),
  ];
}

/** The same in a resource group that is created with it. */
export const withGroup = (text: string): CodeItem[] => [
  { kind: 'group', subscriptionId, name: 'rg-payments', location: 'westeurope' },
  ...whole(text),
];

/** What is taken away or changed, which only scripts have words for. */
export const changes: readonly CodeItem[] = [
  { kind: 'tags', identityId, tags: { env: 'prod', owner: awkward } },
  { kind: 'attachment-removal', identityId, resourceId: `${group}/providers/Microsoft.Compute/virtualMachines/vm-1` },
  { kind: 'attachment', identityId, resourceId: `${group}/providers/Microsoft.Web/sites/web-1` },
  { kind: 'credential-removal', id: `${identityId}/federatedIdentityCredentials/github-main` },
  {
    kind: 'role-removal',
    id: `${group}/providers/Microsoft.Authorization/roleAssignments/0a1b2c3d-0000-4000-8000-000000000001`,
  },
  { kind: 'identity-removal', id: identityId },
];
