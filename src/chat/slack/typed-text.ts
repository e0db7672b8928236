// What somebody typed, from what Slack makes of it.

import { LIMITS } from './limits.ts';

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>' };

/**
 * What somebody typed: Slack's own marks for links and addresses undone, its three entities decoded, the bot's mention gone. Lines that
 * quote are what others said, and are left out; a forwarded message is no text of the event at all.
 */
export function typedText(raw: string, botUser?: string): string {
  return raw
    .slice(0, LIMITS.typedText)
    .replace(/^[ \t]*&gt;.*$/gm, '')
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
