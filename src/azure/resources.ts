// Reads any resource, whatever its provider, by the api-version that the provider's metadata gives. Source: Azure Resource Manager,
// Providers_Get: `resourceTypes[].apiVersions`, and `capabilities`, which name SystemAssignedResourceIdentity where a type carries identities.

import { z } from 'zod';
import type { AzureReader } from '../core/azure-ports.ts';
import { Fault } from '../core/errors.ts';
import type { Resource } from '../core/model/azure.ts';
import { fold, sameName } from '../core/model/fold.ts';
import { parseScope, resourceName, resourceType } from '../core/model/scope.ts';
import { armGet } from './arm-call.ts';
import type { AzureContext } from './azure-context.ts';
import { readAzureError } from './azure-error.ts';
import { TtlCache } from './ttl-cache.ts';

/** Where the provider's metadata may not be read. Stable versions that the providers publish. */
const knownVersions: Readonly<Record<string, string>> = {
  'microsoft.compute/virtualmachines': '2024-07-01',
  'microsoft.compute/virtualmachinescalesets': '2024-07-01',
  'microsoft.web/sites': '2024-04-01',
  'microsoft.app/containerapps': '2024-03-01',
  'microsoft.containerservice/managedclusters': '2024-05-01',
  'microsoft.storage/storageaccounts': '2024-01-01',
  'microsoft.containerregistry/registries': '2023-07-01',
};
const hourMs = 3_600_000;

/** What a provider says of one of its types. */
interface TypeFacts {
  readonly version: string;
  /** Absent: it does not say. */
  readonly takesIdentities?: boolean;
}

const identityBlock = z.looseObject({
  type: z.string().nullish(),
  userAssignedIdentities: z.record(z.string(), z.unknown()).nullish(),
});
const body = z.looseObject({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  location: z.string().nullish(),
  etag: z.string().nullish(),
  eTag: z.string().nullish(),
  identity: identityBlock.nullish(),
  properties: z.looseObject({ provisioningState: z.string().nullish() }).nullish(),
});

/** A resource as its provider tells it: all of it, so that it can be written back. */
export type ArmResource = z.infer<typeof body>;

/** ARM ids of its user-assigned identities. */
export function identitiesOf({ identity }: ArmResource): string[] {
  return Object.keys(identity?.userAssignedIdentities ?? {});
}

/** Whether it has an identity of its own. */
export function hasSystemAssigned({ identity }: ArmResource): boolean {
  return /SystemAssigned/i.test(identity?.type ?? '');
}

/** The newest version that is no preview: an older one would not tell, and then not write back, what is newer. */
function newest(versions: readonly string[]): string | undefined {
  const sorted = versions.toSorted().toReversed();
  return sorted.find((one) => /^\d{4}-\d\d-\d\d$/.test(one)) ?? sorted[0];
}

type Facts = TtlCache<{ readonly [type: string]: TypeFacts }>;
const caches = new WeakMap<AzureContext['clients'], Facts>();

function cacheOf({ clients, clock }: Pick<AzureContext, 'clients' | 'clock'>): Facts {
  const cache: Facts = caches.get(clients) ?? new TtlCache({ ttlMs: hourMs, max: 200, clock });
  caches.set(clients, cache);
  return cache;
}

async function providerFacts({ clients }: Pick<AzureContext, 'clients'>, subscriptionId: string, namespace: string) {
  const { resourceTypes = [] } = await clients.resources(subscriptionId).providers.get(namespace);
  return Object.fromEntries(
    resourceTypes.flatMap(({ resourceType: name = '', apiVersions = [], capabilities }) => {
      const version = newest(apiVersions);
      if (version === undefined) return [];
      const said =
        capabilities === undefined ? {} : { takesIdentities: /SystemAssignedResourceIdentity/i.test(capabilities) };
      return [[fold(`${namespace}/${name}`), { version, ...said }]];
    }),
  );
}

/** What the provider says of the type of a resource. Throws Fault 'azure-refused' where nothing is known of the type, and what the SDK throws. */
export async function typeFacts(context: Pick<AzureContext, 'clients' | 'clock'>, id: string): Promise<TypeFacts> {
  const type = resourceType(id) ?? '';
  const namespace = type.split('/')[0] ?? '';
  const load = () => providerFacts(context, parseScope(id)?.subscriptionId ?? '', namespace);
  const version = knownVersions[fold(type)];
  try {
    const { value } = await cacheOf(context).get(fold(namespace), load);
    const found = value[fold(type)];
    if (found) return found;
  } catch (error) {
    const { status } = readAzureError(error);
    // Who may not read the metadata, or where a cloud has none of it, goes by what is known.
    if (version === undefined || (status !== 403 && status !== 404 && status !== 400)) throw error;
  }
  if (version !== undefined) return { version };
  throw new Fault('azure-refused', `Azure publishes no API for resources of the type ${type}.`, {
    next: 'Check the resource id. If it is right, use the Azure portal or az.',
  });
}

/** A resource from its provider; undefined where it is not there. Throws Fault, and what the SDK throws. */
export async function resourceNow(
  context: Pick<AzureContext, 'clients' | 'clock'>,
  id: string,
): Promise<ArmResource | undefined> {
  const { version } = await typeFacts(context, id);
  return armGet(context.clients, encodeURI(id), { 'api-version': version }, body);
}

/** Whether a change of it is under way. */
export function isChanging({ properties }: ArmResource): boolean {
  const state = properties?.provisioningState ?? 'Succeeded';
  return !/^(Succeeded|Failed|Canceled)$/i.test(state);
}

const needsUpgrade = z.looseObject({ upgradePolicy: z.looseObject({ mode: z.string().nullish() }).nullish() });

/** The read of resources over one gateway. It throws Fault. */
export function createResources(context: AzureContext): Pick<AzureReader, 'resource'> {
  async function load(id: string): Promise<Resource | undefined> {
    const [found, facts] = [await resourceNow(context, id), await typeFacts(context, id)];
    if (!found) return undefined;
    const identities = identitiesOf(found);
    const policy = needsUpgrade.safeParse(found.properties ?? {}).data?.upgradePolicy;
    return {
      id: found.id,
      name: resourceName(found.id),
      type: resourceType(found.id) ?? found.type,
      location: found.location ?? '',
      identities,
      hasSystemAssigned: hasSystemAssigned(found),
      takesIdentities: identities.length > 0 || found.identity?.type != null || (facts.takesIdentities ?? true),
      needsInstanceUpgrade: sameName(policy?.mode ?? '', 'Manual') && /scalesets$/i.test(found.type),
    };
  }
  return {
    resource: async (id) =>
      parseScope(id)?.kind === 'resource' ? context.calls.read('resource', () => load(id)) : undefined,
  };
}
