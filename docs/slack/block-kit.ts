// Schemas of the Block Kit subset that can be drawn (docs.slack.dev, "Block Kit reference"). They are strict: an unknown block,
// element or property is an error, so that no picture leaves something out.

import { z } from 'zod';

/** Names the unsupported type; zod's own message says only that the input is invalid. */
const unknownType = (what: string) => ({
  error: ({ code, input }: { code: string; input: unknown }) =>
    code === 'invalid_union' && typeof input === 'object' && input !== null && 'type' in input
      ? `${what} of the type “${String(input.type)}” is not drawn`
      : undefined,
});

/** Without mrkdwn, which the bot does not send. */
const plainText = z.strictObject({
  type: z.literal('plain_text'),
  text: z.string().min(1),
  emoji: z.boolean().optional(),
});
const style = z
  .strictObject({
    bold: z.boolean(),
    italic: z.boolean(),
    strike: z.boolean(),
    code: z.boolean(),
  })
  .partial()
  .optional();
const option = z.strictObject({ text: plainText, value: z.string() });

const inline = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ type: z.literal('text'), text: z.string(), style }),
    z.strictObject({
      type: z.literal('date'),
      /** Seconds since 1970. */
      timestamp: z.int(),
      format: z.string(),
      fallback: z.string().optional(),
      style,
    }),
    z.strictObject({ type: z.literal('user'), user_id: z.string(), style }),
  ],
  unknownType('a part of rich text'),
);
const inlines = z.array(inline).min(1);
const richSection = z.strictObject({ type: z.literal('rich_text_section'), elements: inlines });
const richPart = z.discriminatedUnion(
  'type',
  [
    richSection,
    z.strictObject({ type: z.literal('rich_text_preformatted'), elements: inlines }),
    z.strictObject({ type: z.literal('rich_text_quote'), elements: inlines }),
    z.strictObject({
      type: z.literal('rich_text_list'),
      style: z.enum(['bullet', 'ordered']),
      indent: z.int().optional(),
      elements: z.array(richSection).min(1),
    }),
  ],
  unknownType('a part of rich text'),
);

const button = z.strictObject({
  type: z.literal('button'),
  action_id: z.string(),
  text: plainText,
  value: z.string().optional(),
  url: z.string().optional(),
  style: z.enum(['primary', 'danger']).optional(),
});
const field = { action_id: z.string(), placeholder: plainText.optional() };
const inputElement = z.discriminatedUnion(
  'type',
  [
    z.strictObject({
      ...field,
      type: z.literal('plain_text_input'),
      multiline: z.boolean().optional(),
      max_length: z.int().optional(),
      initial_value: z.string().optional(),
    }),
    z.strictObject({
      ...field,
      type: z.literal('static_select'),
      options: z.array(option).min(1),
      initial_option: option.optional(),
    }),
    z.strictObject({
      ...field,
      type: z.literal('external_select'),
      min_query_length: z.int().optional(),
      initial_option: option.optional(),
    }),
    z.strictObject({
      type: z.literal('checkboxes'),
      action_id: z.string(),
      options: z.array(option).min(1),
      initial_options: z.array(option).optional(),
    }),
  ],
  unknownType('an input'),
);

const cell = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ type: z.literal('raw_text'), text: z.string() }),
    z.strictObject({ type: z.literal('rich_text'), elements: z.array(richPart).min(1) }),
  ],
  unknownType('a cell'),
);
const column = z
  .strictObject({ is_wrapped: z.boolean(), align: z.enum(['left', 'center', 'right']) })
  .partial()
  .nullable();

const id = { block_id: z.string().optional() };
const block = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ ...id, type: z.literal('header'), text: plainText }),
    z.strictObject({ ...id, type: z.literal('section'), text: plainText }),
    z.strictObject({ ...id, type: z.literal('context'), elements: z.array(plainText).min(1) }),
    z.strictObject({ ...id, type: z.literal('divider') }),
    z.strictObject({ ...id, type: z.literal('rich_text'), elements: z.array(richPart).min(1) }),
    z.strictObject({
      ...id,
      type: z.literal('table'),
      column_settings: z.array(column).optional(),
      rows: z.array(z.array(cell)).min(1),
    }),
    z.strictObject({
      ...id,
      type: z.literal('actions'),
      elements: z.array(z.discriminatedUnion('type', [button], unknownType('an element'))).min(1),
    }),
    z.strictObject({
      ...id,
      type: z.literal('input'),
      label: plainText,
      hint: plainText.optional(),
      optional: z.boolean().optional(),
      dispatch_action: z.boolean().optional(),
      element: inputElement,
    }),
  ],
  unknownType('a block'),
);
const blocks = z.array(block).min(1);

/** A message; properties for the Web API (channel, thread, …) are ignored. */
export const messageSchema = z.looseObject({ blocks });

const modal = z.looseObject({
  type: z.literal('modal'),
  title: plainText,
  submit: plainText.optional(),
  close: plainText.optional(),
  blocks,
});
const home = z.looseObject({ type: z.literal('home'), blocks });

/** A view, or the body of views.open, views.update and views.publish. */
const asView = <T extends z.ZodType>(view: T) =>
  z.preprocess((given) => (typeof given === 'object' && given !== null && 'view' in given ? given.view : given), view);
export const modalSchema = asView(modal);
export const homeSchema = asView(home);

export type Block = z.infer<typeof block>;
export type Inline = z.infer<typeof inline>;
export type RichPart = z.infer<typeof richPart>;
export type Cell = z.infer<typeof cell>;
export type Input = Extract<Block, { type: 'input' }>;
