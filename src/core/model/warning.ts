// What to mind about a plan, as a code with parameters. The words are made when it is shown (cards/warning-words.ts), so that
// rewording a warning voids no approval.

/** The parameters of each warning: names, numbers and lists, never sentences. */
interface WarningParams {
  /** A lock that Azure will refuse the operation for. */
  'locked-against': { readonly lock: string; readonly scope: string; readonly prevents: LockedAction };
  'role-assigns-roles': { readonly role: string };
  'role-changes-everything': { readonly role: string };
  'holds-in-whole-subscription': Readonly<Record<string, never>>;
  /** Azure takes up to 10 minutes to apply a role. Source: Azure's RBAC troubleshooting page. */
  'shorter-than-propagation': Readonly<Record<string, never>>;
  'resources-lose-access': { readonly resources: readonly string[] };
  'resources-not-seen-everywhere': Readonly<Record<string, never>>;
  'roles-not-seen-everywhere': Readonly<Record<string, never>>;
  'role-assignments-stay-behind': { readonly count: number };
  'federated-credentials-go-too': { readonly names: readonly string[] };
  'nothing-uses-it': Readonly<Record<string, never>>;
  /** A warning from before warnings had codes: its words as they were stored. */
  'stored-words': { readonly text: string };
}

/** What a lock keeps from being done; `change`: whatever is asked for, where no other says it better. */
export type LockedAction = 'create-there' | 'delete-identity' | 'assign-role' | 'remove-role' | 'end-grant' | 'change';

type WarningCode = keyof WarningParams;

export type Warning = {
  [Code in WarningCode]: {
    readonly code: Code;
    readonly level: 'note' | 'caution' | 'danger';
    readonly params: WarningParams[Code];
  };
}[WarningCode];
