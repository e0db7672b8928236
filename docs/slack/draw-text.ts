// Draws text as Slack does: rich text, people, times, and the bot's symbols, which are drawn as pictures because not every machine has
// an emoji font. Text is never interpreted as markup, as in rich_text and plain_text.

import type { Inline, RichPart } from './block-kit.ts';
import { type Html, html } from './html.ts';

/** The names and the time of a picture. */
export interface Reader {
  /** Names by Slack's ids. */
  readonly people: Readonly<Record<string, string>>;
  readonly at: Date;
  readonly timeZone: string;
}

/** slack.css has a picture for each. */
const signs: Readonly<Record<string, string>> = {
  '⏳': 'hourglass',
  '✅': 'done',
  '❌': 'cross',
  '⚠️': 'caution',
  '⛔': 'stop',
  ℹ️: 'note',
};
const anySign = new RegExp(`(${Object.keys(signs).join('|')})`);

/** A text with its symbols. */
export function text(value: string): Html {
  const context = value.split(anySign).map((part) => {
    const sign = signs[part];
    return sign === undefined ? part : html`<span class="sign ${sign}">${part}</span>`;
  });
  return html`${context}`;
}

/** A time of day, as under a message's name. */
export function timeOf(at: Date, timeZone: string): string {
  // Replace the narrow space that newer locale data has before AM: few fonts have it.
  return at.toLocaleTimeString('en-US', { timeZone, hour: 'numeric', minute: '2-digit' }).replace(/\s/g, ' ');
}

function dayOf(at: Date, { at: now, timeZone }: Reader, isPretty: boolean): string {
  const day = (moment: Date) => Date.parse(moment.toLocaleDateString('en-US', { timeZone }));
  const away = Math.round((day(at) - day(now)) / 86_400_000);
  const near = { '-1': 'yesterday', '0': 'today', '1': 'tomorrow' }[String(away)];
  if (isPretty && near !== undefined) return near;
  return at.toLocaleDateString('en-US', { timeZone, month: 'short', day: 'numeric', year: 'numeric' });
}

/**
 * Formats a date (docs.slack.dev, "Formatting message text", "Date formatting"). Slack capitalizes its first letter, wherever it is
 * in a line.
 */
function dateOf({ timestamp, format }: Extract<Inline, { type: 'date' }>, reader: Reader): string {
  const at = new Date(timestamp * 1_000);
  const filled = format.replace(/\{(\w+)\}/g, (_whole, token: string) => {
    if (token === 'date_short') return dayOf(at, reader, false);
    if (token === 'date_short_pretty') return dayOf(at, reader, true);
    if (token === 'time') return timeOf(at, reader.timeZone);
    throw new Error(`unknown date token {${token}}`);
  });
  return filled.slice(0, 1).toUpperCase() + filled.slice(1);
}

function drawInline(part: Inline, reader: Reader): Html {
  const { bold, italic, strike, code } = part.style ?? {};
  let drawn: Html;
  if (part.type === 'text') drawn = text(part.text);
  else if (part.type === 'date') drawn = text(dateOf(part, reader));
  else drawn = html`<span class="mention">@${reader.people[part.user_id] ?? part.user_id}</span>`;
  if (code) drawn = html`<code>${drawn}</code>`;
  if (strike) drawn = html`<s>${drawn}</s>`;
  if (italic) drawn = html`<i>${drawn}</i>`;
  return bold ? html`<b>${drawn}</b>` : drawn;
}

/** Draws a part of a rich_text block. Throws on an unknown date token. */
export function drawRich(part: RichPart, reader: Reader): Html {
  if (part.type === 'rich_text_list') {
    const items = part.elements.map((item) => html`<li>${item.elements.map((one) => drawInline(one, reader))}</li>`);
    const indent = `indent-${part.indent ?? 0}`;
    return part.style === 'ordered'
      ? html`<ol class="${indent}">${items}</ol>`
      : html`<ul class="${indent}">${items}</ul>`;
  }
  const inner = part.elements.map((one) => drawInline(one, reader));
  if (part.type === 'rich_text_preformatted') return html`<pre>${inner}</pre>`;
  if (part.type === 'rich_text_quote') return html`<blockquote>${inner}</blockquote>`;
  return html`<div class="line">${inner}</div>`;
}
