// The buttons of a request's card, by its state and audience.

import { isReviewable } from '../approvals/review-transitions.ts';
import { canTransition } from '../approvals/transition.ts';
import type { Button } from '../chat.ts';
import { isStuck } from '../execution/stand-aside.ts';
import { prolongedBy } from '../grants/extensions.ts';
import type { Request } from '../model/request.ts';
import { resourceName } from '../model/scope.ts';
import { definitionOf } from '../operations/registry.ts';

/** Who sees a card: the requester, the approvers, or in a shared channel both. */
export type Audience = 'requester' | 'approvers' | 'everyone';

/** The ARM ids of identities that the request has created. */
function createdIdentities({ operations }: Request): string[] {
  return operations.flatMap(({ operation, state }) => {
    const change = state === 'done' ? definitionOf(operation).identityChange(operation) : undefined;
    return change?.kind === 'created' ? [change.identityId] : [];
  });
}

/** What whoever asked can do with what they have for a time. A request that has several grants asks which one. */
function grantButtons(request: Request): Button[] {
  const active = request.grants.filter(({ state, early }) => state === 'active' && !early);
  const [grant] = active;
  if (!grant) return [];
  const id = active.length === 1 ? grant.id : request.id;
  const owner = request.requester.key;
  return [
    { kind: 'command', label: 'Extend', command: `form extend ${id}`, owner },
    { kind: 'command', label: 'End now', command: `end ${id}`, owner },
  ];
}

/** The buttons of a request's card for an audience. */
export function requestButtons(request: Request, audience: Audience): Button[] {
  const { id, state } = request;
  const button = (verb: string, label: string, style?: 'primary' | 'danger'): Button => ({
    kind: 'request',
    verb: `request.${verb}`,
    requestId: id,
    label,
    ...(style === undefined ? {} : { style }),
  });
  const buttons: Button[] = [];
  const isRequesters = audience !== 'approvers';
  if (state === 'draft' && isRequesters) {
    const submit = button('submit', request.requirements.length > 0 ? 'Submit for approval' : 'Submit', 'primary');
    const label = 'The name of what is deleted, to confirm';
    const asks = { id: 'comment', kind: 'line', label, isRequired: true } as const;
    buttons.push(request.plan.confirm === undefined ? submit : ({ ...submit, asks } as Button));
  }
  if (state === 'pending' && audience !== 'requester')
    buttons.push({ ...button('approve', 'Approve', 'primary'), needsWholeCard: true } as Button);
  if (state === 'failed' && isRequesters && request.failure?.isRetryable)
    buttons.push(button('retry', 'Retry', 'primary'));
  // Not where nobody was asked: then nobody can deny it either.
  if (canTransition('deny', request) && audience !== 'requester' && request.requirements.length > 0) {
    buttons.push({
      kind: 'request',
      verb: 'request.deny',
      requestId: id,
      label: 'Deny',
      style: 'danger',
      asks: {
        id: 'comment',
        kind: 'lines',
        label: 'Reason (the requester reads this)',
        isRequired: true,
        placeholder: 'Why is it denied?',
      },
    });
  }
  if (isReviewable(request) && audience !== 'requester') {
    const asks = (label: string) => ({ id: 'comment', kind: 'lines', label, isRequired: true }) as const;
    buttons.push({ ...button('review', 'Mark as reviewed', 'primary'), asks: asks('What did you find?') } as Button);
    if (request.grants.some((grant) => grant.state === 'active') || prolongedBy(request).length > 0) {
      buttons.push({ ...button('end', 'Not OK, end access', 'danger'), asks: asks('Why is it ended?') } as Button);
    }
  }
  if (isStuck(request)) buttons.push(button('stand-aside', 'Let others go first'));
  if (canTransition('cancel', request) && isRequesters) buttons.push(button('cancel', 'Cancel'));
  if (audience === 'requester') buttons.push(...grantButtons(request));
  // Only in the requester's own chat: elsewhere another person could click it and request it in their name.
  if (state === 'expired' && audience === 'requester')
    buttons.push({ kind: 'command', label: 'Request again', command: request.text });
  buttons.push({ kind: 'command', label: 'Details', command: `request ${id}` });
  buttons.push({ kind: 'command', label: 'As code', command: `export ${id}` });
  if (isRequesters) {
    for (const identityId of createdIdentities(request).slice(0, 1)) {
      buttons.push({ kind: 'command', label: `Show ${resourceName(identityId)}`, command: `show ${identityId}` });
    }
  }
  return buttons;
}
