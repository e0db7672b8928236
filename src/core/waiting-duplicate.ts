// A duplicate of a request that is still open: the person gets the existing request, so that approvers are not asked twice.
// The store finds it in the transaction that would insert the second (`Requests.insert`).

import { answerCard } from './cards/answer-cards.ts';
import { stateWords } from './cards/state-words.ts';
import type { Card } from './chat.ts';
import type { Request, RequestState } from './model/request.ts';

/** The states of an open request, in which an identical second one would have no effect. */
export const waitingStates: readonly RequestState[] = ['draft', 'pending', 'approved', 'executing'];

/** The answer to a duplicate: the existing request, with a button for its card. */
export function waitingDuplicateCard(request: Request): Card {
  const stands = `${request.id} ${stateWords[request.state].sentence}`;
  return {
    ...answerCard(
      `Already requested: ${request.plan.summary}`,
      [{ strong: request.id }, ` ${stateWords[request.state].sentence}`],
      [
        {
          kind: 'text',
          text: 'No second request was made. You can request it again once this one has ended, or cancel this one first.',
        },
      ],
      [{ kind: 'command', label: 'Details', command: `request ${request.id}` }],
    ),
    fallback: `Already requested: ${stands}`,
  };
}
