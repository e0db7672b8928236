// What can happen to requests and grants, as commands for fast-check. Beside the core stands a simple model of a move: from the state,
// the approvals so far and the policy to what must come of it.

import fc from 'fast-check';
import { Fault } from '../../src/core/errors.ts';
import type { Request } from '../../src/core/model/request.ts';
import { approvalsOf, hour, minute, type PolicyName, people, policyOf, type World } from './core-world.ts';
import { Crash } from './crash-point.ts';
import { extension } from './life-extension.ts';
import type { Watch } from './life-invariants.ts';
import { groupId, identityIdOf, reader, type Trouble, tagger } from './memory-azure.ts';

export interface Life {
  readonly world: World;
  readonly watch: Watch;
  /** Ids of the requests, in the order in which they were made. */
  readonly ids: string[];
}

type Verb = Parameters<World['decide']>[0];
type Name = keyof typeof people;
type Command = fc.AsyncCommand<object, Life>;

/** What must come of a move: the state afterwards, or a fault's code. */
function predict(
  verb: Verb,
  who: Name,
  request: Request,
  policy: PolicyName,
  left: ReadonlySet<string>,
  now: Date,
): string {
  const { state, decisions, digest, revision, requirements, reviews, expiresAt } = request;
  const isRequester = who === 'alex';
  const isApprover = who === 'megan' || who === 'adele' || who === 'nestor';
  if (!isRequester && !(isApprover && (requirements.length > 0 || reviews))) return 'not-found';
  const isWaiting = state === 'draft' || state === 'pending' || state === 'failed';
  if (isWaiting && expiresAt !== undefined && Date.parse(expiresAt) <= now.getTime()) return 'expired';
  const needed = approvalsOf[policy];
  const of = (verdict: 'approve' | 'deny') =>
    new Set(
      decisions
        .filter((one) => one.verdict === verdict && one.digest === digest && one.revision === revision)
        .map(({ by }) => by.name),
    );
  if (verb === 'approve') {
    const yes = of('approve');
    if (state !== 'pending') return yes.has(who) ? state : 'stale';
    if (policy === 'closed') return 'not-allowed';
    if (yes.has(who)) return state;
    if (isRequester || left.has(people.alex.key)) return 'not-allowed';
    const still = [...yes].filter((name) => !left.has(people[name as Name].key)).length;
    return still + 1 >= needed ? 'approved' : 'pending';
  }
  if (verb === 'deny') {
    if (state === 'denied' && of('deny').has(who)) return state;
    if (state !== 'pending' && state !== 'failed') return 'stale';
    // Nobody was asked, so nobody can say no.
    if (requirements.length === 0) return 'not-allowed';
    return isRequester ? 'not-allowed' : 'denied';
  }
  if (!isRequester) return 'not-allowed';
  if (verb === 'cancel') return isWaiting || state === 'cancelled' ? 'cancelled' : 'stale';
  if (verb === 'retry') {
    if (/approved|executing/.test(state)) return state;
    if (state !== 'failed') return 'stale';
    if (policy === 'closed' || left.has(people.alex.key)) return 'not-allowed';
    const still = [...of('approve')].filter((name) => !left.has(people[name as Name].key)).length;
    const isOver = needed > 0 && Date.parse(request.approvedAt ?? '') + 24 * hour <= now.getTime();
    return still >= needed && !isOver ? 'approved' : 'pending';
  }
  if (!/draft|expired|cancelled/.test(state)) return state;
  if (policy === 'closed') return 'not-allowed';
  return state !== 'draft' ? 'stale' : needed === 0 ? 'approved' : 'pending';
}

/** A command by what it does. `check` after it is not its own: the invariants are. */
function command(name: string, run: (life: Life) => Promise<void>): Command {
  return {
    check: () => true,
    async run(_model, life) {
      await run(life);
      await life.watch.check();
    },
    toString: () => name,
  };
}

const pick = <T>(items: readonly T[], nth: number): T | undefined => items[nth % Math.max(1, items.length)];
/** What a person meets as an answer. */
const isAnswer = (error: unknown) => error instanceof Fault || error instanceof Crash;

const asks: Readonly<Record<string, (world: World) => readonly [string, Readonly<Record<string, unknown>>]>> = {
  'role for a time': (world) => ['grant', world.role('uami-a', hour)],
  'another role for a time': (world) => ['grant', world.role('uami-a', 3 * hour, tagger.id)],
  'role for good': (world) => ['grant', world.role('uami-a')],
  'identity with a role for a time': (world) => {
    const role = { id: reader.id, scope: groupId };
    return ['create', world.identity('uami-new', { role, durationMs: 2 * hour })];
  },
  'more time': (world) => extension(world, 2 * hour),
  'no end': (world) => extension(world),
  'no role': (world) => ['revoke', world.role('uami-a')],
};

const ask = (what: string, as: 'draft' | 'submitted') =>
  command(`ask for ${what}, ${as}`, async ({ world, ids }) => {
    if (ids.length >= 4) return;
    const [name, args] = asks[what]?.(world) ?? [];
    if (!name || !args) return;
    await world.ask(name, args, as).catch((error: unknown) => {
      if (!isAnswer(error)) throw error;
    });
    ids.splice(0, Infinity, ...new Set(world.store.made.map(({ after }) => after.id)));
  });

const decide = (verb: Verb, who: Name, nth: number) =>
  command(`${who}: ${verb} ${nth}`, async ({ world, watch, ids }) => {
    const id = pick(ids, nth);
    if (id === undefined) return;
    const before = await world.get(id);
    const isUnread = world.azure.isUnread();
    const expected = predict(verb, who, before, watch.policy, world.left, world.clock.now());
    const come = await world.decide(verb, id, people[who], { comment: 'c' }).then(
      ({ state }) => state,
      (error: unknown) => {
        if (!isAnswer(error)) throw error;
        return error instanceof Fault ? error.code : 'crash';
      },
    );
    const { state } = world.store.made.findLast(({ after }) => after.id === id)?.after ?? before;
    const isRefused = /^(not-|stale)/.test(expected);
    // What a role permits is a fact of the policy: where it cannot be read, nobody may.
    if (isUnread && come === 'not-allowed' && state === before.state) return;
    const holds = come === 'crash' ? state === before.state || state === expected : come === expected;
    if (holds && !(isRefused && state !== before.state)) return;
    throw new Error(
      `${verb} by ${who} in ${before.state} under ${watch.policy}: ${come}, not ${expected}; then ${state}`,
    );
  });

const review = (verb: 'review' | 'end', who: Name, nth: number) =>
  command(`${who}: ${verb} ${nth}`, async ({ world, ids }) => {
    const id = pick(ids, nth);
    if (id === undefined) return;
    await world.review(verb, id, people[who]).catch((error: unknown) => {
      if (!isAnswer(error)) throw error;
    });
  });

const outside: Readonly<Record<string, (life: Life) => void>> = {
  'removes all assignments': ({ world, watch }) => {
    watch.removed.push(...world.azure.assignments.keys());
    world.azure.assignments.clear();
  },
  'creates uami-a anew': ({ world, watch }) => {
    watch.removed.push(identityIdOf('uami-a').toLowerCase());
    world.azure.addIdentity('uami-a');
  },
  'creates uami-new': ({ world, watch }) => {
    watch.removed.push(identityIdOf('uami-new').toLowerCase());
    world.azure.addIdentity('uami-new', { owner: 'other' });
  },
  'gives the role by hand': ({ world: { azure } }) => {
    const found = azure.identities.get(identityIdOf('uami-a').toLowerCase());
    if (!found) return;
    const what = { scope: groupId, roleDefinitionId: reader.id, principalId: found.principalId };
    const isHeld = [...azure.assignments.values()].some(
      (one) => one.roleDefinitionId === what.roleDefinitionId && one.principalId === what.principalId,
    );
    if (!isHeld) azure.assignments.set('/by-hand', { id: '/by-hand', ...what });
  },
};

const runDue = () => command('all due jobs', ({ world }) => world.runDue());

const anyOf = <T>(...items: readonly T[]) => fc.constantFrom(...items);
const nth = fc.nat({ max: 3 });
const troubles: readonly Trouble[] = ['refused', 'busy', 'lost-before', 'lost-after', 'blind', 'away'];

/** Commands, those that bring a request forward more often than those that disturb it. */
export const lifeCommands = fc.commands<object, Life, false>(
  [
    fc
      .tuple(anyOf(...Object.keys(asks)), anyOf<'draft' | 'submitted'>('draft', 'submitted', 'submitted'))
      .map((of) => ask(...of)),
    fc
      .tuple(
        anyOf<Verb>('approve', 'approve', 'submit', 'deny', 'cancel', 'retry'),
        anyOf<Name>('alex', 'megan', 'adele', 'lynne'),
        nth,
      )
      .map((of) => decide(...of)),
    fc.tuple(anyOf<Name>('megan', 'adele', 'nestor'), nth).map(([who, at]) => decide('approve', who, at)),
    fc.tuple(anyOf<Verb>('submit', 'retry'), nth).map(([verb, at]) => decide(verb, 'alex', at)),
    fc
      .tuple(anyOf<'review' | 'end'>('review', 'end'), anyOf<Name>('alex', 'megan', 'adele', 'lynne'), nth)
      .map((of) => review(...of)),
    fc.constant(0).map(runDue),
    fc.constant(0).map(runDue),
    fc.nat({ max: 5 }).map((at) =>
      command(`due job ${at}`, async ({ world }) => {
        const job = pick(world.dueJobs(), at);
        if (job) await world.runJob(job);
      }),
    ),
    anyOf(minute, 11 * minute, hour, 5 * hour, 25 * hour).map((ms) =>
      command(`${ms / minute} minutes pass`, async ({ world }) => world.pass(ms)),
    ),
    anyOf<PolicyName>('free', 'glass', 'one', 'two', 'closed').map((name) =>
      command(`policy: ${name}`, async ({ world, watch }) => {
        watch.policy = name;
        world.setPolicy(policyOf(name));
      }),
    ),
    fc
      .tuple(anyOf(...troubles), anyOf(1, 2, Infinity))
      .map(([trouble, times]) =>
        command(`Azure: ${trouble} × ${times}`, async ({ world }) => world.azure.fail(trouble, times)),
      ),
    anyOf<Name>('alex', 'megan', 'adele').map((who) =>
      command(`${who} leaves, or is back`, async ({ world: { left } }) => {
        const { key } = people[who];
        if (!left.delete(key)) left.add(key);
      }),
    ),
    fc.constant(0).map(() => command('Azure is mended', async ({ world }) => world.azure.mend())),
    anyOf(...Object.keys(outside)).map((what) => command(`somebody ${what}`, async (life) => outside[what]?.(life))),
    fc
      .tuple(fc.integer({ min: 1, max: 9 }), anyOf<'before' | 'after'>('before', 'after'))
      .map(([at, when]) => command(`dies ${when} write ${at}`, async ({ world }) => world.crash.arm(at, when))),
    nth.map((at) =>
      command(`job ${at} is lost`, async ({ world, watch }) => {
        const key = pick([...world.store.jobs.keys()], at);
        if (key === undefined) return;
        watch.lost.add(key);
        world.store.jobs.delete(key);
      }),
    ),
    fc.constant(0).map(() =>
      command('the second net', async ({ world }) => {
        await world.reconcile().catch((error: unknown) => {
          if (!isAnswer(error)) throw error;
        });
      }),
    ),
  ],
  { maxCommands: 60, size: 'max' },
);
