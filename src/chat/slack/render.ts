// Renders cards as Block Kit for messages, modals and the Home tab. Untrusted strings are in rich_text or plain_text only; sizes
// are within limits.ts, and every cut is marked. What a card contains is decided in the core.

import type { types } from '@slack/bolt';
import { incompleteCard, needsToBeWhole } from '../../core/cards/answer-cards.ts';
import { chartTable } from '../../core/chart.ts';
import {
  type Block,
  type Button,
  type Card,
  type Field,
  plainText,
  type RichText,
  type Tone,
} from '../../core/chat.ts';
import { plain, plainLine, shorten } from '../../core/plain-text.ts';
import { actions } from './buttons.ts';
import { LIMITS } from './limits.ts';
import { factBlocks, stepBlocks } from './lines.ts';
import { tableBlock, tableLines } from './tables.ts';
import { elements, fallback, type Mentions, plainLines, plainObject, sizeOf } from './text.ts';

type Surface = 'message' | 'modal' | 'home';

/** Where the blocks are shown. */
export interface Options {
  readonly surface: Surface;
  /** False: tables are aligned lines, because the surface refuses table blocks. */
  readonly hasTables?: boolean;
  /** Characters of a fact's value. */
  readonly mostValue?: number;
  /** Called where something had no room, besides the ends of values. */
  readonly onCut?: () => void;
}

const signs: Readonly<Record<Tone, string>> = { plain: '', waiting: '⏳ ', good: '✅ ', bad: '❌ ', caution: '⚠️ ' };
const levels = { note: 'ℹ️ ', caution: '⚠️ ', danger: '⛔ ' } as const;

/** A rich_text block. */
export function richText(...parts: types.RichTextBlockElement[]): types.RichTextBlock {
  return { type: 'rich_text', elements: parts };
}

/** A rich_text_section of at most `most` characters. */
export function section(words: RichText, most: number = LIMITS.richText, mentions?: Mentions): types.RichTextSection {
  return { type: 'rich_text_section', elements: elements(words, {}, most, mentions) };
}

function context(words: RichText): types.KnownBlock {
  // A plain_text context block; with a time a rich_text section, which shows it in the reader's time zone.
  if (typeof words !== 'string' && words.some((span) => typeof span === 'object' && 'time' in span)) {
    return richText({ type: 'rich_text_section', elements: elements(words, { italic: true }, LIMITS.richText) });
  }
  const text = typeof words === 'string' ? words : words.map((span) => plainOf(span)).join('');
  return { type: 'context', elements: [plainObject(text, LIMITS.textObject)] };
}

function plainOf(span: Exclude<RichText, string>[number]): string {
  if (typeof span === 'string') return span;
  if ('strong' in span) return span.strong;
  if ('code' in span) return span.code;
  return 'time' in span ? span.time : span.person.name;
}

/** The items that fit into `most` characters, and how many do not. */
function fitting<T>(items: readonly T[], most: number, sizeOfItem: (item: T) => number): { shown: T[]; gone: number } {
  const shown: T[] = [];
  let left = most - 30;
  for (const item of items) {
    left -= sizeOfItem(item) + 1;
    if (left < 0 && shown.length > 0) break;
    shown.push(item);
  }
  return { shown, gone: items.length - shown.length };
}

function more(gone: number): string {
  return `… and ${gone.toLocaleString('en')} more`;
}

function blockParts(block: Block, options: Options, isTableFree: () => boolean): types.KnownBlock[] {
  switch (block.kind) {
    case 'text':
      if (block.style === 'subtle') return [context(block.text)];
      return block.style === 'heading'
        ? [richText({ type: 'rich_text_section', elements: elements(block.text, { bold: true }, LIMITS.richText) })]
        : [richText(section(block.text))];
    case 'notice': {
      const words = typeof block.text === 'string' ? [block.text] : block.text;
      if (sizeOf(words) > LIMITS.richText - 3) options.onCut?.();
      return [richText(section([levels[block.level], ...words]))];
    }
    case 'facts':
      return factBlocks(block.facts, options.mostValue ?? 1_000);
    case 'table':
      if (block.rows.length === 0) return [];
      if (options.surface === 'message' && options.hasTables !== false && isTableFree()) return [tableBlock(block)];
      return tableLines(block);
    case 'chart':
      return blockParts(chartTable(block), options, isTableFree);
    case 'list': {
      if (block.items.length === 0) return [];
      const { shown, gone } = fitting(block.items, LIMITS.richText, (item) => Math.min(sizeOf(item), 1_000));
      const list: types.RichTextList = {
        type: 'rich_text_list',
        style: 'bullet',
        elements: shown.map((item) => section(item, 1_000)),
      };
      return [gone > 0 ? richText(list, section(more(gone))) : richText(list)];
    }
    case 'code':
      return block.text.trim() === ''
        ? []
        : [richText({ type: 'rich_text_preformatted', elements: preformatted(block.text) })];
    case 'steps':
      return stepBlocks(block.steps, options.onCut ?? (() => {}));
    case 'fields':
      return [];
    case 'fold': {
      // Slack has no collapsible block: show folded facts as small context text.
      if (block.blocks.every(({ kind }) => kind === 'facts')) {
        const all = block.blocks.flatMap((inner) => (inner.kind === 'facts' ? inner.facts : []));
        const lines = all.map(({ label, value }) => `${label}: ${plainText(value)}`);
        return [{ type: 'context', elements: [plainLines(lines, LIMITS.textObject)] }];
      }
      const title: types.ContextBlock = { type: 'context', elements: [plainObject(block.title, LIMITS.textObject)] };
      return [title, ...block.blocks.flatMap((inner) => blockParts(inner, options, isTableFree))];
    }
  }
}

/** The text elements of a code block. */
function preformatted(code: string): types.RichTextText[] {
  return [{ type: 'text', text: shorten(plain(code), LIMITS.richText) }];
}

/** How many characters a block shows. */
export function textSize(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + textSize(one), 0);
  if (value === null || typeof value !== 'object') return 0;
  return Object.entries(value).reduce(
    (sum, [key, inner]) => sum + (key === 'text' && typeof inner === 'string' ? inner.length : textSize(inner)),
    0,
  );
}

/** The blocks that fit into a count and a number of characters; the last one says how many were left out. */
function within(
  blocks: readonly types.KnownBlock[],
  count: number,
  text: number,
  onCut: () => void = () => {},
): types.KnownBlock[] {
  const kept: types.KnownBlock[] = [];
  let left = text;
  for (const [index, block] of blocks.entries()) {
    left -= textSize(block);
    const isLast = index === blocks.length - 1;
    if (left < 0 || (kept.length >= count - 1 && !isLast)) {
      onCut();
      return [...kept, { type: 'context', elements: [plainObject(`… and ${blocks.length - index} more parts`, 100)] }];
    }
    kept.push(block);
  }
  return kept;
}

/** The fields of a card, in order; empty where it is not a form. */
export function fieldsIn(card: Card): readonly Field[] {
  return card.blocks.flatMap((block) => (block.kind === 'fields' ? block.fields : []));
}

/** The button that submits a card's fields, where it is a form. */
export function formButton(card: Card): Extract<Button, { kind: 'form' }> | undefined {
  return card.buttons.find((button) => button.kind === 'form');
}

/** A card's blocks without title and buttons, at most `count` blocks and `text` characters. */
export function body(card: Card, options: Options, count: number, text: number = LIMITS.allText): types.KnownBlock[] {
  let tables = 0;
  const isTableFree = () => tables++ < LIMITS.tablesPerMessage;
  const blocks: types.KnownBlock[] = [];
  if (card.subtitle !== undefined) blocks.push(richText(section(card.subtitle, 1_000)));
  blocks.push(...card.blocks.flatMap((block) => blockParts(block, options, isTableFree)));
  return within(blocks, count, text, options.onCut);
}

function title(card: Card): types.KnownBlock[] {
  const text = `${signs[card.tone]}${plainLine(card.title)}`;
  const head: types.HeaderBlock = {
    type: 'header',
    text: { ...plainObject(text, LIMITS.header), emoji: !/:[^\s:]+:/.test(text) },
  };
  if (text.length <= LIMITS.header) return [head];
  // A title too long for a header (an error that quotes typed text) is repeated in full below.
  return [head, richText(section(card.title, 2_000))];
}

/**
 * The blocks of a card. One that is to be approved shows every fact, change and warning, and of values as much as there is room
 * for; where that does not do, it cannot be approved from there.
 */
export function renderCard(card: Card, options: Options): types.KnownBlock[] {
  if (!needsToBeWhole(card)) return draw(card, options);
  for (const mostValue of [1_000, 400, 150, 80]) {
    let isWhole = true;
    const onCut = () => {
      isWhole = false;
    };
    const drawn = draw(card, { ...options, mostValue, onCut });
    if (isWhole) return drawn;
  }
  return draw(incompleteCard(card), { ...options, mostValue: 80 });
}

function draw(card: Card, options: Options): types.KnownBlock[] {
  const limit = options.surface === 'message' ? LIMITS.messageBlocks : LIMITS.viewBlocks;
  const head = title(card);
  const tail = actions(card);
  return [...head, ...body(card, options, limit - head.length - tail.length, LIMITS.allText - textSize(head)), ...tail];
}

/** The content of a message. `text` is used by notifications and screen readers. */
export interface SlackMessage {
  readonly text: string;
  readonly blocks: types.KnownBlock[];
}

/** A message with one line of text. */
export function lineMessage(text: RichText): SlackMessage {
  return { text: fallback(plainText(text)), blocks: [richText(section(text))] };
}

/** A message with a card. */
export function messageOf(card: Card, hasTables = true): SlackMessage {
  return { text: fallback(card.fallback), blocks: renderCard(card, { surface: 'message', hasTables }) };
}
