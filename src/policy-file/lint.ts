// Warnings about a policy that is valid: rules that can never decide, and rules that allow more than was probably meant. A warning
// keeps nothing from working; a comment `# lint: accept` on its line, or on the line above, says that it is meant.

import { fold } from '../core/model/fold.ts';
import type { Policy } from '../core/model/policy.ts';
import { parseScope } from '../core/model/scope.ts';
import type { TextTools } from '../core/ports.ts';
import { builtinRoles } from './builtin-roles.ts';
import { findUnknownRoles, type Mistake } from './checks.ts';
import { neverDecides } from './lint-shadowed.ts';
import { lineFinder } from './read.ts';
import type { PolicyCommand } from './schema.ts';

/** What the checks look at. */
interface Given {
  readonly policy: Policy;
  readonly commands: readonly PolicyCommand[];
  readonly textTools: TextTools;
  readonly now: Date;
}

type Check = (given: Given) => readonly Mistake[];
type Path = Mistake['path'];

const ruleAt = (index: number, key: string): Path => ['rules', index, key];
/** By which a rule hands out power over access when it names them in `permits`. */
const overAccess = /^microsoft\.authorization\/(\*|role(assignments|definitions)\/(\*|write)|elevateaccess\/)/;

const isWide = (scopes: readonly string[] | undefined) =>
  scopes === undefined ||
  scopes.some((one) => ['root', 'management-group', 'subscription'].includes(parseScope(one)?.kind ?? ''));

/** Groups that no rule names: a rule may have lost its group, or the group is left over. */
const unusedGroups: Check = ({ policy: { groups, rules } }) => {
  const used = new Set(
    rules.flatMap(({ who, approvals = [], breakGlass, escalateAfter = [] }) => [
      ...who,
      ...approvals.flatMap(({ by }) => by),
      ...(breakGlass?.review ?? []),
      ...escalateAfter.flatMap(({ to }) => to),
    ]),
  );
  return Object.keys(groups)
    .filter((name) => !used.has(name))
    .map((name) => ({ path: ['groups', name], message: `no rule names the group “${name}”` }));
};

/** Power over access without anybody's approval. */
const powerWithoutApproval: Check = ({ policy: { rules } }) =>
  rules.flatMap((rule, index) => {
    if (rule.deny !== undefined || rule.approvals || rule.breakGlass) return [];
    const powerful = builtinRoles().filter(({ hasPowerOverAccess }) => hasPowerOverAccess);
    const roles = (rule.roles ?? []).flatMap((role, at) => {
      const found = powerful.find(({ id, name }) => fold(id) === fold(role) || fold(name) === fold(role));
      return found ? [{ path: [...ruleAt(index, 'roles'), at], what: found.name }] : [];
    });
    const actions = (rule.permits ?? []).flatMap((action, at) =>
      overAccess.test(fold(action))
        ? [{ path: [...ruleAt(index, 'permits'), at], what: `roles that permit ${action}` }]
        : [],
    );
    return [...roles, ...actions].map(({ path, what }) => ({
      path,
      message: `${what} can be assigned without approval, and gives its holder any access`,
    }));
  });

/** Changes by anyone, everywhere in a subscription, without approval. */
const openToAnyone: Check = ({ policy: { rules }, commands }) => {
  const changes = commands.filter(({ isChange }) => isChange).map(({ name }) => name);
  return rules.flatMap((rule, index) => {
    const isOpen = rule.deny === undefined && !rule.approvals && !rule.breakGlass && rule.who.includes('anyone');
    const named = rule.commands.filter((command) => changes.includes(command));
    if (!isOpen || named.length === 0 || !isWide(rule.scopes) || rule.tags) return [];
    const where = rule.scopes === undefined ? 'everywhere' : 'in a whole subscription';
    const message = `anyone may use ${named.join(', ')} ${where} without approval`;
    return [{ path: ruleAt(index, 'approvals'), message }];
  });
};

/** Approvers that are just enough, until one of them is the requester. */
const justEnoughApprovers: Check = ({ policy: { rules, groups } }) =>
  rules.flatMap((rule, index) =>
    (rule.approvals ?? []).flatMap(({ count, by }, at): Mistake[] => {
      const members = by.flatMap((name) => groups[name] ?? [name]);
      // How many are in a group that is kept elsewhere is not known here.
      if (members.some((one) => !one.includes('@')) || new Set(members.map(fold)).size > count) return [];
      const asking = rule.who.flatMap((name) => groups[name] ?? [name]);
      if (!asking.includes('anyone') && !asking.some((one) => members.includes(one))) return [];
      const message = `${count} of ${by.join(', ')} must approve, and there are only ${count}: whoever of them requests something cannot get it approved`;
      return [{ path: [...ruleAt(index, 'approvals'), ...((rule.approvals ?? []).length > 1 ? [at] : [])], message }];
    }),
  );

const withoutExpiry: Check = ({ policy: { rules } }) =>
  rules.flatMap(({ name, approvals, expireAfterMs }, index) =>
    approvals && expireAfterMs === undefined
      ? [{ path: ruleAt(index, 'name'), message: `“${name}” has no expireAfter: its requests stay open for 7 days` }]
      : [],
  );

/** Roles that are not built in. Custom roles are in Azure, which cannot be asked here. */
const customRoles: Check = ({ policy, textTools }) =>
  findUnknownRoles(policy, builtinRoles(), textTools).map(({ path, message }) => {
    const name = policy.rules[Number(path[1])]?.roles?.[Number(path[3])] ?? '';
    const near = / did you mean (.+)\?$/.exec(message)?.[1];
    const hint = near === undefined ? '' : `; did you mean ${near}?`;
    return { path, message: `“${name}” is not a built-in role; at the start it is looked up in Azure${hint}` };
  });

const endedFreezes: Check = ({ policy: { freezes = [] }, now }) =>
  freezes.flatMap(({ to }, index) =>
    Date.parse(to) <= now.getTime()
      ? [{ path: ['freeze', index, 'to'], message: 'this freeze is over; remove it' }]
      : [],
  );

const checks: readonly Check[] = [
  ({ policy }) => neverDecides(policy),
  unusedGroups,
  powerWithoutApproval,
  openToAnyone,
  justEnoughApprovers,
  withoutExpiry,
  customRoles,
  endedFreezes,
];

/** The warnings about a policy without mistakes, in the order of its lines. `text` is its text, for accepted ones. */
export function lintPolicy(text: string, given: Given): readonly (Mistake & { readonly line: number })[] {
  const lineOf = lineFinder(text);
  const lines = text.split('\n');
  const isAccepted = (line: number) =>
    [line, line - 1].some((one) => /#\s*lint:\s*accept\b/.test(lines[one - 1] ?? ''));
  return checks
    .flatMap((check) => check(given))
    .map((found) => ({ ...found, line: lineOf(found.path) }))
    .filter(({ line }) => !isAccepted(line))
    .sort((a, b) => a.line - b.line);
}
