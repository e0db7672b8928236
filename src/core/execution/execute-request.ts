// Executes approved requests. Before every operation that has not started, also after a restart, the policy is evaluated again and
// the preconditions are checked; before the first one the plan is also made again. Each operation is recorded before and
// after it is sent, so that an interrupted one is resumed and never repeated.

import { mayRun } from '../approvals/judge-request.ts';
import { reviewsOf } from '../approvals/review-transitions.ts';
import { canTransition } from '../approvals/transition.ts';
import { withBotRights } from '../bot-rights/check-rights.ts';
import { refuseOwnAssets } from '../bot-rights/own-assets.ts';
import { nothingChanged } from '../common-texts.ts';
import { type ContextPort, createCommandContext, type Dependencies } from '../dependencies.ts';
import { asFault, Fault } from '../errors.ts';
import { commands } from '../grammar/registry.ts';
import { digestible, operationsOf, type Plan } from '../model/plan.ts';
import type { Request } from '../model/request.ts';
import type { AzureWriter } from '../ports.ts';
import { endGrantsUndoneBy } from './end-grant.ts';
import * as transitions from './execution-transitions.ts';
import { failureOf, isOverdue, notSentAgain, outputsOf, patienceMs, performOperation } from './perform-operation.ts';
import { remaindersOf } from './remainders.ts';
import { createRunFacts } from './run-facts.ts';
import { shareGrant } from './share-grant.ts';
import { takeSnapshot } from './take-snapshot.ts';
import { waitingFor, withJobs } from './waiting-runs.ts';

export type ExecuteDependencies = Pick<
  Dependencies,
  ContextPort | 'ownAccess' | 'factSources' | 'standing' | 'freezes' | 'log'
> & { readonly writer: AzureWriter };

type RunDependencies = ExecuteDependencies & { readonly runFacts: ReturnType<typeof createRunFacts> };

/** The plan as it would be made now. Throws Fault where it can no longer be made. */
async function planNow(deps: ExecuteDependencies, request: Request): Promise<Plan> {
  const command = commands.find(({ name }) => name === request.command);
  if (command?.writes !== true) throw new Fault('internal', `There is no command ${request.command}.`);
  const outcome = await command.plan(createCommandContext(deps, request.requester), request.args);
  if ('plan' in outcome) return withBotRights(deps.ownAccess, outcome.plan, { isFresh: true, nothing: nothingChanged });
  throw new Fault('stale', `${outcome.card.title}.`, { next: nothingChanged });
}

/** Whether anything of this request may already have reached Azure. */
function isBegun({ operations }: Request): boolean {
  return operations.some(({ state }) => state === 'done' || state === 'started');
}

/** The current policy verdict, and what the given approvals lack. Throws Fault where the policy refuses, or cannot be judged now. */
async function judgeAgain(deps: RunDependencies, request: Request) {
  const policy = deps.policy();
  const { facts, uncounted } = await deps.runFacts(policy, request);
  return mayRun(policy, facts, uncounted, request, deps.clock.now());
}

/** Moves an approved request to executing; or back to approval, or to failed, where Azure or the policy has changed. */
async function begin(deps: RunDependencies, request: Request): Promise<Request | undefined> {
  const { requests, clock, ids } = deps;
  const isStill = (current: Request) => current.state === 'approved' && current.version === request.version;
  try {
    await judgeAgain(deps, request);
    const plan = isBegun(request) ? request.plan : await planNow(deps, request);
    await refuseOwnAssets(deps, operationsOf(plan));
    // The current plan is what will run, so it is what the policy judges.
    const { verdict, lack } = await judgeAgain(deps, { ...request, plan });
    const { requirements, rules } = verdict;
    const digest = isBegun(request) ? request.digest : ids.sha256(digestible(plan));
    const isSamePlan = digest === request.digest;
    // A request that has started is not sent for approval again; it stops and reports what was done.
    if (lack !== undefined && isBegun(request)) throw notEnough(lack);
    const snapshot = isBegun(request) ? request.snapshot : await takeSnapshot(deps.azure, plan, clock.now());
    let waitsFor: string | undefined;
    const begun = await requests.changeAlone(request.id, (current, running) => {
      waitsFor = undefined;
      if (!isStill(current)) return undefined;
      if (isSamePlan && lack === undefined) {
        waitsFor = running;
        // What the policy now wants reviewed afterwards is, also where it did not when this was requested.
        const reviews = current.reviews ? {} : reviewsOf(verdict);
        const taken = snapshot === undefined ? {} : { snapshot };
        if (running === undefined) return transitions.execute({ ...current, ...reviews, ...taken }, clock.now());
        return running === current.waitsFor ? undefined : transitions.waitTurn(current, running, clock.now());
      }
      const why = !isSamePlan ? 'azure-changed' : lack === 'time' ? 'approval-expired' : 'policy-changed';
      return transitions.replan(
        current,
        { plan, digest, requirements, rules, ...reviewsOf(verdict) },
        why,
        verdict,
        clock.now(),
      );
    });
    if (waitsFor !== undefined) throw new Waiting();
    return begun;
  } catch (error) {
    if (error instanceof Waiting) throw error;
    const fault = asFault(error);
    const isWaiting = clock.now().getTime() - Date.parse(request.readyAt ?? request.updatedAt) < patienceMs;
    if ((fault.isTransient || fault.code === 'internal') && isWaiting) throw error;
    return requests.change(request.id, (current) =>
      isStill(current) ? transitions.fail(current, failureOf(fault), undefined, clock.now()) : undefined,
    );
  }
}

/** Another request about the same identity is running. Its end calls this one; it is tried again all the same. */
class Waiting extends Fault {
  constructor() {
    super('azure-busy', 'Another request about the same identity is running.', { retryAfterMs: 5_000 });
  }
}

function notEnough(lack: 'approvals' | 'time'): Fault {
  const what =
    lack === 'time' ? 'The approval has expired.' : 'The approvals given are no longer enough for the policy.';
  return new Fault('not-allowed', what, {
    next: 'Completed changes were kept. Retry to ask for approval of the rest.',
    isRetryable: true,
  });
}

/** Whether an approval was taken back since `looked`. */
const isShortOf = (current: Request, looked: Request) => current.decisions.length < looked.decisions.length;
/** How late a change can arrive in Azure whose answer was lost. */
const arrivalMs = 60_000;

/** Runs operation `index`, unless it is already done. Returns the request afterwards. */
async function runOne(
  deps: RunDependencies,
  request: Request,
  index: number,
  signal: AbortSignal,
): Promise<Request | undefined> {
  const { requests, clock } = deps;
  const record = request.operations[index];
  if (!record) return request;
  const isMine = (current: Request) => current.state === 'executing' && current.operations[index]?.state !== 'done';
  if (record.state !== 'started') {
    // Others may be running, or have changed what it relies on: it takes its turn again.
    if (request.asideSince !== undefined) throw notSentAgain();
    await refuseOwnAssets(deps, [record.operation]);
    const { lack } = await judgeAgain(deps, request);
    if (lack !== undefined) throw notEnough(lack);
    const mayShare = (current: Request) => isMine(current) && !isShortOf(current, request);
    const shared = await shareGrant(deps, request, index, mayShare, signal);
    if (shared) return shared;
  }
  let latest: Request | undefined;
  const result = await performOperation(deps, {
    record,
    marker: request.id,
    outputs: outputsOf(request.operations),
    signal,
    isLookOnly: request.asideSince !== undefined,
    writeStart: async () => {
      let isStarted = false;
      let isShort = false;
      latest = await requests.change(request.id, (current) => {
        // An approval may have been taken back since the look above.
        isShort = record.state !== 'started' && isShortOf(current, request);
        isStarted = !isShort && isMine(current);
        return isStarted ? transitions.operationStarted(current, index, clock.now()) : undefined;
      });
      if (isShort) throw notEnough('approvals');
      return isStarted;
    },
    beforeSend: async () => {
      const current = await requests.get(request.id);
      if (!current || !transitions.isTakenBack(current, record)) return;
      // What the interrupted run has sent may still arrive.
      const sinceMs = clock.now().getTime() - Date.parse(record.startedAt ?? '');
      if (sinceMs < arrivalMs)
        throw new Fault('azure-busy', 'An interrupted change may still arrive.', { retryAfterMs: 5_000 });
      throw notEnough('approvals');
    },
  });
  if (!result) return latest;
  return requests.change(request.id, (current) =>
    isMine(current) ? transitions.operationDone(current, index, result, clock.now()) : undefined,
  );
}

/** Handles a failure of operation `index`. Throws where the job should be repeated. */
async function onFault(deps: ExecuteDependencies, requestId: string, index: number, error: unknown): Promise<void> {
  const { requests, clock, log } = deps;
  const fault = asFault(error);
  const latest = await requests.get(requestId);
  log.warn({ request: requestId, operation: index, code: fault.code, err: fault.cause }, 'an operation failed');
  if (fault.code === 'unavailable') throw fault;
  if (fault.isTransient && latest && !isOverdue(latest, index, clock.now())) throw fault;
  if (fault.code === 'azure-unreachable' && latest?.operations[index]?.state === 'started') {
    // The operation may have succeeded, so the request is not marked as failed. It is repeated until Azure responds.
    await requests.change(requestId, (current) =>
      current.state === 'executing' && current.failure?.message !== fault.message
        ? transitions.waitFor(current, failureOf(fault), clock.now())
        : undefined,
    );
    throw fault;
  }
  const next = latest ? await waitingFor(deps, latest) : [];
  await requests.change(requestId, (current) =>
    current.state === 'executing'
      ? withJobs(transitions.fail(current, failureOf(fault), index, clock.now()), next)
      : undefined,
  );
}

/** Executes an approved request or resumes an interrupted one. Throws a transient Fault to be called again later. */
export function createExecuteRequest(given: ExecuteDependencies) {
  return async function executeRequest(requestId: string, signal: AbortSignal): Promise<void> {
    const deps = { ...given, runFacts: createRunFacts(given) };
    let request = await deps.requests.get(requestId);
    if (request?.state === 'approved') request = await begin(deps, request);
    if (request?.state !== 'executing') return;
    for (let index = 0; index < request.operations.length; index++) {
      if (request.operations[index]?.state === 'done') {
        // A run that was interrupted right after it may not have come to this.
        await endGrantsUndoneBy(deps, request, index);
        continue;
      }
      let next: Request | undefined;
      try {
        next = await runOne(deps, request, index, signal);
      } catch (error) {
        if (signal.aborted) throw error;
        return onFault(deps, requestId, index, error);
      }
      if (next?.state !== 'executing') return;
      request = next;
      await endGrantsUndoneBy(deps, request, index);
    }
    const [next, remains] = await Promise.all([waitingFor(deps, request), remaindersOf(deps.azure, request)]);
    await deps.requests.change(requestId, (current) =>
      canTransition('succeed', current)
        ? withJobs(transitions.succeed(current, deps.clock.now(), remains), next)
        : undefined,
    );
  };
}
