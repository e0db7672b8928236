// What is known of resource types that carry identities, beyond what their providers say of themselves.

import { fold } from './fold.ts';

/** How a type takes identities. */
export interface Carrier {
  /**
   * `put`: a PATCH of the type takes no identities, so that the whole resource is read and written back. Only types whose answer to a
   * GET has all that a PUT needs: of any other a PUT could lose secrets, which no GET tells.
   */
  readonly by: 'patch' | 'put';
  /** The most user-assigned identities that one resource carries, where Azure says so. */
  readonly most?: number;
  /** It carries none, whatever its provider says of identities in general. */
  readonly none?: true;
  /** A system-assigned identity or user-assigned ones, never both. */
  readonly either?: true;
  /** How both together are written, where that is not 'SystemAssigned, UserAssigned'. */
  readonly together?: string;
  /** It always has one: attaching another takes its place, and none can be detached. */
  readonly keepsOne?: true;
}

/** Sources: each provider's REST reference, and its page on managed identities. */
const carriers: Readonly<Record<string, Carrier>> = {
  'microsoft.containerservice/managedclusters': { by: 'put', most: 1, keepsOne: true },
  'microsoft.network/applicationgateways': { by: 'put', most: 1 },
  // “Only 1 User Assigned identity is permitted here”: the storage resource provider's Identity.
  'microsoft.storage/storageaccounts': { by: 'patch', most: 1, together: 'SystemAssigned,UserAssigned' },
  'microsoft.batch/batchaccounts': { by: 'patch', either: true },
  'microsoft.logic/workflows': { by: 'patch', either: true, most: 1 },
  'microsoft.keyvault/vaults': { by: 'patch', none: true },
  'microsoft.appconfiguration/configurationstores': { by: 'patch', most: 10 },
};

/** What is known of a type, whatever its case. */
export function carrierOf(type: string): Carrier {
  return carriers[fold(type)] ?? { by: 'patch' };
}
