// The policy beside Cedar, another policy language with an evaluation that others have proved: for the part that both can say. Who may
// do what where, with which role; a deny wins.

import { isAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { judge } from '../../src/core/approvals/policy.ts';
import type { Effect } from '../../src/core/model/plan.ts';
import type { Rule } from '../../src/core/model/policy.ts';
import { factsOf, places, questionArb } from '../support/policy-cases.ts';
import type { Question } from '../support/policy-oracle.ts';

const quoted = (text: string) => JSON.stringify(text.toLowerCase());
const uid = (type: string, id: string) => ({ type, id: id.toLowerCase() });
const anyOf = (parts: readonly string[] | undefined) => (parts ? `(${parts.join(' || ') || 'false'})` : 'true');

/** A rule as a policy of Cedar; commands, people and scopes are entities, the role is in the context. */
function toCedar({ commands, who, scopes, roles, deny }: Rule): string {
  const isMember = who.map((member) => (member === 'anyone' ? 'true' : `principal in Member::${quoted(member)}`));
  const isThere = scopes?.map((scope) => `resource in Scope::${quoted(scope)}`);
  const isRole = roles?.map((role) => `context.role.contains(${quoted(role)})`);
  const isCommand = commands.map((command) => `action == Action::${quoted(command)}`);
  const all = [isCommand, isMember, isThere, isRole].map(anyOf).join(' && ');
  return `${deny === undefined ? 'permit' : 'forbid'}(principal, action, resource) when { ${all} };`;
}

function askCedar({ policy, who }: Question, { command, role }: Effect, place: string): boolean {
  const members = [
    ...Object.entries(policy.groups).flatMap(([name, emails]) => (emails.includes(who.email ?? '') ? [name] : [])),
    who.email ?? '',
  ];
  const above = (scope: string) =>
    places.filter((one) => scope.toLowerCase().startsWith(`${one.toLowerCase()}/`)).map((one) => uid('Scope', one));
  const answer = isAuthorized({
    principal: uid('Person', who.key),
    action: uid('Action', command),
    resource: uid('Scope', place),
    context: { role: role ? [role.name.toLowerCase(), role.id] : [] },
    policies: { staticPolicies: policy.rules.map(toCedar).join('\n') },
    entities: [
      { uid: uid('Person', who.key), attrs: {}, parents: members.map((name) => uid('Member', name)) },
      ...members.map((name) => ({ uid: uid('Member', name), attrs: {}, parents: [] })),
      ...places.map((scope) => ({ uid: uid('Scope', scope), attrs: {}, parents: above(scope) })),
    ],
  });
  if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors));
  expect(answer.response.diagnostics.errors).toEqual([]);
  return answer.response.decision === 'allow';
}

it('agrees with Cedar about who may do what where, with which role', () => {
  const seen = { allow: 0, deny: 0 };
  fc.assert(
    fc.property(questionArb(false), (question) => {
      // What Cedar has no word for is left out: where a rule decides it does so without conditions, and roles permit nothing grave.
      const rules = question.policy.rules.map(
        ({ name, commands, who, scopes, roles, deny }): Rule => ({
          name,
          commands,
          who,
          ...(scopes ? { scopes } : {}),
          ...(roles ? { roles } : {}),
          ...(deny === undefined ? {} : { deny }),
        }),
      );
      const { freezes: _none, ...rest } = question.policy;
      const asked = { ...question, policy: { ...rest, rules } };
      const rolePermissions = new Map([...question.world.roles.keys()].map((id) => [id, []]));
      for (const effect of question.effects.map(({ via: _via, ...one }) => one)) {
        const isReaching =
          effect.role !== undefined ||
          (effect.command !== 'show' && !effect.scope.toLowerCase().includes('/providers/'));
        const reached = places.filter((one) => {
          const [place, scope] = [one.toLowerCase(), effect.scope.toLowerCase()];
          return place === scope || (isReaching && place.startsWith(`${scope}/`));
        });
        const byCedar = reached.every((place) => askCedar(asked, effect, place));
        const verdict = judge(
          asked.policy,
          { ...factsOf(asked), rolePermissions },
          { who: asked.who, effects: [effect], at: asked.now },
        );
        expect(verdict.kind === 'allowed').toBe(byCedar);
        seen[byCedar ? 'allow' : 'deny']++;
      }
    }),
    { numRuns: 500 },
  );
  expect(Math.min(seen.allow, seen.deny)).toBeGreaterThan(50);
});
