// The card of a request. The body is the same in every state and for everybody; only the buttons differ, by state and audience.
// Order: title, status, facts, changes, warnings, ids.

import { asksWords } from '../approvals/people-asked.ts';
import { approversInTurn } from '../approvals/requirements.ts';
import { openReviews } from '../approvals/review-transitions.ts';
import type { Block, Card, RichText } from '../chat.ts';
import { nothingChanged } from '../common-texts.ts';
import { joinNames } from '../format-text.ts';
import type { Plan } from '../model/plan.ts';
import type { Request } from '../model/request.ts';
import type { Requirement } from '../model/requirement.ts';
import { definitionOf } from '../operations/registry.ts';
import { changeSteps, plannedSteps } from './change-steps.ts';
import { disownedBlocks, undoButtons } from './disowned-words.ts';
import { effectBlocks } from './grant-words.ts';
import { remainderWords } from './remainder-words.ts';
import { type Audience, requestButtons } from './request-buttons.ts';
import { personWithAddress, requestStatus } from './request-status.ts';
import { statusWords } from './state-words.ts';
import { warningWords } from './warning-words.ts';

const changesHeading = 'Changes';

function planFacts({ facts }: Plan): { label: string; value: string }[] {
  return facts.filter(({ isId }) => !isId).map(({ label, value }) => ({ label, value }));
}

function warningBlocks({ warnings }: Plan): Block[] {
  return warnings.map((warning) => ({ kind: 'notice', level: warning.level, text: warningWords(warning) }));
}

/** The ids of what was created or, where nothing was created, those of the plan, collapsed. */
function idBlocks(request: Request): Block[] {
  const made = request.operations.flatMap(({ operation, state, result }) =>
    state === 'done' && result ? (definitionOf(operation).facts?.(operation, result) ?? []) : [],
  );
  const ids = made.length > 0 ? made : request.plan.facts.filter(({ isId }) => isId);
  if (ids.length === 0) return [];
  const facts: Block = { kind: 'facts', facts: ids.map(({ label, value }) => ({ label, value: [{ code: value }] })) };
  return [made.length > 0 ? facts : { kind: 'fold', title: 'Ids', blocks: [facts] }];
}

/** Why the request failed, or why a grant is past its end. */
function failureBlocks(request: Request): Block[] {
  const isShown = request.state !== 'succeeded';
  const failures = [
    ...(request.failure && isShown ? [request.failure] : []),
    ...request.grants.flatMap(({ state, failure }) => (state === 'active' && failure ? [failure] : [])),
  ];
  return failures.flatMap(({ message, next, lines }): Block[] => [
    // The status says already whether something was changed.
    { kind: 'notice', level: 'danger', text: [{ strong: message }, ` ${next.replace(`${nothingChanged} `, '')}`] },
    ...(lines ? [{ kind: 'code', text: lines.join('\n') } as const] : []),
  ]);
}

function remainderBlocks({ remains }: Request): Block[] {
  if (remains === undefined) return [];
  return [{ kind: 'notice', level: remains.length > 0 ? 'caution' : 'note', text: remainderWords(remains) }];
}

/** That it runs or ran without approval, and who reviews it by when. */
function reviewBlocks({ reviews = [] }: Request): Block[] {
  return reviews.map(({ rule, by, dueAt, done }): Block => {
    if (done) {
      const how = done.outcome === 'ended' ? 'reviewed and ended' : 'reviewed';
      const text: RichText = [
        `Break glass (${rule}): ${how} by `,
        ...personWithAddress(done.by),
        `: “${done.comment}”`,
      ];
      return { kind: 'notice', level: 'note', text };
    }
    const due: RichText = dueAt === undefined ? [' afterwards.'] : [' until ', { time: dueAt }, '.'];
    return {
      kind: 'notice',
      level: 'danger',
      text: [
        { strong: 'Break glass: no approval.' },
        ` The rule “${rule}” requires a review by ${by.join(' or ')}`,
        ...due,
      ],
    };
  });
}

/** The card of a request in its current state. */
export function requestCard(request: Request, audience: Audience): Card {
  const { label, tone } = statusWords(request);
  const { plan } = request;
  const isUnreviewed = openReviews(request).length > 0;
  const isOpen = request.state === 'draft' || request.state === 'pending';
  const blocks: Block[] = [
    ...disownedBlocks(request),
    ...failureBlocks(request),
    {
      kind: 'facts',
      facts: [
        { label: 'Requested by', value: [...personWithAddress(request.requester), ', ', { time: request.createdAt }] },
        ...(request.reason === undefined ? [] : [{ label: 'Reason', value: request.reason }]),
        ...planFacts(plan),
      ],
    },
    { kind: 'text', style: 'heading', text: changesHeading },
    { kind: 'steps', steps: changeSteps(request) },
    ...effectBlocks(request),
    ...warningBlocks(plan),
    ...remainderBlocks(request),
  ];
  const byEmailOnly = [request.requester, ...request.decisions.map(({ by }) => by)].filter(
    ({ entraId }) => entraId === undefined,
  );
  if (byEmailOnly.length > 0) {
    const names = [...new Set(byEmailOnly.map(({ name, email }) => (email ? `${name} (${email})` : name)))];
    const text = `Identified by email only, because the directory cannot be read: ${joinNames(names)}.`;
    blocks.push({ kind: 'notice', level: 'caution', text });
  }
  blocks.push(...reviewBlocks(request));
  if (request.revision > 1 && isOpen) {
    const text =
      request.state === 'draft'
        ? 'The plan changed. Review the new plan, then submit it again.'
        : 'The plan, or what the policy asks for, changed after it was approved, so it needs a new approval.';
    blocks.push({ kind: 'notice', level: 'caution', text });
  }
  blocks.push(...idBlocks(request), { kind: 'text', style: 'subtle', text: `${request.id} · ${label}` });
  return {
    tone: isUnreviewed && tone === 'good' ? 'caution' : tone,
    title: plan.summary,
    subtitle: requestStatus(request),
    blocks,
    buttons: [...requestButtons(request, audience), ...undoButtons(request)],
    fallback: `${request.id}: ${plan.summary}. ${label}.`,
    shows: { requestId: request.id, revision: request.revision },
  };
}

/** The preview of a plan that is not a request yet: its changes and approvers. */
export function planCard(
  plan: Plan,
  requirements: readonly Requirement[],
  reason?: string,
  peopleAsked?: number,
): Card {
  const approval =
    requirements.length === 0
      ? 'No approval needed. It starts when you submit it.'
      : `Needs approval by ${approversInTurn(requirements)}.${asksWords(requirements, peopleAsked)}`;
  return {
    tone: 'plain',
    title: plan.summary,
    subtitle: approval,
    blocks: [
      {
        kind: 'facts',
        facts: [...(reason === undefined ? [] : [{ label: 'Reason', value: reason }]), ...planFacts(plan)],
      },
      { kind: 'text', style: 'heading', text: changesHeading },
      { kind: 'steps', steps: plannedSteps(plan) },
      ...warningBlocks(plan),
    ],
    buttons: [],
    fallback: `${plan.summary}. ${approval}`,
  };
}
