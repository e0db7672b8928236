// Notifies about a request: posts its cards, updates all of them to the current state, and posts new audit events in their
// threads. It works from stored state only, so that running late or twice posts nothing wrong.

import type { FactSources } from '../core/approvals/policy-facts.ts';
import { approverNames, membersAsked } from '../core/approvals/requirements.ts';
import { isFinal } from '../core/approvals/transition.ts';
import { isShown } from '../core/cards/audit-words.ts';
import type { Audience } from '../core/cards/request-buttons.ts';
import { requestCard } from '../core/cards/request-card.ts';
import type { Card } from '../core/chat.ts';
import type { SentMessage, SentMessages } from '../core/message-ports.ts';
import type { AuditEntry } from '../core/model/audit.ts';
import { isLarge } from '../core/model/large-request.ts';
import type { Person } from '../core/model/person.ts';
import type { Policy } from '../core/model/policy.ts';
import type { Request } from '../core/model/request.ts';
import type { People } from '../core/people.ts';
import type { Audit, ChatMessenger, Conversations, Delivery, Log, Requests } from '../core/ports.ts';
import { callWords, lineWords, withUnreached } from './call-words.ts';
import { createEndReminders } from './end-reminders.ts';
import { createOverdueAlarms, type OperatorsPlace } from './overdue-alarms.ts';
import { RetryLater } from './queue.ts';
import { createReceipts } from './receipts.ts';
import { askedOf, audienceOf, createRecipients, type Target, targetFrom } from './recipients.ts';
import { toldToApprovers, toldToRequester } from './told-events.ts';
import { createFindUnrecorded, isAgain, isUnrecorded, markOf } from './unrecorded-cards.ts';

interface NotifyDependencies {
  readonly requests: Requests;
  readonly audit: Pick<Audit, 'of'>;
  readonly messages: SentMessages;
  readonly conversations: Conversations;
  readonly people: People;
  readonly factSources: FactSources;
  readonly policy: () => Policy;
  readonly messengers: () => readonly ChatMessenger[];
  readonly operators?: OperatorsPlace;
  readonly log: Log;
}

type Draw = (audience: Audience) => Card;

const wholeness = ({ isWhole }: { isWhole?: false }) => (isWhole === false ? { isWhole } : {});

/** The slot that records that approvers were mentioned in a channel. It is not a card. */
const calledSlot = 'note:called';
/** The slot that records that the requester was told that no approver was reached. It is not a card. */
const unreachedSlot = 'note:unreached';

/**
 * The handler of the 'notify' job, by request id. A repeated run continues where the last one stopped. Throws RetryLater where
 * something could not be sent yet.
 */
export function createNotify(deps: NotifyDependencies) {
  const { messages } = deps;
  const { approversOf, targetsOf, chatsOf, unreachable } = createRecipients(deps);
  const sendReceipts = createReceipts({ ...deps, chatsOf, check });
  const sendEndReminders = createEndReminders({ ...deps, chatsOf, check });
  const sendOverdueAlarms = createOverdueAlarms({ ...deps, check });
  const findUnrecorded = createFindUnrecorded({ messages, messengerOf, check });

  function messengerOf({ chat }: Pick<SentMessage, 'chat'>): ChatMessenger | undefined {
    return deps.messengers().find((messenger) => messenger.chat === chat);
  }

  /** Mentions the approvers in the thread of each card in an approvers' channel, once per channel. */
  async function callApprovers(request: Request, approvers: readonly Person[]): Promise<void> {
    if (approvers.length === 0) return;
    const { channels } = deps.policy();
    const sent = await messages.of(request.id);
    for (const card of sent) {
      // Those who are asked later, or for something else, are called once more.
      const whom = request.state === 'pending' ? membersAsked(request.requirements).length : 'review';
      const slot = `${calledSlot}:${whom}:${card.chat}:${card.conversation}`;
      const isTheirs = channels.some(
        (channel) =>
          channel.kind === 'channel' && channel.chat === card.chat && channel.conversation === card.conversation,
      );
      if (card.message === null || isAgain(card) || !isTheirs || sent.some((one) => one.slot === slot)) continue;
      const root = targetFrom(card, request).thread ?? card.message;
      const delivery = await messengerOf(card)?.postReply(
        { conversation: card.conversation, thread: root },
        callWords(request, approvers),
      );
      if (!delivery || !check(delivery, request, slot)) continue;
      await messages.save({ ...card, slot, message: null, toldLines: 0 });
    }
  }

  /** Logs a failed delivery. Throws RetryLater where the platform is busy. */
  function check(delivery: Delivery, request: Request, slot: string): delivery is Extract<Delivery, { ok: true }> {
    if (delivery.ok) return true;
    deps.log.warn({ request: request.id, slot, why: delivery.why, detail: delivery.detail }, 'message not delivered');
    if (delivery.why === 'busy') throw new RetryLater(delivery.retryAfterMs ?? 2_000);
    return false;
  }

  /** Tells the requester, once, where no approver can see the request: else it would wait unnoticed. */
  async function tellUnreached(request: Request): Promise<void> {
    if (request.state !== 'pending') return;
    const sent = await messages.of(request.id);
    const origin = sent.find(({ slot }) => slot === 'origin');
    const isSeen =
      sent.some((one) => one.slot !== 'origin' && !isUnrecorded(one) && !isAgain(one)) || !request.origin.isPersonal;
    if (!origin || isSeen) return;
    const messenger = messengerOf(origin);
    const text = `No approver could be reached (${approverNames(request.requirements)}). Ask an approver to send Identity Desk a message, or to add it to their channel. The request is then posted there.`;
    const delivery = await messenger?.postReply({ conversation: origin.conversation }, [
      { strong: request.id },
      ` ${text}`,
    ]);
    if (!delivery || !check(delivery, request, unreachedSlot)) return;
    await messages.save({ ...origin, slot: unreachedSlot, message: null, toldLines: 0 });
  }

  async function bringUpToDate(request: Request, lines: number, draw: Draw): Promise<boolean> {
    let isWhole = true;
    const all = await messages.of(request.id);
    for (const sent of all) {
      const messenger = messengerOf(sent);
      if (!messenger || sent.message === null || sent.version >= request.version) continue;
      if (isAgain(sent) && all.some((one) => one !== sent && one.message === sent.message)) {
        await messages.remove(request.id, sent.slot);
        continue;
      }
      const card = draw(audienceOf(sent, request));
      const delivery = await messenger.update({ conversation: sent.conversation, message: sent.message }, card);
      if (check(delivery, request, sent.slot)) {
        const { isWhole: _before, ...rest } = sent;
        await messages.save({ ...rest, version: request.version, revision: request.revision, ...wholeness(delivery) });
      } else if (isAgain(sent) && delivery.why !== 'busy') {
        await messages.remove(request.id, sent.slot);
      } else if (delivery.why === 'gone') {
        // A card that somebody deleted is posted anew; one of a request that is over is let go, as is one whose chat is gone.
        // Its record stays until then: without it a card that could not be posted just now would be forgotten.
        const posting = isFinal(request) ? 'never' : await postNew(request, targetFrom(sent, request), lines, draw);
        if (posting === 'never') await messages.remove(request.id, sent.slot);
        if (posting === 'again') isWhole = false;
      } else if (delivery.why === 'failed') isWhole = false;
    }
    return isWhole;
  }

  /** Posts a card. `again`: it did not arrive for a reason that may pass; `never`: there is no way there. */
  async function postNew(
    request: Request,
    target: Target,
    lines: number,
    draw: Draw,
  ): Promise<'posted' | 'again' | 'never'> {
    const messenger = messengerOf(target);
    if (!messenger) return 'never';
    const to = { conversation: target.conversation, ...(target.thread === undefined ? {} : { thread: target.thread }) };
    const { slot, chat, conversation } = target;
    const { id: requestId, version, revision } = request;
    // The card shows everything that has happened so far.
    const card = { requestId, slot, chat, conversation, version, revision, toldLines: lines };
    // Noted before: who is killed between the chat's answer and its record can look for it.
    await messages.save({ ...card, message: null });
    const delivery = await messenger.post(to, draw(target.audience), markOf(request, slot));
    if (!check(delivery, request, slot)) {
      if (delivery.why === 'failed') return 'again';
      await messages.remove(requestId, slot);
      return 'never';
    }
    await messages.save({ ...card, message: delivery.message, ...wholeness(delivery) });
    return 'posted';
  }

  async function tellLines(
    request: Request,
    story: readonly AuditEntry[],
    approvers: readonly Person[],
  ): Promise<boolean> {
    let isWhole = true;
    for (const sent of await messages.of(request.id)) {
      const messenger = messengerOf(sent);
      if (!messenger || sent.message === null || isAgain(sent) || sent.toldLines >= story.length) continue;
      const target = targetFrom(sent, request);
      // A comment stands in its thread already.
      const isToldHere = ({ event }: AuditEntry) =>
        event !== 'request.commented' &&
        // Hundreds of lines would bury the thread: the card counts them.
        !(event === 'operation.done' && isLarge(request)) &&
        (!target.isPersonal || (target.audience === 'requester' ? toldToRequester : toldToApprovers).has(event));
      const root = target.thread ?? sent.message;
      const to = { conversation: sent.conversation, ...(target.isPersonal ? {} : { thread: root }) };
      let told = sent.toldLines;
      for (const entry of story.slice(sent.toldLines)) {
        if (isToldHere(entry)) {
          const line = lineWords(request, entry, target.isPersonal ? undefined : approvers);
          const delivery = await messenger.postReply(to, line);
          if (!check(delivery, request, sent.slot) && delivery.why === 'failed') {
            isWhole = false;
            break;
          }
          await messages.save({ ...sent, toldLines: told + 1 });
        }
        told++;
      }
      if (told > sent.toldLines) await messages.save({ ...sent, toldLines: told });
    }
    return isWhole;
  }

  return async function notify(requestId: string): Promise<void> {
    const request = await deps.requests.get(requestId);
    if (!request) return;
    const story = (await deps.audit.of(requestId)).filter(isShown);
    const unknown = await findUnrecorded(request);
    const before = await messages.of(requestId);
    const sent = new Set(before.filter((one) => !isUnrecorded(one)).map(({ slot }) => slot));
    const isAsking = askedOf(request).length > 0;
    const approvers = isAsking ? await approversOf(request) : { people: [], isWhole: true };
    const unreached = isAsking && approvers.isWhole ? await unreachable(approvers.people) : [];
    const draw = (audience: Audience) => withUnreached(requestCard(request, audience), unreached);
    let isWhole = await bringUpToDate(request, story.length, draw);
    const targets = await targetsOf(request, approvers.people);
    // One that was being sent stays due, but where the request is over by now.
    for (const one of before.filter(isUnrecorded)) {
      if (targets.some(({ slot }) => slot === one.slot)) continue;
      if (unknown.has(one.slot) || !isFinal(request)) targets.push(targetFrom(one, request));
      else await messages.remove(requestId, one.slot);
    }
    for (const target of targets) {
      if (sent.has(target.slot)) continue;
      if (unknown.has(target.slot) || (await postNew(request, target, story.length, draw)) === 'again') isWhole = false;
    }
    if (approvers.isWhole) {
      await callApprovers(request, approvers.people);
      await tellUnreached(request);
    }
    isWhole = isWhole && approvers.isWhole;
    isWhole = (await tellLines(request, story, approvers.people)) && isWhole;
    isWhole = (await sendReceipts(request)) && isWhole;
    isWhole = (await sendEndReminders(request)) && isWhole;
    isWhole = (await sendOverdueAlarms(request)) && isWhole;
    // Failed deliveries are retried; delivered ones are recorded and not repeated.
    if (!isWhole) throw new RetryLater(5_000);
  };
}
