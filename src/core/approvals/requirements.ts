// Evaluates required approvals. A requirement has ordered stages, and one person counts in one stage only: approvals
// are matched to the stages so that they fill as many places as possible, in whatever order they came.

import { type Person, samePerson } from '../model/person.ts';
import type { Member, PolicyFacts } from '../model/policy.ts';
import type { Requirement, Stage } from '../model/requirement.ts';
import { isMember, peopleOf } from './members.ts';

/**
 * How many places of the stages these people can fill, each person one place. `isFor` says whether a person may fill a place of a
 * stage. Kuhn's augmenting paths: the most that any way of laying them out could fill.
 */
function filled(stages: readonly Stage[], people: readonly Person[], isFor: (person: Person, stage: Stage) => boolean) {
  const places = stages.flatMap((stage) => Array.from({ length: stage.count }, () => stage));
  const holders: (Person | undefined)[] = places.map(() => undefined);
  const seat = (person: Person, tried: Set<number>): boolean =>
    places.some((stage, index) => {
      if (tried.has(index) || !isFor(person, stage)) return false;
      tried.add(index);
      const holder = holders[index];
      if (holder !== undefined && !seat(holder, tried)) return false;
      holders[index] = person;
      return true;
    });
  for (const person of people) seat(person, new Set());
  return holders.filter((holder) => holder !== undefined).length;
}

const placesOf = (stages: readonly Stage[]) => stages.reduce((sum, { count }) => sum + count, 0);

/** The approvers that count: never the requester, and nobody twice. */
function counted(requester: Person, approvers: readonly Person[]): readonly Person[] {
  const others = approvers.filter((one) => !samePerson(one, requester));
  return others.filter((one, index) => others.findIndex((other) => samePerson(one, other)) === index);
}

/** The first stage that the approvals do not fill, as an index and with how many it lacks. Undefined: the requirement is met. */
function openStage(
  facts: PolicyFacts,
  requester: Person,
  { stages, rights }: Requirement,
  approvers: readonly Person[],
): { index: number; stage: Stage; missing: number } | undefined {
  const people = counted(requester, approvers);
  for (const [index, stage] of stages.entries()) {
    const upTo = stages.slice(0, index + 1);
    const missing = placesOf(upTo) - filled(upTo, people, (person, { by }) => isMember(facts, person, by, rights));
    if (missing > 0) return { index, stage, missing };
  }
  return undefined;
}

/** Whether the approvals meet a requirement. */
export function isMet(
  facts: PolicyFacts,
  requester: Person,
  requirement: Requirement,
  approvers: readonly Person[],
): boolean {
  return openStage(facts, requester, requirement, approvers) === undefined;
}

/** Whether enough people other than the requester could approve. Unknown people do not count. */
export function canBeMet(facts: PolicyFacts, requester: Person, { stages, rights }: Requirement): boolean {
  // A stage for anyone can always be met.
  const closed = stages.filter(({ by }) => !by.includes('anyone'));
  const roster = (stage: Stage) => stage.by.flatMap((name) => peopleOf(facts, name, rights));
  const people = counted(requester, closed.flatMap(roster));
  const isFor = (person: Person, stage: Stage) => roster(stage).some((one) => samePerson(one, person));
  return filled(closed, people, isFor) === placesOf(closed);
}

/** Whether a person may decide, and if not, why, as text for them. */
export type MayDecide = { readonly may: true } | { readonly may: false; readonly reason: string };

/**
 * Whether a person may approve or deny a request: never their own, and only where a requirement includes them. With `approvers`, those
 * who have approved so far, only in a stage whose turn has come.
 */
export function mayDecide(
  facts: PolicyFacts,
  requester: Person,
  decider: Person,
  requirements: readonly Requirement[],
  approvers?: readonly Person[],
): MayDecide {
  if (samePerson(requester, decider)) return { may: false, reason: 'You cannot approve your own request.' };
  const naming = requirements.filter(({ stages, rights }) =>
    stages.some(({ by }) => isMember(facts, decider, by, rights)),
  );
  if (naming.length === 0) {
    return {
      may: false,
      reason: `Only ${approverNames(requirements) || 'the policy’s approvers'} can approve or deny this request.`,
    };
  }
  if (approvers === undefined) return { may: true };
  const turns = naming.map((requirement) => {
    const open = openStage(facts, requester, requirement, approvers);
    const due = requirement.stages.slice(0, (open?.index ?? Infinity) + 1);
    return { open, isTheirs: due.some(({ by }) => isMember(facts, decider, by, requirement.rights)) };
  });
  if (turns.some(({ isTheirs }) => isTheirs)) return { may: true };
  const first = turns.flatMap(({ open }) => open?.stage.by ?? []);
  return { may: false, reason: `It is not your turn yet: ${[...new Set(first)].join(' or ')} must approve first.` };
}

/** The approvals still needed: the first incomplete stage of each requirement. None: all are met. */
export function stillNeeded(
  facts: PolicyFacts,
  requester: Person,
  requirements: readonly Requirement[],
  approvers: readonly Person[],
): readonly Stage[] {
  return requirements
    .flatMap((requirement) => openStage(facts, requester, requirement, approvers) ?? [])
    .map(({ stage: { by }, missing }) => ({ count: missing, by }));
}

/**
 * The requirements with the stages whose turn has come once so many have approved: nobody is asked for what they may not do yet. An
 * approval may count for one requirement only, so that a stage of another may be asked a little early, and never too late.
 */
export function dueStages(requirements: readonly Requirement[], given: number): readonly Requirement[] {
  return requirements.map((requirement) => ({
    ...requirement,
    stages: requirement.stages.filter((_stage, index, all) => placesOf(all.slice(0, index)) <= given),
  }));
}

/** All members that the requirements name. */
export function membersAsked(requirements: readonly Requirement[]): readonly Member[] {
  return [...new Set(requirements.flatMap(({ stages }) => stages.flatMap(({ by }) => by)))];
}

/** The approvers as the policy names them: ‘platform or adele@contoso.com’. */
export function approverNames(requirements: readonly Requirement[]): string {
  return membersAsked(requirements).join(' or ');
}

/** The same in the order in which they approve: ‘data, then platform’. */
export function approversInTurn(requirements: readonly Requirement[]): string {
  const each = requirements.map(({ stages }) => stages.map(({ by }) => by.join(' or ')).join(', then '));
  return [...new Set(each)].join(' and by ');
}

/** The least number of approvals that a request needs: that of its largest requirement. */
export function approvalsNeeded(requirements: readonly Requirement[]): number {
  return Math.max(0, ...requirements.map(({ stages }) => placesOf(stages)));
}

/** Stages as text: ‘1 of platform’, ‘1 of platform, then 2 of security’. */
export function stageWords(stages: readonly Stage[]): string {
  return stages.map(({ count, by }) => `${count} of ${by.join(' or ')}`).join(', then ');
}
