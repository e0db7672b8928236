// What a modal carries with it in private_metadata, so that it can go on: nothing of it is kept on the server, and a restart loses no
// form.

import { z } from 'zod';
import type { ChatLocation } from '../../core/chat.ts';
import type { Filled } from './forms.ts';
import { LIMITS } from './limits.ts';

/** Where the answer belongs; `c` is absent where it is the person's own chat, which is not open yet. */
const locationSchema = z.object({ c: z.string().optional(), t: z.string().optional(), d: z.boolean().optional() });

const metaSchema = z.object({
  p: locationSchema,
  /** A form's and a plan's command. */
  c: z.string().optional(),
  /** What stands in the fields of a form or plan, and how chosen values are shown. */
  f: z.record(z.string(), z.string()).optional(),
  l: z.record(z.string(), z.string()).optional(),
  /** A reason's verb, request, field, and the card's message and whether only one person sees that. */
  v: z.string().optional(),
  r: z.string().optional(),
  i: z.string().optional(),
  m: z.string().optional(),
});

/** What a modal carries with it. */
export type Meta = z.infer<typeof metaSchema>;

/** What a view of ours carries; undefined where it is none. */
export function readMeta(text: string | undefined): Meta | undefined {
  try {
    return metaSchema.parse(JSON.parse(text ?? ''));
  } catch {
    return undefined;
  }
}

/** Without the labels where there is no room for them. Undefined where it is more than Slack carries even so. */
export function writeMeta(meta: Meta): string | undefined {
  const { l: _, ...bare } = meta;
  return [meta, bare].map((one) => JSON.stringify(one)).find((text) => text.length <= LIMITS.privateMetadata);
}

/** A location as it is carried. */
export function metaLocation(location: ChatLocation | undefined): Meta['p'] {
  if (!location) return {};
  const { conversation, thread, isPersonal } = location;
  return { c: conversation, ...(thread === undefined ? {} : { t: thread }), ...(isPersonal ? { d: true } : {}) };
}

/** The location that is carried; undefined where it is the person's own chat, which is not open yet. */
export function locationOf(meta: Meta): ChatLocation | undefined {
  const { c, t, d } = meta.p;
  if (c === undefined) return undefined;
  return { chat: 'slack', conversation: c, isPersonal: d === true, ...(t === undefined ? {} : { thread: t }) };
}

/** What stood in a form when its modal was drawn. */
export function filledOf(meta: Meta | undefined): Filled {
  return { values: meta?.f ?? {}, labels: meta?.l ?? {} };
}
