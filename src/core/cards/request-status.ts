// The status line of a request's card.

import { approvalsGiven, approversOf } from '../approvals/judge-request.ts';
import { asksWords } from '../approvals/people-asked.ts';
import { approvalsNeeded, approversInTurn } from '../approvals/requirements.ts';
import { openReviews } from '../approvals/review-transitions.ts';
import type { RichText, RichTextSpan } from '../chat.ts';
import { nothingChanged } from '../common-texts.ts';
import type { Person } from '../model/person.ts';
import type { Request } from '../model/request.ts';
import { statusWords } from './state-words.ts';

/** A person's name in rich text. */
function personSpan({ name, entraId }: Pick<Person, 'name' | 'entraId'>): RichTextSpan {
  return { person: { name, ...(entraId === undefined ? {} : { entraId }) } };
}

/** A person with the address from the directory: display names can be chosen freely. */
export function personWithAddress({ name, entraId, email }: Person): RichTextSpan[] {
  return [
    personSpan({ name, ...(entraId === undefined ? {} : { entraId }) }),
    ...(email === undefined ? [] : [` (${email})`]),
  ];
}

/** The people whose approval counts for the current plan. */
function approvers(request: Request): RichTextSpan[] {
  const given = approvalsGiven(request);
  return given.flatMap(({ by }, index) => [
    ...(index === 0 ? [] : [index === given.length - 1 ? ' and ' : ', ']),
    ...personWithAddress(by),
  ]);
}

function pendingStatus(request: Request): RichText {
  const who = approversInTurn(request.requirements);
  const needed = Math.max(approvalsNeeded(request.requirements), 1);
  const given = new Set(approversOf(request).map(({ key }) => key)).size;
  const counted = needed > 1 || given > 0 ? ` ${given} of ${needed} so far.` : '';
  const end: RichTextSpan[] = request.expiresAt === undefined ? [] : [' Expires ', { time: request.expiresAt }, '.'];
  const how = request.needsSignIn ? ' Each approval is confirmed by a sign-in.' : '';
  return [`Waiting for approval by ${who === 'anyone' ? 'someone else' : who}.${counted}${how}`, ...end];
}

function grantStatus({ grants }: Request): RichTextSpan[] {
  const ends = grants.filter(({ state }) => state === 'active').map(({ endsAt }) => endsAt);
  const [first, ...more] = ends.toSorted();
  if (first !== undefined) return [more.length > 0 ? 'Active. First end ' : 'Active. Ends ', { time: first }, '.'];
  const last = grants
    .flatMap(({ ending }) => (ending ? [ending.at] : []))
    .toSorted()
    .at(-1);
  return last === undefined ? ['Ended.'] : ['Ended ', { time: last }, '.'];
}

/** The status of a request, with who, when and what is pending. */
export function requestStatus(request: Request): RichText {
  const last = request.decisions.at(-1);
  const isApproved = last?.verdict === 'approve';
  const isPartlyDone = request.operations.some(({ state }) => state === 'done');
  const changed = isPartlyDone ? 'Partly completed. See below what was changed and what was not.' : nothingChanged;
  const after = isPartlyDone ? [` ${changed}`] : [];
  const hadFailed = request.failure !== undefined;
  switch (request.state) {
    case 'draft':
      return `Review the changes, then submit. Approval has not been requested yet.${asksWords(request.requirements, request.asks)}`;
    case 'pending':
      return pendingStatus(request);
    case 'approved':
      if (request.waitsFor !== undefined)
        return `Approved. It runs after ${request.waitsFor}, which changes the same identity.`;
      return isApproved
        ? ['Approved by ', ...approvers(request), '. It starts in a moment.']
        : 'No approval needed. It starts in a moment.';
    case 'executing':
      if (request.asideSince !== undefined) {
        return 'Azure has not told yet whether the change was made. Others no longer wait for it, and nothing is sent again.';
      }
      return request.failure === undefined
        ? 'Azure is applying the changes.'
        : 'Azure has not told yet whether the change was made. Other requests about this identity wait for it.';
    case 'succeeded': {
      const review = openReviews(request).length > 0 ? [' Not reviewed yet.'] : [];
      if (statusWords(request).label !== 'Done') return [...grantStatus(request), ...review];
      if (isApproved) return ['Done. Approved by ', ...approvers(request), '.', ...review];
      const how = request.disowned ? 'An approval was reported as not given by its owner.' : 'No approval was needed.';
      return [`Done. ${how}`, ...review];
    }
    case 'failed': {
      const until: RichTextSpan[] =
        request.expiresAt === undefined ? [] : [' Can be retried until ', { time: request.expiresAt }, '.'];
      return [changed, ...until];
    }
    case 'denied':
      return last
        ? ['Denied by ', ...personWithAddress(last.by), last.comment ? `: “${last.comment}”` : '.', ...after]
        : 'Denied.';
    case 'cancelled':
      return `Cancelled. ${changed}`;
    case 'expired':
      return hadFailed
        ? `Expired after it failed. ${changed}`
        : `Expired before a decision was made. ${nothingChanged}`;
  }
}

/** A request in one line: id, summary and status. */
export function requestLine(request: Request): RichText {
  const status = requestStatus(request);
  return [{ strong: request.id }, `: ${request.plan.summary}. `, ...(typeof status === 'string' ? [status] : status)];
}
