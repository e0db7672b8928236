// The receipt of a decision, for the one under whose name it was made: in their own chat, so that they learn of it even where
// somebody else decided with their account.

import type { Card } from '../chat.ts';
import type { Decision, Request } from '../model/request.ts';
import { personWithAddress } from './request-status.ts';

/** The receipt of one decision. */
export function receiptCard(request: Request, decision: Decision): Card {
  const { id, plan, requester } = request;
  const { verdict, chat, at, comment, proof, digest } = decision;
  const did = verdict === 'approve' ? 'approved' : 'denied';
  const place = chat.charAt(0).toUpperCase() + chat.slice(1);
  return {
    tone: 'plain',
    title: `You ${did} ${id}`,
    subtitle: [`From ${place}, `, { time: at }, proof === undefined ? '.' : ', confirmed by a sign-in.'],
    blocks: [
      {
        kind: 'facts',
        facts: [
          { label: 'Request', value: plan.summary },
          { label: 'Requested by', value: personWithAddress(requester) },
          ...(comment === undefined ? [] : [{ label: verdict === 'approve' ? 'Comment' : 'Reason', value: comment }]),
          { label: 'Plan digest', value: [{ code: digest.slice(0, 12) }] },
        ],
      },
      {
        kind: 'text',
        style: 'subtle',
        text:
          verdict === 'approve'
            ? 'Not you? Then the approval no longer counts, and the chat account that gave it decides nothing more.'
            : 'Not you? Then the chat account that denied it decides nothing more.',
      },
    ],
    buttons: [
      { kind: 'request', verb: 'request.disown', requestId: id, label: 'That was not me', style: 'danger' },
      { kind: 'command', label: 'Details', command: `request ${id}` },
    ],
    fallback: `You ${did} ${id}: ${plan.summary}`,
  };
}
