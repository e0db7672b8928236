// Takes in a decoded interaction: recorded, acknowledged, then answered behind the acknowledgement, or for an invoke in its response.
// Where it cannot be recorded, the person is told that it was not taken.
//
// Not recorded, because nothing is lost with them: a card's automatic refresh, reactions, and the bot's coming and going, which is
// handled before it is acknowledged.

import { type Inbox, waitsItsTurn } from '../../core/inbox.ts';
import type { ChatName } from '../../core/model/person.ts';
import { createDeliveries, type Deliveries } from '../shared/deliveries.ts';
import { type TeamsContext, WORDS } from './context.ts';
import { interactionOf } from './decode.ts';
import { type InvokeResponse, messageResponse, replyTo } from './deliver.ts';
import type { ActionSubmit, AdaptiveCardAction, TypedMessage } from './interactions.ts';
import { invoke } from './invoke.ts';
import { message } from './message.ts';

const chat: ChatName = 'teams';

/** An interaction that is kept until it is answered. */
type Kept = TypedMessage | ActionSubmit | AdaptiveCardAction;

/** What changes something is answered in the order in which the person sent it. */
function laneOf({ botApi }: TeamsContext, received: Kept): string | undefined {
  const isChange =
    received.type === 'message'
      ? botApi.readLine(received.text).isChange
      : received.button?.kind === 'request' && waitsItsTurn(received.button.verb);
  return isChange ? received.sender?.userId : undefined;
}

/** Answers in the conversation. An invoke comes here where a killed bot has left it: its response is no longer waited for. */
async function answer(context: TeamsContext, received: Kept): Promise<void> {
  const interaction = received.sender && interactionOf(received, received.sender);
  if (!interaction) return;
  if (received.type !== 'adaptiveCard/action') return message(context, received, interaction);
  if (received.button) await invoke(context, received, received.button, interaction, true).delivered;
}

/** The deliveries of Teams. */
export function createTeamsDeliveries(context: TeamsContext, inbox: Inbox): Deliveries<Kept> {
  const { background, workload, log } = context;
  return createDeliveries<Kept>({
    chat,
    inbox,
    background,
    workload,
    log,
    laneOf: (received) => laneOf(context, received),
    isUrgent: (received) =>
      received.type !== 'message' && received.button?.kind === 'request' && !waitsItsTurn(received.button.verb),
    personOf: ({ sender }) => sender?.userId ?? '',
    answer: (received) => answer(context, received),
    giveUp: (received) => reply(context, received, WORDS.gaveUp),
  });
}

async function reply(context: TeamsContext, received: Kept, words: string): Promise<void> {
  // Its reference is in memory from now on; the database may be the one that is away.
  context.background.track('record of a conversation', context.conversations.note(received));
  await context.messenger.postReply(replyTo(received), words);
}

/** What takes in interactions. */
export interface Receive {
  /** Resolves when the message may be acknowledged. */
  message(received: TypedMessage | ActionSubmit): Promise<void>;
  /** The body of the invoke's response. */
  invoke(received: AdaptiveCardAction): Promise<InvokeResponse>;
}

/** Creates it. */
export function createReceive(context: TeamsContext, deliveries: Deliveries<Kept>): Receive {
  return {
    async message(received) {
      if (received.sender === undefined) return reply(context, received, WORDS.unknownSender);
      if (!interactionOf(received, received.sender)) return;
      const { deliveryId, type } = received;
      const outcome = await deliveries.record(deliveryId, received);
      if (outcome === 'unavailable') return reply(context, received, WORDS.notTaken);
      if (outcome === 'repeated') return;
      deliveries.work(deliveryId, type, received);
    },

    async invoke(received) {
      if (received.isAutomatic) return messageResponse('');
      const { sender, button, deliveryId, type } = received;
      if (sender === undefined) return messageResponse(WORDS.unknownSender);
      const interaction = interactionOf(received, sender);
      if (!interaction || !button) return messageResponse(WORDS.unknownButton);
      const outcome = await deliveries.record(deliveryId, received);
      if (outcome === 'unavailable') return messageResponse(WORDS.notTaken);
      if (outcome === 'repeated') return messageResponse(WORDS.silence);
      const answered = invoke(context, received, button, interaction);
      deliveries.follow(deliveryId, type, answered.delivered);
      return answered.response;
    },
  };
}
