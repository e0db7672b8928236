// What a policy of the right shape can still get wrong.

import type { TextTools } from '../core/ports.ts';
import type { Parsed, PolicyCommand } from './schema.ts';

/** Words of the policy itself, which no group may take. */
const reserved = ['anyone', 'none', 'approvers', 'azure-rbac'];

interface Mistake {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/**
 * What the shape alone does not tell: names that stand for nobody (a typing error in a group's name must not pass as an approver who
 * never comes), rules that can never apply, rules of one name.
 */
export function findMistakes(policy: Parsed, textTools: TextTools, known: readonly PolicyCommand[]): Mistake[] {
  const groups = Object.keys(policy.groups);
  const found: Mistake[] = [];
  const withRole = known.filter(({ hasRole }) => hasRole).map(({ name }) => name);
  const check = (members: readonly string[] | undefined, path: (string | number)[], mayNameGroups: boolean) => {
    for (const name of members ?? []) {
      if (name.includes('@') || (mayNameGroups && (name === 'anyone' || groups.includes(name)))) continue;
      const near = mayNameGroups ? textTools.nearest(name, groups, 1)[0] : undefined;
      const hint = mayNameGroups
        ? near
          ? `did you mean ${near}?`
          : 'not an email or a group in this file'
        : 'members of a group must be emails';
      found.push({ path, message: `“${name}”: ${hint}` });
    }
  };
  for (const [name, members] of Object.entries(policy.groups)) check(members, ['groups', name], false);
  policy.rules.forEach((rule, index) => {
    check(rule.who, ['rules', index, 'who'], true);
    check(rule.approvals?.by, ['rules', index, 'approvals', 'by'], true);
  });
  for (const name of groups.filter((group) => reserved.includes(group))) {
    found.push({
      path: ['groups', name],
      message: `“${name}” is a reserved word; rename the group`,
    });
  }
  policy.rules.forEach(({ roles, commands, approvals }, index) => {
    if (roles && !commands.some((command) => withRole.includes(command))) {
      const message = `roles can only be used with ${withRole.join(', ')}`;
      found.push({ path: ['rules', index, 'roles'], message });
    }
    if (!approvals || approvals.by.includes('anyone')) return;
    const people = new Set(
      approvals.by.flatMap((name) => policy.groups[name] ?? [name]).map((email) => email.toLowerCase()),
    );
    if (people.size < approvals.count) {
      const message = `${approvals.count} approvals are required, but there are only ${people.size} approvers`;
      found.push({ path: ['rules', index, 'approvals', 'count'], message });
    }
  });
  const names = policy.rules.map(({ name }) => name);
  names.forEach((name, index) => {
    if (names.indexOf(name) < index)
      found.push({ path: ['rules', index, 'name'], message: `another rule is named “${name}”` });
  });
  return found;
}
