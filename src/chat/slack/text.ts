// Words → what Slack shows. Untrusted strings stand in rich_text and plain_text only, where nothing is markup: a name can never
// become a mention, a link or bold. Only a message's fallback text is mrkdwn, and there the three signs that count are escaped.

import { type Mention, plainText, type RichText, type RichTextSpan } from '../../core/chat.ts';
import { LIMITS } from './limits.ts';

export type Json = Readonly<Record<string, unknown>>;

const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z$/;

/** A string without control and direction characters: a name must not turn what follows it around. */
export function plain(text: string): string {
  return (
    text
      .toWellFormed()
      // The two joiners stay: scripts and emoji need them.
      .replace(/(?![\n\t\u200C\u200D])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
  );
}

/** Cuts to so many UTF-16 units (what Slack counts), with an ellipsis that shows it; never through a character. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  let kept = text.slice(0, most - 1);
  if (/[\uD800-\uDBFF]$/.test(kept)) kept = kept.slice(0, -1);
  return `${kept}…`;
}

/**
 * The text of a message beside its blocks, which notifications and screen readers say. Cut before it is escaped, so that no
 * entity is cut in two.
 */
export function fallback(text: string): string {
  const shown = escaped(shorten(plain(text), mostFallback));
  return shown.trim() === '' ? '–' : shown;
}

/** The same, with those who are mentioned in it. */
export function mentioningFallback(words: RichText, mentions: Mentions): string {
  const spans = typeof words === 'string' ? [words] : words;
  const text = spans
    .map((span) => {
      const user = typeof span === 'object' && 'person' in span ? mentions(span.person) : undefined;
      return user === undefined ? escaped(plainText([span])) : `<@${user}>`;
    })
    .join('');
  return text.length > LIMITS.messageText ? fallback(plainText(words)) : text;
}

function escaped(text: string): string {
  return plain(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Escaping makes a sign at most five characters long. */
const mostFallback = LIMITS.messageText / 5;

/** A plain_text object. Never empty: Slack refuses that. */
export function plainObject(text: string, most: number): Json {
  return {
    type: 'plain_text',
    text: shorten(plain(text), most).trim() === '' ? '–' : shorten(plain(text), most),
    emoji: false,
  };
}

type Style = Readonly<Record<'bold' | 'italic' | 'code', boolean>>;

function styled(type: Json, style: Partial<Style>): Json {
  return Object.keys(style).length === 0 ? type : { ...type, style };
}

/** The Slack user who is to be mentioned for a person; undefined: they are only named. */
export type Mentions = (person: Mention) => string | undefined;

function element(span: RichTextSpan, style: Partial<Style>, mentions: Mentions): Json[] {
  const of = (text: string, more: Partial<Style> = {}): Json[] => {
    const shown = plain(text);
    return shown === '' ? [] : [styled({ type: 'text', text: shown }, { ...style, ...more })];
  };
  if (typeof span === 'string') return of(span);
  if ('strong' in span) return of(span.strong, { bold: true });
  if ('code' in span) return of(span.code, { code: true });
  if ('person' in span) {
    const user = mentions(span.person);
    return user === undefined ? of(span.person.name, { bold: true }) : [{ type: 'user', user_id: user }];
  }
  const at = Date.parse(span.time);
  if (!ISO_TIME.test(span.time) || Number.isNaN(at)) return of(span.time);
  const shown = plainText([span]);
  // Slack shows it in the reader's own zone. Where its format begins with a day that day gets a capital, in mid-sentence too:
  // an invisible sign before it prevents that.
  const date = {
    type: 'date',
    timestamp: Math.floor(at / 1000),
    format: '\u200B{date_short_pretty} at {time}',
    fallback: shown,
  };
  return [styled(date, style)];
}

/** The elements of a rich_text section, cut to so many characters. Never empty. */
export function elements(
  words: RichText,
  style: Partial<Style> = {},
  most = Number.POSITIVE_INFINITY,
  mentions: Mentions = () => undefined,
): Json[] {
  const spans = typeof words === 'string' ? [words] : words;
  const made: Json[] = [];
  let left = most;
  for (const one of spans.flatMap((span) => element(span, style, mentions))) {
    const { text } = one;
    const size = typeof text === 'string' ? text.length : 24;
    if (size <= left) made.push(one);
    else if (typeof text === 'string' && left > 0) made.push({ ...one, text: shorten(text, left) });
    left -= size;
    if (left <= 0) break;
  }
  return made.length > 0 ? made : [{ type: 'text', text: '–' }];
}

/** How many characters words take when shown. */
export function sizeOf(words: RichText): number {
  return plainText(words).length;
}
