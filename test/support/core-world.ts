// The core at work on a store and an Azure in memory, with a clock of its own and jobs that are run when the test says so. Only the
// chats are missing: requests are planned and judged as dispatch does it, and decided on as by typed words.

import { draft, draftAndSubmit } from '../../src/core/approvals/approval-transitions.ts';
import type { Click } from '../../src/core/approvals/click.ts';
import { createDecideRequest } from '../../src/core/approvals/decide-request.ts';
import { judge } from '../../src/core/approvals/policy.ts';
import { addressFacts, gatherFacts } from '../../src/core/approvals/policy-facts.ts';
import { createReviewRequest } from '../../src/core/approvals/review-request.ts';
import { reviewsOf } from '../../src/core/approvals/review-transitions.ts';
import { createCommandContext } from '../../src/core/dependencies.ts';
import { Fault } from '../../src/core/errors.ts';
import { createExecuteRequest } from '../../src/core/execution/execute-request.ts';
import { commands } from '../../src/core/grammar/registry.ts';
import type { Person } from '../../src/core/model/person.ts';
import { digestible, type Plan } from '../../src/core/model/plan.ts';
import type { Policy } from '../../src/core/model/policy.ts';
import type { Job, JobKind, Request } from '../../src/core/model/request.ts';
import { ids } from '../../src/ids.ts';
import { createEndGrant } from '../../src/jobs/end-grant.ts';
import { createExpire, createRemind } from '../../src/jobs/expire.ts';
import { RetryLater } from '../../src/jobs/queue.ts';
import { createReconcile } from '../../src/jobs/reconcile.ts';
import { createWatch } from '../../src/jobs/watch.ts';
import { textTools } from '../../src/text-tools.ts';
import { Crash, createCrashPoint } from './crash-point.ts';
import { silent } from './database.ts';
import { createMemoryAzure } from './memory-azure.ts';
import { createMemoryRoles } from './memory-roles.ts';
import { createMemorySignIn } from './memory-sign-in.ts';
import { createMemoryStore } from './memory-store.ts';
import { mayAll } from './own-access.ts';

const person = (name: string): Person => ({ key: `mail:${name}@x.y`, name, email: `${name}@x.y` });
export const people = {
  alex: person('alex'),
  megan: person('megan'),
  adele: person('adele'),
  nestor: person('nestor'),
  lynne: person('lynne'),
};

/**
 * Policies by how many of the platform team (Megan, Adele, Nestor) must approve every change; under 'glass' they review it afterwards;
 * 'closed' lets nothing through.
 */
export type PolicyName = 'free' | 'glass' | 'one' | 'two' | 'closed';
export const approvalsOf: Readonly<Record<PolicyName, number>> = {
  free: 0,
  glass: 0,
  one: 1,
  two: 2,
  closed: Infinity,
};

export function policyOf(name: PolicyName): Policy {
  const rule = { name, commands: ['create', 'delete', 'grant', 'revoke'], who: ['anyone'] };
  const count = approvalsOf[name];
  const glass = name === 'glass' ? { breakGlass: { review: ['platform'], withinMs: 24 * 3_600_000 } } : {};
  const more = name === 'closed' ? { deny: 'no' } : count === 0 ? glass : { approvals: [{ count, by: ['platform'] }] };
  return {
    version: 'test',
    groups: { platform: ['megan@x.y', 'adele@x.y', 'nestor@x.y'] },
    channels: [],
    rules: [{ ...rule, ...more, remindAfterMs: 3_600_000, expireAfterMs: 24 * 3_600_000 }],
  };
}

export const minute = 60_000;
export const hour = 60 * minute;

export type World = ReturnType<typeof createWorld>;

export function createWorld(options: { readonly pause?: (what: string) => Promise<void> } = {}) {
  let nowMs = Date.parse('2026-03-01T10:00:00.000Z');
  let policy = policyOf('one');
  let number = 0;
  const crash = createCrashPoint();
  /** The keys of those who have left. */
  const left = new Set<string>();
  const parts = { crash, ...(options.pause ? { pause: options.pause } : {}) };
  const azure = createMemoryAzure(parts);
  const store = createMemoryStore({ ...parts, now: () => new Date(nowMs).toISOString() });
  const signIn = createMemorySignIn((entries) => void store.audit.append(entries));
  const clock = { now: () => new Date(nowMs) };
  // A role that Azure does not have permits nothing. Azure's troubles do not reach these: what is unknown is for tests of its own.
  const rolePermissions = () =>
    new Map([...createMemoryRoles().keys()].map((id) => [id, azure.roles.get(id)?.permissions ?? []]));
  const deps = {
    azure: azure.reader,
    ownAccess: { ...mayAll },
    portal: { origin: 'https://portal.azure.com' },
    writer: azure.writer,
    requests: store.requests,
    grants: store.grants,
    audit: store.audit,
    messages: store.messages,
    policy: () => policy,
    factSources: { ...addressFacts, rolePermissions: async () => rolePermissions() },
    freezes: signIn.freezes,
    limits: { openRequests: 1_000, requestsPerHour: 1_000, actionsPerMinute: 1_000 },
    standing: { isServed: async ({ key }: Person) => !left.has(key) },
    clock,
    ids,
    textTools,
    log: silent,
  };
  const decideRequest = createDecideRequest(deps);
  const reviewRequest = createReviewRequest(deps);
  const execute = createExecuteRequest(deps);
  const handlers: Readonly<Record<JobKind, (id: string, signal: AbortSignal) => Promise<void>>> = {
    execute,
    notify: async () => {},
    remind: createRemind(deps),
    expire: createExpire(deps),
    'end-grant': createEndGrant(deps),
    watch: createWatch(deps),
  };

  /** Asks for a change as dispatch does. `as`: kept as a draft first. */
  async function ask(
    command: string,
    args: Readonly<Record<string, unknown>>,
    as: 'draft' | 'submitted' = 'submitted',
  ) {
    const requester = people.alex;
    const definition = commands.find(({ name }) => name === command);
    if (definition?.writes !== true) throw new Error(`${command} is no write`);
    const outcome = await definition.plan(createCommandContext(deps, requester), args);
    if ('card' in outcome) throw new Fault('stale', outcome.card.title);
    return submit(outcome.plan, args, as);
  }

  /** Writes down a request for a plan, where the policy allows it. */
  async function submit(plan: Plan, args: Readonly<Record<string, unknown>>, as: 'draft' | 'submitted' = 'submitted') {
    const requester = people.alex;
    const reason = 'INC-1';
    const subject = { who: requester, effects: plan.effects, reason, at: clock.now() };
    const verdict = judge(policy, await gatherFacts(policy, subject, deps.factSources), subject);
    if (verdict.kind === 'refused') throw new Fault('not-allowed', verdict.reason);
    number += 1;
    const { requirements, rules } = verdict;
    const origin = { chat: 'x', conversation: 'c', isPersonal: true };
    const requesterAccount = { chat: 'x', userId: requester.key };
    const who = { requester, requesterAccount, origin };
    const asked = { command: plan.command, args, text: plan.command, reason, plan };
    const about = { ...asked, ...who, requirements, rules, ...reviewsOf(verdict) };
    const given = { ...about, id: `R-${String(number).padStart(6, '0')}`, digest: ids.sha256(digestible(plan)) };
    await store.requests.insert(
      as === 'draft' ? draft(given, clock.now()) : draftAndSubmit(given, verdict, clock.now()),
    );
    return given.id;
  }

  /** Runs one job that waits. Whatever fails comes back, but for what cannot pass, as in the queue. */
  async function runJob({ kind, id }: Pick<Job, 'kind' | 'id'>): Promise<void> {
    const key = `${kind} ${id}`;
    if (!store.jobs.delete(key)) return;
    const again = (afterMs: number) => {
      const at = new Date(nowMs + afterMs).toISOString();
      const waiting = store.jobs.get(key);
      if (!waiting || (waiting.at ?? '') > at) store.jobs.set(key, waiting ?? { kind, id, at });
    };
    try {
      await handlers[kind](id, new AbortController().signal);
    } catch (error) {
      if (crash.isDown || error instanceof Crash) again(0);
      else if (error instanceof RetryLater) again(error.afterMs);
      else if (!(error instanceof Fault) || error.isTransient || error.code === 'internal') again(minute);
    }
  }

  const dueJobs = () => [...store.jobs.values()].filter(({ at }) => at === undefined || Date.parse(at) <= nowMs);

  /** Runs what is due, and what comes of it, until nothing is or the process has died. */
  async function runDue(): Promise<void> {
    for (let rounds = 0; !crash.isDown; rounds += 1) {
      const [job] = dueJobs();
      if (!job) return;
      if (rounds > 500) throw new Error(`the jobs do not come to an end: ${job.kind} ${job.id}`);
      await runJob(job);
    }
  }

  return {
    azure,
    store,
    crash,
    left,
    clock,
    deps,
    ask,
    submit,
    runJob,
    runDue,
    dueJobs,
    execute: (id: string) => execute(id, new AbortController().signal),
    reconcile: createReconcile({ ...deps, send: store.send }),
    setPolicy: (next: Policy) => {
      policy = next;
    },
    pass: (ms: number) => {
      nowMs += ms;
    },
    decide: async (
      verb: 'submit' | 'approve' | 'deny' | 'cancel' | 'retry',
      requestId: string,
      by: Person,
      { isUnseen = false, ...more }: Partial<Click> & { readonly isUnseen?: boolean } = {},
    ) => {
      // Typed by one who has just looked at it, unless a test says otherwise.
      const looked = isUnseen || more.seen ? undefined : await store.requests.get(requestId);
      if (looked) {
        const shown = { requestId, revision: looked.revision, chat: 'x', conversation: 'c', personKey: by.key };
        await store.messages.noteShown(shown);
      }
      return decideRequest({
        verb: `request.${verb}`,
        requestId,
        by,
        account: { chat: 'x', userId: by.key },
        chat: 'x',
        conversation: 'c',
        ...more,
      });
    },
    review: (verb: 'review' | 'end', requestId: string, by: Person, comment = 'c') =>
      reviewRequest({ verb: `request.${verb}`, requestId, by, account: { chat: 'x', userId: by.key }, comment }),
    get: async (id: string): Promise<Request> => {
      const request = await store.requests.get(id);
      if (!request) throw new Error(`there is no ${id}`);
      return request;
    },
    eventsOf: async (id: string) => (await store.audit.of(id)).map(({ event }) => event),
    /** The resolved arguments of a role for an identity that is there. */
    role: (name: string, durationMs?: number, roleId = 'acdd72a7-3385-48ef-bd42-f606fba81ae7') => {
      const found = [...azure.identities.values()].find((one) => one.name === name) ?? azure.addIdentity(name);
      const scope = found.id.replace(/\/providers\/.*/, '');
      const lasting = durationMs === undefined ? {} : { durationMs };
      return { identityId: found.id, principalId: found.principalId, scope, roleId, ...lasting };
    },
    /** The resolved arguments of a new identity. */
    identity: (name: string, more: Readonly<Record<string, unknown>> = {}) => {
      const where = { subscriptionId: '11111111-0000-4000-8000-000000000001', resourceGroup: 'rg-payments' };
      return { name, ...where, location: 'westeurope', createsGroup: false, tags: {}, ...more };
    },
  };
}
