// Words → what Teams shows. Cards use RichTextBlock, whose runs know no markdown: a name can never become a link or bold.
// What every string still needs: no card functions, no mention marks, no characters that turn or hide text.

import type { RichText, RichTextSpan } from '../../core/chat.ts';

export type Json = Readonly<Record<string, unknown>>;

export interface RunStyle {
  readonly size?: 'small' | 'medium' | 'large';
  readonly weight?: 'bolder';
  readonly color?: 'good' | 'attention' | 'warning' | 'accent';
  readonly isSubtle?: boolean;
  readonly fontType?: 'monospace';
}

/** Invisible, and not removed by Teams: breaks a mark apart without changing how it looks. */
const ZERO_WIDTH_SPACE = '\u200B';
const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;

/**
 * A string as it may stand in a card: control and direction characters are dropped (a name must not turn what follows it
 * around), `{{DATE(…)}}` and `<at>` are broken by a zero-width space.
 */
export function plain(text: string): string {
  return (
    text
      .toWellFormed()
      // The two joiners stay: scripts and emoji need them.
      .replace(/(?![\n\t\u200C\u200D])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
      .replace(/\{(?=\{)/g, `{${ZERO_WIDTH_SPACE}`)
      .replace(/<(?=\s*\/?\s*at\b)/gi, `<${ZERO_WIDTH_SPACE}`)
  );
}

/** Cuts to so many characters, with an ellipsis that shows it. */
export function shorten(text: string, most: number): string {
  const characters = Array.from(text);
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
}

/** The card functions that show an instant in the reader's own zone and language; the text itself where it is no instant. */
function cardTime(time: string): string {
  if (!ISO_TIME.test(time)) return plain(time);
  const seconds = time.replace(/\.\d+Z$/, 'Z');
  return `{{DATE(${seconds},SHORT)}} {{TIME(${seconds})}}`;
}

function run(span: RichTextSpan, style: RunStyle): Json {
  const of = (text: string, more: RunStyle = {}): Json => ({ type: 'TextRun', text, ...style, ...more });
  if (typeof span === 'string') return of(plain(span));
  if ('strong' in span) return of(plain(span.strong), { weight: 'bolder' });
  if ('code' in span) return of(plain(span.code), { fontType: 'monospace', size: 'small' });
  if ('time' in span) return of(cardTime(span.time));
  return of(plain(span.person.name), { weight: 'bolder' });
}

/** The runs of a RichTextBlock. Never empty: Teams draws nothing at all for a block without runs. */
function runs(words: RichText, style: RunStyle = {}): Json[] {
  const spans = (typeof words === 'string' ? [words] : words).filter((span) => span !== '');
  return spans.length === 0 ? [{ type: 'TextRun', text: '\u00A0', ...style }] : spans.map((span) => run(span, style));
}

export function richText(words: RichText, style: RunStyle = {}, more: Json = {}): Json {
  return { type: 'RichTextBlock', inlines: runs(words, style), ...more };
}

/**
 * A string as it may stand in a message with `textFormat: 'xml'`. Clients read markdown even there, so its signs become entities
 * too, and a zero-width space keeps them from making links of addresses.
 */
export function xml(text: string): string {
  return plain(text)
    .replaceAll('://', `:${ZERO_WIDTH_SPACE}//`)
    .replace(/[&<>*_~`|\\[\]]/g, (sign) => `&#${sign.charCodeAt(0)};`)
    .replace(/^(?=\s*([#+-]|\d+[.)])\s)/gm, ZERO_WIDTH_SPACE) // a list or a heading
    .replaceAll('\n', '<br>');
}

export interface Mention {
  readonly id: string;
  readonly name: string;
}

/**
 * The text of a message, and its mention entities. A person is mentioned where `mention` knows their Teams id, else named in
 * bold. The text of an entity must be the very characters that stand in the message, or Teams ignores it.
 */
export function message(
  words: RichText,
  mention: (entraId: string) => Mention | undefined = () => undefined,
): { text: string; entities: Json[] } {
  const entities: Json[] = [];
  const spans = typeof words === 'string' ? [words] : words;
  const context = spans.map((span) => {
    if (typeof span === 'string') return xml(span);
    if ('strong' in span) return `<b>${xml(span.strong)}</b>`;
    if ('code' in span) return `<code>${xml(span.code)}</code>`;
    if ('time' in span)
      return xml(ISO_TIME.test(span.time) ? `${span.time.slice(0, 16).replace('T', ' ')} UTC` : span.time);
    const known = span.person.entraId === undefined ? undefined : mention(span.person.entraId);
    if (!known) return `<b>${xml(span.person.name)}</b>`;
    const text = `<at>${xml(span.person.name)}</at>`;
    entities.push({ type: 'mention', text, mentioned: { id: known.id, name: known.name } });
    return text;
  });
  return { text: context.join(''), entities };
}
