// The text of audit entries, for the lines under a request's card and its history. Built when shown, never stored.

import { plainText, type RichText } from '../chat.ts';
import { nothingChanged } from '../common-texts.ts';
import type { AuditEntry, AuditEventName } from '../model/audit.ts';
import { doneWords, plannedWords } from '../operations/registry.ts';
import { remainderWords } from './remainder-words.ts';

const keptWords = 'What was completed before it failed stays as it is.';

const quoted = (comment: string | null) => (comment ? `: “${comment}”` : '');

/** Events that are recorded but not shown. */
const hidden: ReadonlySet<AuditEventName> = new Set([
  'request.drafted',
  'request.refused',
  'request.executing',
  'operation.started',
  'grant.started',
  'grant.ending',
  'click.refused',
  'rate.refused',
  'access.refused',
  'policy.explained',
  'link.offered',
  'link.confirmed',
  'link.refused',
  'link.removed',
  'step-up.offered',
  'step-up.refused',
  'account.frozen',
  'command.refused',
  'policy.loaded',
  'policy.refused',
]);

/** Whether an entry is shown to people under a request. */
export function isShown({ event, story }: AuditEntry): boolean {
  return story !== undefined || (event in texts && !hidden.has(event));
}

type TextOf<Name extends AuditEventName> = (entry: Extract<AuditEntry, { event: Name }>) => RichText;

const texts: { readonly [Name in AuditEventName]?: TextOf<Name> } = {
  'request.submitted': ({ actorName, data }) =>
    data.requirements.length === 0
      ? `${actorName} requested this. No approval needed (${data.rules.join(', ')}).`
      : `${actorName} requested this.`,
  'request.approved': ({ actorName, data: { comment, stillNeeded } }) => {
    const more = stillNeeded.map(({ count, by }) => `${count} more of ${by.join(', ')}`).join('; ');
    return `${actorName} approved${quoted(comment)}.${more === '' ? '' : ` Still needed: ${more}.`}`;
  },
  'request.denied': ({ actorName, data }) =>
    `${actorName} denied this${quoted(data.comment)}. ${data.isPartlyDone ? keptWords : nothingChanged}`,
  'request.disowned': ({ actorName, data }) =>
    `⚠ ${actorName} reports that the ${data.verdict === 'approve' ? 'approval' : 'denial'} under their name was not theirs. ${disownedWords(data)} Decisions of that chat account do not count until its owner has signed in.`,
  'account.unfrozen': ({ actorName, data }) =>
    data.how === 'approver' ? `${actorName} allowed the chat account to decide again.` : `${actorName} signed in.`,
  'request.cancelled': ({ actorName, data }) =>
    `${actorName} cancelled this. ${data.isPartlyDone ? keptWords : nothingChanged}`,
  'request.expired': ({ data }) =>
    data.hadFailed
      ? 'Expired: it failed and was not retried in time. What was completed stays as it is.'
      : data.wasDraft
        ? `Expired: it was not submitted in time. ${nothingChanged}`
        : `Expired: no decision was made in time. ${nothingChanged}`,
  'request.reminded': () => 'Reminder: this still needs approval.',
  'request.commented': ({ actorName, data }) => `${actorName}: “${data.text}”`,
  'request.reviewed': ({ actorName, data: { outcome, comment, grants } }) =>
    outcome === 'ended'
      ? `${actorName} reviewed this and ended it: “${comment}”.${grants.length > 0 ? ' Its temporary access ends now.' : ''}`
      : `${actorName} reviewed this: “${comment}”.`,
  'request.review-overdue': ({ data: { by } }) => [
    '⚠️ ',
    { strong: `The review by ${by.join(', ')} is overdue.` },
    ' This ran without approval (break glass). Review it now.',
  ],
  'request.waiting': ({ data }) => `Waiting for ${data.for} to finish: it changes the same identity.`,
  'request.escalated': ({ data: { to } }) => `Nobody has answered in time, so ${to.join(', ')} can approve this too.`,
  'request.retried': ({ actorName }) => `${actorName} retried this.`,
  'request.asked-again': ({ actorName }) =>
    `${actorName} retried this. The approvals given before are no longer valid, so it needs a new approval.`,
  'request.replanned': ({ data: { why, needs } }) => {
    const what =
      why === 'azure-changed'
        ? 'Azure resources changed after this was approved.'
        : why === 'approval-expired'
          ? 'The approval expired before this ran.'
          : 'The approvals given are no longer enough for the policy.';
    return `${what} It did not run. The new plan needs ${needs === 'review' ? 'another review' : 'a new approval'}.`;
  },
  'request.succeeded': ({ data: { summary, endsAt, remains } }) => {
    const [first, ...more] = endsAt.toSorted();
    if (first === undefined) return `Done: ${summary}.${remains ? ` ${remainderWords(remains)}` : ''}`;
    const which = more.length > 0 ? 'first temporary access' : 'temporary access';
    return [`Done: ${summary}. The ${which} ends `, { time: first }, '.'];
  },
  'request.failed': ({ data: { failure } }) => `Failed: ${failure.message} ${failure.next}`,
  'operation.done': ({ data: { operation, result } }) => `${doneWords(operation, result)}.`,
  'operation.unanswered': ({ data: { failure } }) =>
    `${failure.message} Identity Desk keeps trying. No change is made twice.`,
  'grant.ended': ({ data: { operation, ending } }) => {
    const what = plannedWords(operation);
    if (ending.how === 'revoked')
      return `Temporary grant ended early by ${ending.byRequest ?? 'another request'}: ${what}.`;
    if (ending.how === 'gone') return `Temporary grant ended. It had already been removed: ${what}.`;
    return `Temporary grant ended and was removed: ${what}.`;
  },
  'grant.overdue': ({ data: { operation, failure } }) =>
    `A temporary grant has ended but could not be removed (${plannedWords(operation)}): ${failure.message} Identity Desk keeps trying.`,
};

/** What a decision that its owner disowns leaves behind. */
function disownedWords({
  verdict,
  effect,
  grants,
}: Extract<AuditEntry, { event: 'request.disowned' }>['data']): string {
  if (verdict === 'deny') return 'The denial stands. The change can be requested again.';
  const ended = grants.length > 0 ? ' Its temporary access ends now.' : '';
  if (effect === 'voided') return `The approval does not count. ${nothingChanged}`;
  if (effect === 'stopped') return `The run stops before its next change. Completed changes were kept.${ended}`;
  return `The changes had been made already: check them, and undo what is not wanted.${ended}`;
}

/** What the record says of events that a request's history does not show. */
const recordTexts: { readonly [Name in AuditEventName]?: TextOf<Name> } = {
  'request.drafted': ({ data }) => ['Entered ', { code: data.text }, '.'],
  'request.refused': ({ data }) => ['Refused by the policy: ', { code: data.text }, `. ${data.reason}`],
  'request.executing': ({ data }) => `Started run ${data.attempt}.`,
  'operation.started': ({ data }) => `Started: ${plannedWords(data.operation)}.`,
  'grant.started': ({ data }) => [
    `Temporary access started: ${plannedWords(data.operation)}. It ends `,
    { time: data.endsAt },
    '.',
  ],
  'grant.ending': ({ data }) => `Removal of temporary access started: ${plannedWords(data.operation)}.`,
  'click.refused': ({ data }) => `Refused: ${data.verb.replace('request.', '')}. ${data.reason}`,
  'command.refused': ({ data }) => ['Refused by the policy: ', { code: data.text }, `. ${data.reason}`],
  'policy.explained': ({ data }) => ['Explained: ', { code: data.text }, `. Would be ${data.verdict}.`],
  'policy.loaded': ({ data }) => `Policy ${data.version} took effect (${data.rules} rules).`,
  'policy.refused': ({ data }) =>
    `The policy file was not used, and ${data.kept} stays in effect: ${data.problems.join('; ')}`,
  'access.refused': ({ data }) =>
    `Turned away (${data.reason}), ${data.count === 1 ? 'for the first time that day' : `${data.count} times that day`}.`,
};

const longestRecord = 300;

/** What an entry says in the record, where who did it stands beside it. Whatever the event, there is something to say. */
export function recordWords(entry: AuditEntry): RichText {
  const text = recordTexts[entry.event] as ((entry: AuditEntry) => RichText) | undefined;
  const words = text?.(entry) ?? auditWords(entry) ?? entry.event;
  const plain = plainText(words);
  const name = `${entry.actorName} `;
  if (plain.startsWith(name)) return cut(plain.charAt(name.length).toUpperCase() + plain.slice(name.length + 1));
  return plain.length > longestRecord ? cut(plain) : words;
}

function cut(text: string): string {
  return text.length > longestRecord ? `${text.slice(0, longestRecord).toWellFormed()}…` : text;
}

/** The line of an entry; undefined where it is not shown. */
export function auditWords(entry: AuditEntry): RichText | undefined {
  if (entry.story !== undefined) return entry.story;
  if (hidden.has(entry.event)) return undefined;
  const text = texts[entry.event] as ((entry: AuditEntry) => RichText) | undefined;
  return text?.(entry);
}
