// Semantic checks of a policy that has a valid format.

import { fold } from '../core/model/fold.ts';
import type { Policy } from '../core/model/policy.ts';
import type { TextTools } from '../core/ports.ts';
import type { Parsed, PolicyCommand } from './schema.ts';

/** Reserved words that cannot be group names. */
const reserved = ['anyone', 'none', 'approvers', 'azure-rbac'];

/** A mistake, and where it is in the file. */
export interface Mistake {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Members whose people are kept elsewhere: in Entra, in Slack, in Azure. */
const isElsewhere = (name: string) => /^(entra|slack):/.test(name) || name === 'azure-rbac';

type Check = (policy: Parsed, textTools: TextTools, known: readonly PolicyCommand[]) => readonly Mistake[];

/** Names that match nobody: a typing error must not pass as an approver who never comes. */
const checkMembers: Check = ({ groups, rules }, textTools) => {
  const names = Object.keys(groups);
  const found: Mistake[] = [];
  const check = (members: readonly string[] | undefined, path: (string | number)[], words: readonly string[] = []) => {
    for (const name of members ?? []) {
      if (name.includes('@') || /^(entra|slack):/.test(name) || words.includes(name) || names.includes(name)) continue;
      const near = textTools.nearest(name, names, 1)[0];
      const hint =
        name === 'azure-rbac'
          ? 'can only be used in by; for the requester, use requesterNeeds: azure-rbac'
          : name === 'anyone'
            ? 'cannot be used here; name a group or an email'
            : near
              ? `did you mean ${near}?`
              : 'not an email or a group in this file';
      found.push({ path, message: `“${name}”: ${hint}` });
    }
  };
  for (const [name, members] of Object.entries(groups)) {
    const strange = members.filter((one) => !one.includes('@') && !/^(entra|slack):/.test(one));
    const message = 'members of a group must be emails, or groups as entra:… or slack:…';
    found.push(...strange.map((one) => ({ path: ['groups', name], message: `“${one}”: ${message}` })));
  }
  rules.forEach(({ who, approvals, breakGlass, escalateAfter }, index) => {
    check(who, ['rules', index, 'who'], ['anyone']);
    approvals?.forEach(({ by }, at) => {
      check(by, ['rules', index, 'approvals', ...(approvals.length > 1 ? [at] : []), 'by'], ['anyone', 'azure-rbac']);
    });
    check(breakGlass?.review, ['rules', index, 'breakGlass', 'review']);
    for (const { to, text } of escalateAfter ?? []) check(to, ['rules', index, 'escalateAfter', text]);
  });
  for (const name of names.filter((group) => reserved.includes(group))) {
    found.push({ path: ['groups', name], message: `“${name}” is a reserved word; rename the group` });
  }
  return found;
};

/** Conditions that no effect of the rule's commands can meet. */
const checkConditions: Check = ({ rules }, _textTools, known) => {
  const withRole = known.filter(({ hasRole }) => hasRole).map(({ name }) => name);
  return rules.flatMap((rule, index) =>
    (['roles', 'permits'] as const)
      .filter((key) => rule[key] && !rule.commands.some((command) => withRole.includes(command)))
      .map((key) => ({
        path: ['rules', index, key],
        message: `${key} can only be used with ${withRole.join(', ')}`,
      })),
  );
};

/** Stages that the people named could never fill, each of them counting in one stage only. */
const checkCounts: Check = ({ groups, rules }) =>
  rules.flatMap(({ approvals = [] }, index) => {
    const people = new Set<string>();
    let needed = 0;
    for (const [at, { count, by }] of approvals.entries()) {
      const members = by.flatMap((name) => groups[name] ?? [name]);
      // How many there are is known elsewhere.
      if (members.includes('anyone') || members.some(isElsewhere)) continue;
      const own = new Set(members.map((email) => fold(email)));
      for (const one of own) people.add(one);
      needed += count;
      const [least, there] = own.size < count ? [count, own.size] : [needed, people.size];
      if (there >= least) continue;
      const path = ['rules', index, 'approvals', ...(approvals.length > 1 ? [at] : []), 'count'];
      return [{ path, message: `${least} approvals are required, but there are only ${there} approvers` }];
    }
    return [];
  });

const checkNames: Check = ({ rules, freeze }, textTools) => {
  const names = rules.map(({ name }) => name);
  const doubled = names.flatMap((name, index) =>
    names.indexOf(name) < index ? [{ path: ['rules', index, 'name'], message: `another rule is named “${name}”` }] : [],
  );
  const unknown = freeze.flatMap(({ except }, index) =>
    except
      .filter((name) => !names.includes(name))
      .map((name) => {
        const near = textTools.nearest(name, names, 1)[0];
        const hint = near ? `did you mean ${near}?` : 'no rule has this name';
        return { path: ['freeze', index, 'except'], message: `“${name}”: ${hint}` };
      }),
  );
  return [...doubled, ...unknown];
};

/** Finds mistakes that the format does not exclude. */
export function findMistakes(policy: Parsed, textTools: TextTools, known: readonly PolicyCommand[]): Mistake[] {
  return [checkMembers, checkConditions, checkCounts, checkNames].flatMap((check) => check(policy, textTools, known));
}

/**
 * The roles that rules name and that no role of Azure bears, by name or by GUID: such a rule would silently never match. `roles` are
 * all that Azure has, built-in and custom.
 */
export function findUnknownRoles(
  { rules }: Pick<Policy, 'rules'>,
  roles: readonly { readonly id: string; readonly name: string }[],
  textTools: Pick<TextTools, 'nearest'>,
): Mistake[] {
  const known = new Set(roles.flatMap(({ id, name }) => [fold(id), fold(name)]));
  return rules.flatMap((rule, index) =>
    (rule.roles ?? []).flatMap((role, at) => {
      if (known.has(fold(role))) return [];
      const names = roles.map(({ name }) => name);
      const near = textTools.nearest(role, names, 1)[0];
      const hint = near ? `did you mean ${near}?` : 'check its name in Azure';
      const message = `Azure has no role “${role}”, so the rule “${rule.name}” would never match it; ${hint}`;
      return [{ path: ['rules', index, 'roles', at], message }];
    }),
  );
}
