// Rich text → what Slack shows. Untrusted strings stand in rich_text and plain_text only, where nothing is markup: a name can never
// become a mention, a link or bold. Only a message's fallback text is mrkdwn, and there the three signs that count are escaped.

import type { types } from '@slack/bolt';
import { type Mention, plainText, type RichText, type RichTextSpan } from '../../core/chat.ts';
import { plainLine, shorten } from '../../core/plain-text.ts';
import { LIMITS } from './limits.ts';

const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z$/;

/**
 * The text of a message beside its blocks, which notifications and screen readers say. Cut before it is escaped, so that no
 * entity is cut in two.
 */
export function fallback(text: string): string {
  const shown = escaped(shorten(plainLine(text), mostFallback));
  return shown.trim() === '' ? '–' : shown;
}

/** The same, with those who are mentioned in it. */
export function mentioningFallback(words: RichText, mentions: Mentions): string {
  const spans = typeof words === 'string' ? [words] : words;
  const text = spans
    .map((span) => {
      const user = typeof span === 'object' && 'person' in span ? mentions(span.person) : undefined;
      return user === undefined ? escaped(plainLine(plainText([span]))) : `<@${user}>`;
    })
    .join('');
  return text.length > LIMITS.messageText ? fallback(plainText(words)) : text;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Escaping makes a sign at most five characters long. */
const mostFallback = LIMITS.messageText / 5;

/** A plain_text object of one line. Never empty: Slack refuses that. */
export function plainObject(text: string, most: number): types.PlainTextElement {
  return plainLines([text], most);
}

/** A plain_text object of several lines, each of which is one. */
export function plainLines(lines: readonly string[], most: number): types.PlainTextElement {
  const text = shorten(lines.map(plainLine).join('\n'), most);
  return { type: 'plain_text', text: text.trim() === '' ? '–' : text, emoji: false };
}

type Style = Partial<Record<'bold' | 'italic' | 'code', boolean>>;

function styled<T extends types.RichTextElement>(element: T, style: Style): T {
  return Object.keys(style).length === 0 ? element : { ...element, style };
}

/** The Slack user who is to be mentioned for a person; undefined: they are only named. */
export type Mentions = (person: Mention) => string | undefined;

function element(span: RichTextSpan, style: Style, mentions: Mentions): types.RichTextElement[] {
  const of = (text: string, more: Style = {}): types.RichTextElement[] => {
    const shown = plainLine(text);
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
  // Slack shows it in the reader's own zone. Where its format begins with a day that day gets a capital, in mid-sentence too:
  // an invisible sign before it prevents that.
  const date = {
    type: 'date' as const,
    timestamp: Math.floor(at / 1000),
    format: '\u200B{date_short_pretty} at {time}',
    fallback: shown,
  };
  return [styled(date, style)];
}

/** The elements of a rich_text section, cut to so many characters. Never empty. */
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

/** How many characters words take when shown. */
export function sizeOf(words: RichText): number {
  return plainLine(plainText(words)).length;
}
