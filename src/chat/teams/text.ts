// Renders rich text for Teams. Cards use RichTextBlock, whose runs have no Markdown: a name cannot become a link or bold. Every string
// is also cleaned of card functions, mention tags, and control characters.

import type { IRichTextBlock, ITextRun } from '@microsoft/teams.cards';
import type { RichText, RichTextSpan } from '../../core/chat.ts';
import { plain } from '../shared/plain-text.ts';

/** The style of a text run. */
export type RunStyle = Readonly<Pick<ITextRun, 'size' | 'weight' | 'color' | 'isSubtle' | 'fontType'>>;

/** Invisible and kept by Teams: breaks markup without changing the text's appearance. */
const ZERO_WIDTH_SPACE = '\u200B';
const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;

/** A string made safe for a card: without control and bidi characters; `{{DATE(…)}}` and `<at>` broken by a zero-width space. */
export function cardText(text: string): string {
  return plain(text)
    .replace(/\{(?=\{)/g, `{${ZERO_WIDTH_SPACE}`)
    .replace(/<(?=\s*\/?\s*at\b)/gi, `<${ZERO_WIDTH_SPACE}`);
}

/** The card functions that show an ISO time in the reader's time zone and language; the text itself where it is not one. */
function cardTime(time: string): string {
  if (!ISO_TIME.test(time)) return cardText(time);
  const seconds = time.replace(/\.\d+Z$/, 'Z');
  return `{{DATE(${seconds},SHORT)}} {{TIME(${seconds})}}`;
}

function run(span: RichTextSpan, style: RunStyle): ITextRun {
  const of = (text: string, more: RunStyle = {}): ITextRun => ({ type: 'TextRun', text, ...style, ...more });
  if (typeof span === 'string') return of(cardText(span));
  if ('strong' in span) return of(cardText(span.strong), { weight: 'Bolder' });
  if ('code' in span) return of(cardText(span.code), { fontType: 'Monospace', size: 'Small' });
  if ('time' in span) return of(cardTime(span.time));
  return of(cardText(span.person.name), { weight: 'Bolder' });
}

/** The runs of a RichTextBlock. Never empty: Teams does not render a block without runs. */
function runs(text: RichText, style: RunStyle = {}): ITextRun[] {
  const spans = (typeof text === 'string' ? [text] : text).filter((span) => span !== '');
  return spans.length === 0 ? [{ type: 'TextRun', text: '\u00A0', ...style }] : spans.map((span) => run(span, style));
}

/** A RichTextBlock. `more` is its layout. */
export function textBlock(
  text: RichText,
  style: RunStyle = {},
  more: Pick<IRichTextBlock, 'spacing'> = {},
): IRichTextBlock {
  return { type: 'RichTextBlock', inlines: runs(text, style), ...more };
}

/**
 * A string made safe for a message with `textFormat: 'xml'`. Clients interpret Markdown even there, so its characters become
 * entities, and a zero-width space prevents automatic links.
 */
export function xml(text: string): string {
  return cardText(text)
    .replaceAll('://', `:${ZERO_WIDTH_SPACE}//`)
    .replace(/[&<>*_~`|\\[\]]/g, (sign) => `&#${sign.charCodeAt(0)};`)
    .replace(/^(?=\s*([#+-]|\d+[.)])\s)/gm, ZERO_WIDTH_SPACE) // lists and headings
    .replaceAll('\n', '<br>');
}

/** A member who can be mentioned. */
export interface Mentionable {
  readonly id: string;
  readonly name: string;
}

/** The Bot Framework entity of a mention. */
export interface MentionEntity {
  readonly type: 'mention';
  readonly text: string;
  readonly mentioned: Mentionable;
}

/**
 * The text of a message and its mention entities. A person is mentioned where `mentionable` has their Teams id, else named in bold.
 * An entity's text must be exactly as in the message, or Teams ignores it.
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
