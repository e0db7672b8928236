// Facts and steps as lines of rich text, in as many blocks as needed: none may be missing from a request's card.

import type { types } from '@slack/bolt';
import { type Block, plainText, type RichText } from '../../core/chat.ts';
import { plainLine, shorten } from '../../core/plain-text.ts';
import { LIMITS } from './limits.ts';
import { elements, sizeOf } from './text.ts';

type Fact = Extract<Block, { kind: 'facts' }>['facts'][number];
type Step = Extract<Block, { kind: 'steps' }>['steps'][number];

const marks = { todo: '○', doing: '◔', done: '✓', failed: '✗' } as const;
const newline: types.RichTextText = { type: 'text', text: '\n' };

/** Of a step's text. */
const mostStep = 1_000;

/** Lines as rich text; a new block starts where one is full. */
function blocksOf(lines: readonly { size: number; made: types.RichTextElement[] }[]): types.RichTextBlock[] {
  const sections: types.RichTextElement[][] = [];
  let left = 0;
  for (const { size, made } of lines) {
    left -= size + 1;
    const open = sections.at(-1);
    if (open && left >= 0) open.push(newline, ...made);
    else {
      sections.push([...made]);
      left = LIMITS.richText - size;
    }
  }
  return sections.map((inner) => ({
    type: 'rich_text',
    elements: [{ type: 'rich_text_section', elements: inner }],
  }));
}

/** The start of a value and the length of the rest. */
function headOf(value: RichText, most: number): types.RichTextElement[] {
  if (sizeOf(value) <= most) return elements(value);
  const gone = plainLine(plainText(value)).length - most;
  const tail: types.RichTextText = { type: 'text', text: ` (${gone.toLocaleString('en')} more characters)` };
  return [...elements(value, {}, most), tail];
}

/** Facts, each with its label and at most `most` characters of its value. */
export function factBlocks(facts: readonly Fact[], most: number): types.RichTextBlock[] {
  return blocksOf(
    facts.map(({ label, value }) => {
      const name = `${shorten(plainLine(label), 100) || '–'}:`;
      return {
        size: name.length + Math.max(24, Math.min(sizeOf(value), most + 40)) + 1,
        made: [
          { type: 'text', text: name, style: { bold: true } },
          { type: 'text', text: ' ' },
          ...headOf(value, most),
        ],
      };
    }),
  );
}

/** Steps with their marks. `onCut` is called where a text is cut. */
export function stepBlocks(steps: readonly Step[], onCut: () => void): types.RichTextBlock[] {
  return blocksOf(
    steps.map(({ state, text }) => {
      const size = sizeOf(text);
      if (size > mostStep) onCut();
      return {
        size: Math.min(size, mostStep) + 3,
        made: [{ type: 'text', text: `${marks[state]}  `, style: { bold: true } }, ...elements(text, {}, mostStep)],
      };
    }),
  );
}
