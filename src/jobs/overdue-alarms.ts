// Temporary access that could not be ended is told where the operators look, and again when it has ended.

import { endedWords } from '../core/cards/grant-words.ts';
import type { Card } from '../core/chat.ts';
import type { SentMessages } from '../core/message-ports.ts';
import type { Grant } from '../core/model/grant.ts';
import type { ChatName } from '../core/model/person.ts';
import type { Request } from '../core/model/request.ts';
import { plannedWords } from '../core/operations/registry.ts';
import type { ChatMessenger, Delivery } from '../core/ports.ts';

/** Where operators are told what needs them. */
export interface OperatorsPlace {
  readonly chat: ChatName;
  readonly conversation: string;
}

/** The slot that records that it was told. It is no card of the request. */
const slotOf = ({ id }: Grant, what: 'overdue' | 'over') => `note:${what}:${id}`;

function alarmCard({ requester }: Request, { id, operation, endsAt, failure }: Grant): Card {
  const title = 'Temporary access could not be ended';
  return {
    tone: 'bad',
    title,
    subtitle: ['It was to end ', { time: endsAt }, '. Identity Desk keeps trying.'],
    blocks: [
      {
        kind: 'facts',
        facts: [
          { label: 'Change', value: plannedWords(operation) },
          { label: 'Temporary role', value: id },
          { label: 'Requested by', value: requester.name },
          { label: 'Reason', value: `${failure?.message ?? ''} ${failure?.next ?? ''}`.trim() },
        ],
      },
    ],
    buttons: [],
    fallback: `${title}: ${plannedWords(operation)} (${id})`,
  };
}

/** Builds the sending of a request's alarms, each once. It returns false where one must be tried again. */
export function createOverdueAlarms(deps: {
  readonly messages: SentMessages;
  readonly messengers: () => readonly ChatMessenger[];
  readonly operators?: OperatorsPlace;
  /** Logs a failed delivery. Throws where it must be repeated at a time of its own. */
  readonly check: (delivery: Delivery, request: Request, slot: string) => boolean;
}) {
  const { messages, messengers, operators, check } = deps;

  return async function sendOverdueAlarms(request: Request): Promise<boolean> {
    const isConcerned = request.grants.some(({ failure, ending }) => failure !== undefined || ending !== undefined);
    const messenger = operators && messengers().find(({ chat }) => chat === operators.chat);
    if (!operators || !messenger || !isConcerned) return true;
    const sent = new Set((await messages.of(request.id)).map(({ slot }) => slot));
    const { id: requestId, version, revision } = request;
    const record = (slot: string) =>
      messages.save({ requestId, slot, ...operators, message: null, version, revision, toldLines: 0 });
    let isWhole = true;
    const send = async (slot: string, work: () => Promise<Delivery>) => {
      const delivery = await work();
      if (check(delivery, request, slot) || (!delivery.ok && delivery.why !== 'failed')) await record(slot);
      else isWhole = false;
    };
    for (const grant of request.grants) {
      const [alarm, over] = [slotOf(grant, 'overdue'), slotOf(grant, 'over')];
      if (grant.state === 'active' && grant.failure && !sent.has(alarm)) {
        await send(alarm, () => messenger.post({ conversation: operators.conversation }, alarmCard(request, grant)));
      }
      if (grant.ending && sent.has(alarm) && !sent.has(over)) {
        const words = endedWords(grant.operation, grant.ending);
        await send(over, () =>
          messenger.postReply({ conversation: operators.conversation }, [{ strong: grant.id }, ` ${words}`]),
        );
      }
    }
    return isWhole;
  };
}
