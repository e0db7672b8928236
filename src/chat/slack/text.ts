// Renders rich text for Slack. Untrusted strings are in rich_text and plain_text only, which have no markup: a name cannot become a
// mention, a link or bold. Only a message's fallback text is mrkdwn; its three special characters are escaped.

import type { types } from '@slack/bolt';
import { type Mention, plainText, type RichText, type RichTextSpan } from '../../core/chat.ts';
import { plain, shorten } from '../shared/plain-text.ts';
import { LIMITS } from './limits.ts';

const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z$/;

/** A message's fallback text for notifications and screen readers. Cut before it is escaped, so that no entity is cut in two. */
export function fallback(text: string): string {
  const shown = escaped(shorten(plain(text), mostFallback));
  return shown.trim() === '' ? '–' : shown;
}

/** The fallback text with mentions. */
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

/** An escaped character has at most five characters. */
const mostFallback = LIMITS.messageText / 5;

/** A plain_text object of at most `most` characters. Never empty, which Slack refuses. */
export function plainObject(text: string, most: number): types.PlainTextElement {
  return {
    type: 'plain_text',
    text: shorten(plain(text), most).trim() === '' ? '–' : shorten(plain(text), most),
    emoji: false,
  };
}

type Style = Partial<Record<'bold' | 'italic' | 'code', boolean>>;

function styled<T extends types.RichTextElement>(element: T, style: Style): T {
  return Object.keys(style).length === 0 ? element : { ...element, style };
}

/** The user id to mention for a person; undefined: the name is shown instead. */
export type Mentions = (person: Mention) => string | undefined;

function element(span: RichTextSpan, style: Style, mentions: Mentions): types.RichTextElement[] {
  const of = (text: string, more: Style = {}): types.RichTextElement[] => {
    const shown = plain(text);
    return shown === '' ? [] : [styled({ type: 'text' as const, text: shown }, { ...style, ...more })];
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
  // Slack shows it in the reader's time zone. It capitalizes the day at the start of the format, also in mid-sentence; the zero-width
  // space prevents that.
  const date = {
    type: 'date' as const,
    timestamp: Math.floor(at / 1000),
    format: '\u200B{date_short_pretty} at {time}',
    fallback: shown,
  };
  return [styled(date, style)];
}

/** The elements of a rich_text section, at most `most` characters. Never empty. */
export function elements(
  words: RichText,
  style: Style = {},
  most = Number.POSITIVE_INFINITY,
  mentions: Mentions = () => undefined,
): types.RichTextElement[] {
  const spans = typeof words === 'string' ? [words] : words;
  const made: types.RichTextElement[] = [];
  let left = most;
  for (const one of spans.flatMap((span) => element(span, style, mentions))) {
    const size = one.type === 'text' ? one.text.length : 24;
    if (size <= left) made.push(one);
    else if (one.type === 'text' && left > 0) made.push({ ...one, text: shorten(one.text, left) });
    left -= size;
    if (left <= 0) break;
  }
  return made.length > 0 ? made : [{ type: 'text', text: '–' }];
}

/** The number of characters shown. */
export function sizeOf(words: RichText): number {
  return plainText(words).length;
}
