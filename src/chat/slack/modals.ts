// Draws modals and the Home tab: forms, plans, prompts of buttons, cards, and loading views.

import type { types } from '@slack/bolt';
import type { Card, ChatLocation, Field, RichText } from '../../core/chat.ts';
import { shorten } from '../../core/plain-text.ts';
import { ACTIONS, actions } from './buttons.ts';
import { type Filled, fieldIdOf, inputs } from './forms.ts';
import type { SlackView } from './interactions.ts';
import { LIMITS } from './limits.ts';
import { type Meta, metaLocation, writeMeta } from './private-metadata.ts';
import { body, fieldsIn, formButton, renderCard, richText, section, textSize } from './render.ts';
import { plainObject } from './text.ts';

/** The views' callback_ids. */
export const VIEWS = { form: 'form', plan: 'plan', reason: 'reason', card: 'card' } as const;

function modal(title: string, blocks: types.AnyBlock[], more: Partial<types.ModalView> = {}): types.ModalView {
  return {
    type: 'modal',
    title: plainObject(title.replace(/\s+/g, ' '), LIMITS.viewTitle),
    close: plainObject('Close', LIMITS.viewButton),
    blocks,
    ...more,
  };
}

/** A card's title shortened to a modal's title, at a word boundary. */
function titleOf(card: Card): string {
  const text = card.title.split(/[,:(]/, 1)[0]?.trim() ?? '';
  if (text.length <= LIMITS.viewTitle) return text || 'Identity Desk';
  const cut = text.slice(0, LIMITS.viewTitle - 1).replace(/\s+\S*$/, '');
  return `${cut || shorten(text, LIMITS.viewTitle - 1)}…`;
}

/** A form's title; the command's name where the title is too long. */
function formTitle(card: Card, command: string | undefined): string {
  const title = titleOf(card);
  return title.endsWith('…') && command ? `${command.charAt(0).toUpperCase()}${command.slice(1)}` : title;
}

/** A loading view. */
export function waitingView(text: string): types.ModalView {
  return modal('Identity Desk', [richText(section([`⏳ ${text}`]))], { callback_id: VIEWS.card });
}

/** A modal with a text. */
export function noticeView(words: RichText): types.ModalView {
  return modal('Identity Desk', [richText(section(words))], { callback_id: VIEWS.card });
}

/** A form, from the core's card. `filled` are its values; `problem` is shown above the fields. */
export function formView(
  card: Card,
  location: ChatLocation | undefined,
  filled?: Filled,
  problem?: string,
): types.ModalView {
  const button = formButton(card);
  const above = body(
    { ...card, blocks: card.blocks.filter(({ kind }) => kind !== 'fields') },
    { surface: 'modal' },
    10,
  );
  const notice = problem === undefined ? [] : [richText(section(['⛔ ', { strong: problem }]))];
  const fields = fieldsIn(card).map((field) => {
    const label = filled?.labels[field.id];
    const { value } = field;
    return label === undefined || value === undefined || field.choices
      ? field
      : { ...field, choices: [{ label, value }] };
  });
  const blocks = [...notice, ...above, ...inputs(fields), ...actions(card, true)];
  const meta = { p: metaLocation(location), c: button?.command ?? '' };
  // A command without parameters has an empty form, but Slack requires a block.
  return modal(formTitle(card, button?.command), blocks.length > 0 ? blocks : [richText(section(card.title))], {
    callback_id: VIEWS.form,
    private_metadata: writeMeta({ ...meta, ...carried(filled) }) ?? writeMeta(meta) ?? '{}',
    submit: plainObject(button?.label ?? 'Review', LIMITS.viewButton),
    close: plainObject('Cancel', LIMITS.viewButton),
  });
}

function carried(filled: Filled | undefined): Pick<Meta, 'f' | 'l'> {
  if (!filled) return {};
  return { f: filled.values, ...(Object.keys(filled.labels).length > 0 ? { l: filled.labels } : {}) };
}

/**
 * The submitted modal with its values and an error above them, to be submitted again. Undefined where Slack did not include the
 * modal's blocks.
 */
export function resubmitView({ drawn, filled }: SlackView, problem: string): types.ModalView | undefined {
  if (!drawn) return undefined;
  const kept = drawn.blocks
    .filter(({ block_id: id }) => id !== problemId)
    .map((block): types.AnyBlock => {
      if (block.type !== 'input' || !('element' in block)) return block;
      const typed = filled.values[fieldIdOf(block.block_id) ?? ''];
      if (typed === undefined || block.element.type !== 'plain_text_input') return block;
      return { ...block, element: { ...block.element, initial_value: typed } };
    });
  const words = section(['⛔ ', { strong: shorten(problem, 1_000) }]);
  return { ...drawn, blocks: [{ block_id: problemId, ...richText(words) }, ...kept.slice(0, 99)] };
}

const problemId = 'problem';

/** The plan of a form, to submit or edit. Undefined where the values exceed private_metadata. */
export function planView(
  card: Card,
  location: ChatLocation | undefined,
  command: string,
  filled: Filled,
  digest: string,
): types.ModalView | undefined {
  const meta = writeMeta({ p: metaLocation(location), c: command, g: digest, ...carried(filled) });
  if (meta === undefined) return undefined;
  const back: types.Button = {
    type: 'button',
    action_id: ACTIONS.back,
    text: plainObject('Edit', LIMITS.buttonText),
  };
  const blocks = renderCard({ ...card, buttons: [] }, { surface: 'modal' });
  return modal('Review plan', [...blocks.slice(0, 90), { type: 'actions', elements: [back] }], {
    callback_id: VIEWS.plan,
    private_metadata: meta,
    submit: plainObject('Submit', LIMITS.viewButton),
    close: plainObject('Cancel', LIMITS.viewButton),
  });
}

/** The prompt of a button with this label. */
export function reasonView(
  { label, field }: { readonly label: string; readonly field: Field },
  meta: Meta,
): types.ModalView {
  const title = `${label} ${meta.r ?? ''}`;
  return modal(title.length <= LIMITS.viewTitle ? title : (meta.r ?? label), inputs([field]), {
    callback_id: VIEWS.reason,
    private_metadata: writeMeta(meta) ?? '{}',
    submit: plainObject(label, LIMITS.viewButton),
    close: plainObject('Cancel', LIMITS.viewButton),
  });
}

/** A card in a modal, such as the answer to a button of the Home tab. */
export function cardView(card: Card, location: ChatLocation | undefined): types.ModalView {
  return modal(titleOf(card), renderCard(card, { surface: 'modal' }), {
    callback_id: VIEWS.card,
    private_metadata: writeMeta({ p: metaLocation(location) }) ?? '{}',
  });
}

const divider: types.DividerBlock = { type: 'divider' };

/** The Home tab with the given cards. */
export function homeView(cards: readonly Card[]): types.HomeView {
  const blocks: types.KnownBlock[] = [];
  let text = 0;
  for (const [index, card] of cards.entries()) {
    const drawn: types.KnownBlock[] = [...(index === 0 ? [] : [divider]), ...renderCard(card, { surface: 'home' })];
    const size = textSize(drawn);
    if (blocks.length + drawn.length > LIMITS.viewBlocks - 1 || text + size > LIMITS.allText * 2) {
      const gone = cards.length - index;
      blocks.push({ type: 'context', elements: [plainObject(`… and ${gone} more. To list them, use: requests`, 100)] });
      break;
    }
    text += size;
    // block_ids must be unique in a view, and each card has numbered its own from 0.
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
