// The switches of a running simulator; the control path changes them. Times are milliseconds.

export interface Settings {
  throttling: boolean;
  /** How long the directory does not know a new principal. */
  replicationDelay: number;
  /** How long Resource Graph lags behind. */
  graphDelay: number;
  /** How late the activity log tells of a write. */
  activityDelay: number;
  /** Items per page of ARM's lists. */
  pageSize: number;
  /** How long a federated credential's write takes: a second one in that time is refused. */
  federatedWriteTime: number;
  /** How long the deletion of a resource group goes on after its 202. */
  groupDeleteTime: number;
  /** How long a machine, an app or a cluster is being written where Azure answers before the end. */
  resourceWriteTime: number;
  tokenLifetime: number;
  /** Whether the tenant has the licence for assignments with an end (Entra ID P2). */
  privilegedIdentityManagement: boolean;
}

export const defaultSettings: Settings = {
  throttling: true,
  replicationDelay: 0,
  graphDelay: 0,
  activityDelay: 0,
  pageSize: 200,
  federatedWriteTime: 20,
  groupDeleteTime: 0,
  resourceWriteTime: 0,
  tokenLifetime: 86_400_000,
  privilegedIdentityManagement: true,
};
