// How long a person waits for the answer itself while the bot has an ordinary load: a request now and then, not one after another.

import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile, post } from './load.ts';
import type { BenchRequest } from './requests.ts';

/** Milliseconds from sending a request to the first message with its answer. */
export interface Answers {
  readonly p50: number;
  readonly worst: number;
  /** Without an answer within ten seconds after the last request. */
  readonly missing: number;
}

let timed = 0;

/** Sends `count` requests, one each `everyMs`, and asks the counterparts when each was answered. */
export async function timeAnswers(
  address: string,
  counterparts: string,
  { count, everyMs }: { readonly count: number; readonly everyMs: number },
  next: (key: string) => BenchRequest,
): Promise<Answers> {
  const agent = new Agent({ keepAlive: true });
  const sent = new Map<string, number>();
  for (let index = 0; index < count; index++) {
    const key = String(++timed);
    const request = next(key);
    sent.set(key, Date.now());
    void post(address, agent, request);
    await sleep(everyMs);
  }
  let waits: number[] = [];
  for (let tries = 0; tries < 20 && waits.length < count; tries++) {
    const times = (await (await fetch(`${counterparts}/times`)).json()) as Record<string, number>;
    waits = [...sent].flatMap(([key, at]) => {
      const seen = [times[`timed${key}`], times[`C0TIMED${key}`]].filter((time) => time !== undefined);
      return seen.length > 0 ? [Math.min(...seen) - at] : [];
    });
    if (waits.length < count) await sleep(500);
  }
  agent.destroy();
  const sorted = waits.toSorted((a, b) => a - b);
  return { p50: percentile(sorted, 0.5), worst: sorted.at(-1) ?? 0, missing: count - waits.length };
}
