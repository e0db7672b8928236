// Whom a request's story is told, and where: its asker, those who may say yes, the policy's channels.

import { addressesOf } from '../core/approvals/policy-facts.ts';
import { membersAsked } from '../core/approvals/requirements.ts';
import type { Audience } from '../core/cards/request-buttons.ts';
import { type ChatName, emailsOf, type Person, samePerson } from '../core/model/person.ts';
import type { Policy } from '../core/model/policy.ts';
import type { Request } from '../core/model/request.ts';
import type { People } from '../core/people.ts';
import type { ChatMessenger, Conversation, Conversations, Log, SentMessage } from '../core/ports.ts';

/** Where a card of a request stands or is to stand. */
export interface Target {
  readonly slot: string;
  readonly chat: SentMessage['chat'];
  readonly conversation: string;
  readonly thread?: string;
  readonly audience: Audience;
  readonly isPersonal: boolean;
}

/** Whose eyes a card that was sent is for. */
export function audienceOf(sent: SentMessage, request: Request): Audience {
  if (sent.slot.startsWith('approver:')) return 'approvers';
  if (sent.slot.startsWith('requester:')) return 'requester';
  return sent.slot === 'origin' && request.origin.isPersonal ? 'requester' : 'everyone';
}

/** Where a card that was sent stands. */
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

export function createRecipients(deps: {
  readonly conversations: Pick<Conversations, 'personal'>;
  readonly people: People;
  readonly policy: () => Policy;
  readonly messengers: () => readonly ChatMessenger[];
  readonly log: Log;
}) {
  /** Those who may say yes, as far as the policy names them one by one. Not whole where the directory does not answer just now. */
  async function approversOf(request: Request): Promise<{ people: Person[]; isWhole: boolean }> {
    const people: Person[] = [];
    let isWhole = true;
    for (const email of addressesOf(membersAsked(request.requirements), deps.policy())) {
      if (emailsOf(request.requester).includes(email)) continue;
      // A directory that does not answer just now keeps nobody else from being told; it is asked again later.
      const person = await deps.people.byEmail(email).catch((err: unknown) => {
        deps.log.warn({ request: request.id, err }, 'an approver could not be looked up');
        isWhole = false;
        return undefined;
      });
      const isKnown = people.some((one) => person && samePerson(one, person));
      if (person && !isKnown && !samePerson(person, request.requester)) people.push(person);
    }
    return { people, isWhole };
  }

  /** Each approver's own chat, opened where the platform lets it be. Approvers that no chat reaches are left to be asked again. */
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

  /** A person's own chats with the bot, on every platform or on one. */
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
    // Whoever asks where all can see gets a card of their own besides, with what is theirs alone to press.
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
    // Only what waits for a yes is shown to those who give it; cards that stand already are brought up to date below.
    if (request.state !== 'pending') return targets;
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

  return { approversOf, targetsOf };
}
