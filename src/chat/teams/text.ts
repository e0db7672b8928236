// Rich text → what Teams shows. Cards use RichTextBlock, whose runs know no markdown: a name can never become a link or bold.
// What every string still needs: no card functions, no mention marks, no characters that turn or hide text.

import type { IRichTextBlock, ITextRun } from '@microsoft/teams.cards';
import type { RichText, RichTextSpan } from '../../core/chat.ts';
import { plain, plainLine } from '../../core/plain-text.ts';

export type RunStyle = Readonly<Pick<ITextRun, 'size' | 'weight' | 'color' | 'isSubtle' | 'fontType'>>;

/** Invisible, and not removed by Teams: breaks a mark apart without changing how it looks. */
const ZERO_WIDTH_SPACE = '\u200B';
const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;

function inert(text: string): string {
  return text.replace(/\{(?=\{)/g, `{${ZERO_WIDTH_SPACE}`).replace(/<(?=\s*\/?\s*at\b)/gi, `<${ZERO_WIDTH_SPACE}`);
}

/**
 * A string as it may stand in a card: with nothing invisible, and with `{{DATE(…)}}` and `<at>` broken by a zero-width space. Its
 * line breaks stay: for code alone.
 */
export function cardText(text: string): string {
  return inert(plain(text));
}

/** The same as one line, for all else. */
export function cardLine(text: string): string {
  return inert(plainLine(text));
}

/** The card functions that show an instant in the reader's own zone and language; the text itself where it is no instant. */
function cardTime(time: string): string {
  if (!ISO_TIME.test(time)) return cardLine(time);
  const seconds = time.replace(/\.\d+Z$/, 'Z');
  return `{{DATE(${seconds},SHORT)}} {{TIME(${seconds})}}`;
}

function run(span: RichTextSpan, style: RunStyle): ITextRun {
  const of = (text: string, more: RunStyle = {}): ITextRun => ({ type: 'TextRun', text, ...style, ...more });
  if (typeof span === 'string') return of(cardLine(span));
  if ('strong' in span) return of(cardLine(span.strong), { weight: 'Bolder' });
  if ('code' in span) return of(cardLine(span.code), { fontType: 'Monospace', size: 'Small' });
  if ('time' in span) return of(cardTime(span.time));
  return of(cardLine(span.person.name), { weight: 'Bolder' });
}

/** The runs of a RichTextBlock. Never empty: Teams draws nothing at all for a block without runs. */
function runs(text: RichText, style: RunStyle = {}): ITextRun[] {
  const spans = (typeof text === 'string' ? [text] : text).filter((span) => span !== '');
  return spans.length === 0 ? [{ type: 'TextRun', text: '\u00A0', ...style }] : spans.map((span) => run(span, style));
}

/** A block of text. `more` is how it stands among its neighbours. */
export function textBlock(
  text: RichText,
  style: RunStyle = {},
  more: Pick<IRichTextBlock, 'spacing'> = {},
): IRichTextBlock {
  return { type: 'RichTextBlock', inlines: runs(text, style), ...more };
}

/**
 * A string as it may stand in a message with `textFormat: 'xml'`. Clients read markdown even there, so its signs become entities
 * too, and a zero-width space keeps them from making links of addresses.
 */
export function xml(text: string): string {
  return cardLine(text)
    .replaceAll('://', `:${ZERO_WIDTH_SPACE}//`)
    .replace(/[&<>*_~`|\\[\]]/g, (sign) => `&#${sign.charCodeAt(0)};`)
    .replace(/^(?=\s*([#+-]|\d+[.)])\s)/gm, ZERO_WIDTH_SPACE); // a list or a heading
}

/** A member of a conversation, as a mention names them. */
export interface Mentionable {
  readonly id: string;
  readonly name: string;
}

/** Bot Framework's entity of a mention in a message. */
export interface MentionEntity {
  readonly type: 'mention';
  readonly text: string;
  readonly mentioned: Mentionable;
}

/**
 * The text of a message, and its mention entities. A person is mentioned where `mention` knows their Teams id, else named in
 * bold. The text of an entity must be the very characters that stand in the message, or Teams ignores it.
 */
export function messageText(
  richText: RichText,
  mentionable: (entraId: string) => Mentionable | undefined = () => undefined,
): { text: string; entities: MentionEntity[] } {
  const entities: MentionEntity[] = [];
  const spans = typeof richText === 'string' ? [richText] : richText;
  const parts = spans.map((span) => {
    if (typeof span === 'string') return xml(span);
    if ('strong' in span) return `<b>${xml(span.strong)}</b>`;
    if ('code' in span) return `<code>${xml(span.code)}</code>`;
    if ('time' in span)
      return xml(ISO_TIME.test(span.time) ? `${span.time.slice(0, 16).replace('T', ' ')} UTC` : span.time);
    const known = span.person.entraId === undefined ? undefined : mentionable(span.person.entraId);
    if (!known) return `<b>${xml(span.person.name)}</b>`;
    const text = `<at>${xml(span.person.name)}</at>`;
    entities.push({ type: 'mention', text, mentioned: { id: known.id, name: known.name } });
    return text;
  });
  return { text: parts.join(''), entities };
}
