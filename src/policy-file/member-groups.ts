// Whether the groups that a policy names, and does not keep itself, can be looked in: Entra groups that exist, and groups of chats that
// are configured. Who is in one that cannot is unknown, so that its rules would refuse everybody.

import { isElsewhere } from '../core/approvals/policy-facts.ts';
import { fold } from '../core/model/fold.ts';
import type { Member, Policy } from '../core/model/policy.ts';
import type { Mistake } from './checks.ts';

const directory = 'entra:';

/** Which of these groups exist in the directory, by object id in lower case. */
export interface GroupFinder {
  existingGroups(ids: readonly string[]): Promise<readonly string[]>;
}

/** Every member that is kept elsewhere, once, and where the file names it first. */
function namedElsewhere({ groups, rules }: Policy): ReadonlyMap<Member, Mistake['path']> {
  const named = new Map<Member, Mistake['path']>();
  const take = (members: readonly Member[], path: Mistake['path']) => {
    for (const member of members) if (isElsewhere(member) && !named.has(member)) named.set(member, path);
  };
  for (const [name, members] of Object.entries(groups)) take(members, ['groups', name]);
  rules.forEach(({ who, approvals = [], breakGlass, escalateAfter = [] }, index) => {
    take(who, ['rules', index, 'who']);
    for (const { by } of approvals) take(by, ['rules', index, 'approvals']);
    take(breakGlass?.review ?? [], ['rules', index, 'breakGlass']);
    for (const { to } of escalateAfter) take(to, ['rules', index, 'escalateAfter']);
  });
  return named;
}

/** Mistakes about groups of chats that are not configured. */
export function findUnreachableGroups(policy: Policy, chats: readonly string[]): Mistake[] {
  return [...namedElsewhere(policy)].flatMap(([member, path]) => {
    const chat = member.split(':', 1)[0] ?? '';
    if (member.startsWith(directory) || chats.includes(chat)) return [];
    return [{ path, message: `“${member}”: ${chat} is not configured, so nobody can be found in this group` }];
  });
}

/** Looks up the Entra groups. Never throws: what the directory does not answer is not a mistake of the policy. */
export async function checkEntraGroups(
  policy: Policy,
  finder: GroupFinder,
): Promise<{ readonly mistakes: readonly Mistake[]; readonly isComplete: boolean }> {
  const idOf = (member: Member) => fold(member.slice(directory.length));
  const named = [...namedElsewhere(policy)].filter(([member]) => member.startsWith(directory));
  if (named.length === 0) return { mistakes: [], isComplete: true };
  try {
    const exist = await finder.existingGroups(named.map(([member]) => idOf(member)));
    const gone = named.filter(([member]) => !exist.includes(idOf(member)));
    const message = (member: Member) => `“${member}”: the directory has no such group`;
    return { mistakes: gone.map(([member, path]) => ({ path, message: message(member) })), isComplete: true };
  } catch {
    return { mistakes: [], isComplete: false };
  }
}
