// Draws graphs as PNG by a worker thread, which is started with the first picture and ended when none was asked for in a while: its
// libraries take some 60 MB.

import { Worker } from 'node:worker_threads';
import type { DrawGraph } from '../core/graph/draw-graph.ts';
import type { Log } from '../core/ports.ts';

/** Characters of a graph; bytes of a picture; how many wait; how long one may take, and how long the thread stays. */
const limits = { dot: 200_000, png: 5_000_000, waiting: 16, drawMs: 10_000, idleMs: 60_000 };

interface Pending {
  readonly dot: string;
  readonly done: (png: Uint8Array | undefined) => void;
}

/** Pictures, and the end of the thread that draws them. */
export interface GraphPictures {
  /** Undefined: it could not be drawn, or not in time. Never throws. */
  readonly draw: DrawGraph;
  close(): Promise<void>;
}

/** Starts nothing before the first picture. */
export function createGraphPictures({ log }: { log: Log }): GraphPictures {
  const queue: Pending[] = [];
  let worker: Worker | undefined;
  let current: Pending | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  function stop(why?: string): Promise<unknown> {
    const ended = worker;
    worker = undefined;
    clearTimeout(timer);
    if (why !== undefined) log.warn({ why }, 'picture not drawn');
    const failed = current;
    current = undefined;
    failed?.done(undefined);
    return ended?.terminate() ?? Promise.resolve();
  }

  function started(): Worker {
    const made = new Worker(new URL('./graph-worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: 256 },
    });
    made.unref();
    made.on('message', (answer: { png?: Uint8Array; error?: string }) => {
      if (made !== worker || !current) return;
      const { done } = current;
      current = undefined;
      if (answer.error !== undefined) log.warn({ why: answer.error }, 'picture not drawn');
      done(answer.png && answer.png.length <= limits.png ? answer.png : undefined);
      next();
    });
    const fail = (why: string) => {
      if (made !== worker) return;
      void stop(why);
      next();
    };
    made.on('error', (error) => fail(error instanceof Error ? error.message : 'error'));
    made.on('exit', () => fail('the thread ended'));
    return made;
  }

  function next(): void {
    if (current || isClosed) return;
    clearTimeout(timer);
    current = queue.shift();
    if (!current) {
      timer = setTimeout(() => void stop(), limits.idleMs);
      timer.unref();
      return;
    }
    worker ??= started();
    timer = setTimeout(() => {
      void stop('not drawn in time');
      next();
    }, limits.drawMs);
    worker.postMessage({ dot: current.dot });
  }

  return {
    draw(dot) {
      if (isClosed || dot.length > limits.dot || queue.length >= limits.waiting) return Promise.resolve(undefined);
      const { promise, resolve } = Promise.withResolvers<Uint8Array | undefined>();
      queue.push({ dot, done: resolve });
      next();
      return promise;
    },
    async close() {
      isClosed = true;
      for (const { done } of queue.splice(0)) done(undefined);
      await stop();
    },
  };
}
