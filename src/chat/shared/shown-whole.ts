// Whether a chat has shown a card in full, where it has to be: the renderer leaves the button away that needs it.

import { needsToBeWhole } from '../../core/cards/answer-cards.ts';
import type { Card } from '../../core/chat.ts';

/** For a delivery: `isWhole: false` where `drawn`, the card as it was sent, lacks the button that needs the whole card. */
export function wholeness(card: Card, drawn: unknown): { isWhole?: false } {
  return needsToBeWhole(card) && !JSON.stringify(drawn).includes('request.approve') ? { isWhole: false } : {};
}
