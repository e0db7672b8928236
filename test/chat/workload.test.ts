// The work behind acknowledgements is bounded, and waits while requests keep coming in.

import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createWorkload } from '../../src/chat/shared/workload.ts';
import { eventually } from '../support/database.ts';

/** Work that ends when it is told to, and what was started of it. */
function pieces() {
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const piece = (name: string) => () => {
    started.push(name);
    return new Promise<void>((resolve) => ends.set(name, resolve));
  };
  return { started, piece, end: (name: string) => ends.get(name)?.() };
}

describe('work behind acknowledgements', () => {
  it('is under way few at a time, in the order in which it came', async () => {
    const { started, piece, end } = pieces();
    const workload = createWorkload({ most: 2 });
    for (const name of ['a', 'b', 'c', 'd']) workload.later(piece(name));
    await eventually(() => started.length === 2);
    await sleep(20);
    expect(started).toEqual(['a', 'b']);
    end('b');
    await eventually(() => started.length === 3);
    expect(started).toEqual(['a', 'b', 'c']);
    workload.close();
    end('a');
    await sleep(20);
    expect(started).toEqual(['a', 'b', 'c']);
  });

  it('of one lane is done one after the other, and holds up nobody else', async () => {
    const { started, piece, end } = pieces();
    const workload = createWorkload();
    workload.later(piece('alex 1'), () => 'alex');
    workload.later(piece('alex 2'), () => 'alex');
    workload.later(piece('megan'), () => 'megan');
    workload.later(piece('anybody'));
    await eventually(() => started.length === 3);
    expect(started).toEqual(['alex 1', 'megan', 'anybody']);
    end('alex 1');
    await eventually(() => started.includes('alex 2'));
  });

  it('is started only now and then while requests keep coming in, and all of it once they do not', async () => {
    const { started, piece } = pieces();
    const workload = createWorkload({ most: 100, quietMs: 50, forcedMs: 60 });
    for (let index = 0; index < 50; index++) workload.later(piece(`${index}`));
    const until = performance.now() + 300;
    while (performance.now() < until) {
      workload.arrived();
      await sleep(1);
    }
    expect(started.length).toBeGreaterThan(1);
    expect(started.length).toBeLessThan(10);
    await eventually(() => started.length === 50);
  });

  it('is started soon all the same while few requests come in, though there is never a pause', async () => {
    const { started, piece, end } = pieces();
    const workload = createWorkload({ quietMs: 1_000, patientMs: 10, forcedMs: 60_000, busyRequests: 20, busyMs: 100 });
    const until = performance.now() + 400;
    for (let index = 0; performance.now() < until; index++) {
      workload.arrived();
      workload.later(piece(`${index}`));
      await sleep(20);
      end(`${index}`);
    }
    expect(started.length).toBeGreaterThan(5);
  });

  it('does not hold up what an acknowledgement waits for', async () => {
    const { piece } = pieces();
    const workload = createWorkload({ most: 1 });
    workload.later(piece('for ever'));
    workload.arrived();
    expect(await workload.now(async () => 'at once')).toBe('at once');
  });
});
