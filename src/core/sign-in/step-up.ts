// Approvals that a fresh sign-in confirms. The sign-in is bound to the person, the request and the digest of its plan: the approval
// is recorded for exactly these, or not at all.

import type { Click } from '../approvals/click.ts';
import { approvalsGiven } from '../approvals/judge-request.ts';
import { stateWords } from '../cards/state-words.ts';
import { nothingChanged } from '../common-texts.ts';
import { Fault } from '../errors.ts';
import { fold } from '../model/fold.ts';
import { accountOf, type Person, type Sender, samePerson } from '../model/person.ts';
import type { Request } from '../model/request.ts';
import type { SignedIn, SignInPurpose, SignInTicket } from '../model/sign-in.ts';
import type { People } from '../people.ts';
import type { Clock, Ids, Requests } from '../ports.ts';
import type { SignIns } from '../sign-in-ports.ts';
import { accountData, accountEntry, offerTicket } from './ticket.ts';

export interface StepUpDependencies {
  readonly signIns: SignIns;
  readonly requests: Pick<Requests, 'get'>;
  readonly people: People;
  readonly decideRequest: (click: Click) => Promise<Request>;
  readonly publicUrl: string;
  readonly ids: Ids;
  readonly clock: Clock;
}

/** Confirms approvals by a sign-in. */
export type StepUp = ReturnType<typeof createStepUp>;

const isOther = () =>
  new Fault('stale', 'The plan has changed since you selected Approve.', {
    next: 'Your approval was not counted. Review the new plan in the chat, then decide.',
  });

/** Builds the confirming of approvals. */
export function createStepUp(deps: StepUpDependencies) {
  const { clock } = deps;

  function purposeOf({ purpose }: SignInTicket) {
    if (purpose.kind === 'step-up') return purpose;
    throw new Fault('internal', 'This link is not for an approval.');
  }

  /** The request as it was when Approve was selected. Throws Fault 'stale'. */
  async function requestOf(ticket: SignInTicket): Promise<Request> {
    const { requestId, digest, revision } = purposeOf(ticket);
    const request = await deps.requests.get(requestId);
    if (request?.digest !== digest || request.revision !== revision) throw isOther();
    return request;
  }

  return {
    requestOf,

    /** A one-time link for the approver. Nothing is approved by it. Throws Fault. */
    async offer(
      about: Omit<Extract<SignInPurpose, { kind: 'step-up' }>, 'kind' | 'entraId'>,
      by: Person,
      asked: { readonly sender: Sender; readonly conversation: string },
    ): Promise<string> {
      const { sender } = asked;
      if (by.entraId === undefined) {
        throw new Fault(
          'not-allowed',
          'This approval must be confirmed by a sign-in, and your account is not linked.',
          {
            next: 'Your approval was not counted. Enter link to link your account, then approve again.',
          },
        );
      }
      const { requestId, digest } = about;
      const entry = {
        ...accountEntry(sender, clock.now(), { event: 'step-up.offered', data: { ...accountData(sender), digest } }),
        requestId,
        actor: by.key,
        actorName: by.name,
      };
      return offerTicket(deps, { kind: 'step-up', ...about, entraId: fold(by.entraId) }, asked, entry);
    },

    /** Throws Fault where who signed in is not the approver, or the plan is another by now. */
    async checkSignedIn(ticket: SignInTicket, who: SignedIn): Promise<void> {
      if (who.entraId !== purposeOf(ticket).entraId) {
        throw new Fault('not-allowed', `${who.name} signed in, but somebody else selected Approve.`, {
          next: `The approval was not counted. ${nothingChanged} Whoever selected Approve must sign in themselves: select Approve again for a new link.`,
        });
      }
      await requestOf(ticket);
    },

    /** Records the approval. Throws Fault. */
    async approve(ticket: SignInTicket): Promise<Request> {
      const { requestId, digest, revision, entraId, comment } = purposeOf(ticket);
      const { sender, conversation, signedIn } = ticket;
      if (!signedIn) throw new Fault('internal', 'Nobody has signed in.');
      const by = await deps.people.resolvePerson(sender, conversation, true);
      if (by.entraId === undefined || fold(by.entraId) !== entraId || signedIn.entraId !== entraId) {
        throw new Fault('not-allowed', 'Your chat account is somebody else’s by now.', {
          next: 'The approval was not counted.',
        });
      }
      const { authTime, sessionHash, amr } = signedIn;
      const request = await deps.decideRequest({
        verb: 'request.approve',
        requestId,
        by,
        account: accountOf(sender),
        chat: sender.chat,
        source: { chat: sender.chat, account: accountOf(sender).userId, conversation },
        ...(comment === undefined ? {} : { comment }),
        signIn: { digest, revision, proof: { authTime, sessionHash, amr } },
      });
      const isCounted = approvalsGiven(request).some((one) => samePerson(one.by, by));
      if (isCounted && request.digest === digest) return request;
      throw new Fault('stale', `${requestId} ${stateWords[request.state].sentence}`, {
        next: 'Your approval was not counted. The request’s card in the chat shows its current status.',
      });
    },
  };
}
