// Sets the tags of an identity. Azure knows only the whole set, so that the tags that were approved are the ones that it has to have
// before: what somebody else tagged in between is never lost.

import { z } from 'zod';
import { tagWords } from '../cards/tag-words.ts';
import { Fault } from '../errors.ts';
import { joinNames } from '../format-text.ts';
import { jcs } from '../model/canonical-json.ts';
import { sameName } from '../model/fold.ts';
import { defineOperation } from './definition.ts';

const tags = z.record(z.string(), z.string());
const schema = z.object({
  kind: z.literal('identity.update'),
  id: z.string(),
  name: z.string(),
  principalId: z.string(),
  /** All its tags, as they were when the plan was made. */
  before: tags,
  /** All its tags, as they are to be. */
  tags,
});

type Tags = Readonly<Record<string, string>>;

/** Whether both are the same tags, in any order. */
export function sameTags(one: Tags, other: Tags): boolean {
  return jcs(one) === jcs(other);
}

/** What changes, one part for each tag: “env: dev → prod”, “team=orders added”, “owner removed”. */
export function tagChanges(before: Tags, after: Tags): string[] {
  const changed = Object.entries(after).flatMap(([key, value]) => {
    if (!Object.hasOwn(before, key)) return [`${tagWords({ [key]: value })} added`];
    return before[key] === value ? [] : [`${tagWords({ [key]: before[key] ?? '' })} → ${value || '(empty)'}`];
  });
  const removed = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  return [...changed, ...removed.map((key) => `${key} removed`)];
}

export const identityUpdate = defineOperation<z.infer<typeof schema>>({
  kind: 'identity.update',
  schema,
  outcome: 'updated',
  touches: ({ id, principalId }) => ({ identities: [id], scopes: [id], principals: [principalId] }),
  rights: ({ id }) =>
    ['read', 'write'].map((verb) => ({
      action: `Microsoft.ManagedIdentity/userAssignedIdentities/${verb}`,
      scope: id,
    })),
  words: ({ name, before, tags: after }) => {
    const changes = joinNames(tagChanges(before, after), 6);
    return { before: `Change tags of ${name}: ${changes}`, after: `Tags of ${name} changed: ${changes}` };
  },
  needs: () => [],
  gives: () => ({}),
  async precheck({ id, name, principalId, before, tags: after }, azure) {
    const found = await azure.identity(id);
    const next = 'Nothing was changed. Submit a new request.';
    if (!sameName(found?.principalId, principalId)) {
      throw new Fault('stale', `${name} was deleted or created again after this was approved.`, { next });
    }
    if (found && (sameTags(found.tags, before) || sameTags(found.tags, after))) return;
    throw new Fault('stale', `The tags of ${name} were changed by somebody else after this was approved.`, { next });
  },
  identityChange: ({ id }) => ({ kind: 'changed', identityId: id }),
  code: ({ id, tags: after }) => ({ kind: 'tags', identityId: id, tags: after }),
});
