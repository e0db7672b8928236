// Validates cards with Microsoft's Adaptive Cards library. Its ES modules do not load in Node, so the bundle is required.

import { createRequire } from 'node:module';

interface Event {
  event: number;
  message: string;
}
interface Library {
  AdaptiveCard: new () => {
    parse(json: unknown, context: unknown): void;
    validateProperties(): { validationEvents: Event[] };
  };
  SerializationContext: new (version: unknown) => { eventCount: number; getEventAt(index: number): Event };
  Versions: { v1_5: unknown };
}

const library = createRequire(import.meta.url)('adaptivecards/dist/adaptivecards.js') as Library;

/** The validation errors of a card of version 1.5. */
export function problems(json: unknown): string[] {
  const context = new library.SerializationContext(library.Versions.v1_5);
  const card = new library.AdaptiveCard();
  card.parse(json, context);
  const parsing = Array.from({ length: context.eventCount }, (_, index) => context.getEventAt(index));
  return [...parsing, ...card.validateProperties().validationEvents].map(
    ({ event, message }) => `${event}: ${message}`,
  );
}

/** Every visible text of a card; text runs one by one. */
export function texts(node: unknown, found: string[] = []): string[] {
  if (Array.isArray(node)) for (const child of node) texts(child, found);
  else if (typeof node === 'object' && node !== null) {
    for (const [key, value] of Object.entries(node)) {
      if (typeof value === 'string' && ['text', 'title', 'label', 'placeholder'].includes(key)) found.push(value);
      else texts(value, found);
    }
  }
  return found;
}
