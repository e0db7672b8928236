// The warnings of a plan, as codes with parameters. The text is built when shown (cards/warning-words.ts), so that
// rewording a warning voids no approval.

import type { CredentialRisk } from '../federation/lint.ts';
import type { Power } from './powers.ts';

/** The parameters of each warning: names, numbers and lists, never sentences. */
interface WarningParams {
  /** A lock that Azure will refuse the operation for. */
  'locked-against': { readonly lock: string; readonly scope: string; readonly prevents: LockedAction };
  'role-assigns-roles': { readonly role: string };
  'role-changes-everything': { readonly role: string };
  'role-has-power': { readonly role: string; readonly power: Power };
  'holds-in-whole-subscription': Readonly<Record<string, never>>;
  /** The scope is a management group or the tenant. */
  'holds-in-all-subscriptions': Readonly<Record<string, never>>;
  /** Azure takes up to 10 minutes to apply a role. Source: Azure's RBAC troubleshooting page. */
  'shorter-than-propagation': Readonly<Record<string, never>>;
  'resources-lose-access': { readonly resources: readonly string[] };
  'resources-not-seen-everywhere': Readonly<Record<string, never>>;
  'roles-not-seen-everywhere': Readonly<Record<string, never>>;
  'role-assignments-stay-behind': { readonly count: number };
  'federated-credentials-go-too': { readonly names: readonly string[] };
  /** The type carries one identity only. `identity`: the one that it has now; 'system-assigned' too. */
  'replaces-identity': { readonly resource: string; readonly identity: string };
  /** Of a federated credential that is about to be made. */
  'credential-risk': { readonly risk: CredentialRisk; readonly what: string };
  /** The workload that a federated credential was for. */
  'workload-loses-access': { readonly subject: string };
  /** The line replaces all tags, and these were not named. */
  'tags-replaced': { readonly removed: readonly string[] };
  'instances-need-upgrade': { readonly resource: string };
  'resource-loses-identity': { readonly resource: string; readonly identity: string };
  'cannot-be-undone': { readonly name: string };
  /** Resources that name the identity in their settings, besides those that carry it. */
  'named-in-settings': { readonly resources: readonly string[] };
  'gets-new-ids': { readonly name: string };
  /** Of a deleted identity, in words. */
  'not-restored': { readonly what: readonly string[] };
  'nothing-uses-it': Readonly<Record<string, never>>;
  /** Azure may refuse the bot itself, by a condition or a deny assignment that cannot be evaluated. `scope` is an ARM id. */
  'bot-may-be-refused': { readonly scope: string; readonly why: 'condition' | 'deny' };
  /** Whether the bot itself may do it could not be read there. */
  'bot-rights-not-read': { readonly scope: string };
  /** A warning of an older version, which stored texts. */
  'stored-words': { readonly text: string };
}

/** An action that a lock prevents; `change`: the requested change, where no other applies. */
export type LockedAction = 'create-there' | 'delete-identity' | 'assign-role' | 'remove-role' | 'end-grant' | 'change';

type WarningCode = keyof WarningParams;

/** A warning with the parameters of its code. `level` decides how it is shown, and 'danger' makes a plan need review. */
export type Warning = {
  [Code in WarningCode]: {
    readonly code: Code;
    readonly level: 'note' | 'caution' | 'danger';
    readonly params: WarningParams[Code];
  };
}[WarningCode];
