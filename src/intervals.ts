// Work that is done again and again while the bot runs.

import type { Log } from './core/ports.ts';

/** Builds `every`: does the work each `ms` milliseconds until the stop that it hands over. What fails is logged, and done again. */
export function createIntervals(onStop: (name: string, stop: () => void) => void, log: Log) {
  return function every(name: string, ms: number, work: () => Promise<void>): void {
    const timer = setInterval(() => void work().catch((err: unknown) => log.warn({ err }, `${name} failed`)), ms);
    onStop(name, () => clearInterval(timer));
  };
}
