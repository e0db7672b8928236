// How a condition of a rule applies to an effect, and to all of what the effect reaches: a role reaches everything below its scope.

/**
 * 'yes': to all of it. 'partly': to some of it, or one may say so; the rule then holds besides those that come after it. 'no': to
 * none of it. 'unknown': a fact is missing.
 */
export type Match = 'yes' | 'partly' | 'no' | 'unknown';

/** All conditions of one rule: as the weakest of them. */
export function both(one: Match, other: Match): Match {
  if (one === 'no' || other === 'no') return 'no';
  if (one === 'unknown' || other === 'unknown') return 'unknown';
  return one === 'partly' || other === 'partly' ? 'partly' : 'yes';
}

/** One condition in two places: in both, in some, or in neither. */
export function inPlaces(one: Match, other: Match): Match {
  if (one === 'unknown' || other === 'unknown') return 'unknown';
  return one === other ? one : 'partly';
}
