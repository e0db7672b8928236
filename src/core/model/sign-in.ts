// Sign-ins: what somebody was sent to the sign-in page for, and what the directory's own sign-in said of them there.

import type { ChatAccount, Sender } from './person.ts';

/** What a verified sign-in says. Identity is the object id alone: name and address are only shown. */
export interface SignedIn {
  /** Entra object id, lower case. */
  readonly entraId: string;
  readonly tenantId: string;
  readonly name: string;
  readonly address?: string;
  /** When they proved who they are (ISO 8601): not when the token was issued. */
  readonly authTime: string;
  /** SHA-256 of the token's own id: it finds the sign-in in Entra’s log without being of use to anybody. */
  readonly sessionHash: string;
  /** How they proved it: pwd, mfa, fido … */
  readonly amr: readonly string[];
}

/** What a decision keeps of the sign-in that confirmed it. */
export type SignInProof = Pick<SignedIn, 'authTime' | 'sessionHash' | 'amr'>;

/** Why somebody is to sign in. */
export type SignInPurpose =
  /** To tie a chat account to a person. */
  | { readonly kind: 'link' }
  /** To confirm one approval: of this plan, by this person. */
  | {
      readonly kind: 'step-up';
      readonly requestId: string;
      readonly digest: string;
      readonly revision: number;
      /** The only one whose sign-in counts. */
      readonly entraId: string;
      readonly comment?: string;
    };

/** A one-time link to the sign-in page. Only hashes of what is secret in it are kept. */
export interface SignInTicket {
  /** SHA-256 of the link's token. */
  readonly tokenHash: string;
  readonly purpose: SignInPurpose;
  /** Who asked for it, as their chat says. */
  readonly sender: Sender;
  readonly conversation: string;
  readonly state: 'offered' | 'begun' | 'signed-in' | 'used' | 'refused';
  /** SHA-256 of the `state` parameter, which only the browser that began can make. */
  readonly stateHash?: string;
  /** SHA-256 of the code that the page shows, to be typed in the chat. */
  readonly codeHash?: string;
  readonly signedIn?: SignedIn;
  /** Wrong codes so far. */
  readonly wrongCodes: number;
  readonly createdAt: string; // ISO 8601, as all times here
  readonly begunAt?: string;
  readonly expiresAt: string;
}

/** A chat account that was tied to a person by their sign-in. */
export interface AccountLink extends ChatAccount {
  readonly entraId: string;
  readonly tenantId: string;
  readonly name: string;
  readonly linkedAt: string;
  readonly by: SignInProof;
}

/** A chat account whose decisions do not count until its owner has signed in, or an approver has lifted it. */
export interface AccountFreeze extends ChatAccount {
  readonly since: string;
  /** The request on which a decision of this account was disowned. */
  readonly requestId: string;
  /** The person's key. */
  readonly personKey: string;
}
