// Faults that a test asks for: a status, a delay, a dropped connection, for calls that match. Only the control path adds them.

import { randomUUID } from 'node:crypto';
import { z } from 'zod';

export const faultSchema = z.strictObject({
  method: z.string().optional(),
  /** The start of a path ('/subscriptions'), or '/…/' + flags as a regular expression written `re:…`. Any case. */
  path: z.string().optional(),
  /** A part of the query as it is decoded, whatever its case: whom a filter asks about. */
  query: z.string().optional(),
  status: z.int().min(400).max(599).optional(),
  code: z.string().optional(),
  message: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  delayMs: z.int().min(0).max(600_000).optional(),
  /** Cut the connection instead of answering. */
  drop: z.boolean().optional(),
  /** Do the work first, then fail: the caller cannot know that it was done. */
  after: z.boolean().optional(),
  /** How many calls; every one without it. */
  times: z.int().min(1).optional(),
});

export type Fault = z.infer<typeof faultSchema> & { id: string; hits: number };

export class Faults {
  #faults: Fault[] = [];

  /** Throws an Error for a path that is no regular expression. */
  add(fault: z.infer<typeof faultSchema>): Fault {
    if (fault.path?.startsWith('re:')) new RegExp(fault.path.slice(3), 'i');
    const added = { ...fault, id: randomUUID(), hits: 0 };
    this.#faults.push(added);
    return added;
  }

  list(): readonly Fault[] {
    return this.#faults;
  }

  clear(id?: string): void {
    this.#faults = id === undefined ? [] : this.#faults.filter((fault) => fault.id !== id);
  }

  /** The first fault that a call meets, counted. */
  meet(method: string, path: string, query = ''): Fault | undefined {
    const found = this.#faults.find((fault) => {
      if (fault.times !== undefined && fault.hits >= fault.times) return false;
      if (fault.method && fault.method.toUpperCase() !== method) return false;
      if (fault.query && !query.toLowerCase().includes(fault.query.toLowerCase())) return false;
      return fault.path === undefined || matches(fault.path, path);
    });
    if (found) found.hits += 1;
    return found;
  }
}

function matches(pattern: string, path: string): boolean {
  if (pattern.startsWith('re:')) return new RegExp(pattern.slice(3), 'i').test(path);
  return path.toLowerCase().startsWith(pattern.toLowerCase());
}
