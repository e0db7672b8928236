// Who must approve, by an oracle that is written apart: it tries every way of laying people out over the stages, while the fold
// looks for augmenting paths.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  approvalsNeeded,
  approverNames,
  canBeMet,
  isMet,
  mayDecide,
  stageWords,
  stillNeeded,
} from '../../src/core/approvals/requirements.ts';
import type { Person } from '../../src/core/model/person.ts';
import type { PolicyFacts } from '../../src/core/model/policy.ts';
import type { Requirement, Stage } from '../../src/core/model/requirement.ts';

const people: readonly Person[] = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => ({
  key: `mail:${name}@x.y`,
  name,
  email: `${name}@x.y`,
}));
const groups = ['g1', 'g2', 'g3'] as const;
type Belonging = Readonly<Record<(typeof groups)[number], readonly boolean[]>>;

function factsOf(belonging: Belonging): PolicyFacts {
  return {
    memberships: new Map(
      people.map(({ key }, index) => [key, new Map(groups.map((group) => [group, belonging[group][index] === true]))]),
    ),
    rosters: new Map(groups.map((group) => [group, people.filter((_one, index) => belonging[group][index] === true)])),
  };
}

const flags = fc.array(fc.boolean(), { minLength: 6, maxLength: 6 });
const belongingArb: fc.Arbitrary<Belonging> = fc.record({ g1: flags, g2: flags, g3: flags });
const stageArb: fc.Arbitrary<Stage> = fc.record({
  count: fc.integer({ min: 1, max: 2 }),
  by: fc.uniqueArray(fc.constantFrom(...groups, 'anyone'), { minLength: 1, maxLength: 2 }),
});
const requirementArb = (most: number): fc.Arbitrary<Requirement> =>
  fc.record({ rule: fc.constant('r'), stages: fc.array(stageArb, { minLength: 1, maxLength: most }) });
const peopleArb = fc.shuffledSubarray([...people]);

/** The oracle. Gives each place in turn to anybody left who may fill it, and tries all. */
function canFill(stages: readonly Stage[], left: readonly Person[], belonging: Belonging): boolean {
  const [first, ...rest] = stages;
  if (!first) return true;
  const after = first.count > 1 ? [{ ...first, count: first.count - 1 }, ...rest] : rest;
  return left.some((one) => {
    const isIn = first.by.some(
      (name) => name === 'anyone' || belonging[name as keyof Belonging][people.indexOf(one)] === true,
    );
    const others = left.filter((other) => other !== one);
    return isIn && canFill(after, others, belonging);
  });
}

describe('stages', () => {
  it('are met where some way of laying the approvals out fills every place, one person in one place', () => {
    fc.assert(
      fc.property(
        belongingArb,
        requirementArb(3),
        peopleArb,
        fc.constantFrom(...people),
        (belonging, requirement, approvers, requester) => {
          const others = approvers.filter((one) => one !== requester);
          expect(isMet(factsOf(belonging), requester, requirement, [...approvers, ...approvers])).toBe(
            canFill(requirement.stages, others, belonging),
          );
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('of one stage: as many of those named as it says, as it was before there were stages', () => {
    fc.assert(
      fc.property(
        belongingArb,
        requirementArb(1),
        peopleArb,
        fc.constantFrom(...people),
        (belonging, one, yeses, who) => {
          const [{ count, by } = { count: 0, by: [] }] = one.stages;
          const isNamed = (person: Person) =>
            by.some((name) => name === 'anyone' || belonging[name as keyof Belonging][people.indexOf(person)] === true);
          const facts = factsOf(belonging);
          const counted = yeses.filter((person) => person !== who && isNamed(person)).length;
          expect(isMet(facts, who, one, yeses)).toBe(counted >= count);
          for (const person of people) {
            const isFree = person !== who && isNamed(person);
            expect(mayDecide(facts, who, person, [one]).may).toBe(isFree);
            expect(mayDecide(facts, who, person, [one], yeses).may).toBe(isFree);
          }
          expect(approvalsNeeded([one])).toBe(count);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('never come to a dead end: what can be met at all is met by whoever may decide, in any order', () => {
    fc.assert(
      fc.property(
        belongingArb,
        fc.array(requirementArb(3), { minLength: 1, maxLength: 2 }),
        fc.constantFrom(...people),
        peopleArb.filter((some) => some.length === people.length),
        (belonging, requirements, requester, order) => {
          const facts = factsOf(belonging);
          fc.pre(requirements.every(({ stages }) => stages.every(({ by }) => !by.includes('anyone'))));
          const couldBe = requirements.every((one) => canBeMet(facts, requester, one));
          const isDone = (approvers: readonly Person[]) =>
            requirements.every((one) => isMet(facts, requester, one, approvers));
          const given: Person[] = [];
          for (;;) {
            const next = order.find(
              (one) => !given.includes(one) && mayDecide(facts, requester, one, requirements, given).may,
            );
            if (isDone(given) || !next) break;
            given.push(next);
          }
          expect(isDone(given)).toBe(couldBe);
          expect(stillNeeded(facts, requester, requirements, given).length === 0).toBe(isDone(given));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('that name people nobody knows of cannot be met, and nobody unknown may decide', () => {
    fc.assert(
      fc.property(belongingArb, requirementArb(3), fc.constantFrom(...people), (belonging, requirement, requester) => {
        const facts = factsOf(belonging);
        const isOpen = requirement.stages.some(({ by }) => by.includes('anyone'));
        if (!isOpen) expect(canBeMet({}, requester, requirement)).toBe(false);
        for (const person of people) {
          if (mayDecide({}, requester, person, [requirement]).may) {
            expect(mayDecide(facts, requester, person, [requirement]).may).toBe(true);
          }
        }
        if (isMet({}, requester, requirement, people)) {
          expect(isMet(facts, requester, requirement, people)).toBe(true);
        }
      }),
    );
  });

  const [alex, megan, adele, nestor] = people as [Person, Person, Person, Person];
  const inTwo = factsOf({
    g1: [false, true, true],
    g2: [false, false, true, true],
    g3: [],
  });
  const two: Requirement = {
    rule: 'production',
    stages: [
      { count: 1, by: ['g1'] },
      { count: 1, by: ['g2'] },
    ],
  };

  it('come in their order: the second waits for the first, and says for whom', () => {
    expect(mayDecide(inTwo, alex, nestor, [two], [])).toEqual({
      may: false,
      reason: 'It is not your turn yet: g1 must approve first.',
    });
    expect(mayDecide(inTwo, alex, nestor, [two]).may).toBe(true);
    expect(mayDecide(inTwo, alex, nestor, [two], [megan]).may).toBe(true);
    expect(stillNeeded(inTwo, alex, [two], [])).toEqual([{ count: 1, by: ['g1'] }]);
    expect(stillNeeded(inTwo, alex, [two], [megan])).toEqual([{ count: 1, by: ['g2'] }]);
    expect(isMet(inTwo, alex, two, [megan, nestor])).toBe(true);
  });

  it('do not count a person of two stages twice, and do not hold it against whoever came first', () => {
    expect(isMet(inTwo, alex, two, [adele])).toBe(false);
    // Adele stood for the first stage; now that Megan does, she stands for the second.
    expect(mayDecide(inTwo, alex, megan, [two], [adele]).may).toBe(true);
    expect(isMet(inTwo, alex, two, [adele, megan])).toBe(true);
  });

  it('are told in the policy’s own names', () => {
    expect(approverNames([two, two])).toBe('g1 or g2');
    expect(approvalsNeeded([two])).toBe(2);
    expect(approvalsNeeded([])).toBe(0);
    expect(stageWords(two.stages)).toBe('1 of g1, then 1 of g2');
  });
});
