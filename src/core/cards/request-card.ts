// The one card of a request: the same body in every state and every place; only the buttons differ, by state and by whose
// card it is. What it shows is all derived from the request.

import { approvalsNeeded, approverNames } from '../approvals/requirements.ts';
import type { Block, Button, Card, RichText, RichTextSpan } from '../chat.ts';
import { identityCreated } from '../model/outcome.ts';
import type { Operation, Plan } from '../model/plan.ts';
import type { OperationRecord, Request, Requirement } from '../model/request.ts';
import { spell } from './answer-cards.ts';
import { stateWords } from './state-words.ts';

/** Whose eyes a card is for: the one who asked, or those who decide. In a shared channel it is both. */
export type Audience = 'asker' | 'approvers' | 'everyone';

/** What an operation is called before it is done and once it is. */
export function operationWords(operation: Operation, isDone: boolean): string {
  switch (operation.kind) {
    case 'resource-group.create':
      return `${isDone ? 'Created' : 'Create'} resource group ${operation.name} in ${operation.location}`;
    case 'identity.create':
      return `${isDone ? 'Created' : 'Create'} identity ${operation.name} in ${operation.resourceGroup}, ${operation.location}`;
    case 'identity.delete':
      return `${isDone ? 'Deleted' : 'Delete'} identity ${operation.name} in ${operation.resourceGroup}`;
    case 'role-assignment.create':
      return `${isDone ? 'Gave' : 'Give'} ${identityName(operation)} ${operation.roleName} on ${shortScope(operation.scope)}`;
    case 'role-assignment.delete':
      return `${isDone ? 'Took' : 'Take'} ${operation.roleName} on ${shortScope(operation.scope)} from ${identityName(operation)}`;
  }
}

function identityName(operation: { identityId: string }): string {
  return operation.identityId.split('/').at(-1) ?? operation.identityId;
}

function shortScope(scope: string): string {
  const context = scope.split('/').filter(Boolean);
  return context.length <= 2 ? 'the subscription' : (context.at(-1) ?? scope);
}

function operationStep(record: OperationRecord): { state: 'todo' | 'doing' | 'done' | 'failed'; text: RichText } {
  const state = ({ planned: 'todo', started: 'doing', done: 'done', failed: 'failed' } as const)[record.state];
  const words = operationWords(record.operation, record.state === 'done');
  const found =
    record.result?.outcome === 'already-there'
      ? ' (it was there already)'
      : record.result?.outcome === 'already-gone'
        ? ' (it was gone already)'
        : '';
  return { state, text: `${words}${found}` };
}

/** Where things stand, in one line. */
function standing(request: Request): RichText {
  const last = request.decisions.at(-1);
  switch (request.state) {
    case 'draft':
      return 'Have a look, then send it on. Nothing has been asked of anyone yet.';
    case 'pending': {
      const who = approverNames(request.requirements);
      const needed = Math.max(approvalsNeeded(request.requirements), 1);
      const given = new Set(
        request.decisions
          .filter(({ verdict, digest }) => verdict === 'approve' && digest === request.digest)
          .map(({ by }) => by.key),
      ).size;
      const yeses = needed > 1 || given > 0 ? ` ${given} of ${needed} so far.` : '';
      const end: RichText = request.expiresAt === undefined ? [] : [' Lapses ', { time: request.expiresAt }, '.'];
      return [`Waiting for ${who === 'anyone' ? 'someone else' : who} to approve.${yeses}`, ...end];
    }
    case 'approved':
      return last?.verdict === 'approve'
        ? ['Approved by ', ...approvers(request), '; it runs in a moment.']
        : 'No approval needed; it runs in a moment.';
    case 'executing':
      return 'Azure is at work.';
    case 'succeeded':
      return last?.verdict === 'approve'
        ? ['Done. Approved by ', ...approvers(request), '.']
        : 'Done. No approval was needed.';
    case 'active':
      return request.endsAt === undefined ? 'In force.' : ['In force. Ends ', { time: request.endsAt }, '.'];
    case 'failed':
      return request.operations.some(({ state }) => state === 'done')
        ? 'It stopped half way: see below for what was done and what was not.'
        : 'Nothing was changed.';
    case 'denied':
      return last ? [person(last.by), ` said no${last.comment ? `: “${last.comment}”` : '.'}`] : 'Denied.';
    case 'cancelled':
      return 'Taken back. Nothing was changed.';
    case 'expired':
      return 'Nobody decided in time. Nothing was changed.';
    case 'revoked':
      return 'It has ended: the role was taken away.';
  }
}

function person(who: { name: string; entraId?: string }) {
  return { person: { name: who.name, ...(who.entraId === undefined ? {} : { entraId: who.entraId }) } };
}

/** All whose yes counted for the plan as it is. */
function approvers({ decisions, digest }: Request): RichTextSpan[] {
  const yeses = decisions.filter((one) => one.verdict === 'approve' && one.digest === digest);
  return yeses.flatMap(({ by }, index) => [
    ...(index === 0 ? [] : [index === yeses.length - 1 ? ' and ' : ', ']),
    person(by),
  ]);
}

function buttonsOf(request: Request, audience: Audience): Button[] {
  const button = (verb: string, label: string, style?: 'primary' | 'danger'): Button => ({
    kind: 'request',
    verb: `request.${verb}`,
    requestId: request.id,
    label,
    ...(style === undefined ? {} : { style }),
  });
  const buttons: Button[] = [];
  const isAskers = audience !== 'approvers';
  if (request.state === 'draft' && isAskers)
    buttons.push(button('submit', request.requirements.length > 0 ? 'Send for approval' : 'Go on', 'primary'));
  if (request.state === 'pending' && audience !== 'asker') {
    buttons.push(button('approve', 'Approve', 'primary'));
    buttons.push({
      kind: 'request',
      verb: 'request.deny',
      requestId: request.id,
      label: 'Deny',
      style: 'danger',
      asks: {
        id: 'comment',
        kind: 'lines',
        label: 'Why not? The asker reads this.',
        isRequired: true,
        placeholder: 'A reason',
      },
    });
  }
  if ((request.state === 'draft' || request.state === 'pending') && isAskers) buttons.push(button('cancel', 'Cancel'));
  if (request.state === 'failed' && isAskers && request.failure?.isRetryable)
    buttons.push(button('retry', 'Try again', 'primary'));
  // In a chat of one's own, where nobody else could press it in their own name.
  if (request.state === 'expired' && audience === 'asker')
    buttons.push({ kind: 'command', label: 'Ask again', command: request.text });
  buttons.push({ kind: 'command', label: 'Details', command: `request ${request.id}` });
  const created = identityCreated(request);
  if (created && isAskers && (request.state === 'succeeded' || request.state === 'active')) {
    buttons.push({ kind: 'command', label: 'Show it', command: `show ${created.id}` });
  }
  return buttons;
}

const stepsHeading: Readonly<Record<Request['state'], string>> = {
  draft: 'What will be done',
  pending: 'What will be done',
  approved: 'What will be done',
  executing: 'What is being done',
  succeeded: 'What was done',
  active: 'What was done',
  revoked: 'What was done',
  failed: 'What was done, and what was not',
  denied: 'What was asked for',
  cancelled: 'What was asked for',
  expired: 'What was asked for',
};

/** The card of a request as it stands. */
export function requestCard(request: Request, audience: Audience): Card {
  const words = stateWords[request.state];
  const { plan } = request;
  const blocks: Block[] = [];
  if (request.failure && (request.state === 'failed' || request.state === 'active' || request.state === 'executing')) {
    blocks.push({
      kind: 'notice',
      level: 'danger',
      text: [{ strong: request.failure.message }, ` ${request.failure.next}`],
    });
  }
  blocks.push({
    kind: 'facts',
    facts: [
      { label: 'Asked by', value: [person(request.requester), ', ', { time: request.createdAt }] },
      ...(request.reason === undefined ? [] : [{ label: 'Reason', value: request.reason }]),
      ...plan.facts.filter(({ isId }) => !isId).map(({ label, value }) => ({ label, value })),
    ],
  });
  const isOpen = request.state === 'draft' || request.state === 'pending';
  if (isOpen || request.state === 'failed') {
    for (const { level, text } of plan.warnings) blocks.push({ kind: 'notice', level, text });
  }
  blocks.push({ kind: 'text', style: 'heading', text: stepsHeading[request.state] });
  blocks.push({ kind: 'steps', steps: request.operations.map(operationStep) });
  if (request.revision > 1 && isOpen) {
    blocks.push({
      kind: 'notice',
      level: 'caution',
      text: 'Things changed after the first approval, so this is a new plan and needs a new yes.',
    });
  }
  const created = identityCreated(request);
  const ids = [
    ...(created
      ? [
          { label: 'Client id', value: created.clientId },
          { label: 'Principal id', value: created.principalId },
          { label: 'Resource id', value: created.id },
        ]
      : plan.facts.filter(({ isId }) => isId)),
  ];
  if (ids.length > 0) {
    const facts = ids.map(({ label, value }) => ({ label, value: [{ code: value }] }));
    // The ids of a new identity are what its asker waits for; all others are for those who look closer.
    blocks.push(
      created ? { kind: 'facts', facts } : { kind: 'fold', title: 'Ids', blocks: [{ kind: 'facts', facts }] },
    );
  }
  blocks.push({
    kind: 'text',
    style: 'subtle',
    text: [
      `${request.id} · `,
      words.label,
      plan.durationMs === undefined ? '' : ` · ends after ${spell(plan.durationMs)}`,
    ],
  });
  return {
    tone: words.tone,
    title: plan.summary,
    subtitle: standing(request),
    blocks,
    buttons: buttonsOf(request, audience),
    fallback: `${request.id}: ${plan.summary}. ${words.label}.`,
  };
}

/** A request in one line: what it is, and how it stands. */
export function requestLine(request: Request): RichText {
  const stands = standing(request);
  return [{ strong: request.id }, `: ${request.plan.summary}. `, ...(typeof stands === 'string' ? [stands] : stands)];
}

/** A plan that is not a request yet: what would be done, and who would be asked. */
export function planCard(plan: Plan, requirements: readonly Requirement[], reason?: string): Card {
  const asks =
    requirements.length === 0
      ? 'No approval is needed: it runs at once.'
      : `Has to be approved by ${approverNames(requirements)}.`;
  return {
    tone: 'plain',
    title: plan.summary,
    subtitle: asks,
    blocks: [
      {
        kind: 'facts',
        facts: [
          ...(reason === undefined ? [] : [{ label: 'Reason', value: reason }]),
          ...plan.facts.filter(({ isId }) => !isId).map(({ label, value }) => ({ label, value })),
        ],
      },
      ...plan.warnings.map(({ level, text }) => ({ kind: 'notice' as const, level, text })),
      { kind: 'text', style: 'heading', text: stepsHeading.draft },
      {
        kind: 'steps',
        steps: plan.operations.map((operation) => ({ state: 'todo' as const, text: operationWords(operation, false) })),
      },
    ],
    buttons: [],
    fallback: `${plan.summary}. ${asks}`,
  };
}
