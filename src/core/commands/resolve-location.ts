// Resolves a region by name or display name.

import { fold } from '../model/fold.ts';
import { joinedNames, nameNotFound } from './lookup-errors.ts';
import type { LookupContext } from './resolve-group.ts';

/** The location of that name or display name. Throws Fault 'not-found' with the nearest. */
export async function findLocation(context: LookupContext, word: string, subscriptionId: string): Promise<string> {
  const all = await context.azure.locations(subscriptionId);
  const plain = (text: string) => fold(text).replace(/[^a-z0-9]/g, '');
  const found = all.find(({ name, displayName }) => plain(name) === plain(word) || plain(displayName) === plain(word));
  if (found) return found.name;
  const near = context.textTools.nearest(
    plain(word),
    all.map(({ name }) => name),
  );
  throw nameNotFound(
    'location',
    word,
    near,
    joinedNames(
      'Available:',
      all.map(({ name }) => name),
      'The subscription has no locations.',
    ),
  );
}
