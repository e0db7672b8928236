// What the sign-in page asks of the core, step by step: look at a link, begin, come back signed in, confirm. The page knows the
// browser; here is what the link is for, whose it is, and whether what happened is good enough.

import { Fault } from '../errors.ts';
import type { AuditEvent } from '../model/audit.ts';
import type { SignedIn, SignInTicket } from '../model/sign-in.ts';
import type { Clock, Ids } from '../ports.ts';
import type { SignInChange, SignIns } from '../sign-in-ports.ts';
import type { LinkAccount } from './link-account.ts';
import type { StepUp } from './step-up.ts';
import { accountData, accountEntry, throwUnlessLive } from './ticket.ts';

/** How far the directory's clock and ours may be apart. */
const skewMs = 30_000;

export interface SignInFlowDependencies {
  readonly signIns: SignIns;
  readonly linkAccount: Pick<LinkAccount, 'checkSignedIn'>;
  readonly stepUp: Pick<StepUp, 'checkSignedIn' | 'approve'>;
  readonly ids: Pick<Ids, 'sha256'>;
  readonly clock: Clock;
}

/** The entry of a refused sign-in. */
function refusal({ purpose, sender }: SignInTicket, reason: string, who: SignedIn | undefined): AuditEvent {
  const entraId = who?.entraId ?? null;
  const account = accountData(sender);
  return purpose.kind === 'link'
    ? { event: 'link.refused', data: { ...account, reason, entraId } }
    : { event: 'step-up.refused', data: { ...account, digest: purpose.digest, reason, entraId } };
}

/** Why the sign-in is not the fresh one that was asked for; undefined: it is. */
function staleness({ begunAt }: SignInTicket, { authTime }: SignedIn, now: Date): string | undefined {
  const at = Date.parse(authTime);
  // From when the link was opened: what somebody did with this browser before proves nothing about who uses it now.
  if (Number.isNaN(at) || begunAt === undefined || at < Date.parse(begunAt) - skewMs) {
    return 'You were signed in already, and did not sign in again.';
  }
  return at > now.getTime() + skewMs ? 'The sign-in is dated in the future.' : undefined;
}

/** Builds the steps of a sign-in. Each throws Fault with words for the person. */
export function createSignInFlow(deps: SignInFlowDependencies) {
  const { signIns, clock } = deps;

  /** Writes a refusal to the audit, and into the link: it is of no more use. */
  async function note(ticket: SignInTicket, fault: Fault, who = ticket.signedIn): Promise<void> {
    const { purpose, sender } = ticket;
    const entry = accountEntry(sender, clock.now(), refusal(ticket, fault.message, who));
    const about = purpose.kind === 'step-up' ? { requestId: purpose.requestId } : {};
    await signIns.change(ticket.tokenHash, (current) => ({
      ticket: { ...current, state: 'refused' },
      audit: [{ ...entry, ...about }],
    }));
  }

  async function refuse(ticket: SignInTicket, who: SignedIn | undefined, fault: Fault): Promise<never> {
    await note(ticket, fault, who);
    throw fault;
  }

  /** Changes a live ticket. Throws Fault 'stale' where it is none any more. */
  async function advance(tokenHash: string, step: (current: SignInTicket) => SignInChange): Promise<SignInTicket> {
    let fault: unknown;
    const changed = await signIns.change(tokenHash, (current) => {
      fault = undefined;
      try {
        throwUnlessLive(current, clock.now());
        return step(current);
      } catch (error) {
        fault = error;
        return undefined;
      }
    });
    if (fault !== undefined) throw fault;
    throwUnlessLive(changed, clock.now());
    return changed;
  }

  return {
    /** The link of a token, while it can be begun with. It changes nothing: whoever previews links opens them too. */
    async look(token: string): Promise<SignInTicket> {
      const ticket = await signIns.byToken(deps.ids.sha256(token));
      throwUnlessLive(ticket, clock.now());
      return ticket;
    },

    /** The browser that can make `stateHash` begins. Of several browsers the first is the only one. */
    begin(token: string, stateHash: string): Promise<SignInTicket> {
      return advance(deps.ids.sha256(token), (current) => {
        const isOthers = current.stateHash !== undefined && current.stateHash !== stateHash;
        if (isOthers || current.state === 'signed-in') {
          throw new Fault('stale', 'This link was opened already, in another browser or before.', {
            next: 'Nothing was changed. If that was not you, ask for a new link in the chat and tell your administrator.',
          });
        }
        return { ticket: { ...current, state: 'begun', stateHash, begunAt: clock.now().toISOString() } };
      });
    },

    /** The link that a browser has begun with. */
    async begun(stateHash: string): Promise<SignInTicket> {
      const ticket = await signIns.byState(stateHash);
      throwUnlessLive(ticket, clock.now());
      return ticket;
    },

    /** The browser is back, signed in as somebody. `codeHash`: of the code that its page is going to show. */
    async signedIn(stateHash: string, who: SignedIn, codeHash: string): Promise<SignInTicket> {
      const ticket = await signIns.byState(stateHash);
      throwUnlessLive(ticket, clock.now());
      const stale = staleness(ticket, who, clock.now());
      try {
        if (stale !== undefined) {
          throw new Fault('not-allowed', stale, {
            next: 'Nothing was changed. Ask for a new link in the chat, and enter your password or passkey when asked.',
          });
        }
        if (ticket.purpose.kind === 'link') await deps.linkAccount.checkSignedIn(ticket, who);
        else await deps.stepUp.checkSignedIn(ticket, who);
      } catch (error) {
        if (!(error instanceof Fault) || error.isTransient) throw error;
        return refuse(ticket, who, error);
      }
      return advance(ticket.tokenHash, (current) => {
        if (current.state !== 'begun' || current.stateHash !== stateHash) {
          throw new Fault('stale', 'This sign-in was completed already.', { next: 'Nothing was changed by this one.' });
        }
        const code = current.purpose.kind === 'link' ? { codeHash } : {};
        return { ticket: { ...current, state: 'signed-in', signedIn: who, ...code } };
      });
    },

    /** Entra did not accept the person, or they are nobody whom the bot serves. The link is of no more use. */
    async failed(stateHash: string, fault: Fault): Promise<never> {
      const ticket = await signIns.byState(stateHash);
      throwUnlessLive(ticket, clock.now());
      return refuse(ticket, undefined, fault);
    },

    /** The person who signed in to confirm an approval confirms it: once. */
    async confirm(stateHash: string) {
      const ticket = await signIns.byState(stateHash);
      throwUnlessLive(ticket, clock.now());
      let taken: SignInTicket | undefined;
      const used = await signIns.change(ticket.tokenHash, (current) => {
        const isReady = current.state === 'signed-in' && current.purpose.kind === 'step-up';
        taken = isReady ? current : undefined;
        return isReady ? { ticket: { ...current, state: 'used' } } : undefined;
      });
      if (!taken || !used) {
        throw new Fault('stale', 'This sign-in cannot confirm anything.', { next: 'Nothing was changed.' });
      }
      try {
        return await deps.stepUp.approve(taken);
      } catch (error) {
        if (error instanceof Fault && !error.isTransient) await note(taken, error);
        throw error;
      }
    },
  };
}
