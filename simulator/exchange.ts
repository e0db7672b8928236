// One request and its answer, as handlers see them: no sockets, no streams. Every handler is (Simulation, Call) → Answer.

import type { IncomingHttpHeaders } from 'node:http';
import type { z } from 'zod';
import type { ActivityLog } from './activities.ts';
import { invalidRequestContent } from './errors.ts';
import type { Settings } from './settings.ts';
import type { World } from './world/world.ts';

/** Who calls, from the token. */
export interface Caller {
  objectId: string;
  /** What Azure prints as "The client '…'": the application's id, or a person's user principal name. */
  client: string;
}

export interface Call {
  id: string;
  method: string;
  /** The path's segments, decoded, without empty ones. */
  segments: readonly string[];
  /** Query values by lower-case name: Azure takes any case. */
  query: ReadonlyMap<string, string>;
  headers: IncomingHttpHeaders;
  body: unknown;
  caller: Caller;
  /** From the route's pattern: the values of its {names}. */
  params: Readonly<Record<string, string>>;
}

export interface Answer {
  status: number;
  headers?: Readonly<Record<string, string>>;
  body?: unknown;
}

/** What every handler works on. */
export interface Simulation {
  readonly world: World;
  readonly settings: Settings;
  readonly activities: ActivityLog;
  /** The https address, for links in answers. */
  readonly endpoint: string;
  now(): number;
  /** ARM itself, called from within as somebody: how a deployment writes. Throws ArmError. */
  dispatch(call: Omit<Call, 'params'>): Promise<Answer>;
}

/** A parameter of the route's pattern. A miss is a mistake of the program. */
export function param(call: Call, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw new Error(`the route has no {${name}}`);
  return value;
}

/** The body in the shape of a schema, or Azure's 400. */
export function bodyOf<T>(call: Call, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(call.body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw invalidRequestContent(`${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'is not valid'}`);
}

/** The time as role assignments print it: seven digits of a second. */
export function longTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '0000Z');
}
