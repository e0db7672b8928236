// What a decision needs besides the right to make it: an account whose decisions count, and a fresh sign-in where the policy asks
// for one.

import { Fault } from '../errors.ts';
import type { ChatAccount } from '../model/person.ts';
import type { Request } from '../model/request.ts';
import type { AccountFreezes } from '../sign-in-ports.ts';
import type { Click } from './click.ts';
import type { Verdict } from './verdict.ts';

/** An approval that counts once its approver has signed in. No refusal: the person is sent to the sign-in page. */
export class SignInNeeded extends Error {
  /** The plan that the sign-in is for. */
  readonly digest: string;
  readonly revision: number;

  constructor({ digest, revision }: Pick<Request, 'digest' | 'revision'>) {
    super('this approval is confirmed by a sign-in');
    this.name = 'SignInNeeded';
    this.digest = digest;
    this.revision = revision;
  }
}

/** Whether each approval is confirmed by a fresh sign-in. */
export function needsSignIn({ obligations }: Extract<Verdict, { kind: 'allowed' }>): boolean {
  return obligations.some(({ kind }) => kind === 'step-up');
}

/** What a request keeps of it, for its card. */
export function signInMark(verdict: Extract<Verdict, { kind: 'allowed' }>): { readonly needsSignIn?: true } {
  return needsSignIn(verdict) ? { needsSignIn: true } : {};
}

/** Throws SignInNeeded where the policy asks for a sign-in, and Fault 'stale' where the given one was for another plan. */
export function throwUnlessSignedIn(
  verdict: Extract<Verdict, { kind: 'allowed' }>,
  signIn: Click['signIn'],
  request: Pick<Request, 'digest' | 'revision'>,
): void {
  if (signIn !== undefined && (signIn.digest !== request.digest || signIn.revision !== request.revision)) {
    throw new Fault('stale', 'The plan has changed since you selected Approve.', {
      next: 'Your approval was not counted. Review the new plan in the chat, then decide.',
    });
  }
  if (signIn === undefined && needsSignIn(verdict)) throw new SignInNeeded(request);
}

/** What an account decides. What only takes away (cancelling one's own, “not me”) is always possible. */
const deciding = ['request.approve', 'request.deny', 'request.review', 'request.end', 'request.unfreeze'];

/** Throws Fault 'not-allowed' for a decision of an account whose owner has disowned one. */
export async function throwIfFrozen(
  freezes: Pick<AccountFreezes, 'of'>,
  verb: string,
  account: ChatAccount,
): Promise<void> {
  if (!deciding.includes(verb)) return;
  if (!(await freezes.of(account))) return;
  throw new Fault(
    'not-allowed',
    'Decisions of this chat account do not count: an earlier one was reported as “not me”.',
    {
      next: 'Nothing was changed. Secure the account, then enter link and sign in; or have another approver allow it again.',
    },
  );
}
