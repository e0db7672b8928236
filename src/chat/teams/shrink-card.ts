// Shrinks a card step by step: each step cuts the end of its largest part and records how much was cut. Fields and buttons are never
// cut.

import { needsToBeWhole } from '../../core/cards/answer-cards.ts';
import { type Block, type Card, plainText, type RichText } from '../../core/chat.ts';

/** How much was cut from a block. */
export interface Cut {
  readonly count: number;
  readonly unit: 'items' | 'characters';
}

type Fact = Extract<Block, { kind: 'facts' }>['facts'][number];

/** The cut of each block or fact; kept here because the core's card model has no property for it. */
const cuts = new WeakMap<Block | Fact, Cut>();

/** What was cut from a block or a fact's value, if anything. */
export function cutOf(part: Block | Fact): Cut | undefined {
  return cuts.get(part);
}

/** The minimum length of cut text in characters, and of cut lists in items. */
const LEAST_TEXT = 200;
const LEAST_ITEMS = 1;
/** Nor the value of a fact: its label stays, and its head. */
const LEAST_VALUE = 80;

function withCut(cut: Block, before: Block, count: number, unit: Cut['unit']): Block {
  cuts.set(cut, { count: count + (cuts.get(before)?.count ?? 0), unit });
  return cut;
}

/** The first three quarters of a list; undefined where it has the minimum length. */
function head<T>(items: readonly T[]): readonly T[] | undefined {
  return items.length <= LEAST_ITEMS
    ? undefined
    : items.slice(0, Math.max(LEAST_ITEMS, Math.floor(items.length * 0.75)));
}

function headOfText(words: RichText, least: number = LEAST_TEXT): { text: string; gone: number } | undefined {
  const characters = Array.from(plainText(words));
  if (characters.length <= least) return undefined;
  const kept = Math.max(least, Math.floor(characters.length * 0.75));
  return { text: characters.slice(0, kept).join(''), gone: characters.length - kept };
}

/** The facts with the end taken off the longest value that has one to give. */
function cutValue(facts: readonly Fact[]): readonly Fact[] | undefined {
  const bySize = facts
    .map((fact, index) => ({ fact, index, size: JSON.stringify(fact.value).length }))
    .sort((a, b) => b.size - a.size);
  for (const { fact, index } of bySize) {
    const shorter = headOfText(fact.value, LEAST_VALUE);
    if (!shorter) continue;
    const cut: Fact = { ...fact, value: keepsCode(fact.value) ? [{ code: shorter.text }] : shorter.text };
    cuts.set(cut, { count: shorter.gone + (cuts.get(fact)?.count ?? 0), unit: 'characters' });
    return facts.with(index, cut);
  }
  return undefined;
}

function keepsCode(value: RichText): boolean {
  return typeof value !== 'string' && value.every((span) => typeof span === 'object' && 'code' in span);
}

/** `isWhole`: nothing is left out that whoever decides must see; only values of facts and long texts lose their ends. */
function cutBlock(block: Block, isWhole: boolean): Block | undefined {
  if (block.kind === 'facts') {
    const facts = cutValue(block.facts);
    if (facts) return { ...block, facts };
  }
  if (isWhole && block.kind !== 'fold' && block.kind !== 'code') return undefined;
  switch (block.kind) {
    case 'table': {
      const rows = head(block.rows);
      return rows && withCut({ ...block, rows }, block, block.rows.length - rows.length, 'items');
    }
    case 'chart': {
      const bars = head(block.bars);
      return bars && withCut({ ...block, bars }, block, block.bars.length - bars.length, 'items');
    }
    case 'list': {
      const items = head(block.items);
      return items && withCut({ ...block, items }, block, block.items.length - items.length, 'items');
    }
    case 'facts': {
      const facts = head(block.facts);
      return facts && withCut({ ...block, facts }, block, block.facts.length - facts.length, 'items');
    }
    case 'steps': {
      const steps = head(block.steps);
      return steps && withCut({ ...block, steps }, block, block.steps.length - steps.length, 'items');
    }
    case 'text':
    case 'notice':
    case 'code': {
      const shorter = headOfText(block.text);
      return shorter && withCut({ ...block, text: shorter.text }, block, shorter.gone, 'characters');
    }
    case 'fold': {
      const blocks = cutLargest(block.blocks, isWhole);
      if (blocks) return { ...block, blocks };
      if (isWhole) return undefined;
      const fewer = head(block.blocks);
      return fewer && withCut({ ...block, blocks: fewer }, block, block.blocks.length - fewer.length, 'items');
    }
    case 'fields':
      return undefined;
  }
}

function cutLargest(blocks: readonly Block[], isWhole: boolean): readonly Block[] | undefined {
  const bySize = blocks
    .map((block, index) => ({ block, index, size: JSON.stringify(block).length }))
    .sort((a, b) => b.size - a.size);
  for (const { block, index } of bySize) {
    const smaller = cutBlock(block, isWhole);
    if (smaller) return blocks.with(index, smaller);
  }
  return undefined;
}

/** A smaller version of the card; undefined where nothing more can be cut. */
export function cutFurther(card: Card): Card | undefined {
  const isWhole = needsToBeWhole(card);
  const blocks = cutLargest(card.blocks, isWhole);
  if (blocks) return { ...card, blocks };
  if (isWhole) {
    const fallback = headOfText(card.fallback);
    return fallback ? { ...card, fallback: `${fallback.text}…` } : undefined;
  }
  const cuttable = card.blocks.filter((block) => block.kind !== 'fields');
  const last = cuttable.at(-1);
  if (cuttable.length > 1 && last) {
    // Only minimal parts are left: remove the last one, and record it on the part before it.
    const before = cuttable.at(-2) as Block;
    const gone = 1 + (cuts.get(last)?.count ?? 0) + (cuts.get(before)?.count ?? 0);
    const marked = { ...before };
    cuts.set(marked, { count: gone, unit: 'items' });
    return {
      ...card,
      blocks: card.blocks.filter((block) => block !== last).map((block) => (block === before ? marked : block)),
    };
  }
  const subtitle = card.subtitle === undefined ? undefined : headOfText(card.subtitle);
  if (subtitle) return { ...card, subtitle: `${subtitle.text}…` };
  const fallback = headOfText(card.fallback);
  return fallback && { ...card, fallback: `${fallback.text}…` };
}
