// Does what was approved. Looks again before it starts: the policy and the plan must still be what people said yes to.
// Every operation is written down before and after it, so that a crash in the middle is found and taken up, never repeated.

import { allowedNow, approversOf, factsAbout } from '../core/approvals/judge-request.ts';
import { isMet } from '../core/approvals/requirements.ts';
import * as running from '../core/approvals/running.ts';
import { can } from '../core/approvals/step.ts';
import { operationWords } from '../core/cards/request-card.ts';
import { createCommandContext, type Dependencies } from '../core/dependencies.ts';
import { asFault, Fault } from '../core/errors.ts';
import { commands } from '../core/grammar/registry.ts';
import { identityCreated } from '../core/model/outcome.ts';
import { digestible, type Operation, type Plan } from '../core/model/plan.ts';
import type { Failure, OperationRecord, OperationResult, Request } from '../core/model/request.ts';
import { sameScope } from '../core/model/scope.ts';
import type { AzureWriter } from '../core/ports.ts';

/** How long Azure may be busy or silent before the run gives up and says so. */
const patienceMs = 10 * 60_000;

export type ExecuteDependencies = Pick<
  Dependencies,
  'azure' | 'requests' | 'audit' | 'clock' | 'ids' | 'textTools' | 'policy' | 'factSources' | 'log'
> & {
  writer: AzureWriter;
};

function failureOf(fault: Fault): Failure {
  const again =
    fault.isTransient ||
    fault.code === 'azure-forbidden' ||
    fault.code === 'azure-refused' ||
    fault.code === 'internal';
  return { code: fault.code, message: fault.message, next: fault.details.next ?? '', isRetryable: again };
}

/** The plan as it would be made now. Throws Fault where it can no longer be made. */
async function planNow(deps: ExecuteDependencies, request: Request): Promise<Plan> {
  const command = commands.find(({ name }) => name === request.command);
  if (command?.writes !== true) throw new Fault('internal', `There is no command ${request.command}.`);
  const outcome = await command.plan(createCommandContext(deps, request.requester), request.args);
  if ('plan' in outcome) return outcome.plan;
  throw new Fault('stale', `${outcome.card.title}.`, { next: 'Somebody was quicker: there is nothing left to do.' });
}

/** Whether anything of this request may already have reached Azure. */
function isBegun(request: Request): boolean {
  return request.operations.some(({ state }) => state === 'done' || state === 'started');
}

/** From approved to executing; or back to pending, or failed, where the world or the policy has moved on. */
async function begin(deps: ExecuteDependencies, request: Request): Promise<Request | undefined> {
  const { requests, clock, ids } = deps;
  const isStill = (current: Request) => current.state === 'approved' && current.version === request.version;
  try {
    const policy = deps.policy();
    allowedNow(policy, await factsAbout(policy, request, deps.factSources), request, clock.now());
    const plan = isBegun(request) ? request.plan : await planNow(deps, request);
    // What runs is what is judged: the plan as it is now.
    const asPlanned = { ...request, plan };
    const facts = await factsAbout(policy, asPlanned, deps.factSources);
    const verdict = allowedNow(policy, facts, asPlanned, clock.now());
    const { requirements, rules } = verdict;
    const digest = ids.sha256(digestible(plan));
    const approvers = approversOf(request);
    const isEnough = requirements.every((each) => isMet(facts, request.requester, each, approvers));
    const why =
      digest !== request.digest
        ? 'Things in Azure changed after this was approved.'
        : isEnough
          ? undefined
          : 'The policy now asks for more than was given.';
    return await requests.change(request.id, (current) => {
      if (!isStill(current)) return undefined;
      if (why === undefined) return running.execute(current, clock.now());
      return running.replan(current, { plan, digest, requirements, rules }, why, verdict, clock.now());
    });
  } catch (error) {
    const fault = asFault(error);
    const isWaiting = deps.clock.now().getTime() - Date.parse(request.updatedAt) < patienceMs;
    if ((fault.isTransient || fault.code === 'internal') && isWaiting) throw error;
    return requests.change(request.id, (current) =>
      isStill(current) ? running.fail(current, failureOf(fault), undefined, clock.now()) : undefined,
    );
  }
}

/** Whether an operation has been tried for so long that it is time to say so. Its start outlives crashes and waits. */
function isOverdue(deps: Pick<ExecuteDependencies, 'clock'>, record: OperationRecord | undefined): boolean {
  if (record?.startedAt === undefined) return false;
  return deps.clock.now().getTime() - Date.parse(record.startedAt) > patienceMs;
}

function doneWords(operation: Operation, result: OperationResult): string {
  const words = operationWords(operation, true);
  if (result.outcome === 'already-there') return `${words} (it was there already).`;
  return result.outcome === 'already-gone' ? `${words} (it was gone already).` : `${words}.`;
}

/** What a second run finds, as what the first one must have done. */
const firstOutcome = {
  created: 'created',
  updated: 'created',
  'already-there': 'created',
  deleted: 'deleted',
  'already-gone': 'deleted',
} as const;

/** Runs operation `index`, unless a run before this one has finished it. Answers the request afterwards. */
async function runOne(
  deps: ExecuteDependencies,
  request: Request,
  index: number,
  signal: AbortSignal,
): Promise<Request | undefined> {
  const { requests, clock, writer } = deps;
  const isMine = (current: Request) => current.state === 'executing' && current.operations[index]?.state !== 'done';
  const begun = await requests.change(request.id, (current) =>
    isMine(current) ? running.operationStarted(current, index, clock.now()) : undefined,
  );
  const record = begun?.operations[index];
  if (!begun || !record || !isMine(begun)) return begun;
  const wasBegun = request.operations[index]?.state === 'started';
  // Made by somebody else since the plan: its tags would be replaced, and the role given to a stranger's identity.
  const isTaken =
    record.operation.kind === 'identity.create' && !wasBegun && (await deps.azure.identity(record.operation.id));
  if (isTaken) {
    throw new Fault('stale', `Somebody else has made ${isTaken.name} there in the meantime.`, {
      next: 'It was left as it is. Take another name, or ask for what you need with grant.',
    });
  }
  const principalId = identityCreated(begun)?.principalId;
  const found = await writer.perform(record.operation, {
    marker: request.id,
    signal,
    ...(principalId === undefined ? {} : { principalId }),
  });
  // After a crash the first run's work is found: it was this request that did it.
  const result = wasBegun ? { ...found, outcome: firstOutcome[found.outcome] } : found;
  return requests.change(request.id, (current) =>
    isMine(current)
      ? running.operationDone(current, index, result, doneWords(record.operation, result), clock.now())
      : undefined,
  );
}

/** A role that was taken away by hand ends the timed grant that gave it, so that its end has nothing left to do. */
async function endGrantsOf(deps: ExecuteDependencies, request: Request): Promise<void> {
  for (const { operation, result } of request.operations) {
    if (operation.kind !== 'role-assignment.delete' || !result) continue;
    const { requests: active } = await deps.requests.list({
      states: ['active'],
      identityId: operation.identityId,
      limit: 100,
    });
    for (const grant of active) {
      const gave = grant.operations.some(
        ({ result: given }) =>
          given?.ids.assignmentId !== undefined && sameScope(given.ids.assignmentId, operation.assignmentId),
      );
      if (!gave) continue;
      await deps.requests.change(grant.id, (current) =>
        can('end', current) ? running.endGrant(current, result, request.id, deps.clock.now()) : undefined,
      );
    }
  }
}

/** The handler of the 'execute' job. Throws a passing Fault to be called again later. */
export function createExecute(deps: ExecuteDependencies) {
  return async function execute(requestId: string, signal: AbortSignal): Promise<void> {
    let request = await deps.requests.get(requestId);
    if (request?.state === 'approved') request = await begin(deps, request);
    if (request?.state !== 'executing') return;
    let index = 0;
    try {
      for (; index < request.operations.length; index++) {
        if (request.operations[index]?.state === 'done') continue;
        const next = await runOne(deps, request, index, signal);
        if (next?.state !== 'executing') return;
        request = next;
      }
    } catch (error) {
      const fault = asFault(error);
      const latest = await deps.requests.get(requestId);
      deps.log.warn(
        { request: requestId, operation: index, code: fault.code, err: fault.cause },
        'an operation failed',
      );
      if (fault.code === 'unavailable' || signal.aborted) throw fault;
      if (fault.isTransient && latest && !isOverdue(deps, latest.operations[index])) throw fault;
      if (fault.code === 'azure-unreachable') {
        // It may have been done: failing now would leave what was given without its end. It goes on until Azure answers.
        await deps.requests.change(requestId, (current) =>
          current.state === 'executing' && current.failure?.message !== fault.message
            ? running.waitFor(current, failureOf(fault), deps.clock.now())
            : undefined,
        );
        throw fault;
      }
      await deps.requests.change(requestId, (current) =>
        current.state === 'executing' ? running.fail(current, failureOf(fault), index, deps.clock.now()) : undefined,
      );
      return;
    }
    const done = await deps.requests.change(requestId, (current) =>
      current.state === 'executing' ? running.succeed(current, deps.clock.now()) : undefined,
    );
    if (done) await endGrantsOf(deps, done);
  };
}
