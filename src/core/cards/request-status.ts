// The status line of a request's card: where things stand, in one line.

import { approvalsNeeded, approverNames } from '../approvals/requirements.ts';
import type { RichText, RichTextSpan } from '../chat.ts';
import { nothingChanged } from '../common-texts.ts';
import type { Person } from '../model/person.ts';
import type { Request } from '../model/request.ts';
import { statusWords } from './state-words.ts';

/** Somebody named in a text. */
export function personSpan({ name, entraId }: Pick<Person, 'name' | 'entraId'>): RichTextSpan {
  return { person: { name, ...(entraId === undefined ? {} : { entraId }) } };
}

/** All whose approval counts for the plan as it is. */
function approvers({ decisions, digest }: Request): RichTextSpan[] {
  const given = decisions.filter((one) => one.verdict === 'approve' && one.digest === digest);
  return given.flatMap(({ by }, index) => [
    ...(index === 0 ? [] : [index === given.length - 1 ? ' and ' : ', ']),
    personSpan(by),
  ]);
}

function pendingStatus(request: Request): RichText {
  const who = approverNames(request.requirements);
  const needed = Math.max(approvalsNeeded(request.requirements), 1);
  const given = new Set(
    request.decisions
      .filter(({ verdict, digest }) => verdict === 'approve' && digest === request.digest)
      .map(({ by }) => by.key),
  ).size;
  const counted = needed > 1 || given > 0 ? ` ${given} of ${needed} so far.` : '';
  const end: RichTextSpan[] = request.expiresAt === undefined ? [] : [' Expires ', { time: request.expiresAt }, '.'];
  return [`Waiting for approval by ${who === 'anyone' ? 'someone else' : who}.${counted}`, ...end];
}

function grantStatus({ grants }: Request): RichText {
  const ends = grants.filter(({ state }) => state === 'active').map(({ endsAt }) => endsAt);
  const [first, ...more] = ends.toSorted();
  if (first !== undefined) return [more.length > 0 ? 'Active. First end ' : 'Active. Ends ', { time: first }, '.'];
  const last = grants
    .flatMap(({ ending }) => (ending ? [ending.at] : []))
    .toSorted()
    .at(-1);
  return last === undefined ? 'Ended.' : ['Ended ', { time: last }, '.'];
}

/** Where a request stands. */
export function requestStatus(request: Request): RichText {
  const last = request.decisions.at(-1);
  const isApproved = last?.verdict === 'approve';
  switch (request.state) {
    case 'draft':
      return 'Review the changes, then submit. Approval has not been requested yet.';
    case 'pending':
      return pendingStatus(request);
    case 'approved':
      return isApproved
        ? ['Approved by ', ...approvers(request), '. It starts in a moment.']
        : 'No approval needed. It starts in a moment.';
    case 'executing':
      return 'Azure is applying the changes.';
    case 'succeeded':
      if (statusWords(request).label !== 'Done') return grantStatus(request);
      return isApproved ? ['Done. Approved by ', ...approvers(request), '.'] : 'Done. No approval was needed.';
    case 'failed':
      return request.operations.some(({ state }) => state === 'done')
        ? 'Partly completed. See below what was changed and what was not.'
        : nothingChanged;
    case 'denied':
      return last ? ['Denied by ', personSpan(last.by), last.comment ? `: “${last.comment}”` : '.'] : 'Denied.';
    case 'cancelled':
      return `Cancelled. ${nothingChanged}`;
    case 'expired':
      return `Expired before a decision was made. ${nothingChanged}`;
  }
}

/** A request in one line: what it is, and how it stands. */
export function requestLine(request: Request): RichText {
  const status = requestStatus(request);
  return [{ strong: request.id }, `: ${request.plan.summary}. `, ...(typeof status === 'string' ? [status] : status)];
}
