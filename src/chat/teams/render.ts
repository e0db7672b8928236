// Card → Adaptive Card 1.5. Written for a person with a phone: colour and mark first, then words, ids last.
// It adds no words but those that tell what was left out, and it never leaves anything out in silence.

import type { Block, Button, Card, RichText, Tone } from '../../core/chat.ts';
import { inputs } from './forms.ts';
import { LIMITS } from './limits.ts';
import { type Cut, cutFurther, cutOf } from './shrink.ts';
import { type Json, plain, type RunStyle, richText, shorten } from './text.ts';

/** A colour and a mark, so that neither alone carries the meaning. Marks are text, not emoji: they look alike everywhere. */
const TONES: Readonly<Record<Tone, { style: string; mark?: string; color?: NonNullable<RunStyle['color']> }>> = {
  plain: { style: 'emphasis' },
  waiting: { style: 'accent', mark: '◔', color: 'accent' },
  good: { style: 'good', mark: '✓', color: 'good' },
  bad: { style: 'attention', mark: '✕', color: 'attention' },
  caution: { style: 'warning', mark: '⚠' },
};

const NOTICES = {
  note: { style: 'emphasis', mark: 'i', color: 'accent' },
  caution: { style: 'warning', mark: '⚠' },
  danger: { style: 'attention', mark: '⚠', color: 'attention' },
} as const;

const STEPS = {
  todo: { mark: '○', run: { isSubtle: true } },
  doing: { mark: '◔', run: { color: 'accent' } },
  done: { mark: '✓', run: { color: 'good' } },
  failed: { mark: '✕', run: { color: 'attention' } },
} as const;

/** A mark and words beside it, which stay aligned when they wrap. */
function marked(mark: string, markRun: RunStyle, words: Json[], more: Json = {}): Json {
  return {
    type: 'ColumnSet',
    ...more,
    columns: [
      { type: 'Column', width: '20px', items: [richText(mark, { weight: 'bolder', ...markRun })] },
      { type: 'Column', width: 'stretch', spacing: 'small', items: words },
    ],
  };
}

function header(card: Card): Json {
  const tone = TONES[card.tone];
  const words = [
    richText(shorten(card.title, 200), { size: 'large', weight: 'bolder' }),
    ...(card.subtitle === undefined ? [] : [richText(card.subtitle, {}, { spacing: 'none' })]),
  ];
  const items =
    tone.mark === undefined
      ? words
      : [marked(tone.mark, { size: 'large', ...(tone.color ? { color: tone.color } : {}) }, words)];
  return { type: 'Container', style: tone.style, bleed: true, items };
}

function fact(label: string, value: RichText, isFirst: boolean): Json {
  return {
    type: 'ColumnSet',
    spacing: isFirst ? 'default' : 'small',
    columns: [
      { type: 'Column', width: '110px', items: [richText(label, { isSubtle: true })] },
      { type: 'Column', width: 'stretch', items: [richText(value)] },
    ],
  };
}

function table(block: Extract<Block, { kind: 'table' }>): Json {
  const row = (cells: readonly RichText[], style: RunStyle): Json => ({
    type: 'TableRow',
    cells: block.columns.map((_, index) => ({ type: 'TableCell', items: [richText(cells[index] ?? '', style)] })),
  });
  return {
    type: 'Table',
    firstRowAsHeader: true,
    showGridLines: true,
    gridStyle: 'default',
    columns: block.columns.map(({ width }) => ({ width: Math.max(1, Math.round(width)) })),
    rows: [
      row(
        block.columns.map(({ title }) => title),
        { weight: 'bolder' },
      ),
      ...block.rows.map((cells) => row(cells, {})),
    ],
  };
}

/** Lines with their leading blanks kept: Teams would fold them away. */
function code(text: string): Json {
  const kept = text.replace(/^[ \t]+/gm, (blanks) => '\u00A0'.repeat(blanks.replaceAll('\t', '  ').length));
  return {
    type: 'Container',
    style: 'emphasis',
    items: [
      {
        type: 'RichTextBlock',
        inlines: [{ type: 'TextRun', text: plain(kept) || '\u00A0', fontType: 'monospace', size: 'small' }],
      },
    ],
  };
}

type Counter = { next: number };

function drawBlock(block: Block, counter: Counter): Json[] {
  const left = cutOf(block);
  return left === undefined
    ? drawWhole(block, counter)
    : [...drawWhole(block, counter), richText(leftOut(left), { isSubtle: true }, { spacing: 'small' })];
}

function leftOut({ count, unit }: Cut): string {
  return unit === 'characters' ? `… and ${count} more characters` : `… and ${count} more`;
}

function drawWhole(block: Block, counter: Counter): Json[] {
  switch (block.kind) {
    case 'text':
      if (block.style === 'heading') return [richText(block.text, { weight: 'bolder' }, { spacing: 'medium' })];
      return [richText(block.text, block.style === 'subtle' ? { isSubtle: true } : {})];
    case 'notice': {
      const { style, mark, ...rest } = NOTICES[block.level];
      return [{ type: 'Container', style, items: [marked(mark, { ...rest }, [richText(block.text)])] }];
    }
    case 'facts':
      return block.facts.map(({ label, value }, index) => fact(label, value, index === 0));
    case 'table':
      return block.columns.length === 0 ? [] : [table(block)];
    case 'list':
      return block.items.map((item, index) =>
        marked('•', {}, [richText(item)], { spacing: index === 0 ? 'default' : 'small' }),
      );
    case 'code':
      return [code(block.text)];
    case 'steps':
      return block.steps.map(({ state, text }, index) =>
        marked(STEPS[state].mark, STEPS[state].run, [richText(text, state === 'todo' ? { isSubtle: true } : {})], {
          spacing: index === 0 ? 'default' : 'small',
        }),
      );
    case 'fields':
      return inputs(block.fields);
    case 'fold': {
      const id = `fold${counter.next++}`;
      const toggle = { type: 'Action.ToggleVisibility', title: `${plain(block.title)} ▾`, targetElements: [id] };
      return [
        { type: 'ActionSet', actions: [toggle] },
        { type: 'Container', id, isVisible: false, items: block.blocks.flatMap((inner) => drawBlock(inner, counter)) },
      ];
    }
  }
}

const STYLES = { primary: 'positive', danger: 'destructive' } as const;

function drawButton(button: Button): Json {
  const title = shorten(plain(button.label), LIMITS.buttonTitle);
  if (button.kind === 'link') return { type: 'Action.OpenUrl', title, url: button.url };
  const style = button.style === undefined ? {} : { style: STYLES[button.style] };
  switch (button.kind) {
    case 'command': {
      const { command, isInPlace, owner } = button;
      const data = { command, ...(isInPlace ? { inPlace: true } : {}), ...(owner === undefined ? {} : { owner }) };
      return { type: 'Action.Execute', title, verb: 'command.run', data, ...style };
    }
    case 'form':
      return { type: 'Action.Execute', title, verb: 'form.submit', data: { form: button.command }, ...style };
    case 'request': {
      const execute = {
        type: 'Action.Execute',
        title,
        verb: button.verb,
        data: { request: button.requestId },
        ...style,
      };
      if (button.asks === undefined) return execute;
      return {
        type: 'Action.ShowCard',
        title,
        ...style,
        card: { type: 'AdaptiveCard', body: inputs([button.asks]), actions: [execute] },
      };
    }
  }
}

/** Rows of at most so many actions. The last row is the card's own, where a ShowCard opens under the whole card. */
function actionRows(buttons: readonly Button[]): Json[][] {
  const drawn = buttons.filter((button) => button.kind !== 'link' || /^https?:\/\//i.test(button.url)).map(drawButton);
  const rows: Json[][] = [];
  for (let at = 0; at < drawn.length; at += LIMITS.actionsPerSet) rows.push(drawn.slice(at, at + LIMITS.actionsPerSet));
  return rows;
}

function draw(card: Card, isWide: boolean): Json {
  const counter = { next: 1 };
  const rows = actionRows(card.buttons);
  const last = rows.pop();
  const hasTable = card.blocks.some((block) => block.kind === 'table');
  return {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.5',
    fallbackText: plain(card.fallback),
    ...(hasTable && isWide ? { msteams: { width: 'Full' } } : {}),
    body: [
      header(card),
      ...card.blocks.flatMap((block) => drawBlock(block, counter)),
      ...rows.map((actions) => ({ type: 'ActionSet', actions })),
    ],
    ...(last === undefined ? {} : { actions: last }),
  };
}

/** The last resort for a card whose fields and buttons alone are too large: it says so. */
function tooLarge({ title, fallback }: Card, isWide: boolean): Json {
  const text = 'The rest of this card is too large for Teams. Narrow what you asked for, and ask again.';
  const blocks: Block[] = [{ kind: 'notice', level: 'caution', text }];
  return draw({ tone: 'caution', title, blocks, buttons: [], fallback: shorten(fallback, 500) }, isWide);
}

/**
 * The Adaptive Card, of at most LIMITS.cardBytes of JSON. One that would be larger loses the ends of its longest parts, each
 * with a line that says how much; fields and buttons are never cut. `isWide`: tables may take the chat's whole width (the
 * local clients warn under each such card).
 */
export function renderCard(card: Card, isWide = true): Json {
  let current: Card | undefined = card;
  while (current) {
    const drawn = draw(current, isWide);
    if (Buffer.byteLength(JSON.stringify(drawn)) <= LIMITS.cardBytes) return drawn;
    current = cutFurther(current);
  }
  return tooLarge(card, isWide);
}
