// The port to the inbox, and how a delivery of a chat is told from others.

import type { Interaction } from './chat.ts';
import type { ChatName } from './model/person.ts';

/** A delivery of a chat. What it has caused once it never causes again, however often it is worked on. */
export interface DeliveryKey {
  readonly chat: ChatName;
  /** The platform's id of it, the same when it is delivered again. */
  readonly id: string;
}

/**
 * Whether a click on a request waits for what its person sent before. “That was not me” waits for nothing: whoever has taken the
 * account may have sent much.
 */
export function waitsItsTurn(verb: string): boolean {
  return verb !== 'request.disown';
}

/** The delivery that an interaction came by. */
export function deliveryOf({ location, deliveryId }: Interaction): DeliveryKey {
  return { chat: location.chat, id: deliveryId };
}

/** A delivery that was recorded and not answered, because its bot was killed. */
export interface LeftDelivery {
  readonly id: string;
  readonly payload: unknown;
  /** How often work on it has begun, the next time included. */
  readonly attempt: number;
}

/** What the chats deliver: on record before it is acknowledged, and kept until it is answered. */
export interface Inbox {
  /**
   * Records a delivery with what is needed to answer it later. 'repeated': it was delivered before. 'unavailable': it could not be
   * recorded in time, and will never be worked on. Never throws.
   */
  record(delivery: DeliveryKey, payload: unknown): Promise<'recorded' | 'repeated' | 'unavailable'>;
  /** The payloads of deliveries that were recorded here and are not answered, by their ids. Rejects where they cannot be read. */
  read(chat: ChatName, ids: readonly string[]): Promise<ReadonlyMap<string, unknown>>;
  /** It was answered; its payload is erased. Never throws. */
  finish(delivery: DeliveryKey): void;
  /** Takes up at most `most` deliveries that nobody works on, oldest first. */
  takeUp(chat: ChatName, most: number): Promise<readonly LeftDelivery[]>;
  /** Counts that work on a left delivery begins. False: another bot has taken it up, or it was answered. */
  begin(delivery: DeliveryKey): Promise<boolean>;
}
