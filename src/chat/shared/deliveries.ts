// What a chat has delivered, from its record to its answer: recorded before it is acknowledged, worked on behind that, and taken up
// where a killed bot has left it.

import type { Inbox, LeftDelivery } from '../../core/inbox.ts';
import type { ChatName } from '../../core/model/person.ts';
import type { Log } from '../../core/ports.ts';
import type { BackgroundTasks } from './background-tasks.ts';

/** The deliveries of one chat. `T` is its decoded interaction, which must survive JSON. */
export interface Deliveries<T> {
  /** Resolves when it is on record, or cannot be; with 'unavailable' the person is to be told that it was not taken. */
  record(id: string, interaction: T): ReturnType<Inbox['record']>;
  /** Answers a recorded delivery behind its acknowledgement. In one lane the next begins when the last was answered. */
  work(id: string, what: string, answer: () => Promise<void>, interaction: T): void;
  /** Follows the answer to a recorded delivery whose acknowledgement waits for it. */
  follow(id: string, what: string, answer: Promise<void>): void;
  /** Takes up what was left, now and from time to time. */
  open(): void;
  close(): void;
}

/** How often to look for what other bots have left. */
const lookMs = 5_000;
const mostAtOnce = 500;
/** A delivery that has ended the bot this often is not tried again. */
const mostAttempts = 5;

/** Creates them. `resume` answers a left delivery: the platform no longer waits for it. `giveUp` says that it will not be answered. */
export function createDeliveries<T>(given: {
  readonly chat: ChatName;
  readonly inbox: Inbox;
  readonly background: BackgroundTasks;
  readonly resume: (interaction: T) => Promise<void>;
  readonly giveUp: (interaction: T) => Promise<void>;
  readonly laneOf: (interaction: T) => string | undefined;
  readonly log: Log;
}): Deliveries<T> {
  const { chat, inbox, background, resume, giveUp, laneOf, log } = given;
  let looking: NodeJS.Timeout | undefined;
  /** Answers, and notes that it was, whatever comes of it. */
  async function answered(id: string, answer: () => Promise<void>): Promise<void> {
    try {
      await answer();
    } finally {
      inbox.finish({ chat, id });
    }
  }

  /** The lane of what was recorded, perhaps by another version: one that cannot be read holds up no other. */
  function safeLaneOf(interaction: T): string | undefined {
    try {
      return laneOf(interaction);
    } catch (error) {
      log.error({ chat, error }, 'a recorded delivery could not be read');
      return undefined;
    }
  }

  async function resumeLeft({ id, payload, attempt }: LeftDelivery): Promise<void> {
    const interaction = payload as T;
    // Where the database is away it is not known whose it is: what it changes, it changes once all the same.
    if (!(await inbox.begin({ chat, id }).catch(() => true))) return;
    if (attempt > mostAttempts) {
      log.error({ chat, deliveryId: id, attempt }, 'delivery given up: the bot stopped while working on it');
      return answered(id, () => giveUp(interaction));
    }
    await answered(id, async () => {
      try {
        await resume(interaction);
      } catch (error) {
        log.error({ chat, deliveryId: id, error }, 'delivery given up: it could not be answered');
        await giveUp(interaction);
      }
    });
  }

  async function look(): Promise<void> {
    const left = await inbox.takeUp(chat, mostAtOnce);
    if (left.length > 0) log.info({ chat, deliveries: left.length }, 'deliveries of a stopped process taken up');
    for (const one of left) {
      background.start('answer to a left delivery', () => resumeLeft(one), safeLaneOf(one.payload as T));
    }
    if (left.length === mostAtOnce) await look();
  }

  const lookSafely = () =>
    background.track(
      'search for left deliveries',
      look().catch((error: unknown) => log.debug({ error }, 'left deliveries not found out')),
    );

  return {
    async record(id, interaction) {
      const outcome = await inbox.record({ chat, id }, interaction);
      if (outcome === 'repeated') log.info({ chat }, 'repeated delivery ignored');
      if (outcome === 'unavailable') log.warn({ chat }, 'delivery not taken: it could not be recorded');
      return outcome;
    },
    work: (id, what, answer, interaction) =>
      background.start(what, () => answered(id, answer), safeLaneOf(interaction)),
    follow: (id, what, answer) =>
      background.track(
        what,
        answered(id, () => answer),
      ),
    open() {
      lookSafely();
      looking = setInterval(lookSafely, lookMs);
    },
    close: () => clearInterval(looking),
  };
}
