// An action of a person on a request, by button or by command.

import type { SeenCard } from '../chat.ts';
import type { DeliveryKey } from '../inbox.ts';
import type { AuditSource } from '../model/audit.ts';
import type { ChatAccount, ChatName, Person } from '../model/person.ts';
import type { SignInProof } from '../model/sign-in.ts';

/** The actions on a request, by the action ids of their buttons. */
export type Verb = 'request.submit' | 'request.approve' | 'request.deny' | 'request.cancel' | 'request.retry';

export const verbs: readonly Verb[] = [
  'request.submit',
  'request.approve',
  'request.deny',
  'request.cancel',
  'request.retry',
];

/** An action of a person on a request, by button or by command. */
export interface Click {
  readonly verb: Verb;
  readonly requestId: string;
  readonly by: Person;
  /** The chat account that it came from. */
  readonly account: ChatAccount;
  readonly chat: ChatName;
  /** What it came by: it changes the request once, however often it is worked on. */
  readonly delivery?: DeliveryKey;
  /** For the audit. */
  readonly source?: AuditSource;
  readonly comment?: string;
  readonly conversation?: string;
  /** When the person acted (ISO 8601). Absent: now. */
  readonly sentAt?: string;
  /** The clicked card; absent for a typed command, which counts for the newest plan that this person was shown. */
  readonly seen?: SeenCard;
  /** The sign-in that confirms an approval, and which plan it is for. */
  readonly signIn?: { readonly digest: string; readonly revision: number; readonly proof: SignInProof };
}
