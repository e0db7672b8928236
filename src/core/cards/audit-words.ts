// The text of audit entries, for the lines under a request's card and its history. Built when shown, never stored.

import type { RichText } from '../chat.ts';
import { nothingChanged } from '../common-texts.ts';
import type { AuditEntry, AuditEventName } from '../model/audit.ts';
import { doneWords, plannedWords } from '../operations/registry.ts';

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
  'access.refused',
  'policy.loaded',
  'policy.refused',
]);

/** Whether an entry is shown to people. */
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
  'request.cancelled': ({ actorName, data }) =>
    `${actorName} cancelled this. ${data.isPartlyDone ? keptWords : nothingChanged}`,
  'request.expired': ({ data }) =>
    data.hadFailed
      ? 'Expired: it failed and was not retried in time. What was completed stays as it is.'
      : data.wasDraft
        ? `Expired: it was not submitted in time. ${nothingChanged}`
        : `Expired: no decision was made in time. ${nothingChanged}`,
  'request.reminded': () => 'Reminder: this still needs approval.',
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
  'request.succeeded': ({ data: { summary, endsAt } }) => {
    const [first, ...more] = endsAt.toSorted();
    if (first === undefined) return `Done: ${summary}.`;
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

/** The line of an entry; undefined where it is not shown. */
export function auditWords(entry: AuditEntry): RichText | undefined {
  if (entry.story !== undefined) return entry.story;
  if (hidden.has(entry.event)) return undefined;
  const text = texts[entry.event] as ((entry: AuditEntry) => RichText) | undefined;
  return text?.(entry);
}
