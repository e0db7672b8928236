// `revoke` names an identity, or one assignment: by its id, or by a principal that may be gone.

import { fold } from '../model/fold.ts';

/** The command of the second form: it has other parameters, and the same rules of the policy. */
export const revokeAssignment = 'revoke-assignment';

const isAssignmentId = (word: string) => /\/roleassignments\/[0-9a-f-]{36}$/i.test(word);

/** The words of a line, whose verb is that of the form of `revoke` that they have. */
export function withRevokeForm<V extends string | undefined>(said: {
  readonly verb: V;
  readonly words: readonly string[];
}): { verb: V | typeof revokeAssignment; words: readonly string[] } {
  if (said.verb === undefined || fold(said.verb) !== 'revoke') return said;
  const isOne = said.words.some((word) => isAssignmentId(word) || /^[-\u2012-\u2015]+principal(?:=|$)/i.test(word));
  return isOne ? { ...said, verb: revokeAssignment } : said;
}
