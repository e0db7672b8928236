// The modals: a form, its plan, a reason that a button asks for, a card, and what is shown while the core thinks. What a modal
// needs to go on stands in its private_metadata: nothing is kept on the server, so that a restart loses no form.

import { z } from 'zod';
import type { Card, ChatLocation, Field, RichText } from '../../core/chat.ts';
import { ACTIONS, actions } from './buttons.ts';
import type { Submit } from './decode.ts';
import { type Filled, fieldIdOf, filledIn, inputs } from './forms.ts';
import { LIMITS } from './limits.ts';
import { body, fieldsIn, formButton, renderCard, richText, section, textSize } from './render.ts';
import { type Json, plain, plainObject, shorten } from './text.ts';

/** callback_ids. */
export const VIEWS = { form: 'form', plan: 'plan', reason: 'reason', card: 'card' } as const;

/** Where the answer belongs; `c` is absent where it is the person's own chat, which is not open yet. */
const placeSchema = z.object({ c: z.string().optional(), t: z.string().optional(), d: z.boolean().optional() });

const metaSchema = z.object({
  p: placeSchema,
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

export type Meta = z.infer<typeof metaSchema>;

export function readMeta(text: string | undefined): Meta | undefined {
  try {
    return metaSchema.parse(JSON.parse(text ?? ''));
  } catch {
    return undefined;
  }
}

/** Without the labels where there is no room for them. Undefined where it is more than Slack carries even so. */
function writeMeta(meta: Meta): string | undefined {
  const { l: _, ...bare } = meta;
  return [meta, bare].map((one) => JSON.stringify(one)).find((text) => text.length <= LIMITS.privateMetadata);
}

export function metaLocation(location: ChatLocation | undefined): Meta['p'] {
  if (!location) return {};
  const { conversation, thread, isPersonal } = location;
  return { c: conversation, ...(thread === undefined ? {} : { t: thread }), ...(isPersonal ? { d: true } : {}) };
}

export function locationOf(meta: Meta): ChatLocation | undefined {
  const { c, t, d } = meta.p;
  if (c === undefined) return undefined;
  return { chat: 'slack', conversation: c, isPersonal: d === true, ...(t === undefined ? {} : { thread: t }) };
}

function modal(title: string, blocks: readonly Json[], more: Json = {}): Json {
  return {
    type: 'modal',
    title: plainObject(title.replace(/\s+/g, ' '), LIMITS.viewTitle),
    close: plainObject('Close', LIMITS.viewButton),
    blocks,
    ...more,
  };
}

/** Its first words, as far as a modal's title has room: whole words rather than half ones. */
function titleOf(card: Card): string {
  const text = card.title.split(/[,:(]/, 1)[0]?.trim() ?? '';
  if (text.length <= LIMITS.viewTitle) return text || 'Identity Desk';
  const cut = text.slice(0, LIMITS.viewTitle - 1).replace(/\s+\S*$/, '');
  return `${cut || shorten(text, LIMITS.viewTitle - 1)}…`;
}

/** A form whose summary has no room is called by its command. */
function formTitle(card: Card, command: string | undefined): string {
  const title = titleOf(card);
  return title.endsWith('…') && command ? `${command.charAt(0).toUpperCase()}${command.slice(1)}` : title;
}

export function waitingView(text: string): Json {
  return modal('Identity Desk', [richText(section([`⏳ ${text}`]))], { callback_id: VIEWS.card });
}

/** A message in a modal's place. */
export function noticeView(words: RichText): Json {
  return modal('Identity Desk', [richText(section(words))], { callback_id: VIEWS.card });
}

/** A form, from the core's card of it. `filled` is what stands in it; `trouble` is said above the fields. */
export function formView(card: Card, location: ChatLocation | undefined, filled?: Filled, trouble?: string): Json {
  const button = formButton(card);
  const above = body(
    { ...card, blocks: card.blocks.filter(({ kind }) => kind !== 'fields') },
    { surface: 'modal' },
    10,
  );
  const notice = trouble === undefined ? [] : [richText(section(['⛔ ', { strong: trouble }]))];
  const fields = fieldsIn(card).map((field) => {
    const label = filled?.labels[field.id];
    const { value } = field;
    return label === undefined || value === undefined || field.choices
      ? field
      : { ...field, choices: [{ label, value }] };
  });
  const blocks = [...notice, ...above, ...inputs(fields), ...actions(card, true)];
  const meta = { p: metaLocation(location), c: button?.command ?? '' };
  // A command without parameters has an empty form, and Slack takes no modal without blocks.
  return modal(formTitle(card, button?.command), blocks.length > 0 ? blocks : [richText(section(card.title))], {
    callback_id: VIEWS.form,
    private_metadata: writeMeta({ ...meta, ...carried(filled) }) ?? writeMeta(meta) ?? '{}',
    submit: plainObject(button?.label ?? 'Go on', LIMITS.viewButton),
    close: plainObject('Cancel', LIMITS.viewButton),
  });
}

function carried(filled: Filled | undefined): Pick<Meta, 'f' | 'l'> {
  if (!filled) return {};
  return { f: filled.values, ...(Object.keys(filled.labels).length > 0 ? { l: filled.labels } : {}) };
}

/** What stood in a form when its modal was drawn. */
export function filledOf(meta: Meta | undefined): Filled {
  return { values: meta?.f ?? {}, labels: meta?.l ?? {} };
}

/**
 * The modal that was sent, as it was and with what was typed, under what went wrong: it can be sent again. Undefined where Slack
 * did not say what stood in it.
 */
export function againView(view: Submit['view'], trouble: string): Json | undefined {
  const { title, submit, close, callback_id, private_metadata, blocks } = view;
  if (!blocks || !title) return undefined;
  const { values } = filledIn(view.state);
  const kept = blocks
    .filter(({ block_id: id }) => id !== troubleId)
    .map((block) => {
      const typed = values[fieldIdOf(String(block.block_id)) ?? ''];
      const { element } = block;
      if (block.type !== 'input' || typed === undefined || (element as Json).type !== 'plain_text_input') return block;
      return { ...block, element: { ...(element as Json), initial_value: typed } };
    });
  const above = { block_id: troubleId, ...richText(section(['⛔ ', { strong: shorten(plain(trouble), 1_000) }])) };
  const rest = {
    type: 'modal',
    title,
    submit,
    close,
    callback_id,
    private_metadata,
    blocks: [above, ...kept.slice(0, 99)],
  };
  return Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined && value !== null));
}

const troubleId = 'trouble';

/** What a form comes to, to be sent or changed. Undefined where the fields are more than Slack carries. */
export function planView(
  card: Card,
  location: ChatLocation | undefined,
  command: string,
  filled: Filled,
): Json | undefined {
  const meta = writeMeta({ p: metaLocation(location), c: command, ...carried(filled) });
  if (meta === undefined) return undefined;
  const back = { type: 'button', action_id: ACTIONS.back, text: plainObject('Change something', LIMITS.buttonText) };
  const blocks = renderCard({ ...card, buttons: [] }, { surface: 'modal' });
  return modal('Check the plan', [...blocks.slice(0, 90), { type: 'actions', elements: [back] }], {
    callback_id: VIEWS.plan,
    private_metadata: meta,
    submit: plainObject('Send', LIMITS.viewButton),
    close: plainObject('Cancel', LIMITS.viewButton),
  });
}

/** Asks for what a button wants to know first. */
export function reasonView(asked: Field, meta: Meta): Json {
  const label = meta.v === 'request.deny' ? 'Deny' : 'Go on';
  return modal(`${label} ${meta.r ?? ''}`, inputs([asked]), {
    callback_id: VIEWS.reason,
    private_metadata: writeMeta(meta) ?? '{}',
    submit: plainObject(label, LIMITS.viewButton),
    close: plainObject('Cancel', LIMITS.viewButton),
  });
}

/** A card in a modal: the answer to a button of the Home tab. */
export function cardView(card: Card, location: ChatLocation | undefined): Json {
  return modal(titleOf(card), renderCard(card, { surface: 'modal' }), {
    callback_id: VIEWS.card,
    private_metadata: writeMeta({ p: metaLocation(location) }) ?? '{}',
  });
}

/** The Home tab of some cards. */
export function homeView(cards: readonly Card[]): Json {
  const blocks: Json[] = [];
  let text = 0;
  for (const [index, card] of cards.entries()) {
    const drawn = [...(index === 0 ? [] : [{ type: 'divider' }]), ...renderCard(card, { surface: 'home' })];
    const size = textSize(drawn);
    if (blocks.length + drawn.length > LIMITS.viewBlocks - 1 || text + size > LIMITS.allText * 2) {
      const gone = cards.length - index;
      blocks.push({ type: 'context', elements: [plainObject(`… and ${gone} more. Ask me for requests.`, 100)] });
      break;
    }
    text += size;
    // block_ids are unique in a view, and each card has numbered its own.
    blocks.push(
      ...drawn.map((block) => {
        const id = block.block_id;
        return typeof id === 'string'
          ? { ...block, block_id: id.replace(/^actions:(\w+)/, `actions:${index}$1`) }
          : block;
      }),
    );
  }
  return { type: 'home', callback_id: 'home', blocks };
}
