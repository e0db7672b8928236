// Rules that can never decide, because those above them decide about all that they are for; and denies of what no rule allows anyway.

import { fold } from '../core/model/fold.ts';
import type { Policy, Rule } from '../core/model/policy.ts';
import { containsScope } from '../core/model/scope.ts';
import type { Mistake } from './checks.ts';

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** Whether the members of `inner` are all in `outer`, as far as the file says. */
function includesWho(outer: Rule, inner: Rule, { groups }: Policy): boolean {
  if (outer.who.includes('anyone')) return true;
  const all = new Set([...outer.who, ...outer.who.flatMap((name) => groups[name] ?? [])]);
  const within = (name: string): boolean => all.has(name) || (groups[name] ?? []).every((one) => all.has(one));
  return inner.who.every((name) => all.has(name) || (groups[name] !== undefined && within(name)));
}

/** Whether whatever the inner rule is for, in this command, the outer one is for too. When in doubt, it is not. */
function covers(outer: Rule, inner: Rule, command: string, policy: Policy): boolean {
  // Which roles permit something is not known here, and tags are not known at all.
  if (outer.permits || outer.tags || (outer.hours && !same(outer.hours, inner.hours))) return false;
  if (!outer.commands.includes(command)) return false;
  // A role of a create is judged as a grant: by rules for create only where they speak of roles.
  if (command === 'create' && (inner.roles || inner.permits) && !outer.roles) return false;
  if (outer.roles && !inner.roles?.every((role) => outer.roles?.some((one) => fold(one) === fold(role)))) return false;
  const isWithin = (scope: string) => outer.scopes?.some((one) => containsScope(one, scope));
  if (outer.scopes && !inner.scopes?.every(isWithin)) return false;
  return includesWho(outer, inner, policy);
}

const overlap = (a: Rule, b: Rule) =>
  a.scopes === undefined ||
  b.scopes === undefined ||
  a.scopes.some((one) => b.scopes?.some((other) => containsScope(one, other) || containsScope(other, one)));

/** The rules that can never decide. */
export function neverDecides(policy: Policy): readonly Mistake[] {
  return policy.rules.flatMap((rule, index) => {
    const isDeny = rule.deny !== undefined;
    const above = policy.rules.slice(0, index);
    // A deny wins wherever it stands, so that only another deny can be in its way, and any deny in that of a rule that allows.
    const inTheWay = policy.rules.filter(
      (other, at) => other !== rule && (other.deny !== undefined ? !isDeny || at < index : !isDeny && at < index),
    );
    const covering = rule.commands.map((command) => inTheWay.find((other) => covers(other, rule, command, policy)));
    const path = ['rules', index, 'name'];
    if (covering.every((one) => one !== undefined)) {
      const names = [...new Set(covering.map((one) => `“${one?.name}”`))].join(', ');
      const where = covering.every((one) => one && above.includes(one)) ? ' above' : '';
      return [{ path, message: `“${rule.name}” can never decide: ${names}${where} decides about all that it is for` }];
    }
    const isAllowedAnywhere = policy.rules.some(
      (other) =>
        other.deny === undefined && other.commands.some((one) => rule.commands.includes(one)) && overlap(other, rule),
    );
    if (isDeny && !isAllowedAnywhere) {
      return [{ path, message: `“${rule.name}” denies what no rule allows; without it the same is refused` }];
    }
    return [];
  });
}
