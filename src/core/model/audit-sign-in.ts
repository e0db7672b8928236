// The audit events of signing in, of linked accounts, and of decisions that their owner disowns.

import type { ChatName } from './person.ts';
import type { SignInProof } from './sign-in.ts';

interface OfAccount {
  readonly chat: ChatName;
  /** The account's id in its chat. */
  readonly account: string;
}

/** The data of each event. */
export interface SignInAuditEvents {
  'link.offered': OfAccount;
  'link.confirmed': OfAccount & { readonly entraId: string; readonly tenantId: string; readonly proof: SignInProof };
  /** `entraId`: who had signed in, where somebody had. */
  'link.refused': OfAccount & { readonly reason: string; readonly entraId: string | null };
  'link.removed': OfAccount & { readonly entraId: string };
  'step-up.offered': OfAccount & { readonly digest: string };
  'step-up.refused': OfAccount & { readonly digest: string; readonly reason: string; readonly entraId: string | null };
  /** Somebody says of a decision under their name that it was not theirs. */
  'request.disowned': OfAccount & {
    readonly verdict: 'approve' | 'deny';
    readonly digest: string;
    /** When that decision was made. */
    readonly decidedAt: string;
    readonly effect: 'voided' | 'stopped' | 'too-late';
    /** Temporary grants that end now because of it. */
    readonly grants: readonly string[];
  };
  'account.frozen': OfAccount;
  'account.unfrozen': OfAccount & { readonly how: 'sign-in' | 'approver' };
}
