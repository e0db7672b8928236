// Cards that answer: small builders that every command shares, so that all of them look like one house.

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
 * What went wrong, what that means, what to do next. `typed` is given back so that nothing is lost. `owner` is whose the choices
 * are: they finish what that person began.
 */
export function errorCard(
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

/** What is shown when even the answer failed: the time leads to it in the log. */
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

/** One page of items, with the words and buttons that lead to the others. */
export function paginate<T>(
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
