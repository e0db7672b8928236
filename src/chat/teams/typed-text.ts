// The text of a message → the line that was typed: without the mention of the bot, without markup, and without
// what others said: a reply brings along the message that it quotes.

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

/** Without quoted messages; of one that does not end, all that follows goes. */
function withoutQuotes(markup: string): string {
  const kept: string[] = [];
  let depth = 0;
  let from = 0;
  for (const tag of markup.matchAll(/<(\/?)(?:blockquote|quoted)\b[^<>]*>/gi)) {
    if (depth === 0) kept.push(markup.slice(from, tag.index), '\n');
    if (tag[1] === '/') depth = Math.max(0, depth - 1);
    // Teams marks the place of a quote by an element without content as well.
    else if (!/^<quoted\b[^<>]*\/>$/i.test(tag[0])) depth += 1;
    from = tag.index + tag[0].length;
  }
  return depth === 0 ? kept.join('') + markup.slice(from) : kept.join('');
}

/**
 * The message as markup where it quotes another: its plain text runs both together, so that what was quoted would count as said.
 * The mention of the bot is taken out here, since entities tell it only as it stands in the plain text.
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
  // Only what removeRecipientMention reads, and only whole mentions: it throws on an entity without `mentioned`.
  const given = { text: activity.text ?? '', recipient: activity.recipient, entities: mentions } as unknown as Activity;
  return TurnContext.removeRecipientMention(given) ?? '';
}

/** What was typed, without the mention of the bot and without quotes, on one line per line. */
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
