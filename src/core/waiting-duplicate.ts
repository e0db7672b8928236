// The same thing asked for again while the first request still waits: the person is led to that one, instead of the approvers
// being asked twice. The store finds it in the transaction that would write the second (`Requests.insert`).

import { answerCard } from './cards/answer-cards.ts';
import { stateWords } from './cards/state-words.ts';
import type { Card } from './chat.ts';
import type { Request, RequestState } from './model/request.ts';

/** Not yet decided, or not yet done: a second request of the same would do nothing that this one does not. */
export const waitingStates: readonly RequestState[] = ['draft', 'pending', 'approved', 'executing'];

/** Leads to the request that is there already: its whole card, with what can be done about it, is behind the button. */
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
