// The typed text of a Teams message: without the bot's mention, markup and quoted messages.

import { type Activity, TurnContext } from 'botbuilder';
import type { TeamsActivity } from './activity.ts';

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

function decodeEntities(text: string): string {
  return text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,6});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return ENTITIES[name.toLowerCase()] ?? whole;
    const code =
      name[1]?.toLowerCase() === 'x' ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** Removes quoted messages; where one is not closed, everything after it. */
function withoutQuotes(markup: string): string {
  const kept: string[] = [];
  let depth = 0;
  let from = 0;
  for (const tag of markup.matchAll(/<(\/?)(?:blockquote|quoted)\b[^<>]*>/gi)) {
    if (depth === 0) kept.push(markup.slice(from, tag.index), '\n');
    if (tag[1] === '/') depth = Math.max(0, depth - 1);
    // An empty element only marks the position of a quote.
    else if (!/^<quoted\b[^<>]*\/>$/i.test(tag[0])) depth += 1;
    from = tag.index + tag[0].length;
  }
  return depth === 0 ? kept.join('') + markup.slice(from) : kept.join('');
}

/**
 * The HTML of a message that quotes another, without the bot's mention: the plain text contains the quoted text as well, and the
 * entities refer to the plain text only.
 */
function quotingMarkup({ attachments = [], recipient }: TeamsActivity): string | undefined {
  const html = attachments.find(({ contentType }) => contentType?.toLowerCase() === 'text/html')?.content;
  if (typeof html !== 'string' || html.length > 100_000 || !/<(?:blockquote|quoted)\b/i.test(html)) return undefined;
  return html.replace(
    /<(span|at)\b([^<>]*)>([^<>]*)<\/\1>/gi,
    (whole, tag: string, attributes: string, name: string) => {
      const isMention = tag.toLowerCase() === 'at' || /schema\.skype\.com\/Mention/i.test(attributes);
      return isMention && decodeEntities(name).trim() === recipient.name ? '' : whole;
    },
  );
}

function ownText(activity: TeamsActivity): string {
  const mentions = (activity.entities ?? []).filter(
    (entity) =>
      entity.type.toLowerCase() === 'mention' &&
      typeof entity.text === 'string' &&
      (entity.mentioned as { id?: unknown } | undefined)?.id !== undefined,
  );
  // Complete mentions only: removeRecipientMention throws on an entity without `mentioned`.
  const given = { text: activity.text ?? '', recipient: activity.recipient, entities: mentions } as unknown as Activity;
  return TurnContext.removeRecipientMention(given) ?? '';
}

/** The text as typed, with line breaks kept, without the bot's mention and quoted messages. */
export function typedText(activity: TeamsActivity): string {
  const markup = quotingMarkup(activity);
  const own = markup ?? ownText(activity);
  let text = withoutQuotes(own);
  const isMarkup =
    text !== own || markup !== undefined || activity.textFormat === 'xml' || /^\s*<(p|div)[\s>]/i.test(text);
  if (isMarkup) {
    text = text.replace(/<br\s*\/?>|<\/(p|div|li)>/gi, '\n').replace(/<\/?[a-z][^<>]*>/gi, '');
  }
  return decodeEntities(text)
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .trim();
}
