// Answers an approval that must be confirmed by a sign-in: with a link for the approver alone.

import type { SignInNeeded } from '../approvals/sign-in-checks.ts';
import { answerCard } from '../cards/answer-cards.ts';
import type { Answer, Interaction } from '../chat.ts';
import { Fault } from '../errors.ts';
import type { Person } from '../model/person.ts';
import type { StepUp } from './step-up.ts';

/** The link as an answer. Nothing is approved by it. Throws Fault, also where sign-in is not configured. */
export async function offerStepUp(
  stepUp: Pick<StepUp, 'offer'> | undefined,
  { digest, revision }: SignInNeeded,
  { requestId, by }: { readonly requestId: string; readonly by: Person },
  { sender, location }: Interaction,
  comment: string | undefined,
): Promise<Answer> {
  if (!stepUp) {
    throw new Fault('not-allowed', 'This approval must be confirmed by a sign-in, which is not set up.', {
      next: 'Your approval was not counted. Contact your Identity Desk administrator.',
    });
  }
  const about = { requestId, digest, revision, ...(comment === undefined ? {} : { comment }) };
  const url = await stepUp.offer(about, by, { sender, conversation: location.conversation });
  const card = answerCard(
    `Sign in to approve ${requestId}`,
    'Your approval counts once you have signed in and confirmed it.',
    [{ kind: 'text', text: 'The link works once, and for 10 minutes. Do not pass it on.' }],
    [{ kind: 'link', url, label: 'Sign in' }],
  );
  return { kind: 'private', card };
}
