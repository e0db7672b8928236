// A modal's state in private_metadata. Nothing is kept in the process, so a restart loses no form.

import { z } from 'zod';
import type { ChatLocation } from '../../core/chat.ts';
import type { Filled } from './forms.ts';
import { LIMITS } from './limits.ts';

/** Where the answer goes: conversation, thread, is direct message. `c` is absent where the direct message is not open yet. */
const locationSchema = z.object({ c: z.string().optional(), t: z.string().optional(), d: z.boolean().optional() });

const metaSchema = z.object({
  p: locationSchema,
  /** The command of a form or plan. */
  c: z.string().optional(),
  /** The values of a form or plan, and the labels of chosen options. */
  f: z.record(z.string(), z.string()).optional(),
  l: z.record(z.string(), z.string()).optional(),
  /** Of a prompt: the button's verb, request id, field id, and the card's message. */
  v: z.string().optional(),
  r: z.string().optional(),
  i: z.string().optional(),
  m: z.string().optional(),
  /** Of a plan: its digest, and of a prompt: when its button was pressed. */
  g: z.string().optional(),
  a: z.string().optional(),
});

/** A modal's state. */
export type Meta = z.infer<typeof metaSchema>;

/** Parses private_metadata; undefined where it is not the bot's. */
export function readMeta(text: string | undefined): Meta | undefined {
  try {
    return metaSchema.parse(JSON.parse(text ?? ''));
  } catch {
    return undefined;
  }
}

/** The JSON for private_metadata, without labels where it is too long. Undefined where it is still too long. */
export function writeMeta(meta: Meta): string | undefined {
  const { l: _, ...bare } = meta;
  return [meta, bare].map((one) => JSON.stringify(one)).find((text) => text.length <= LIMITS.privateMetadata);
}

/** A location in the metadata's format. */
export function metaLocation(location: ChatLocation | undefined): Meta['p'] {
  if (!location) return {};
  const { conversation, thread, isPersonal } = location;
  return { c: conversation, ...(thread === undefined ? {} : { t: thread }), ...(isPersonal ? { d: true } : {}) };
}

/** The location in the metadata; undefined where it is a direct message that is not open yet. */
export function locationOf(meta: Meta): ChatLocation | undefined {
  const { c, t, d } = meta.p;
  if (c === undefined) return undefined;
  return { chat: 'slack', conversation: c, isPersonal: d === true, ...(t === undefined ? {} : { thread: t }) };
}

/** A form's values when its modal was drawn. */
export function filledOf(meta: Meta | undefined): Filled {
  return { values: meta?.f ?? {}, labels: meta?.l ?? {} };
}
