// Builders of answer and error cards that all commands share, so that they look alike.

import type { Block, Button, Card, RichText } from '../chat.ts';
import { plainText } from '../chat.ts';
import { contactAdministrator } from '../common-texts.ts';
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
 * The card of an error: what happened and what to do next. `typed` is repeated so that it can be corrected. `owner` is the key of
 * the only person whose clicks on the choices count.
 */
export function errorCard(
  fault: Fault,
  typed?: string,
  extra: readonly Block[] = [],
  buttons: readonly Button[] = [],
  owner?: string,
): Card {
  const { next, lines, choices } = fault.details;
  const ask = fault.code === 'ambiguous';
  const blocks: Block[] = [];
  if (next !== undefined && next !== '') blocks.push({ kind: 'text', text: next });
  if (lines) blocks.push({ kind: 'code', text: lines.join('\n') });
  blocks.push(...extra);
  if (typed !== undefined && typed !== '' && !ask) {
    blocks.push({ kind: 'text', style: 'subtle', text: ['You entered: ', { code: typed.slice(0, 1500) }] });
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

/** The card without the buttons that require it to be shown in full, and with the reason. */
export function incompleteCard(card: Card): Card {
  const buttons = card.buttons.filter((button) => button.kind !== 'request' || !button.needsWholeCard);
  if (buttons.length === card.buttons.length) return card;
  const text =
    'This request is too large to be shown in full, so it cannot be approved with a button. Deny it and ask for smaller requests.';
  return { ...card, buttons, blocks: [{ kind: 'notice', level: 'caution', text }, ...card.blocks] };
}

/** Whether a button requires the card to be shown in full. */
export function needsToBeWhole({ buttons }: Card): boolean {
  return buttons.some((button) => button.kind === 'request' && button.needsWholeCard === true);
}

/** The card for an answer that could not be built or sent; the time is that of the log entry. */
export function internalErrorCard(time: Date): Card {
  return {
    tone: 'bad',
    title: 'Something went wrong in Identity Desk',
    subtitle: [{ time: time.toISOString() }],
    blocks: [
      {
        kind: 'text',
        text: `The command could not be completed. Try again. ${contactAdministrator} Give them the time shown above.`,
      },
    ],
    buttons: [],
    fallback: 'Something went wrong in Identity Desk. Try again.',
  };
}

/** One page of `items`; `page` counts from 1 and is limited to the pages that exist. */
export function paginate<T>(
  items: readonly T[],
  page: number,
  size: number,
): { shown: readonly T[]; page: number; pages: number } {
  const pages = Math.max(1, Math.ceil(items.length / size));
  const at = Math.min(Math.max(1, page), pages);
  return { shown: items.slice((at - 1) * size, at * size), page: at, pages };
}

/** The Previous and Next buttons of a list, as far as there are such pages. */
export function pageButtons(page: number, pages: number, command: (page: number) => string): Button[] {
  const buttons: Button[] = [];
  if (page > 1) buttons.push({ kind: 'command', label: 'Previous page', command: command(page - 1), isInPlace: true });
  if (page < pages) buttons.push({ kind: 'command', label: 'Next page', command: command(page + 1), isInPlace: true });
  return buttons;
}
