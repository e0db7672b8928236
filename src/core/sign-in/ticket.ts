// One-time links to the sign-in page: how they are made, and what has to hold before one goes a step further.

import { Fault } from '../errors.ts';
import type { AuditEntry, AuditEvent } from '../model/audit.ts';
import type { ChatAccount, Sender } from '../model/person.ts';
import type { SignInPurpose, SignInTicket } from '../model/sign-in.ts';
import type { Clock, Ids } from '../ports.ts';
import type { SignIns } from '../sign-in-ports.ts';

/** How long a link can be used, from when it was asked for. */
const ticketLifeMs = 10 * 60_000;
/** The most links that one chat account is given in an hour. */
const mostPerHour = 6;
const hourMs = 3600_000;

/** The link's path below the bot's public address. */
export const signInPath = '/sign-in';

interface OfferDependencies {
  readonly signIns: SignIns;
  readonly publicUrl: string;
  readonly ids: Ids;
  readonly clock: Clock;
}

/** An audit entry of what a chat account did, whoever is behind it. */
export function accountEntry({ chat, userId, name }: Sender, now: Date, event: AuditEvent): AuditEntry {
  return { at: now.toISOString(), actor: `account:${chat}:${userId}`, actorName: name, ...event };
}

/** The account as audit events name it. */
export function accountData({ chat, userId }: ChatAccount) {
  return { chat, account: userId };
}

/**
 * Makes a one-time link for an account and returns its address. Only its hash is kept. Throws Fault 'not-allowed' where the account
 * has been given too many.
 */
export async function offerTicket(
  deps: OfferDependencies,
  purpose: SignInPurpose,
  asked: { readonly sender: Sender; readonly conversation: string },
  audit: AuditEntry,
): Promise<string> {
  const token = deps.ids.newSecret();
  const now = deps.clock.now();
  const at = (ms: number) => new Date(now.getTime() + ms).toISOString();
  const ticket: SignInTicket = {
    tokenHash: deps.ids.sha256(token),
    purpose,
    ...asked,
    state: 'offered',
    wrongCodes: 0,
    createdAt: now.toISOString(),
    expiresAt: at(ticketLifeMs),
  };
  const isGiven = await deps.signIns.offer({ ticket, audit: [audit] }, { since: at(-hourMs), most: mostPerHour });
  if (!isGiven) {
    throw new Fault('not-allowed', 'Too many sign-in links were requested from this account.', {
      next: 'No link was made, and nothing was changed. Use the latest link, or try again in an hour.',
    });
  }
  return `${deps.publicUrl}${signInPath}?t=${token}`;
}

/** Throws Fault 'stale' unless the link can still be used. */
export function throwUnlessLive(ticket: SignInTicket | undefined, now: Date): asserts ticket is SignInTicket {
  if (!ticket) {
    throw new Fault('stale', 'This link is not valid.', { next: `Nothing was changed. ${askAgain}` });
  }
  if (ticket.state === 'used') {
    throw new Fault('stale', 'This link was used already.', { next: `Nothing more was changed. ${askAgain}` });
  }
  if (ticket.state === 'refused') {
    throw new Fault('stale', 'This sign-in was refused.', { next: `Nothing was changed. ${askAgain}` });
  }
  if (Date.parse(ticket.expiresAt) <= now.getTime()) {
    throw new Fault('stale', 'This link has expired: it is valid for 10 minutes.', {
      next: `Nothing was changed. ${askAgain}`,
    });
  }
}

/** What to do where a link is of no use. */
export const askAgain =
  'Go back to the chat and start again there: enter link to link your account, or select Approve again.';
