// Who holds a right in Azure itself: an unconditional role assignment at the scope or above it, to them or to a group that they are
// in, of a role that effectively permits the action, and no deny assignment in the way. What may or may not hold counts as no.
// Source: “How Azure determines if a user has access to a resource”; deny assignments are evaluated first.

import type { AccessReader, Denial, GroupReader, HeldRole, Principal } from '../core/access-ports.ts';
import type { AzureReader } from '../core/azure-ports.ts';
import { Fault } from '../core/errors.ts';
import type { RoleDefinition } from '../core/model/azure.ts';
import { fold, sameName } from '../core/model/fold.ts';
import { type PermissionSet, permitsAction, type Right, rightKey } from '../core/model/permission.ts';
import type { DirectoryUser, Person } from '../core/model/person.ts';
import { containsScope, parentScope, parseScope, sameScope, subscriptionScope } from '../core/model/scope.ts';
import { toPerson } from '../core/people.ts';
import { memoised } from './memo.ts';

/** What rights are worked out from. */
export interface RightsReaders {
  readonly access: AccessReader;
  readonly groups: GroupReader;
  readonly roles: Pick<AzureReader, 'roleDefinition'>;
}

/** The principal that stands for all. */
const everyone = '00000000-0000-0000-0000-000000000000';

const isOf = ({ type }: Principal, kind: 'User' | 'Group') => type === '' || sameName(type, kind);
const isForPeople = (principal: Principal) => isOf(principal, 'User') || isOf(principal, 'Group');
const unique = (ids: readonly string[]) => [...new Set(ids)];
const groupsAmong = (principals: readonly Principal[]) =>
  unique(principals.filter((one) => isOf(one, 'Group') && one.id !== everyone).map(({ id }) => id));

/** Whether the sets permit an action, and not only a data action of that name: who may do all to the data may change nothing else. */
function permitsOnlyAction(sets: readonly PermissionSet[], action: string): boolean {
  return permitsAction(
    sets.map((set) => ({ ...set, dataActions: [], notDataActions: [] })),
    action,
  );
}

/** Whether the role permits the action to whoever holds it: a set with a condition may not. */
function permits(role: RoleDefinition | undefined, action: string): boolean {
  const sure = role?.permissions.filter(({ condition }) => condition === undefined) ?? [];
  return permitsOnlyAction(sure, action);
}

/** Whether a denial stands in the way of the action at a scope that it is at or above. Its conditions are taken as met. */
function isDenying(denial: Denial, { action, scope }: Right): boolean {
  return permitsOnlyAction(denial.permissions, action) && (!denial.isOnlyHere || sameScope(denial.scope, scope));
}

/** Whether what is set at one scope holds at another, as far as the paths tell: management groups are above what Azure listed. */
function reaches(from: string, to: string): boolean {
  const kind = parseScope(from)?.kind;
  return kind === 'root' || kind === 'management-group' || containsScope(from, to);
}

/** Whether somebody with these ids (their own and their groups’) is denied. */
function isDenied(denials: readonly Denial[], isOneOf: (principals: readonly Principal[]) => boolean): boolean {
  return denials.some(
    ({ principals, excluded }) =>
      (principals.some(({ id }) => id === everyone) || isOneOf(principals)) && !isOneOf(excluded),
  );
}

/** The rights that can be asked about. Both throw a Fault where a part of the answer cannot be read. */
export function createAzureRights(readers: RightsReaders) {
  const access = memoised(readers.access);
  const groups = memoised(readers.groups);
  const roles = memoised({ roleDefinition: readers.roles.roleDefinition });

  /** Reads at the scope; where it does not exist (yet), above it: what holds there is what will hold at it. */
  async function atOrAbove<T>(scope: string, read: (scope: string) => Promise<T | undefined>): Promise<T> {
    for (let at: string | undefined = scope; at !== undefined; at = parentScope(at)) {
      const found = await read(at);
      if (found !== undefined) return found;
    }
    throw new Fault('not-found', `Azure does not show ${scope} to Identity Desk.`);
  }

  /** The definitions of the roles that are held, by GUID. Read where each is sure to be found: not at a group that is yet to be. */
  async function definitions(held: readonly HeldRole[], scope: string) {
    const { subscriptionId } = parseScope(scope) ?? {};
    const where = subscriptionId === undefined ? scope : subscriptionScope(subscriptionId);
    const ids = unique(held.map(({ roleDefinitionId }) => roleDefinitionId));
    return new Map(await Promise.all(ids.map(async (id) => [id, await roles.roleDefinition(where, id)] as const)));
  }

  /** Everybody who holds the right. */
  async function holders(right: Right): Promise<readonly Person[]> {
    const { action, scope } = right;
    const [held, denials] = await Promise.all([
      atOrAbove(scope, (at) => access.heldRoles({ scope: at, reach: 'above' })),
      atOrAbove(scope, (at) => access.denials({ scope: at, reach: 'above' })),
    ]);
    const candidates = held.filter(({ isConditional, principal }) => !isConditional && isForPeople(principal));
    const known = await definitions(candidates, scope);
    const granted = candidates
      .filter(({ roleDefinitionId }) => permits(known.get(roleDefinitionId), action))
      .map(({ principal }) => principal);
    const denying = denials.filter((denial) => isDenying(denial, right));
    const named = denying.flatMap(({ principals, excluded }) => [...principals, ...excluded]);
    const [members, users] = await Promise.all([
      Promise.all(groupsAmong([...granted, ...named]).map(async (id) => [id, await groups.usersIn(id)] as const)),
      groups.users(unique(granted.filter((one) => isOf(one, 'User')).map(({ id }) => id))),
    ]);
    const inGroup = new Map<string, readonly DirectoryUser[] | undefined>(members);
    // A group that the directory does not show may have anybody in it: one that is denied denies all of them, and excludes nobody.
    const isHidden = ({ principals }: Denial) =>
      groupsAmong(principals).some((id) => inGroup.has(id) && inGroup.get(id) === undefined);
    if (denying.some(isHidden)) return [];
    const isAmong = (user: DirectoryUser) => (principals: readonly Principal[]) =>
      principals.some(({ id }) => id === user.entraId || inGroup.get(id)?.some((one) => one.entraId === user.entraId));
    const everybody = [...users, ...groupsAmong(granted).flatMap((id) => inGroup.get(id) ?? [])];
    return [...new Map(everybody.map((user) => [user.entraId, user])).values()]
      .filter((user) => user.isEnabled && !user.isGuest && !isDenied(denying, isAmong(user)))
      .map((user) => toPerson(user));
  }

  /** Of the rights in one subscription, or at one scope above: the keys of those that the person holds. */
  async function heldAt(where: string, entraId: string, rights: readonly Right[]): Promise<string[]> {
    const reach = parseScope(where)?.kind === 'subscription' ? 'everywhere' : 'above';
    const [held, denials] = await Promise.all([
      access.heldRoles({ scope: where, reach, of: entraId }),
      access.denials({ scope: where, reach }),
    ]);
    if (!held || !denials) throw new Fault('not-found', `Azure does not show ${where} to Identity Desk.`);
    const sure = held.filter(({ isConditional }) => !isConditional);
    const named = denials
      .filter((denial) => rights.some((right) => reaches(denial.scope, right.scope) && isDenying(denial, right)))
      .flatMap(({ principals, excluded }) => [...principals, ...excluded]);
    const [known, own] = await Promise.all([
      definitions(sure, where),
      named.length === 0 ? undefined : groups.memberOf(entraId, groupsAmong(named)),
    ]);
    const ids = new Set([entraId, ...(own?.in ?? [])]);
    const isOneOf = (principals: readonly Principal[]) => principals.some(({ id }) => ids.has(id));
    const isHidden = ({ principals }: Denial) => groupsAmong(principals).some((id) => !own?.exist.includes(id));
    const isHeld = (right: Right) => {
      const denying = denials.filter((denial) => reaches(denial.scope, right.scope) && isDenying(denial, right));
      return (
        sure.some(
          ({ scope, roleDefinitionId }) =>
            reaches(scope, right.scope) && permits(known.get(roleDefinitionId), right.action),
        ) &&
        !denying.some(isHidden) &&
        !isDenied(denying, isOneOf)
      );
    };
    return rights.filter(isHeld).map(rightKey);
  }

  /** The keys of those rights that one person holds: few calls, whatever the number of scopes. None for whom Azure cannot know. */
  async function heldBy(person: Person, rights: readonly Right[]): Promise<ReadonlySet<string>> {
    const { entraId } = person;
    if (entraId === undefined) return new Set();
    const places = Map.groupBy(rights, ({ scope }) => {
      const { subscriptionId } = parseScope(scope) ?? {};
      return subscriptionId === undefined ? fold(scope) : subscriptionScope(subscriptionId);
    });
    const held = [...places].map(([where, some]) => heldAt(where, fold(entraId), some));
    return new Set((await Promise.all(held)).flat());
  }

  return { holders, heldBy };
}
