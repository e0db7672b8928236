// The reminder of the end of what somebody has for a time, in their own chat.

import type { Card } from '../chat.ts';
import type { Grant } from '../model/grant.ts';
import type { Request } from '../model/request.ts';
import { plannedWords } from '../operations/registry.ts';

/** The card for whoever asked for the grant. */
export function endReminderCard({ plan, requester, reason }: Request, { id, operation, endsAt }: Grant): Card {
  const owner = requester.key;
  const title = 'A temporary role ends soon';
  return {
    tone: 'waiting',
    title,
    subtitle: ['Ends ', { time: endsAt }, '. Nothing needs to be done if it is no longer needed.'],
    blocks: [
      {
        kind: 'facts',
        facts: [
          { label: 'Change', value: plannedWords(operation) },
          { label: 'Request', value: `${id}: ${plan.summary}` },
          ...(reason === undefined ? [] : [{ label: 'Reason', value: reason }]),
        ],
      },
    ],
    buttons: [
      { kind: 'command', label: 'Extend', command: `form extend ${id}`, style: 'primary', owner },
      { kind: 'command', label: 'End now', command: `end ${id}`, owner },
      { kind: 'command', label: 'Make permanent', command: `form extend ${id} --permanent`, owner },
    ],
    fallback: `${title}: ${plannedWords(operation)} (${id})`,
  };
}
