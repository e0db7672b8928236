// The cache decorators with a virtual clock: what is cached, for how long, and what never is.

import { describe, expect, it } from 'vitest';
import { withPeopleCache } from '../../src/cache/people-cache.ts';
import { withSuggestionCache } from '../../src/cache/suggestion-cache.ts';
import type { AzureReader } from '../../src/core/azure-ports.ts';
import type { Person, Sender } from '../../src/core/model/person.ts';
import type { People } from '../../src/core/people.ts';

const minuteMs = 60_000;

function createClock() {
  let at = Date.UTC(2026, 10, 24);
  return {
    now: () => new Date(at),
    pass: (ms: number) => {
      at += ms;
    },
  };
}

describe('people', () => {
  const sender: Sender = {
    chat: 'teams',
    userId: '29:1',
    entraId: 'a1ec0000-0000-4000-8000-000000000001',
    name: 'Alex',
  };
  const person: Person = { key: 'entra:a1ec', name: 'Alex' };

  function bench(answer: () => Promise<Person | undefined> = async () => person) {
    const clock = createClock();
    const asked: string[] = [];
    const people: People = {
      async resolvePerson(_sender, _conversation, isFresh = false) {
        asked.push(isFresh ? 'fresh' : 'sender');
        const found = await answer();
        if (!found) throw new Error('refused');
        return found;
      },
      byEmail(email) {
        asked.push(email);
        return answer();
      },
    };
    return { clock, asked, people: withPeopleCache(people, clock) };
  }

  it('are asked for once in five minutes', async () => {
    const { clock, asked, people } = bench();
    expect(await people.resolvePerson(sender, 'c')).toBe(person);
    clock.pass(5 * minuteMs - 1);
    expect(await people.resolvePerson(sender, 'other')).toBe(person);
    expect(asked).toEqual(['sender']);
    clock.pass(2);
    await people.resolvePerson(sender, 'c');
    expect(asked).toEqual(['sender', 'sender']);
  });

  it('are asked for anew where it is to be fresh, and that answer is the one kept', async () => {
    const { asked, people } = bench();
    await people.resolvePerson(sender, 'c');
    await people.resolvePerson(sender, 'c', true);
    await people.resolvePerson(sender, 'c', true);
    await people.resolvePerson(sender, 'c');
    expect(asked).toEqual(['sender', 'fresh', 'fresh']);
  });

  it('who are nobody are remembered by their address, and a failure never is', async () => {
    const nobody = bench(async () => undefined);
    expect(await nobody.people.byEmail('x@contoso.com')).toBeUndefined();
    expect(await nobody.people.byEmail('x@contoso.com')).toBeUndefined();
    expect(nobody.asked).toEqual(['x@contoso.com']);

    let isDown = true;
    const flaky = bench(async () => {
      if (isDown) throw new Error('down');
      return person;
    });
    await expect(flaky.people.byEmail('x@contoso.com')).rejects.toThrow('down');
    await expect(flaky.people.resolvePerson(sender, 'c')).rejects.toThrow('down');
    isDown = false;
    expect(await flaky.people.byEmail('x@contoso.com')).toBe(person);
    expect(await flaky.people.resolvePerson(sender, 'c')).toBe(person);
  });
});

describe('lists for a form', () => {
  /** Each load waits until it is answered by hand. */
  function bench() {
    const clock = createClock();
    const loads: { answer(name: string): Promise<void>; fail(): Promise<void> }[] = [];
    const azure = {
      resourceGroups: () =>
        new Promise((resolve, reject) => {
          loads.push({
            answer: async (name) => void (await settled(() => resolve([{ name }]))),
            fail: async () => void (await settled(() => reject(new Error('down')))),
          });
        }),
    } as unknown as AzureReader;
    const settled = async (act: () => void) => {
      act();
      await new Promise((resolve) => setImmediate(resolve));
    };
    const reads = withSuggestionCache(azure, clock);
    const names = async (subscription = 's1') => (await reads.resourceGroups(subscription)).map(({ name }) => name);
    return { clock, loads, names };
  }

  it('are taken as they are for 30 s, and who asks at the same time shares one load', async () => {
    const { clock, loads, names } = bench();
    const first = [names(), names()];
    await loads[0]?.answer('a');
    expect(await Promise.all(first)).toEqual([['a'], ['a']]);
    clock.pass(29_999);
    expect(await names()).toEqual(['a']);
    expect(loads.length).toBe(1);
    void names('s2');
    expect(loads.length).toBe(2);
  });

  it('are shown for up to 10 minutes while they are renewed', async () => {
    const { clock, loads, names } = bench();
    const first = names();
    await loads[0]?.answer('a');
    await first;
    clock.pass(9 * minuteMs);
    expect(await names()).toEqual(['a']);
    expect(await names()).toEqual(['a']);
    expect(loads.length).toBe(2);
    await loads[1]?.answer('b');
    expect(await names()).toEqual(['b']);
    clock.pass(10 * minuteMs + 1);
    const waits = names();
    await loads[2]?.answer('c');
    expect(await waits).toEqual(['c']);
  });

  it('stay where a renewal fails, and a failure is not kept', async () => {
    const { clock, loads, names } = bench();
    const failing = names();
    await Promise.all([expect(failing).rejects.toThrow('down'), loads[0]?.fail()]);
    const first = names();
    await loads[1]?.answer('a');
    expect(await first).toEqual(['a']);
    clock.pass(minuteMs);
    expect(await names()).toEqual(['a']);
    await loads[2]?.fail();
    expect(await names()).toEqual(['a']);
    expect(loads.length).toBe(4);
    clock.pass(10 * minuteMs);
    await loads[3]?.fail();
    const late = names();
    await Promise.all([expect(late).rejects.toThrow('down'), loads[4]?.fail()]);
  });
});
