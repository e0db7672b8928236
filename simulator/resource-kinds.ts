// The kinds of resource beside identities: those that can carry one, each in its own way, and a few that roles are granted on.
// Sources: the specifications of each provider in Azure/azure-rest-api-specs; entra-docs managed-identities-status.

import { resourceVersions as versions } from './resource-versions.ts';

/** `both`: system-assigned and user-assigned, also together. `either`: one of the two. `user`: user-assigned alone. */
type Carries = 'both' | 'either' | 'user' | 'none';

/** How a write is answered: with the resource as it is now, with it and an operation to poll, or with 202 and that alone. */
type Write = 'now' | 'tracked' | 'accepted';

export interface ResourceKind {
  /** 'Microsoft.Compute/virtualMachines' */
  type: string;
  versions: readonly string[];
  carries: Carries;
  /** The most user-assigned identities at once, where there is a limit. */
  most?: number;
  put: Write;
  /** `tags`: a PATCH knows tags alone, identities are written by PUT. Undefined: the type has no PATCH. */
  patch?: Write | 'tags' | undefined;
  /** How the two types are written together, where it is not 'SystemAssigned, UserAssigned'. */
  together?: string;
  /** An identity block is there when nothing is assigned, of type None. */
  showsNone?: boolean;
  /** The kind that a resource has where none was given. */
  kind?: string;
  /** provisioningState while a write goes on; 'Updating' where it is not given. */
  underWay?: string;
}

const compute = { versions: versions.compute, carries: 'both' } as const;
const both = { carries: 'both', put: 'now', patch: 'now' } as const;

export const resourceKinds: readonly ResourceKind[] = [
  { ...compute, type: 'Microsoft.Compute/virtualMachines', put: 'tracked', patch: 'now' },
  { ...compute, type: 'Microsoft.Compute/virtualMachineScaleSets', put: 'tracked', patch: 'tracked' },
  { ...both, type: 'Microsoft.Web/sites', versions: versions.web, kind: 'app' },
  {
    type: 'Microsoft.App/containerApps',
    versions: versions.app,
    carries: 'both',
    put: 'tracked',
    patch: 'accepted',
    showsNone: true,
    underWay: 'InProgress',
  },
  {
    type: 'Microsoft.App/jobs',
    versions: versions.app,
    carries: 'both',
    put: 'tracked',
    patch: 'accepted',
    showsNone: true,
    underWay: 'InProgress',
  },
  {
    type: 'Microsoft.ContainerService/managedClusters',
    versions: versions.clusters,
    carries: 'either',
    most: 1,
    put: 'tracked',
    patch: 'tags',
  },
  { type: 'Microsoft.Logic/workflows', versions: versions.logic, carries: 'either', most: 1, put: 'now' },
  {
    ...both,
    type: 'Microsoft.Storage/storageAccounts',
    versions: versions.storage,
    together: 'SystemAssigned,UserAssigned',
    showsNone: true,
    kind: 'StorageV2',
  },
  { type: 'Microsoft.KeyVault/vaults', versions: versions.keyVault, carries: 'none', put: 'now', patch: 'now' },
  { ...both, type: 'Microsoft.ContainerRegistry/registries', versions: versions.registry },
  {
    type: 'Microsoft.ContainerInstance/containerGroups',
    versions: versions.containers,
    carries: 'both',
    put: 'now',
    patch: 'tags',
  },
  { ...both, type: 'Microsoft.Automation/automationAccounts', versions: versions.automation },
  { ...both, type: 'Microsoft.AppConfiguration/configurationStores', versions: versions.configuration },
  { ...both, type: 'Microsoft.CognitiveServices/accounts', versions: versions.cognitive, kind: 'OpenAI' },
  { ...both, type: 'Microsoft.DataFactory/factories', versions: versions.factory },
  { ...both, type: 'Microsoft.ServiceBus/namespaces', versions: versions.messaging },
  { ...both, type: 'Microsoft.EventHub/namespaces', versions: versions.messaging },
  {
    ...both,
    type: 'Microsoft.DocumentDB/databaseAccounts',
    versions: versions.documents,
    put: 'tracked',
    patch: 'accepted',
  },
  { type: 'Microsoft.Batch/batchAccounts', versions: versions.batch, carries: 'either', put: 'now', patch: 'now' },
  {
    type: 'Microsoft.Network/applicationGateways',
    versions: versions.gateway,
    carries: 'user',
    most: 1,
    put: 'tracked',
    patch: 'tags',
  },
  {
    type: 'Microsoft.Resources/deploymentScripts',
    versions: versions.script,
    carries: 'user',
    most: 1,
    put: 'tracked',
    patch: 'tags',
  },
];

const ofType = new Map(resourceKinds.map((kind) => [kind.type.toLowerCase(), kind]));

/** The kind of a full type, whatever the case. */
export function kindOf(type: string): ResourceKind | undefined {
  return ofType.get(type.toLowerCase());
}

/** The full type of 'virtualMachines' or 'Microsoft.Compute/virtualMachines', whatever the case. */
export function typeNamed(text: string): string | undefined {
  const wanted = text.toLowerCase();
  return resourceKinds.find(({ type }) => type.toLowerCase() === wanted || type.split('/')[1]?.toLowerCase() === wanted)
    ?.type;
}
