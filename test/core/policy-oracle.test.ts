// The judgement over random policies, people, roles and scopes: by an oracle that is written apart, place by place.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge, mightUse, mightUseOn } from '../../src/core/approvals/policy.ts';
import { isMet, mayDecide } from '../../src/core/approvals/requirements.ts';
import type { Verdict } from '../../src/core/approvals/verdict.ts';
import { permitsSome } from '../../src/core/model/permission.ts';
import type { PolicyFacts, Rule } from '../../src/core/model/policy.ts';
import { factsOf, forgetting, people, places, questionArb, ruleArb } from '../support/policy-cases.ts';
import { isApprovedByHand, judgeByHand, type Question } from '../support/policy-oracle.ts';

const verdictOf = (question: Question, facts: PolicyFacts = factsOf(question)) =>
  judge(question.policy, facts, { ...question, at: question.now });
const withRules = (question: Question, rules: readonly Rule[]): Question => ({
  ...question,
  policy: { ...question.policy, rules },
});

/** Whether some rule asks for patterns of which nobody can say whether the role leaves one. */
const isUnsure = ({ policy, world, effects }: Question) =>
  policy.rules.some(({ permits = [] }) =>
    permits.some((pattern) =>
      effects.some(({ role }) => role && permitsSome(world.roles.get(role.id) ?? [], pattern) === 'maybe'),
    ),
  );

/** Whether the second asks for no less than the first. */
function isNoLaxer(before: Verdict, after: Verdict): boolean {
  if (after.kind === 'refused') return true;
  if (before.kind === 'refused') return false;
  const placesIn = (verdict: typeof before) =>
    Math.max(0, ...verdict.requirements.map(({ stages }) => stages.reduce((sum, { count }) => sum + count, 0)));
  const most = (verdict: typeof before) => verdict.maxDurationMs ?? Infinity;
  return placesIn(after) >= placesIn(before) && most(after) <= most(before);
}

describe('the judgement', () => {
  it('is that of the oracle: the same rules decide, or it is refused by both', () => {
    let [allowed, refused] = [0, 0];
    fc.assert(
      fc.property(questionArb(false), (question) => {
        fc.pre(!isUnsure(question));
        const verdict = verdictOf(question);
        const byHand = judgeByHand(question);
        expect(verdict.kind === 'allowed' ? new Set(verdict.rules) : undefined).toEqual(byHand);
        if (byHand) allowed++;
        else refused++;
      }),
      { numRuns: 5_000 },
    );
    expect(Math.min(allowed, refused)).toBeGreaterThan(300);
  });

  it('allows nothing that the oracle refuses, and lets no rule out that decides somewhere: with tags, and with facts missing', () => {
    let [allowed, byTags] = [0, 0];
    fc.assert(
      fc.property(questionArb(true), fc.array(fc.boolean(), { minLength: 1 }), (question, kept) => {
        const facts = factsOf(question);
        const byHand = judgeByHand(question);
        for (const known of [facts, forgetting(facts, kept), {}]) {
          const verdict = verdictOf(question, known);
          if (verdict.kind === 'refused') continue;
          allowed++;
          if (question.policy.rules.some(({ name, tags }) => tags && verdict.rules.includes(name))) byTags++;
          expect(byHand).toBeDefined();
          for (const name of byHand ?? []) expect(verdict.rules).toContain(name);
        }
      }),
      { numRuns: 5_000 },
    );
    expect(Math.min(allowed, byTags)).toBeGreaterThan(50);
  });

  it('is the same when it is asked and when it is clicked, whoever else was looked up', () => {
    fc.assert(
      fc.property(questionArb(true), fc.subarray(people), (question, others) => {
        const asked = verdictOf(question, factsOf(question, [question.who]));
        expect(verdictOf(question, factsOf(question, [question.who, ...others]))).toEqual(asked);
        expect(verdictOf(question)).toEqual(asked);
      }),
      { numRuns: 1_000 },
    );
  });

  it('never allows more for a deny that is added anywhere', () => {
    fc.assert(
      fc.property(questionArb(true), ruleArb, fc.nat(), (question, extra, at) => {
        const { rules } = question.policy;
        const denying = rules.toSpliced(at % (rules.length + 1), 0, { ...extra, deny: 'no' });
        const after = verdictOf(withRules(question, denying));
        if (after.kind === 'allowed') expect(after).toEqual(verdictOf(question));
      }),
      { numRuns: 2_500 },
    );
  });

  it('never allows more for a rule that is made stricter, nor for a stricter one for a part of it', () => {
    const needs: readonly Partial<Rule>[] = [
      { maxDurationMs: 5 },
      { requesterNeeds: 'azure-rbac' },
      { approvals: Array.from({ length: 5 }, () => ({ count: 1, by: ['g1'] })) },
      { reason: { source: 'never', isIn: () => false } },
    ];
    fc.assert(
      fc.property(
        questionArb(true),
        fc.nat(),
        fc.constantFrom(...needs),
        fc.constantFrom(...places),
        (question, at, more, scope) => {
          const { rules } = question.policy;
          const index = at % Math.max(1, rules.length);
          const rule = rules[index];
          if (!rule) return;
          const before = verdictOf(question);
          const stricter = { ...rule, ...more };
          expect(isNoLaxer(before, verdictOf(withRules(question, rules.with(index, stricter))))).toBe(true);
          // What lies outside the rule's own scopes would be decided by it for the first time.
          if (rule.scopes) return;
          const part = { ...stricter, name: 'a part', scopes: [scope] };
          expect(isNoLaxer(before, verdictOf(withRules(question, rules.toSpliced(index, 0, part))))).toBe(true);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('shows nobody a name by a command that no rule may allow them there', () => {
    fc.assert(
      fc.property(questionArb(true), (question) => {
        const { policy, who } = question;
        const facts = factsOf(question);
        for (const effect of question.effects.filter(({ role, tags }) => !role && !tags)) {
          if (judgeByHand({ ...question, effects: [effect] }) === undefined) continue;
          expect(mightUse(policy, facts, who, effect.command)).toBe(true);
          if (mightUseOn(policy, {}, who, effect.command, effect.scope)) {
            expect(mightUseOn(policy, facts, who, effect.command, effect.scope)).toBe(true);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('approval', () => {
  it('is complete only by people who have the right, each in one place, never by the requester', () => {
    let [complete, byAzure] = [0, 0];
    fc.assert(
      fc.property(questionArb(true), fc.shuffledSubarray(people, { minLength: 4 }), (question, order) => {
        const facts = factsOf(question);
        const verdict = verdictOf(question);
        if (verdict.kind === 'refused') return;
        const { requirements } = verdict;
        const given = order.filter(
          (one, index) => mayDecide(facts, question.who, one, requirements, order.slice(0, index)).may,
        );
        for (const requirement of requirements) {
          const isDone = isMet(facts, question.who, requirement, given);
          expect(isDone).toBe(isApprovedByHand(question, requirement, given));
          expect(isMet({}, question.who, requirement, given) && !isDone).toBe(false);
          if (isDone) complete++;
          if (isDone && requirement.rights) byAzure++;
        }
      }),
      { numRuns: 3_000 },
    );
    expect(Math.min(complete, byAzure)).toBeGreaterThan(20);
  });
});
