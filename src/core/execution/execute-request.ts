// Does what was approved. Before every operation that has not begun, also after a restart, the policy is judged again and what the
// operation relies on is checked; before the first one the plan is made again as well. Each operation is written down before and
// after it, so that an interruption is found and taken up, never repeated.

import { allowedNow, approversOf, gatherRequestFacts } from '../approvals/judge-request.ts';
import { isMet } from '../approvals/requirements.ts';
import { canTransition } from '../approvals/transition.ts';
import { nothingChanged } from '../common-texts.ts';
import { createCommandContext, type Dependencies } from '../dependencies.ts';
import { asFault, Fault } from '../errors.ts';
import { commands } from '../grammar/registry.ts';
import { digestible, type Plan } from '../model/plan.ts';
import type { Request } from '../model/request.ts';
import type { AzureWriter, Grants } from '../ports.ts';
import { endGrantsUndoneBy } from './end-grant.ts';
import * as transitions from './execution-transitions.ts';
import { failureOf, isOverdue, outputsOf, patienceMs, performOperation } from './perform-operation.ts';

export type ExecuteDependencies = Pick<
  Dependencies,
  'azure' | 'requests' | 'audit' | 'clock' | 'ids' | 'textTools' | 'policy' | 'factSources' | 'log'
> & { readonly writer: AzureWriter; readonly grants: Grants };

/** The plan as it would be made now. Throws Fault where it can no longer be made. */
async function planNow(deps: ExecuteDependencies, request: Request): Promise<Plan> {
  const command = commands.find(({ name }) => name === request.command);
  if (command?.writes !== true) throw new Fault('internal', `There is no command ${request.command}.`);
  const outcome = await command.plan(createCommandContext(deps, request.requester), request.args);
  if ('plan' in outcome) return outcome.plan;
  throw new Fault('stale', `${outcome.card.title}.`, { next: nothingChanged });
}

/** Whether anything of this request may already have reached Azure. */
function isBegun({ operations }: Request): boolean {
  return operations.some(({ state }) => state === 'done' || state === 'started');
}

/** What the policy says now, and whether the approvals that were given are enough for it. Throws Fault where it says no. */
async function judgeAgain(deps: ExecuteDependencies, request: Request) {
  const policy = deps.policy();
  const facts = await gatherRequestFacts(policy, request, deps.factSources);
  const verdict = allowedNow(policy, facts, request, deps.clock.now());
  const approvers = approversOf(request);
  const isEnough = verdict.requirements.every((each) => isMet(facts, request.requester, each, approvers));
  return { verdict, isEnough };
}

/** From approved to executing; or back to its approvers, or failed, where the world or the policy has moved on. */
async function begin(deps: ExecuteDependencies, request: Request): Promise<Request | undefined> {
  const { requests, clock, ids } = deps;
  const isStill = (current: Request) => current.state === 'approved' && current.version === request.version;
  try {
    await judgeAgain(deps, request);
    const plan = isBegun(request) ? request.plan : await planNow(deps, request);
    // What runs is what is judged: the plan as it is now.
    const { verdict, isEnough } = await judgeAgain(deps, { ...request, plan });
    const { requirements, rules } = verdict;
    const digest = isBegun(request) ? request.digest : ids.sha256(digestible(plan));
    const isSamePlan = digest === request.digest;
    // What has begun is not asked for again from the start: it stops where it is, and says so.
    if (!isEnough && isBegun(request)) throw notEnough();
    return await requests.change(request.id, (current) => {
      if (!isStill(current)) return undefined;
      if (isSamePlan && isEnough) return transitions.execute(current, clock.now());
      const why = isSamePlan ? 'policy-changed' : 'azure-changed';
      return transitions.replan(current, { plan, digest, requirements, rules }, why, verdict, clock.now());
    });
  } catch (error) {
    const fault = asFault(error);
    const isWaiting = clock.now().getTime() - Date.parse(request.updatedAt) < patienceMs;
    if ((fault.isTransient || fault.code === 'internal') && isWaiting) throw error;
    return requests.change(request.id, (current) =>
      isStill(current) ? transitions.fail(current, failureOf(fault), undefined, clock.now()) : undefined,
    );
  }
}

function notEnough(): Fault {
  return new Fault('not-allowed', 'The policy now requires more approvals.', {
    next: 'Completed changes were kept. Submit a new request for the rest.',
  });
}

/** Runs operation `index`, unless a run before this one has finished it. Answers the request afterwards. */
async function runOne(
  deps: ExecuteDependencies,
  request: Request,
  index: number,
  signal: AbortSignal,
): Promise<Request | undefined> {
  const { requests, clock } = deps;
  const record = request.operations[index];
  if (!record) return request;
  const isMine = (current: Request) => current.state === 'executing' && current.operations[index]?.state !== 'done';
  if (record.state !== 'started' && !(await judgeAgain(deps, request)).isEnough) throw notEnough();
  let latest: Request | undefined;
  const result = await performOperation(deps, {
    record,
    marker: request.id,
    outputs: outputsOf(request.operations),
    signal,
    writeStart: async () => {
      let isStarted = false;
      latest = await requests.change(request.id, (current) => {
        isStarted = isMine(current);
        return isStarted ? transitions.operationStarted(current, index, clock.now()) : undefined;
      });
      return isStarted;
    },
  });
  if (!result) return latest;
  return requests.change(request.id, (current) =>
    isMine(current) ? transitions.operationDone(current, index, result, clock.now()) : undefined,
  );
}

/** What becomes of the request when operation `index` was not done. Throws where it is to be tried again. */
async function onFault(deps: ExecuteDependencies, requestId: string, index: number, error: unknown): Promise<void> {
  const { requests, clock, log } = deps;
  const fault = asFault(error);
  const latest = await requests.get(requestId);
  log.warn({ request: requestId, operation: index, code: fault.code, err: fault.cause }, 'an operation failed');
  if (fault.code === 'unavailable') throw fault;
  if (fault.isTransient && latest && !isOverdue(latest.operations[index], latest.updatedAt, clock.now())) throw fault;
  if (fault.code === 'azure-unreachable' && latest?.operations[index]?.state === 'started') {
    // It may have been done: failing now would hide that. It goes on until Azure answers.
    await requests.change(requestId, (current) =>
      current.state === 'executing' && current.failure?.message !== fault.message
        ? transitions.waitFor(current, failureOf(fault), clock.now())
        : undefined,
    );
    throw fault;
  }
  await requests.change(requestId, (current) =>
    current.state === 'executing' ? transitions.fail(current, failureOf(fault), index, clock.now()) : undefined,
  );
}

/** Executes an approved request, or takes up one that was interrupted. Throws a transient Fault to be called again later. */
export function createExecuteRequest(deps: ExecuteDependencies) {
  return async function executeRequest(requestId: string, signal: AbortSignal): Promise<void> {
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
    await deps.requests.change(requestId, (current) =>
      canTransition('succeed', current) ? transitions.succeed(current, deps.clock.now()) : undefined,
    );
  };
}
