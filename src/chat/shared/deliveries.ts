// What a chat has delivered, from its record to its answer: recorded before it is acknowledged, worked on behind that, and taken up
// where a killed bot has left it.

import type { Inbox, LeftDelivery } from '../../core/inbox.ts';
import type { ChatName } from '../../core/model/person.ts';
import type { Log } from '../../core/ports.ts';
import type { BackgroundTasks } from './background-tasks.ts';
import type { Workload } from './workload.ts';

/** The deliveries of one chat. `T` is its decoded interaction, which must survive JSON. */
export interface Deliveries<T> {
  /** Resolves when it is on record, or cannot be; with 'unavailable' the person is to be told that it was not taken. */
  record(id: string, interaction: T): ReturnType<Inbox['record']>;
  /**
   * Answers a recorded delivery behind its acknowledgement, in the order in which they come for each lane. Where much waits already,
   * only its id is kept, and `interaction` is read back from the inbox when its turn comes.
   */
  work(id: string, what: string, interaction: T): void;
  /** Follows the answer to a recorded delivery whose acknowledgement waits for it. */
  follow(id: string, what: string, answer: Promise<void>): void;
  /** Takes up what was left, now and from time to time. */
  open(): void;
  close(): void;
}

/** How often to look for what other bots have left. */
const lookMs = 5_000;
/** What is held here of one person: waiting, or under way. */
const mostOfPerson = 24;
/** Read from the inbox at once. */
const readAtOnce = 50;
/** A delivery that has ended the bot this often is not tried again. */
const mostAttempts = 5;

/**
 * Creates them. `answer` answers a delivery, as soon as it is acknowledged or long after: a left one's platform no longer waits for it.
 * `giveUp` says that it will not be answered.
 */
export function createDeliveries<T>(given: {
  readonly chat: ChatName;
  readonly inbox: Inbox;
  readonly background: BackgroundTasks;
  readonly workload: Workload;
  readonly answer: (interaction: T) => Promise<void>;
  readonly giveUp: (interaction: T) => Promise<void>;
  readonly laneOf: (interaction: T) => string | undefined;
  readonly personOf: (interaction: T) => string;
  /** It waits behind nothing that its person has sent before. */
  readonly isUrgent: (interaction: T) => boolean;
  readonly log: Log;
}): Deliveries<T> {
  const { chat, inbox, background, workload, answer, giveUp, laneOf, personOf, isUrgent, log } = given;
  /** By person, the ids of what is in the inbox only, oldest first: who sends much holds up nobody else. */
  const inInbox = new Map<string, string[]>();
  /** By person, how much of theirs is held here. */
  const held = new Map<string, number>();
  let isReading = false;
  let hasMoreLeft = false;
  let looking: NodeJS.Timeout | undefined;

  /** Reads what was recorded, perhaps by another version: what cannot be read holds up nothing else. */
  function readSafely<V>(read: (interaction: T) => V, interaction: T, otherwise: V): V {
    try {
      return read(interaction);
    } catch (error) {
      log.error({ chat, error }, 'a recorded delivery could not be read');
      return otherwise;
    }
  }

  /** Answers what a stopped process has left. False: another bot has begun with it, which ends it. */
  async function resumeLeft({ id, payload, attempt }: LeftDelivery): Promise<boolean> {
    const interaction = payload as T;
    // Where the database is away it is not known whose it is: what it changes, it changes once all the same.
    if (!(await inbox.begin({ chat, id }).catch(() => true))) return false;
    if (attempt > mostAttempts) {
      log.error({ chat, deliveryId: id, attempt }, 'delivery given up: the bot stopped while working on it');
      await giveUp(interaction);
      return true;
    }
    try {
      await answer(interaction);
    } catch (error) {
      log.error({ chat, deliveryId: id, error }, 'delivery given up: it could not be answered');
      await giveUp(interaction);
    }
    return true;
  }

  const hasRoomFor = (person: string) => workload.hasRoom() && (held.get(person) ?? 0) < mostOfPerson;

  function ended(id: string, person: string, isOurs: boolean): void {
    if (isOurs) inbox.finish({ chat, id });
    const count = (held.get(person) ?? 1) - 1;
    if (count > 0) held.set(person, count);
    else held.delete(person);
    if (count <= mostOfPerson / 2 && inInbox.has(person)) readBackSafely();
  }

  // A function of its own: what else its caller holds, such as the HTTP request, must not wait with it.
  function start(
    id: string,
    what: string,
    interaction: T,
    how: () => Promise<boolean> = () => answered(interaction),
  ): void {
    const person = readSafely(personOf, interaction, '');
    held.set(person, (held.get(person) ?? 0) + 1);
    const work = async () => {
      let isOurs = true;
      try {
        isOurs = await how();
      } finally {
        ended(id, person, isOurs);
      }
    };
    background.start(what, work, () => readSafely(laneOf, interaction, undefined));
  }

  async function answered(interaction: T): Promise<boolean> {
    await answer(interaction);
    return true;
  }

  /** The next of each person for whom there is room. */
  function nextIds(): ReadonlyMap<string, readonly string[]> {
    const next = new Map<string, readonly string[]>();
    let count = 0;
    for (const [person, ids] of inInbox) {
      const room = Math.min(mostOfPerson - (held.get(person) ?? 0), readAtOnce - count);
      if (room <= 0) continue;
      next.set(person, ids.slice(0, room));
      count += room;
    }
    return next;
  }

  async function readBack(): Promise<void> {
    while (workload.hasRoom()) {
      const next = nextIds();
      if (next.size === 0) return;
      const payloads = await inbox.read(chat, [...next.values()].flat());
      for (const [person, ids] of next) {
        const rest = inInbox.get(person)?.slice(ids.length) ?? [];
        // Behind the others, whose turn it is the next time.
        inInbox.delete(person);
        if (rest.length > 0) inInbox.set(person, rest);
        // What is not there any more was ended by somebody else.
        for (const id of ids) if (payloads.has(id)) start(id, 'answer to a delivery', payloads.get(id) as T);
      }
    }
  }

  /** Failures are tried again by the next look. */
  function readBackSafely(): void {
    if (isReading || inInbox.size === 0) return;
    isReading = true;
    const reading = readBack()
      .catch((error: unknown) => log.debug({ error }, 'waiting deliveries not read'))
      .finally(() => {
        isReading = false;
      });
    background.track('reading of waiting deliveries', reading);
  }

  async function look(): Promise<void> {
    hasMoreLeft = !workload.hasRoom();
    if (hasMoreLeft) return;
    const left = await inbox.takeUp(chat, readAtOnce);
    hasMoreLeft = left.length === readAtOnce;
    if (left.length > 0) log.info({ chat, deliveries: left.length }, 'deliveries of a stopped process taken up');
    for (const one of left) {
      start(one.id, 'answer to a left delivery', one.payload as T, () => resumeLeft(one));
    }
    if (hasMoreLeft) await look();
  }

  function lookSafely(): void {
    readBackSafely();
    background.track(
      'search for left deliveries',
      look().catch((error: unknown) => log.debug({ error }, 'left deliveries not found out')),
    );
  }

  workload.onRoom(() => {
    readBackSafely();
    if (hasMoreLeft) lookSafely();
  });

  return {
    async record(id, interaction) {
      const outcome = await inbox.record({ chat, id }, interaction);
      if (outcome === 'repeated') log.info({ chat }, 'repeated delivery ignored');
      if (outcome === 'unavailable') log.warn({ chat }, 'delivery not taken: it could not be recorded');
      return outcome;
    },
    work(id, what, interaction) {
      if (isUrgent(interaction)) return start(id, what, interaction);
      const person = personOf(interaction);
      const before = inInbox.get(person);
      // Behind what waits in the inbox already, so that the order stays.
      if (before) before.push(id);
      else if (hasRoomFor(person)) start(id, what, interaction);
      else inInbox.set(person, [id]);
    },
    follow: (id, what, answer) =>
      background.track(
        what,
        answer.finally(() => inbox.finish({ chat, id })),
      ),
    open() {
      lookSafely();
      looking = setInterval(lookSafely, lookMs);
    },
    close: () => clearInterval(looking),
  };
}
