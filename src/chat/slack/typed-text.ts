// The typed text of a Slack message.

import { LIMITS } from './limits.ts';

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>' };

/** The text as typed: without Slack's markup for links and addresses, entities decoded, without the bot's mention. */
export function typedText(raw: string, botUser?: string): string {
  return raw
    .slice(0, LIMITS.typedText)
    .replace(/<([^<>]*)>/g, (whole, inner: string) => {
      const [target = '', label] = inner.split('|', 2);
      if (target === `@${botUser}`) return '';
      if (target.startsWith('mailto:')) return target.slice('mailto:'.length);
      if (/^https?:\/\//.test(target)) return label !== undefined && target.endsWith(label) ? label : target;
      if (/^[@#!]/.test(target)) return label ?? target;
      return whole;
    })
    .replace(/&(amp|lt|gt);/g, (_whole, name: string) => entities[name] ?? '')
    .trim();
}
