// Judging by facts: request and click never disagree, and what was not learned never speaks in anybody’s favour.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge, mightUse, mightUseOn } from '../../src/core/approvals/policy.ts';
import { addressFacts, allNames, gatherFacts } from '../../src/core/approvals/policy-facts.ts';
import type { Person } from '../../src/core/model/person.ts';
import type { Effect } from '../../src/core/model/plan.ts';
import type { Member, Policy, PolicyFacts, Rule } from '../../src/core/model/policy.ts';
import { permissionSet } from '../support/builtin-roles.ts';

const subscription = '/subscriptions/aaaaaaaa-0000-4000-8000-000000000000';
const person = (name: string): Person => ({ key: `mail:${name}@x.y`, name, email: `${name}@x.y` });
const people = ['alex', 'megan', 'adele', 'nestor'].map(person) as [Person, Person, Person, Person];
const [alex] = people;
const names: readonly Member[] = ['g1', 'g2', 'anyone', 'alex@x.y', 'megan@x.y'];
const roles = [
  { id: '11111111-0000-4000-8000-000000000000', name: 'Reader' },
  { id: '22222222-0000-4000-8000-000000000000', name: 'Owner' },
];

const scopeArb = fc
  .array(fc.constantFrom('resourceGroups', 'a', 'B'), { maxLength: 3 })
  .map((parts) => [subscription, ...parts].join('/'));
const memberArb = fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 2 });
const commandArb = fc.constantFrom('list', 'show', 'create', 'grant', 'revoke');
const ruleArb: fc.Arbitrary<Rule> = fc.record(
  {
    name: fc.uuid(),
    commands: fc.uniqueArray(commandArb, { minLength: 1, maxLength: 3 }),
    who: memberArb,
    scopes: fc.array(scopeArb, { minLength: 1, maxLength: 2 }),
    roles: fc.constantFrom(['reader'], ['owner'], [roles[1]?.id ?? '']),
    deny: fc.constant('no'),
    approvals: fc.array(fc.record({ count: fc.integer({ min: 1, max: 3 }), by: memberArb }), {
      minLength: 1,
      maxLength: 3,
    }),
    maxDurationMs: fc.constantFrom(10, 20),
    expireAfterMs: fc.constantFrom(10, 20),
  },
  { requiredKeys: ['name', 'commands', 'who'] },
);
const policyArb: fc.Arbitrary<Policy> = fc.record({
  groups: fc.record({
    g1: fc.subarray(people.map(({ email = '' }) => email)),
    g2: fc.subarray(people.map(({ email = '' }) => email)),
  }),
  version: fc.constant('test'),
  channels: fc.constant([]),
  rules: fc.array(ruleArb, { maxLength: 6 }),
});
const effectArb: fc.Arbitrary<Effect> = fc
  .record(
    {
      command: commandArb,
      via: fc.constant('create'),
      scope: scopeArb,
      role: fc.constantFrom(...roles),
      durationMs: fc.constantFrom(5, 15, 25),
    },
    { requiredKeys: ['command', 'scope'] },
  )
  .map((effect) => effect as Effect);
const effectsArb = fc.array(effectArb, { minLength: 1, maxLength: 3 });

/** What the facts say, with some of it forgotten. */
function forgetting(facts: PolicyFacts, kept: readonly boolean[]): PolicyFacts {
  let index = 0;
  const isKept = () => kept[index++ % kept.length] === true;
  return {
    ...facts,
    memberships: new Map(
      [...(facts.memberships ?? [])].map(([key, known]) => [key, new Map([...known].filter(() => isKept()))]),
    ),
  };
}

/** The sources of a bot in which every role permits to look. */
const sources = {
  ...addressFacts,
  rolePermissions: async () => new Map(roles.map(({ id }) => [id, [permissionSet({ actions: ['*/read'] })]])),
};

describe('the judgement', () => {
  it('is the same at the request and at the click, whoever clicks and whatever is gathered about them', async () => {
    await fc.assert(
      fc.asyncProperty(policyArb, effectsArb, peopleSome(), async (policy, effects, others) => {
        const subject = { who: alex, effects };
        const asked = judge(policy, await gatherFacts(policy, subject, sources), subject);
        const requirements = asked.kind === 'allowed' ? asked.requirements : [];
        const also = { people: others, requirements, names: allNames(policy) };
        const clicked = judge(policy, await gatherFacts(policy, subject, sources, also), subject);
        expect(clicked).toEqual(asked);
      }),
      { numRuns: 1_000 },
    );
  });

  it('never allows more for a deny that is added anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(policyArb, ruleArb, fc.nat(), effectsArb, async (policy, extra, at, effects) => {
        const subject = { who: alex, effects };
        const place = at % (policy.rules.length + 1);
        const { approvals: _none, ...rest } = extra;
        const stricter = { ...policy, rules: policy.rules.toSpliced(place, 0, { ...rest, deny: 'no' }) };
        const before = judge(policy, await gatherFacts(policy, subject, sources), subject);
        const after = judge(stricter, await gatherFacts(stricter, subject, sources), subject);
        if (after.kind === 'allowed') expect(after).toEqual(before);
      }),
      { numRuns: 1_000 },
    );
  });

  it('never allows more for facts that are missing: it is refused, or nothing depended on them', async () => {
    let refusals = 0;
    await fc.assert(
      fc.asyncProperty(
        policyArb,
        effectsArb,
        fc.array(fc.boolean(), { minLength: 1 }),
        async (policy, effects, kept) => {
          const subject = { who: alex, effects };
          const facts = await gatherFacts(policy, subject, sources);
          for (const less of [forgetting(facts, kept), {}]) {
            const verdict = judge(policy, less, subject);
            if (verdict.kind === 'allowed') expect(verdict).toEqual(judge(policy, facts, subject));
            else if (verdict.why === 'unknown') refusals++;
            for (const command of ['list', 'grant']) {
              if (mightUse(policy, less, alex, command)) expect(mightUse(policy, facts, alex, command)).toBe(true);
              const isNamed = (given: PolicyFacts) => mightUseOn(policy, given, alex, command, subscription);
              if (isNamed(less)) expect(isNamed(facts)).toBe(true);
            }
          }
        },
      ),
      { numRuns: 1_000 },
    );
    expect(refusals).toBeGreaterThan(0);
  });

  it('takes an unknown deny for a deny, and passes over no stricter rule that may apply', () => {
    const rule = (more: Partial<Rule>): Rule => ({ name: 'r', commands: ['create'], who: ['anyone'], ...more });
    const policy = (rules: readonly Rule[]): Policy => ({ version: 'test', groups: {}, channels: [], rules });
    const subject = { who: alex, effects: [{ command: 'create', scope: subscription }] };
    const open = rule({ name: 'open' });
    for (const strict of [
      rule({ name: 'strict', who: ['g1'], approvals: [{ count: 2, by: ['g2'] }] }),
      rule({ name: 'strict', who: ['g1'], deny: 'No.' }),
    ]) {
      expect(judge(policy([strict, open]), {}, subject)).toMatchObject({
        kind: 'refused',
        why: 'unknown',
        rule: 'strict',
        reason: expect.stringContaining('cannot be evaluated'),
      });
      const known = { memberships: new Map([[alex.key, new Map([['g1', false]])]]) };
      expect(judge(policy([strict, open]), known, subject)).toMatchObject({ kind: 'allowed', rules: ['open'] });
    }
  });
});

function peopleSome() {
  return fc.subarray([...people]);
}
