// A closed loop of clients: each sends its next request when the last was answered.

import { Agent, request } from 'node:http';
import type { BenchRequest } from './requests.ts';

/** What a run measured; times in milliseconds. */
export interface Measured {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly worst: number;
  /** Answers other than 2xx, and requests without one. */
  readonly failed: number;
}

/** What a part of a run has seen. */
export interface Part {
  readonly seconds: number;
  readonly times: readonly number[];
  readonly failed: number;
}

/** Sends one request on a connection of `agent`. Resolves with whether it was answered by 2xx. */
export function post(address: string, agent: Agent, { path, headers, body }: BenchRequest): Promise<boolean> {
  return new Promise((resolve) => {
    const sent = request(`${address}${path}`, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve((response.statusCode ?? 0) >= 200 && (response.statusCode ?? 0) < 300));
      response.on('error', () => resolve(false));
    });
    sent.on('error', () => resolve(false));
    sent.end(body);
  });
}

/** The value below which a share `of` of the sorted values lies. */
export const percentile = (sorted: readonly number[], of: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * of))] ?? 0;

/** What the parts of a run measured together. */
export function together(parts: readonly Part[]): Measured {
  const sorted = parts.flatMap(({ times }) => times).toSorted((a, b) => a - b);
  const sum = (of: (part: Part) => number) => parts.reduce((total, part) => total + of(part), 0);
  return {
    perSecond: sorted.length / sum(({ seconds }) => seconds),
    p50: percentile(sorted, 0.5),
    p99: percentile(sorted, 0.99),
    worst: sorted.at(-1) ?? 0,
    failed: sum(({ failed }) => failed),
  };
}

/** Sends `count` requests with `clients` of them under way at a time. The requests are made before the clock starts. */
export async function measure(
  address: string,
  clients: number,
  count: number,
  next: (number: number) => BenchRequest,
): Promise<Part> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const requests = Array.from({ length: count }, (_, number) => next(number));
  const times: number[] = [];
  let failed = 0;
  const client = async () => {
    for (let one = requests.pop(); one !== undefined; one = requests.pop()) {
      const started = performance.now();
      if (!(await post(address, agent, one))) failed += 1;
      times.push(performance.now() - started);
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - started) / 1000;
  agent.destroy();
  return { seconds, times, failed };
}
