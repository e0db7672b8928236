// The typed text of a Teams message: without the bot's mention and without markup.

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

/** The text as typed, with line breaks kept, without the bot's mention. */
export function typedText(activity: TeamsActivity): string {
  const mentions = (activity.entities ?? []).filter(
    (entity) =>
      entity.type.toLowerCase() === 'mention' &&
      typeof entity.text === 'string' &&
      (entity.mentioned as { id?: unknown } | undefined)?.id !== undefined,
  );
  // Complete mentions only: removeRecipientMention throws on an entity without `mentioned`.
  const given = { text: activity.text ?? '', recipient: activity.recipient, entities: mentions } as unknown as Activity;
  let text = TurnContext.removeRecipientMention(given) ?? '';
  const isMarkup = activity.textFormat === 'xml' || /^\s*<(p|div)[\s>]/i.test(text);
  if (isMarkup) {
    text = text.replace(/<br\s*\/?>|<\/(p|div|li)>/gi, '\n').replace(/<\/?[a-z][^<>]*>/gi, '');
  }
  return decodeEntities(text)
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .trim();
}
