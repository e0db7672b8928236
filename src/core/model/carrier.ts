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
  /** It always has one: attaching another takes its place, and none can be detached. */
  readonly keepsOne?: true;
}

/** Sources: each provider's REST reference, and its page on managed identities. */
const carriers: Readonly<Record<string, Carrier>> = {
  'microsoft.containerservice/managedclusters': { by: 'put', most: 1, keepsOne: true },
  'microsoft.network/applicationgateways': { by: 'put', most: 1 },
  'microsoft.storage/storageaccounts': { by: 'patch', most: 1 },
  'microsoft.appconfiguration/configurationstores': { by: 'patch', most: 10 },
};

/** What is known of a type, whatever its case. */
export function carrierOf(type: string): Carrier {
  return carriers[fold(type)] ?? { by: 'patch' };
}
