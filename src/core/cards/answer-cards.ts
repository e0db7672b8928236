// Cards that answer: small builders that every command shares, so that all of them look like one house.

import type { Block, Button, Card, RichText } from '../chat.ts';
import { plainText } from '../chat.ts';
import type { Fault } from '../errors.ts';

/** A plain card with a title, a line under it and blocks. */
export function answerCard(
  title: string,
  subtitle: RichText | undefined,
  blocks: readonly Block[],
  buttons: readonly Button[] = [],
): Card {
  return {
    tone: 'plain',
    title,
    ...(subtitle === undefined ? {} : { subtitle }),
    blocks,
    buttons,
    fallback: subtitle === undefined ? title : `${title}: ${plainText(subtitle)}`,
  };
}

/**
 * What went wrong, what that means, what to do next. `typed` is given back so that nothing is lost. `owner` is whose the choices
 * are: they finish what that person began.
 */
export function faultCard(
  fault: Fault,
  typed?: string,
  extra: readonly Block[] = [],
  buttons: readonly Button[] = [],
  owner?: string,
): Card {
  const { next, choices } = fault.details;
  const ask = fault.code === 'ambiguous';
  const blocks: Block[] = [];
  if (next !== undefined && next !== '') blocks.push({ kind: 'text', text: next });
  blocks.push(...extra);
  if (typed !== undefined && typed !== '' && !ask) {
    blocks.push({ kind: 'text', style: 'subtle', text: ['You said: ', { code: typed.slice(0, 1500) }] });
  }
  return {
    tone: ask
      ? 'plain'
      : fault.code === 'internal' || fault.code.startsWith('azure') || fault.code === 'unavailable'
        ? 'bad'
        : 'caution',
    title: fault.message,
    blocks,
    buttons: [
      ...(choices ?? []).map(({ label, command }) => ({
        kind: 'command' as const,
        label,
        command,
        isInPlace: true as const,
        ...(owner === undefined ? {} : { owner }),
      })),
      ...buttons,
    ],
    fallback: `${fault.message} ${next ?? ''}`.trim(),
  };
}

/** The card for where not all of it has room: without the buttons that need all of it, and saying so. */
export function incompleteCard(card: Card): Card {
  const buttons = card.buttons.filter((button) => button.kind !== 'request' || !button.needsWholeCard);
  if (buttons.length === card.buttons.length) return card;
  const text =
    'This request is too large to be shown whole here, so it cannot be approved with a button. Deny it, and ask for smaller requests.';
  return { ...card, buttons, blocks: [{ kind: 'notice', level: 'caution', text }, ...card.blocks] };
}

/** Whether some button of a card needs all of it to be shown. */
export function needsToBeWhole({ buttons }: Card): boolean {
  return buttons.some((button) => button.kind === 'request' && button.needsWholeCard === true);
}

/** What is shown when even the answer failed: the time leads to it in the log. */
export function sorryCard(time: Date): Card {
  return {
    tone: 'bad',
    title: 'Something went wrong on my side',
    subtitle: [{ time: time.toISOString() }],
    blocks: [
      {
        kind: 'text',
        text: 'I could not finish this. Try again; if it stays so, tell the people who run this bot, with the time above.',
      },
    ],
    buttons: [],
    fallback: 'Something went wrong on my side. Try again.',
  };
}

/** ‘3 identities’, ‘1 identity’. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}

/** ‘a, b and c’; the rest of a long list is counted, never dropped in silence. */
export function series(items: readonly string[], most = 5): string {
  if (items.length <= 1) return items[0] ?? '';
  if (items.length > most) return `${items.slice(0, most).join(', ')} and ${items.length - most} more`;
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

const units: readonly [string, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

/** A duration in words: ‘1 day 12 hours’. */
export function spell(ms: number): string {
  const words: string[] = [];
  let rest = Math.round(ms / 1_000) * 1_000;
  for (const [unit, size] of units) {
    const number = Math.floor(rest / size);
    rest -= number * size;
    if (number > 0) words.push(count(number, unit));
  }
  return words.join(' ') || 'less than a second';
}

/** A duration as it is typed: ‘1d12h’. */
export function formatDuration(ms: number): string {
  let rest = Math.round(ms / 1_000);
  const context: string[] = [];
  for (const [letter, size] of [
    ['d', 86_400],
    ['h', 3_600],
    ['m', 60],
    ['s', 1],
  ] as const) {
    const number = Math.floor(rest / size);
    rest -= number * size;
    if (number > 0) context.push(`${number}${letter}`);
  }
  return context.join('') || '0s';
}

/** One page of items, with the words and buttons that lead to the others. */
export function pageOf<T>(
  items: readonly T[],
  page: number,
  size: number,
): { shown: readonly T[]; page: number; pages: number } {
  const pages = Math.max(1, Math.ceil(items.length / size));
  const at = Math.min(Math.max(1, page), pages);
  return { shown: items.slice((at - 1) * size, at * size), page: at, pages };
}

/** Previous and Next, as commands. */
export function pageButtons(page: number, pages: number, command: (page: number) => string): Button[] {
  const buttons: Button[] = [];
  if (page > 1) buttons.push({ kind: 'command', label: 'Previous page', command: command(page - 1), isInPlace: true });
  if (page < pages) buttons.push({ kind: 'command', label: 'Next page', command: command(page + 1), isInPlace: true });
  return buttons;
}
