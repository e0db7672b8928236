// What a person has requested for a time and still has, with its ends: for the home page, from the bot's own record alone.

import { answerCard } from './cards/answer-cards.ts';
import type { Button, Card } from './chat.ts';
import { count } from './format-text.ts';
import type { Grants } from './grant-ports.ts';
import { isOpen } from './grants/find-grant.ts';
import { plannedWords } from './operations/registry.ts';

const maxShown = 10;
/** Each has two buttons; a card has room for six. */
const maxButtons = 3;

/** The person's temporary roles, the one that ends first first. Undefined where there is none. */
export async function myGrantsCard(grants: Grants, requesterKey: string): Promise<Card | undefined> {
  const active = (await grants.list({ state: 'active', requesterKey, limit: maxShown + 1 })).filter(isOpen);
  if (active.length === 0) return undefined;
  const shown = active.slice(0, maxShown);
  const names = (id: string) => (shown.length === 1 ? '' : ` ${id}`);
  const buttons = shown.slice(0, maxButtons).flatMap(({ id }): Button[] => [
    { kind: 'command', label: `Extend${names(id)}`, command: `form extend ${id}`, owner: requesterKey },
    { kind: 'command', label: `End${names(id)} now`, command: `end ${id}`, owner: requesterKey },
  ]);
  return answerCard(
    'Your temporary roles',
    active.length > maxShown ? `The ${maxShown} that end first` : count(active.length, 'role'),
    [
      {
        kind: 'list',
        items: shown.map(({ id, operation, endsAt }) => [
          { strong: id },
          ` ${plannedWords(operation).replace(/^Assign role /, '')} · ends `,
          { time: endsAt },
        ]),
      },
    ],
    buttons,
  );
}
