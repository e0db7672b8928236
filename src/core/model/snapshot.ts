// What an identity was right before it was deleted, kept with the request that deleted it, so that it can be made again.

import type { FederatedCredential, Identity } from './azure.ts';

/** A role assignment that it had. */
interface SnapshotRole {
  readonly scope: string;
  readonly roleDefinitionId: string; // the GUID alone
  readonly roleName: string;
  /** An ABAC condition. */
  readonly condition?: string;
  readonly description?: string;
}

/** An identity and all that referred to it. */
export interface Snapshot {
  /** Its name, folded: it is looked for by this. */
  readonly key: string;
  readonly identity: Identity;
  readonly roles: readonly SnapshotRole[];
  /** ARM ids of the resources that carried it. */
  readonly attachments: readonly string[];
  readonly credentials: readonly FederatedCredential[];
  readonly takenAt: string; // ISO 8601
}
