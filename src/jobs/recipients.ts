// Where a request's cards go: to the requester, to the approvers, and to the policy's channels.

import { approversElsewhere } from '../core/approvals/approvers-elsewhere.ts';
import { approvalsGiven } from '../core/approvals/judge-request.ts';
import { addressesOf, type FactSources } from '../core/approvals/policy-facts.ts';
import { dueStages, membersAsked } from '../core/approvals/requirements.ts';
import { asRequirements, isReviewable, openReviews } from '../core/approvals/review-transitions.ts';
import { isFinal } from '../core/approvals/transition.ts';
import type { Audience } from '../core/cards/request-buttons.ts';
import type { SentMessage } from '../core/message-ports.ts';
import { type ChatName, emailsOf, type Person, samePerson } from '../core/model/person.ts';
import type { Policy } from '../core/model/policy.ts';
import type { Request } from '../core/model/request.ts';
import type { Requirement } from '../core/model/requirement.ts';
import type { People } from '../core/people.ts';
import type { ChatMessenger, Conversation, Conversations, Log } from '../core/ports.ts';

/** A place for a request's card: `slot` identifies it among the request's cards. */
export interface Target {
  readonly slot: string;
  readonly chat: SentMessage['chat'];
  readonly conversation: string;
  readonly thread?: string;
  readonly audience: Audience;
  readonly isPersonal: boolean;
}

/** The slot, for a card that stands there again that of the first. */
const firstSlot = ({ slot }: SentMessage) => slot.replace(/^again:.*?:(?=origin$|place:|approver:|requester:)/, '');

/** For whom a sent card is drawn. */
export function audienceOf(card: SentMessage, request: Request): Audience {
  const sent = { slot: firstSlot(card) };
  if (sent.slot.startsWith('approver:')) return 'approvers';
  if (sent.slot.startsWith('requester:')) return 'requester';
  return sent.slot === 'origin' && request.origin.isPersonal ? 'requester' : 'everyone';
}

/** The target of a sent card. */
export function targetFrom(sent: SentMessage, request: Request): Target {
  const isOrigin = sent.slot === 'origin';
  return {
    slot: sent.slot,
    chat: sent.chat,
    conversation: sent.conversation,
    ...(isOrigin && request.origin.thread !== undefined ? { thread: request.origin.thread } : {}),
    audience: audienceOf(sent, request),
    isPersonal: /^(approver|requester):/.test(sent.slot) || (isOrigin && request.origin.isPersonal),
  };
}

/** What people are asked for now: approval, or the review of what runs or ran without. */
export function askedOf(request: Request): readonly Requirement[] {
  if (request.state === 'pending') return dueStages(request.requirements, approvalsGiven(request).length);
  return request.state === 'draft' || (isFinal(request) && !isReviewable(request))
    ? []
    : asRequirements(openReviews(request));
}

/** Finds a request's recipients. `targetsOf` throws what the messengers and the conversation store throw. */
export function createRecipients(deps: {
  readonly conversations: Pick<Conversations, 'personal'>;
  readonly people: People;
  readonly factSources: FactSources;
  readonly policy: () => Policy;
  readonly messengers: () => readonly ChatMessenger[];
  readonly log: Log;
}) {
  /** The approvers. `isWhole` is false where some of them could not be looked up. */
  async function approversOf(request: Request): Promise<{ people: Person[]; isWhole: boolean }> {
    const asked = askedOf(request);
    const people: Person[] = [];
    let isWhole = true;
    for (const email of addressesOf(membersAsked(asked), deps.policy())) {
      if (emailsOf(request.requester).includes(email)) continue;
      // A failed lookup does not keep the others from being notified; it is repeated later.
      const person = await deps.people.byEmail(email).catch((err: unknown) => {
        deps.log.warn({ request: request.id, err }, 'approver lookup failed');
        isWhole = false;
        return undefined;
      });
      const isKnown = people.some((one) => person && samePerson(one, person));
      if (person && !isKnown && !samePerson(person, request.requester)) people.push(person);
    }
    const note = (unread: string) => {
      deps.log.warn({ request: request.id, unread }, 'approver lookup failed');
      isWhole = false;
    };
    const others = await approversElsewhere(asked, deps.policy(), deps.factSources, note);
    people.push(...others.filter((one) => ![...people, request.requester].some((other) => samePerson(one, other))));
    return { people, isWhole };
  }

  /** Each approver's one-to-one chats, opened where the platform allows it. Approvers without one are tried again later. */
  async function approverTargets(people: readonly Person[]): Promise<Target[]> {
    const targets: Target[] = [];
    for (const person of people) {
      for (const chat of await chatsOf(person)) {
        const slot = `approver:${person.key}:${chat.id}`;
        targets.push({ slot, chat: chat.chat, conversation: chat.id, audience: 'approvers', isPersonal: true });
      }
    }
    return targets;
  }

  /** A person's one-to-one chats with the bot, on every platform or on `only`. */
  async function chatsOf(person: Person, only?: ChatName): Promise<readonly Conversation[]> {
    const isWanted = ({ chat }: { chat: ChatName }) => only === undefined || chat === only;
    const known = (await deps.conversations.personal(person.key)).filter(isWanted);
    const opened = await Promise.all(
      deps
        .messengers()
        .filter(isWanted)
        .filter(({ chat }) => !known.some((one) => one.chat === chat))
        .map((messenger) => messenger.openPersonal(person)),
    );
    return [...known, ...opened.filter((one) => one !== undefined)];
  }

  async function targetsOf(request: Request, approvers: readonly Person[]): Promise<Target[]> {
    const { origin } = request;
    const targets: Target[] = [
      {
        slot: 'origin',
        chat: origin.chat,
        conversation: origin.conversation,
        ...(origin.thread === undefined ? {} : { thread: origin.thread }),
        audience: origin.isPersonal ? 'requester' : 'everyone',
        isPersonal: origin.isPersonal,
      },
    ];
    // For a request from a channel the requester also gets a card in their own chat, with the buttons that only they may use.
    if (!origin.isPersonal) {
      for (const { chat, id: conversation } of await chatsOf(request.requester, origin.chat)) {
        targets.push({
          slot: `requester:${conversation}`,
          chat,
          conversation,
          audience: 'requester',
          isPersonal: true,
        });
      }
    }
    // Only those that need somebody are posted; existing cards are updated elsewhere (notify.ts).
    if (askedOf(request).length === 0) return targets;
    for (const channel of deps.policy().channels) {
      if (channel.kind === 'approvers') targets.push(...(await approverTargets(approvers)));
      else if (channel.conversation !== origin.conversation) {
        const { chat, conversation } = channel;
        targets.push({
          slot: `place:${chat}:${conversation}`,
          chat,
          conversation,
          audience: 'everyone',
          isPersonal: false,
        });
      }
    }
    return targets;
  }

  /** Of those who are asked in their own chats: who has none. Nobody is unreachable where a channel is asked. */
  async function unreachable(people: readonly Person[]): Promise<readonly Person[]> {
    const { channels } = deps.policy();
    if (!channels.some(({ kind }) => kind === 'approvers') || channels.some(({ kind }) => kind === 'channel'))
      return [];
    const chats = await Promise.all(people.map((person) => chatsOf(person)));
    return people.filter((_person, index) => chats[index]?.length === 0);
  }

  return { approversOf, targetsOf, chatsOf, unreachable };
}
