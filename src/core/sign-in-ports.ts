// The ports of signing in: what the store keeps of it, and the directory's own sign-in.

import type { AuditEntry } from './model/audit.ts';
import type { ChatAccount } from './model/person.ts';
import type { AccountFreeze, AccountLink, SignedIn, SignInTicket } from './model/sign-in.ts';

/** What one step of a sign-in changes: all of it in one transaction. */
export interface SignInChange {
  readonly ticket: SignInTicket;
  readonly audit?: readonly AuditEntry[];
  /** Replaces the account's link. */
  readonly link?: AccountLink;
  /** With it ends the account's freeze. Without it a freeze stays, also one that came a moment ago. */
  readonly endsFreeze?: boolean;
}

/** One-time links. All methods throw Fault 'unavailable' while the database is down. */
export interface SignIns {
  /** Writes a new one. False where the account was given `most` of them since `since` (ISO 8601): then nothing is written. */
  offer(change: SignInChange, limit: { readonly since: string; readonly most: number }): Promise<boolean>;
  byToken(tokenHash: string): Promise<SignInTicket | undefined>;
  byState(stateHash: string): Promise<SignInTicket | undefined>;
  /** Those of an account that have not expired at `now` (ISO 8601), newest first. */
  ofAccount(account: ChatAccount, now: string): Promise<readonly SignInTicket[]>;
  /** Locks it and writes what `decide` returns; undefined from it: nothing. `decide` must be pure: it may be called again. */
  change(
    tokenHash: string,
    decide: (current: SignInTicket) => SignInChange | undefined,
  ): Promise<SignInTicket | undefined>;
}

/** Which chat account was tied to whom. */
export interface AccountLinks {
  of(account: ChatAccount): Promise<AccountLink | undefined>;
  /** Removes the account's link with its audit entry. False where there is none: then nothing is written. */
  remove(account: ChatAccount, audit: (link: AccountLink) => AuditEntry): Promise<boolean>;
  /** Removes all links to a person, each with its audit entry. Returns those that stood. */
  removeAll(entraId: string, audit: (link: AccountLink) => AuditEntry): Promise<readonly AccountLink[]>;
}

/** Chat accounts whose decisions do not count. */
export interface AccountFreezes {
  of(account: ChatAccount): Promise<AccountFreeze | undefined>;
  /** With its audit entry; where it stands already nothing is written. */
  freeze(freeze: AccountFreeze, audit: AuditEntry): Promise<void>;
  /** Lifts those that came of a request, each with its audit entry. Returns those that stood. */
  lift(requestId: string, audit: (freeze: AccountFreeze) => AuditEntry): Promise<readonly AccountFreeze[]>;
}

/** What binds a sign-in to the browser that began it. */
export interface SignInChecks {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** Entra’s sign-in (OpenID Connect). */
export interface IdentityProvider {
  /** The address to send the browser to: a fresh sign-in, whatever session the browser has. Throws Fault 'unavailable'. */
  authorizeUrl(checks: SignInChecks): Promise<string>;
  /** Redeems what came back and verifies it. Throws Fault: 'not-allowed' for what is no sign-in of a member of the tenant. */
  redeem(callback: URL, checks: SignInChecks): Promise<SignedIn>;
}
