// The words of audit entries: the lines told under a card and listed as a request's history. Made when they are shown.

import type { RichText } from '../chat.ts';
import type { AuditEntry, AuditEventName } from '../model/audit.ts';
import { doneWords, plannedWords } from '../operations/registry.ts';

const quoted = (comment: string | null) => (comment ? `: “${comment}”` : '');

/** Entries of these kinds are kept and not told. */
const untold: ReadonlySet<AuditEventName> = new Set([
  'request.drafted',
  'request.refused',
  'request.executing',
  'operation.started',
  'grant.started',
  'grant.ending',
  'click.refused',
  'access.refused',
]);

/** Whether an entry is told to people at all. */
export function isTold({ event, story }: AuditEntry): boolean {
  return story !== undefined || (event in told && !untold.has(event));
}

type Tell<Name extends AuditEventName> = (entry: Extract<AuditEntry, { event: Name }>) => RichText;

const told: { readonly [Name in AuditEventName]?: Tell<Name> } = {
  'request.submitted': ({ actorName, data }) =>
    data.requirements.length === 0
      ? `${actorName} requested this; the policy needs no approval (${data.rules.join(', ')}).`
      : `${actorName} requested this.`,
  'request.approved': ({ actorName, data: { comment, stillNeeded } }) => {
    const more = stillNeeded.map(({ count, by }) => `${count} more of ${by.join(', ')}`).join('; ');
    return `${actorName} approved${quoted(comment)}.${more === '' ? '' : ` Still needed: ${more}.`}`;
  },
  'request.denied': ({ actorName, data }) =>
    `${actorName} denied it${quoted(data.comment)}. Nothing was changed in Azure.`,
  'request.cancelled': ({ actorName }) => `${actorName} cancelled it. Nothing was changed in Azure.`,
  'request.expired': ({ data }) =>
    data.wasDraft
      ? 'Expired: the plan was never submitted. Nothing was changed in Azure.'
      : 'Expired: nobody decided in time. Nothing was changed in Azure.',
  'request.reminded': () => 'Reminder: this still needs approval.',
  'request.retried': ({ actorName }) => `${actorName} retried it.`,
  'request.replanned': ({ data: { why, needs } }) => {
    const what =
      why === 'azure-changed'
        ? 'Something in Azure changed after this was approved.'
        : 'The policy now asks for more approvals than were given.';
    return `${what} So it did not run: the new plan needs ${needs === 'review' ? 'another review' : 'a new approval'}.`;
  },
  'request.succeeded': ({ data: { summary, endsAt } }) => {
    const [first, ...more] = endsAt.toSorted();
    if (first === undefined) return `Done: ${summary}.`;
    return [
      `Done: ${summary}. ${more.length > 0 ? 'The first grant ends ' : 'It ends by itself '}`,
      { time: first },
      '.',
    ];
  },
  'request.failed': ({ data: { failure } }) => `Failed: ${failure.message} ${failure.next}`,
  'operation.done': ({ data: { operation, result } }) => `${doneWords(operation, result)}.`,
  'operation.unanswered': ({ data: { failure } }) => `${failure.message} It is tried again, and nothing is done twice.`,
  'grant.ended': ({ data: { operation, ending } }) => {
    const what = plannedWords(operation);
    if (ending.how === 'revoked') return `Ended before its time, by ${ending.byRequest ?? 'another request'}: ${what}.`;
    if (ending.how === 'gone') return `Its time was up, and it was already gone: ${what}.`;
    return `Its time was up, so it was undone: ${what}.`;
  },
  'grant.overdue': ({ data: { operation, failure } }) =>
    `Its time is up and it could not be undone (${plannedWords(operation)}): ${failure.message} It is tried again until it is done.`,
};

/** The line of an entry; undefined where it is not told. */
export function auditWords(entry: AuditEntry): RichText | undefined {
  if (entry.story !== undefined) return entry.story;
  if (untold.has(entry.event)) return undefined;
  const tell = told[entry.event] as ((entry: AuditEntry) => RichText) | undefined;
  return tell?.(entry);
}
