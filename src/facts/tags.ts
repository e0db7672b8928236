// The tags that rules compare, of a thing itself and of what is below a scope; and what is in the management groups that rules name.

import type { AccessReader } from '../core/access-ports.ts';
import type { FactSources, Note } from '../core/approvals/policy-facts.ts';
import { fold } from '../core/model/fold.ts';
import { parseScope } from '../core/model/scope.ts';

/** What tags, and what is in management groups, are read by. */
export type TagReaders = Pick<AccessReader, 'tags' | 'tagsBelow' | 'below'>;

type Known = <T>(what: string, work: Promise<T>, note?: Note) => Promise<T | undefined>;

const nameOf = (id: string) => parseScope(id)?.name ?? id;

/** The sources of tags. `known` takes note of what fails. */
export function createTagFacts(
  readers: TagReaders,
  known: Known,
): Pick<FactSources, 'tags' | 'tagsBelow' | 'managementGroups'> {
  return {
    async tags(ids, note) {
      const names = [...new Set(ids.map(nameOf))].slice(0, 3).join(', ');
      const found = await known(`The tags of ${names}`, readers.tags(ids), note);
      // What does not exist has no tags.
      return new Map(found && ids.map((id) => [fold(id), found.get(id) ?? {}]));
    },

    async managementGroups(ids, note) {
      const found = ids.map(async (id) => {
        const below = await known(`What is in the management group ${nameOf(id)}`, readers.below(id), note);
        return below === undefined ? [] : [[fold(id), new Set(below)] as const];
      });
      return new Map((await Promise.all(found)).flat());
    },

    async tagsBelow(ids, note) {
      const found = ids.map(async (id) => {
        const tags = await known(`The tags below ${nameOf(id)}`, readers.tagsBelow(id), note);
        return tags === undefined ? [] : [[fold(id), tags] as const];
      });
      return new Map((await Promise.all(found)).flat());
    },
  };
}
