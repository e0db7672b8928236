// What must hold of requests and grants whatever happens, looked at after every step of a random life. Violations are collected where
// they happen: what is thrown in the middle of a run would be taken for trouble of the run.

import type { AuditEntry } from '../../src/core/model/audit.ts';
import { canonicalJson } from '../../src/core/model/plan.ts';
import type { Request } from '../../src/core/model/request.ts';
import { approvalsOf, hour, type PolicyName, people, type World } from './core-world.ts';
import type { Effect } from './memory-azure.ts';
import { stillGiven } from './memory-sharing.ts';
import { runningAbout } from './memory-store.ts';

/** Every way from one state to the next. */
const moves = new Set(
  `draft>pending draft>approved draft>cancelled draft>expired pending>pending pending>approved pending>denied
  pending>cancelled pending>expired approved>executing approved>pending approved>draft approved>failed approved>approved
  executing>executing executing>succeeded executing>failed succeeded>succeeded failed>approved failed>failed failed>pending
  failed>denied failed>cancelled failed>expired denied>denied cancelled>cancelled expired>expired`.split(/\s+/),
);

export type Watch = ReturnType<typeof watch>;

export function watch(world: World) {
  const { store, azure } = world;
  const violations: string[] = [];
  const stories = new Map<string, readonly AuditEntry[]>();
  /** What somebody else took away or put in its place: it may be made again, and is nobody's half-done work any more. */
  const removed: string[] = [];
  /** Jobs that were lost on purpose. */
  const lost = new Set<string>();
  const latest = new Map<string, Request>();
  /** Those that have changed since their story was looked at. */
  const changed = new Set<string>();
  let policy: PolicyName = 'one';
  let seen = 0;

  const must = (holds: boolean, what: string) => {
    if (!holds) violations.push(what);
  };

  function catchUp(): void {
    for (const { before, after } of store.made.slice(seen)) {
      latest.set(after.id, after);
      changed.add(after.id);
      if (!before) continue;
      must(moves.has(`${before.state}>${after.state}`), `${after.id} went from ${before.state} to ${after.state}`);
      must(after.version === before.version + 1, `${after.id} skipped a version`);
      before.operations.forEach((record, index) => {
        const now = after.operations[index];
        // That Azure lists it is added later.
        const same = now && record.listedAt === undefined ? { ...now, listedAt: undefined } : now;
        const isKept = record.state !== 'done' || canonicalJson(same) === canonicalJson(record);
        must(isKept, `${after.id}: what was done as operation ${index} is no longer on record`);
      });
      for (const grant of before.grants) {
        const now = after.grants.find(({ id }) => id === grant.id);
        const isKept = grant.state === 'active' ? now !== undefined : now?.state === 'ended';
        must(isKept, `the grant ${grant.id} was ${grant.state} and is ${now?.state}`);
      }
    }
    seen = store.made.length;
  }

  /** At the moment that Azure is changed: it is on record, and those whom the policy asks for have approved it. */
  azure.onEffect((effect) => {
    catchUp();
    const { operation, marker, isResumed, outcome, subject } = effect;
    const request = latest.get(marker);
    const what = `${marker}: ${operation.kind}`;
    must(outcome !== 'updated', `${what} changed what somebody else had made`);
    const before = azure.effects.filter(
      (one) => one.subject === subject && one.marker === marker && isMade(one),
    ).length;
    // One that another request has removed, while nobody knew yet that it was there, may be given again as well.
    const takenBack = azure.effects.filter((one) => one.subject === subject && one.outcome === 'deleted');
    const again = removed.filter((one) => one === subject).length + takenBack.length;
    if (isMade(effect)) must(before <= again, `${what} was done twice`);
    const grant = request?.grants.find(
      ({ state, end }) => state === 'active' && canonicalJson(end.operation) === canonicalJson(operation),
    );
    if (grant) {
      must(grant.end.state === 'started', `${what} was not written down before it was sent`);
      must(Date.parse(grant.endsAt) <= world.clock.now().getTime() + 1_000, `${grant.id} was ended before its time`);
      const still = stillGiven(latest.values(), grant, world.clock.now());
      must(still.length === 0, `${grant.id} took away what ${still.join(', ')} gives`);
      return;
    }
    const running = request && runningAbout(latest.values(), request);
    must(running === undefined, `${what} while ${running} runs about the same identity`);
    const record = request?.operations.find((one) => canonicalJson(one.operation) === canonicalJson(operation));
    must(request?.state === 'executing', `${what} in the state ${request?.state}`);
    must(record?.state === 'started', `${what} was not written down before it was sent`);
    if (isResumed || !request) return;
    const approvers = new Set(
      request.decisions
        .filter(
          (one) => one.verdict === 'approve' && one.digest === request.digest && one.revision === request.revision,
        )
        .map(({ by }) => by.key),
    );
    for (const who of [people.alex, people.lynne]) approvers.delete(who.key);
    for (const key of world.left) approvers.delete(key);
    must(!world.left.has(people.alex.key), `${what} for one who has left`);
    const approvedMs = Date.parse(request.approvedAt ?? '');
    const isOver = approvalsOf[policy] > 0 && approvedMs + 24 * hour <= world.clock.now().getTime();
    must(!isOver, `${what} by an approval of ${request.approvedAt}`);
    must(approvers.size >= approvalsOf[policy], `${what} with ${approvers.size} approvals, under “${policy}”`);
  });

  /** What was made is done or being done on record, unless somebody else has had a hand in it. */
  function lookForHalfDone(effect: Effect): void {
    const { operation, marker, subject } = effect;
    const isTakenBack = azure.effects.some((one) => one.subject === subject && one.outcome === 'deleted');
    if (!isMade(effect) || isTakenBack || removed.includes(subject)) return;
    const record = latest
      .get(marker)
      ?.operations.find((one) => canonicalJson(one.operation) === canonicalJson(operation));
    const isTold = record?.state === 'started' || record?.state === 'done';
    must(isTold, `${marker}: ${operation.kind} stands in Azure, and its record says ${record?.state}`);
  }

  /** What ran without approval is due for review, and never by who asked for it. */
  function lookForReviews({ id, state, reviews = [], operations }: Request): void {
    const hasChanged = operations.some((record) => record.state === 'done');
    for (const { dueAt, done } of reviews) {
      must(done?.by.key !== people.alex.key, `${id} was reviewed by who asked for it`);
      must(done?.by.key !== people.lynne.key, `${id} was reviewed by a stranger`);
      if (state === 'succeeded' && hasChanged) must(dueAt !== undefined, `${id} ran and is due for no review`);
    }
  }

  /** What comes by itself has its job. */
  function lookForJobs(request: Request): void {
    const { id, state, grants } = request;
    const has = (key: string) => must(store.jobs.has(key) || lost.has(key), `${id} is ${state} and has no job ${key}`);
    if (state === 'approved' || state === 'executing') has(`execute ${id}`);
    if (/draft|pending|failed/.test(state)) has(`expire ${id}`);
    for (const grant of grants) if (grant.state === 'active') has(`end-grant ${grant.id}`);
  }

  async function lookAtStories(): Promise<void> {
    for (const id of changed) {
      const before = stories.get(id) ?? [];
      const now = await store.audit.of(id);
      const isGrown = canonicalJson(now.slice(0, before.length)) === canonicalJson(before);
      must(isGrown, `the audit of ${id} was changed`);
      stories.set(id, now);
    }
    changed.clear();
  }

  const fail = () => {
    if (violations.length > 0) throw new Error(violations.join('\n'));
  };

  return {
    removed,
    lost,
    get policy() {
      return policy;
    },
    set policy(name) {
      policy = name;
    },
    /** After a step. A process that died in it is started again. Throws with all that does not hold. */
    async check(): Promise<void> {
      if (world.crash.isDown) world.crash.restart();
      catchUp();
      for (const effect of azure.effects) lookForHalfDone(effect);
      for (const request of latest.values()) {
        lookForJobs(request);
        lookForReviews(request);
      }
      await lookAtStories();
      fail();
    },
    /** When all trouble is over, and time and jobs have done what they do. */
    async checkEnd(): Promise<void> {
      azure.mend();
      world.crash.restart();
      for (let round = 0; round < 20; round += 1) {
        world.pass(3 * hour);
        await world.reconcile();
        await world.runDue();
      }
      for (const id of latest.keys()) changed.add(id);
      await this.check();
      for (const { id, state, grants, operations } of latest.values()) {
        must(!/draft|pending|approved|executing|failed/.test(state), `${id} is ${state} for ever`);
        for (const grant of grants) must(grant.state === 'ended', `${grant.id} is active for ever`);
        for (const { operation, durationMs } of operations) {
          if (durationMs === undefined || operation.kind !== 'role-assignment.create') continue;
          const left = [...azure.assignments.values()].filter(({ description }) => description?.endsWith(id));
          const isPermanent = grants.some(({ ending }) => ending?.how === 'permanent');
          must(left.length === 0 || isPermanent, `${id} gave a role for a time, and it is still there`);
        }
      }
      fail();
    },
  };
}

function isMade({ outcome }: Effect): boolean {
  return outcome === 'created' || outcome === 'updated';
}
