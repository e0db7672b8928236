// The receipt of a decision, for the one under whose name it was made: in their own chat, so that they learn of it even where
// somebody else decided with their account.

import type { Card } from '../chat.ts';
import type { Decision, Request } from '../model/request.ts';
import { personWithAddress } from './request-status.ts';

/** The receipt of one decision. */
export function receiptCard(request: Request, decision: Decision): Card {
  const { id, plan, reason, requester } = request;
  const { verdict, chat, at, comment, proof, digest } = decision;
  const did = verdict === 'approve' ? 'approved' : 'denied';
  const place = chat.charAt(0).toUpperCase() + chat.slice(1);
  return {
    tone: 'plain',
    title: `You ${did}: ${plan.summary}`,
    subtitle: [`In ${place}, `, { time: at }, proof === undefined ? '.' : ', confirmed by a sign-in.'],
    blocks: [
      {
        kind: 'facts',
        facts: [
          { label: 'Requested by', value: personWithAddress(requester) },
          ...(reason === undefined ? [] : [{ label: 'Reason', value: reason }]),
          ...(comment === undefined ? [] : [{ label: 'Your comment', value: comment }]),
        ],
      },
      {
        kind: 'text',
        text:
          verdict === 'approve'
            ? 'Was it somebody else? Select That was not me: the approval stops counting, and this chat account cannot decide until its owner signs in.'
            : 'Was it somebody else? Select That was not me: this chat account cannot decide until its owner signs in.',
      },
      { kind: 'text', style: 'subtle', text: [`${id} · plan `, { code: digest.slice(0, 12) }] },
    ],
    buttons: [
      { kind: 'request', verb: 'request.disown', requestId: id, label: 'That was not me', style: 'danger' },
      { kind: 'command', label: 'Details', command: `request ${id}` },
    ],
    fallback: `You ${did} ${id}: ${plan.summary}`,
  };
}
