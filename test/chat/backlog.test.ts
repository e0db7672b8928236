// What is acknowledged and not yet worked on waits in the inbox beyond a bound, and is answered in order all the same.

import { describe, expect, it } from 'vitest';
import { createBackgroundTasks } from '../../src/chat/shared/background-tasks.ts';
import { createDeliveries } from '../../src/chat/shared/deliveries.ts';
import { createWorkload } from '../../src/chat/shared/workload.ts';
import { eventually, silent } from '../support/database.ts';
import { MemoryInbox } from '../support/memory-inbox.ts';

interface Sent {
  readonly person: string;
  readonly number: number;
}

/** Deliveries whose answers wait until `go`. */
function world() {
  const inbox = new MemoryInbox();
  const workload = createWorkload({ quietMs: 0 });
  const failures: unknown[] = [];
  const background = createBackgroundTasks(workload, (_what, error) => failures.push(error));
  const gate = Promise.withResolvers<void>();
  const answered: Sent[] = [];
  const given = new Set<Sent>();
  let asGiven = 0;
  const deliveries = createDeliveries<Sent>({
    chat: 'slack',
    inbox,
    background,
    workload,
    async answer(sent) {
      if (given.has(sent)) asGiven += 1;
      await gate.promise;
      answered.push(sent);
    },
    giveUp: async () => {},
    laneOf: ({ person }) => person,
    isUrgent: () => false,
    personOf: ({ person }) => person,
    log: silent,
  });
  const deliver = async (person: string, number: number) => {
    const sent = { person, number };
    given.add(sent);
    await deliveries.record(`${person}-${number}`, sent);
    deliveries.work(`${person}-${number}`, 'test', sent);
  };
  return { inbox, workload, deliveries, deliver, answered, failures, go: gate.resolve, asGiven: () => asGiven };
}

describe('a burst', () => {
  it('is held in memory up to a bound, and all of it is answered in the order of each person', async () => {
    const { inbox, deliver, answered, failures, go, asGiven } = world();
    for (let number = 0; number < 400; number++) {
      for (const person of ['alex', 'megan', 'adele']) await deliver(person, number);
    }
    go();
    await eventually(() => answered.length === 1_200, 20_000);
    for (const person of ['alex', 'megan', 'adele']) {
      const numbers = answered.filter((sent) => sent.person === person).map(({ number }) => number);
      expect(numbers).toEqual(Array.from({ length: 400 }, (_, number) => number));
    }
    // Most were read back: the objects that came in were not kept.
    expect(asGiven()).toBeLessThanOrEqual(3 * 24);
    expect(inbox.open.size).toBe(0);
    expect(failures).toEqual([]);
  });

  it('of one person holds up nobody else', async () => {
    const { deliver, answered, go } = world();
    for (let number = 0; number < 400; number++) await deliver('alex', number);
    await deliver('megan', 0);
    go();
    await eventually(() => answered.length === 401, 20_000);
    expect(answered.findIndex(({ person }) => person === 'megan')).toBeLessThan(50);
  });

  it('is answered though the inbox cannot be read for a while', async () => {
    const { inbox, deliveries, deliver, answered, failures, go } = world();
    const read = inbox.read.bind(inbox);
    inbox.read = () => Promise.reject(new Error('away'));
    for (let number = 0; number < 60; number++) await deliver('alex', number);
    go();
    await eventually(() => answered.length === 24);
    inbox.read = read;
    // As the next look does, some seconds later.
    deliveries.open();
    await eventually(() => answered.length === 60);
    deliveries.close();
    expect(answered.map(({ number }) => number)).toEqual(Array.from({ length: 60 }, (_, number) => number));
    expect(failures).toEqual([]);
  });
});
