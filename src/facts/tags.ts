// The tags that rules compare: of a thing itself, and of what is below a scope.

import type { AccessReader } from '../core/access-ports.ts';
import type { FactSources, Note } from '../core/approvals/policy-facts.ts';
import { fold } from '../core/model/fold.ts';
import { parseScope } from '../core/model/scope.ts';

/** What tags are read by. */
export type TagReaders = Pick<AccessReader, 'tags' | 'tagsBelow'>;

type Known = <T>(what: string, work: Promise<T>, note?: Note) => Promise<T | undefined>;

/** The sources of tags. `known` takes note of what fails. */
export function createTagFacts(readers: TagReaders, known: Known): Pick<FactSources, 'tags' | 'tagsBelow'> {
  const nameOf = (id: string) => parseScope(id)?.name ?? id;
  async function each<T>(
    ids: readonly string[],
    read: (id: string) => Promise<T>,
    note?: Note,
  ): Promise<Map<string, T>> {
    const found = ids.map(async (id) => {
      const value = await known(`The tags of ${nameOf(id)}`, read(id), note);
      return value === undefined ? [] : [[fold(id), value] as const];
    });
    return new Map((await Promise.all(found)).flat());
  }

  return {
    // What does not exist has no tags.
    tags: (ids, note) => each(ids, async (id) => (await readers.tags(id)) ?? {}, note),
    tagsBelow: (ids, note) => each(ids, async (id) => (await readers.tagsBelow(id)) ?? [], note),
  };
}
