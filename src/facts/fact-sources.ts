// The sources of the policy's facts, over Azure, the directory and the chats. What decides is read anew each time; what is only
// shown may be some minutes old.

import type { AccessReader, GroupReader } from '../core/access-ports.ts';
import { type FactSources, type Note, rolePermissionsFrom } from '../core/approvals/policy-facts.ts';
import { asFault } from '../core/errors.ts';
import { rightKey } from '../core/model/permission.ts';
import type { Clock } from '../core/ports.ts';
import { withTimeout } from '../with-timeout.ts';
import { createAzureRights, type RightsReaders } from './azure-rights.ts';
import { longestMs, noAnswer } from './longest-wait.ts';
import { createMemberFacts, type MemberReaders } from './members.ts';
import { memoised } from './memo.ts';
import { createTagFacts, type TagReaders } from './tags.ts';

type FactReaders = MemberReaders & RightsReaders & { readonly tags: TagReaders };

/** All that facts are read from. */
interface FactOrigins extends Pick<MemberReaders, 'people' | 'messengers'> {
  readonly azure: {
    readonly reader: RightsReaders['roles'];
    readonly access: AccessReader;
    readonly groups: GroupReader;
  };
  readonly clock: Clock;
}

/** 'Microsoft.ManagedIdentity/userAssignedIdentities/write' without its provider. */
const nameOf = (action: string) => action.slice(action.indexOf('/') + 1);

const shownMs = 60_000;

/** Reads of facts, each noted where it fails or takes too long, and left out. */
async function known<T>(what: string, work: Promise<T>, note?: Note): Promise<T | undefined> {
  try {
    const done = await withTimeout(work, longestMs);
    if (done) return done.value;
    note?.(`${what}: ${noAnswer}`);
  } catch (error) {
    note?.(`${what}: ${asFault(error).message}`);
  }
  return undefined;
}

function sourcesOver(readers: FactReaders): FactSources {
  return {
    ...createMemberFacts(readers),

    async azureRights(rights, whose, note) {
      const { holders, heldBy } = createAzureRights(readers);
      if (whose === 'everybody') {
        const found = rights.map(async (right) => {
          const people = await known(`Who may ${nameOf(right.action)} in Azure`, holders(right), note);
          return people ? [[rightKey(right), people] as const] : [];
        });
        return new Map((await Promise.all(found)).flat());
      }
      const held = await Promise.all(
        whose.map(async (person) => ({
          person,
          keys: await known(`What ${person.name} may do in Azure`, heldBy(person, rights), note),
        })),
      );
      // With one of them unknown the list would say that they do not hold it.
      if (held.some(({ keys }) => keys === undefined)) return new Map();
      const holdersOf = (key: string) => held.filter(({ keys }) => keys?.has(key)).map(({ person }) => person);
      return new Map(rights.map((right) => [rightKey(right), holdersOf(rightKey(right))]));
    },

    ...createTagFacts(readers.tags, known),
    rolePermissions: rolePermissionsFrom(readers.roles),
  };
}

/** The sources: fresh, and with `forShowing` those that are remembered for a minute. */
export function createFactSources({ azure, clock, ...origins }: FactOrigins): FactSources {
  const { access, groups, reader } = azure;
  const readers: FactReaders = { ...origins, access, groups, roles: reader, tags: access };
  const keep = { ttlMs: shownMs, clock };
  const remembered: FactReaders = {
    ...readers,
    access: memoised(access, keep),
    groups: memoised(groups, keep),
    roles: memoised({ roleDefinition: reader.roleDefinition }, keep),
    tags: memoised(access, keep),
  };
  return { ...sourcesOver(readers), forShowing: sourcesOver(remembered) };
}
