// The same thing asked for again while the first request still waits: the person is led to that one, instead of the approvers
// being asked twice.

import { answerCard } from './cards/answer-cards.ts';
import { stateWords } from './cards/state-words.ts';
import type { Card } from './chat.ts';
import { canonicalJson } from './model/plan.ts';
import type { Request, RequestState } from './model/request.ts';
import type { Requests } from './ports.ts';

/** Not yet decided, or not yet done. */
const openStates: readonly RequestState[] = ['draft', 'pending', 'approved', 'executing'];
/** More than anybody has waiting at the same time. */
const maxOpen = 200;

/** The person's request that still waits, for the same command with the same resolved arguments. */
export async function findOpenTwin(
  requests: Pick<Requests, 'list'>,
  wanted: { requesterKey: string; command: string; args: Request['args'] },
): Promise<Request | undefined> {
  const { requesterKey, command } = wanted;
  const args = canonicalJson(wanted.args);
  const { requests: open } = await requests.list({ requesterKey, states: openStates, limit: maxOpen });
  return open.find((one) => one.command === command && canonicalJson(one.args) === args);
}

/** Leads to the request that is there already: its whole card, with what can be done about it, is behind the button. */
export function openTwinCard(request: Request): Card {
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
