// Renders cards as Adaptive Card 1.5, readable on a phone. It adds no texts except about what was left out, and marks every cut.

import type { CardElementArray, ContainerStyle, IAdaptiveCard, IColumnSet, IContainer } from '@microsoft/teams.cards';
import { incompleteCard, needsToBeWhole } from '../../core/cards/answer-cards.ts';
import type { Block, Button, Card, Tone } from '../../core/chat.ts';
import { shorten } from '../../core/plain-text.ts';
import { buttonAction, type CardAction } from './buttons.ts';
import { inputs } from './forms.ts';
import { LIMITS } from './limits.ts';
import { type Cut, cutFurther, cutOf } from './shrink-card.ts';
import { chart, table } from './tables.ts';
import { cardLine, cardText, type RunStyle, textBlock } from './text.ts';

interface ToneStyle {
  readonly style: ContainerStyle;
  readonly mark?: string;
  readonly color?: NonNullable<RunStyle['color']>;
}

/** A color and a symbol per tone, for accessibility. Symbols are text and not emoji, so that they look the same everywhere. */
const TONES: Readonly<Record<Tone, ToneStyle>> = {
  plain: { style: 'emphasis' },
  waiting: { style: 'accent', mark: '◔', color: 'Accent' },
  good: { style: 'good', mark: '✓', color: 'Good' },
  bad: { style: 'attention', mark: '✕', color: 'Attention' },
  caution: { style: 'warning', mark: '⚠' },
};

const NOTICES = {
  note: { style: 'emphasis', mark: 'i', color: 'Accent' },
  caution: { style: 'warning', mark: '⚠' },
  danger: { style: 'attention', mark: '⚠', color: 'Attention' },
} as const;

const STEPS = {
  todo: { mark: '○', run: { isSubtle: true } },
  doing: { mark: '◔', run: { color: 'Accent' } },
  done: { mark: '✓', run: { color: 'Good' } },
  failed: { mark: '✕', run: { color: 'Attention' } },
} as const;

/** A symbol with items beside it, which stay aligned when they wrap. */
function marked(
  mark: string,
  markRun: RunStyle,
  items: CardElementArray,
  more: Pick<IColumnSet, 'spacing'> = {},
): IColumnSet {
  return {
    type: 'ColumnSet',
    ...more,
    columns: [
      { type: 'Column', width: '20px', items: [textBlock(mark, { weight: 'Bolder', ...markRun })] },
      { type: 'Column', width: 'stretch', spacing: 'Small', items },
    ],
  };
}

function header(card: Card): IContainer {
  const tone = TONES[card.tone];
  const text = [
    textBlock(shorten(card.title, needsToBeWhole(card) ? 1_000 : 200), { size: 'Large', weight: 'Bolder' }),
    ...(card.subtitle === undefined ? [] : [textBlock(card.subtitle, {}, { spacing: 'None' })]),
  ];
  const items =
    tone.mark === undefined
      ? text
      : [marked(tone.mark, { size: 'Large', ...(tone.color ? { color: tone.color } : {}) }, text)];
  return { type: 'Container', style: tone.style, bleed: true, items };
}

type Fact = Extract<Block, { kind: 'facts' }>['facts'][number];

function fact(one: Fact, isFirst: boolean): IColumnSet {
  const { label, value } = one;
  const gone = cutOf(one)?.count;
  const words = typeof value === 'string' ? [value] : value;
  return {
    type: 'ColumnSet',
    spacing: isFirst ? 'Default' : 'Small',
    columns: [
      { type: 'Column', width: '110px', items: [textBlock(label, { isSubtle: true })] },
      {
        type: 'Column',
        width: 'stretch',
        items: [textBlock(gone === undefined ? words : [...words, ` … (${gone} more characters)`])],
      },
    ],
  };
}

/** A code block. Leading spaces become non-breaking ones, because Teams collapses them. */
function code(text: string): IContainer {
  const kept = cardText(text).replace(/^[ \t]+/gm, (blanks) => '\u00A0'.repeat(blanks.replaceAll('\t', '  ').length));
  return {
    type: 'Container',
    style: 'emphasis',
    items: [
      {
        type: 'RichTextBlock',
        inlines: [{ type: 'TextRun', text: kept || '\u00A0', fontType: 'Monospace', size: 'Small' }],
      },
    ],
  };
}

type Counter = { next: number };

function drawBlock(block: Block, counter: Counter): CardElementArray {
  const left = cutOf(block);
  return left === undefined
    ? drawWhole(block, counter)
    : [...drawWhole(block, counter), textBlock(leftOut(left), { isSubtle: true }, { spacing: 'Small' })];
}

function leftOut({ count, unit }: Cut): string {
  return unit === 'characters' ? `… and ${count} more characters` : `… and ${count} more`;
}

function drawWhole(block: Block, counter: Counter): CardElementArray {
  switch (block.kind) {
    case 'text':
      if (block.style === 'heading') return [textBlock(block.text, { weight: 'Bolder' }, { spacing: 'Medium' })];
      return [textBlock(block.text, block.style === 'subtle' ? { isSubtle: true } : {})];
    case 'notice': {
      const { style, mark, ...rest } = NOTICES[block.level];
      return [{ type: 'Container', style, items: [marked(mark, { ...rest }, [textBlock(block.text)])] }];
    }
    case 'facts':
      return block.facts.map((one, index) => fact(one, index === 0));
    case 'table':
      return block.columns.length === 0 ? [] : [table(block)];
    case 'chart':
      return block.bars.length === 0 ? [] : [chart(block)];
    case 'list':
      return block.items.map((item, index) =>
        marked('•', {}, [textBlock(item)], { spacing: index === 0 ? 'Default' : 'Small' }),
      );
    case 'code':
      return [code(block.text)];
    case 'steps':
      return block.steps.map(({ state, text }, index) =>
        marked(STEPS[state].mark, STEPS[state].run, [textBlock(text, state === 'todo' ? { isSubtle: true } : {})], {
          spacing: index === 0 ? 'Default' : 'Small',
        }),
      );
    case 'fields':
      return inputs(block.fields);
    case 'fold': {
      const id = `fold${counter.next++}`;
      const title = `${cardLine(block.title)} ▾`;
      return [
        { type: 'ActionSet', actions: [{ type: 'Action.ToggleVisibility', title, targetElements: [id] }] },
        { type: 'Container', id, isVisible: false, items: block.blocks.flatMap((inner) => drawBlock(inner, counter)) },
      ];
    }
  }
}

/** The actions in rows of LIMITS.actionsPerSet. The last row is the card's own: an Action.ShowCard opens under the whole card. */
function actionRows(buttons: readonly Button[]): CardAction[][] {
  const drawn = buttons
    .filter((button) => button.kind !== 'link' || /^https?:\/\//i.test(button.url))
    .map(buttonAction);
  const rows: CardAction[][] = [];
  for (let at = 0; at < drawn.length; at += LIMITS.actionsPerSet) rows.push(drawn.slice(at, at + LIMITS.actionsPerSet));
  return rows;
}

function draw(card: Card, isWide: boolean): IAdaptiveCard {
  const counter = { next: 1 };
  const rows = actionRows(card.buttons);
  const last = rows.pop();
  const hasTable = card.blocks.some((block) => block.kind === 'table');
  return {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.5',
    fallbackText: cardLine(card.fallback),
    ...(hasTable && isWide ? { msteams: { width: 'full' } } : {}),
    body: [
      header(card),
      ...card.blocks.flatMap((block) => drawBlock(block, counter)),
      ...rows.map((actions) => ({ type: 'ActionSet' as const, actions })),
    ],
    ...(last === undefined ? {} : { actions: last }),
  };
}

/** The replacement for a card whose fields and buttons alone are too large. */
function tooLarge({ title, fallback }: Card, isWide: boolean): IAdaptiveCard {
  const text = 'The rest of this card is too large for Teams. Use a more specific command.';
  const blocks: Block[] = [{ kind: 'notice', level: 'caution', text }];
  return draw({ tone: 'caution', title, blocks, buttons: [], fallback: shorten(fallback, 500) }, isWide);
}

/**
 * The Adaptive Card, of at most LIMITS.cardBytes of JSON. Of a larger one the longest parts are cut, each with a line that says how
 * much is missing; fields and buttons are never cut. On a card with Approve only the ends of values are cut; if that is not enough,
 * Approve is replaced by an explanation. `isWide`: cards with tables use the full width of the chat (the local clients show a
 * warning under each).
 */
export function renderCard(card: Card, isWide = true): IAdaptiveCard {
  let current: Card | undefined = card;
  while (current) {
    const drawn = draw(current, isWide);
    if (Buffer.byteLength(JSON.stringify(drawn)) <= LIMITS.cardBytes) return drawn;
    current = cutFurther(current);
  }
  const incomplete = incompleteCard(card);
  return incomplete === card ? tooLarge(card, isWide) : renderCard(incomplete, isWide);
}
