// The text of audit entries, for the lines under a request's card and its history. Built when shown, never stored.

import { plainText, type RichText } from '../chat.ts';
import { nothingChanged } from '../common-texts.ts';
import { durationWords, versionWords } from '../format-text.ts';
import type { AuditEntry, AuditEventName } from '../model/audit.ts';
import { doneWords, plannedWords } from '../operations/registry.ts';
import { endedWords } from './grant-words.ts';
import { remainderWords } from './remainder-words.ts';

const keptWords = 'What was completed before it failed stays as it is.';

/** What somebody said, as the end of a sentence: with no second full stop. */
const said = (words: string) => `“${words}”${/[.!?…]$/.test(words.trimEnd()) ? '' : '.'}`;
const quoted = (comment: string | null) => (comment ? `: ${said(comment)}` : '.');

/** Whether an entry is shown to people under a request. */
export function isShown({ event, story }: AuditEntry): boolean {
  return story !== undefined || event in texts;
}

type TextOf<Name extends AuditEventName> = (entry: Extract<AuditEntry, { event: Name }>) => RichText;

/** What a request’s history says of the events that are shown there. */
const texts = {
  'request.submitted': ({ actorName, data }) =>
    data.requirements.length === 0
      ? `${actorName} requested this. No approval needed (${data.rules.join(', ')}).`
      : `${actorName} requested this.`,
  'request.approved': ({ actorName, data: { comment, stillNeeded } }) => {
    const more = stillNeeded.map(({ count, by }) => `${count} more of ${by.join(', ')}`).join('; ');
    return `${actorName} approved${quoted(comment)}${more === '' ? '' : ` Still needed: ${more}.`}`;
  },
  'request.denied': ({ actorName, data }) =>
    `${actorName} denied this${quoted(data.comment)} ${data.isPartlyDone ? keptWords : nothingChanged}`,
  'request.disowned': ({ actorName, data }) =>
    `⚠️ ${actorName} reports that the ${data.verdict === 'approve' ? 'approval' : 'denial'} under their name was not theirs. ${disownedWords(data)} That chat account cannot decide until its owner signs in.`,
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
      ? `${actorName} reviewed this and ended it: ${said(comment)}${grants.length > 0 ? ' Its temporary access ends now.' : ''}`
      : `${actorName} reviewed this: ${said(comment)}`,
  'request.review-overdue': ({ data: { by } }) => [
    '⚠️ ',
    { strong: `The review by ${by.join(', ')} is overdue.` },
    ' This ran without approval (break glass). Review it now.',
  ],
  'request.stood-aside': ({ actorName }) =>
    `${actorName} let others go first: Azure has not told whether the change was made.`,
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
  'grant.ended': ({ data: { operation, ending } }) => endedWords(operation, ending),
  'grant.ends-soon': ({ data: { operation, endsAt } }) => ['Ends ', { time: endsAt }, `: ${plannedWords(operation)}.`],
  'grant.extended': ({ data: { byRequest, from, until } }) => [
    `Extended by ${byRequest}: ends `,
    { time: until },
    ', not ',
    { time: from },
    '.',
  ],
  'grant.end-asked': ({ actorName, data: { why } }) =>
    why.how === 'ended'
      ? `${actorName} ends this now.`
      : why.how === 'revoked'
        ? `Its temporary access ends now, by ${why.byRequest}.`
        : 'The identity no longer exists. Its temporary access ends now.',
  'grant.overdue': ({ data: { operation, failure } }) =>
    `⚠️ Temporary access is over but could not be removed (${plannedWords(operation)}): ${failure.message} Identity Desk keeps trying.`,
} satisfies { readonly [Name in AuditEventName]?: TextOf<Name> };

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
  return `The changes were made already: check them, and undo what is not wanted.${ended}`;
}

/** What the record says of the events that a request's history does not show: all the others. */
const recordTexts: { readonly [Name in Exclude<AuditEventName, keyof typeof texts>]: TextOf<Name> } = {
  'request.drafted': ({ data }) => ['Entered ', { code: data.text }, '.'],
  'request.refused': ({ data }) => ['Refused by the policy: ', { code: data.text }, `. ${data.reason}`],
  'request.executing': ({ data }) => `Started run ${data.attempt}.`,
  'operation.started': ({ data }) => `Started: ${plannedWords(data.operation)}.`,
  'operation.listed': ({ data: { operation, isListed, afterMs } }) =>
    isListed
      ? `Azure lists it after ${durationWords(afterMs)}: ${plannedWords(operation)}.`
      : `Azure did not list it within ${durationWords(afterMs)}: ${plannedWords(operation)}.`,
  'grant.started': ({ data }) => [
    `Temporary access started: ${plannedWords(data.operation)}. It ends `,
    { time: data.endsAt },
    '.',
  ],
  'grant.ending': ({ data }) => `Removal of temporary access started: ${plannedWords(data.operation)}.`,
  'click.refused': ({ data }) => `Refused: ${data.verb.replace('request.', '')}. ${data.reason}`,
  'command.refused': ({ data }) => ['Refused by the policy: ', { code: data.text }, `. ${data.reason}`],
  'policy.explained': ({ data }) => ['Explained: ', { code: data.text }, `. Would be ${data.verdict}.`],
  'policy.loaded': ({ data }) => `Policy ${versionWords(data.version)} took effect (${data.rules} rules).`,
  'policy.refused': ({ data }) =>
    `The policy file was not used, and ${data.kept} stays in effect: ${data.problems.join('; ')}`,
  'link.offered': () => 'Asked for a link to sign in with.',
  'link.confirmed': () => 'Linked the chat account to their Entra account.',
  'link.refused': ({ data }) => `Not linked. ${data.reason}`,
  'link.removed': () => 'Removed the link of a chat account.',
  'step-up.offered': () => 'Was asked to sign in for an approval.',
  'step-up.refused': ({ data }) => `Sign-in for an approval refused. ${data.reason}`,
  'account.frozen': () => 'The chat account that decided cannot decide any more, until its owner signs in.',
  'rate.refused': ({ data }) => `Refused: over the limit (${data.limit}, ${data.most}).`,
  'access.refused': ({ data }) =>
    `Turned away (${data.reason}), ${data.count === 1 ? 'for the first time that day' : `${data.count} times that day`}.`,
};

const longestRecord = 300;

/** What an entry says in the record, where who did it stands beside it. Whatever the event, there is something to say. */
export function recordWords(entry: AuditEntry): RichText {
  const words = auditWords(entry) ?? textIn(recordTexts, entry) ?? entry.event;
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
  return entry.story ?? textIn(texts, entry);
}

function textIn(all: object, entry: AuditEntry): RichText | undefined {
  const text = (all as Readonly<Record<string, (entry: AuditEntry) => RichText>>)[entry.event];
  return text?.(entry);
}
