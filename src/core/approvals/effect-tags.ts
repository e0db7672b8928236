// Whether things have the tags of a rule: the scope, the identity, and what is above them; and what a role reaches below.

import { fold } from '../model/fold.ts';
import type { Effect } from '../model/plan.ts';
import type { PolicyFacts } from '../model/policy.ts';
import { parseScope, sameScope } from '../model/scope.ts';
import { both, inPlaces, type Match } from './match.ts';
import { taggedScopes } from './scope-paths.ts';

/** Values by tag name, all folded. Several: things above one another say different things. */
type Values = ReadonlyMap<string, ReadonlySet<string>>;

function valuesOf(sets: readonly Readonly<Record<string, string>>[]): Values {
  const values = new Map<string, Set<string>>();
  for (const set of sets) {
    for (const [name, value] of Object.entries(set)) {
      const known = values.get(fold(name)) ?? new Set();
      values.set(fold(name), known.add(fold(value)));
    }
  }
  return values;
}

/** The tags of a thing and of what is above it; undefined where one of them could not be looked up. */
function valuesAt({ tags }: PolicyFacts, scope: string): Values | undefined {
  if (!parseScope(scope)) return undefined;
  const sets = taggedScopes(scope).map((one) => tags?.get(fold(one)));
  return sets.every((set) => set !== undefined) ? valuesOf(sets) : undefined;
}

/** Whether tags match, for one effect: `matches(tags)` with the tags of a rule. */
export function createTagMatch(facts: PolicyFacts, effect: Effect, reachesBelow: boolean) {
  const { scope, identity, tags: given = {} } = effect;
  const own = valuesAt(facts, scope);
  const ofIdentity = identity === undefined || sameScope(identity, scope) ? own : valuesAt(facts, identity);
  const set = valuesOf([given]);
  // Of a resource too: a database has tags besides its server's.
  const below = reachesBelow ? facts.tagsBelow?.get(fold(scope)) : [];
  const belowValues = below && valuesOf(below);

  function at(values: Values | undefined, name: string, value: string): Match {
    if (!values) return 'unknown';
    const known = values.get(name);
    if (!known?.has(value)) return 'no';
    return known.size === 1 ? 'yes' : 'partly';
  }

  /** What the command itself sets is the requester's own word: it makes a rule hold besides others, and never instead of them. */
  function asSet(match: Match, name: string, value: string): Match {
    const chosen = set.get(name);
    return chosen === undefined || match === 'unknown' ? match : inPlaces(match, chosen.has(value) ? 'yes' : 'no');
  }

  function asBelow(match: Match, name: string, value: string): Match {
    const known = belowValues?.get(name);
    if (match === 'unknown' || known === undefined) return match;
    return [...known].reduce<Match>((sum, one) => inPlaces(sum, one === value ? 'yes' : 'no'), match);
  }

  return (tags: readonly (readonly [name: string, value: string])[], isDeny: boolean): Match => {
    const here = (values: Values | undefined) =>
      tags.map(([name, value]) => asBelow(asSet(at(values, name, value), name, value), name, value)).reduce(both);
    const match = inPlaces(here(own), here(ofIdentity));
    if (belowValues || match === 'unknown') return match;
    // Anything may be below: a deny cannot be ruled out, and any other rule holds besides those that come after it.
    return isDeny ? 'unknown' : 'partly';
  };
}
