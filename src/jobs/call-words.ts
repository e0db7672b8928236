// What is said to those who are asked: that they are, who of them has not answered yet, and who cannot be reached.

import { approvalsGiven } from '../core/approvals/judge-request.ts';
import { auditWords } from '../core/cards/audit-words.ts';
import type { Card, RichText, RichTextSpan } from '../core/chat.ts';
import { joinNames } from '../core/format-text.ts';
import type { AuditEntry } from '../core/model/audit.ts';
import { type Person, samePerson } from '../core/model/person.ts';
import type { Request } from '../core/model/request.ts';

/** The most approvers mentioned by name. */
const mostCalled = 10;

function mentions(people: readonly Person[]): RichTextSpan[] {
  const called = people.slice(0, mostCalled);
  const more = people.length - called.length;
  return [
    ...called.flatMap(({ name, entraId, email }, index) => [
      ...(index > 0 ? [', '] : []),
      { person: { name, ...(entraId === undefined ? {} : { entraId }), ...(email === undefined ? {} : { email }) } },
    ]),
    more > 0 ? ` and ${more} more` : '',
  ];
}

/** Calls those who are asked, in a channel. */
export function callWords({ state, requester }: Request, asked: readonly Person[]): RichText {
  const what =
    state === 'pending'
      ? `${requester.name} needs your approval.`
      : `${requester.name} used break glass: your review is needed.`;
  return [...mentions(asked), `: ${what}`];
}

/** A line of the history. `asked`: in a channel, those who are asked, so that a reminder names those who have not answered. */
export function lineWords(request: Request, entry: AuditEntry, asked: readonly Person[] | undefined): RichText {
  const line = auditWords(entry) ?? '';
  const spans: RichTextSpan[] = typeof line === 'string' ? [line] : [...line];
  if (asked === undefined) return [{ strong: request.id }, ' ', ...spans];
  if (entry.event !== 'request.reminded' && entry.event !== 'request.review-overdue') return line;
  const answered = approvalsGiven(request).map(({ by }) => by);
  const quiet = asked.filter((one) => !answered.some((other) => samePerson(one, other)));
  return quiet.length === 0 ? line : [...spans, ' No answer yet from ', ...mentions(quiet), '.'];
}

/** A card that says who of those who are asked cannot be reached in any chat. */
export function withUnreached(card: Card, people: readonly Person[]): Card {
  if (people.length === 0) return card;
  const names = joinNames(people.slice(0, mostCalled).map(({ name }) => name));
  const more = people.length > mostCalled ? ` and ${people.length - mostCalled} more` : '';
  const text = `Not reached in any chat: ${names}${more}. Ask them to send Identity Desk a message.`;
  return { ...card, blocks: [...card.blocks, { kind: 'notice', level: 'caution', text }] };
}
