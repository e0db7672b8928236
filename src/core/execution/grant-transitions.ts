// The transitions of a temporary grant, as pure functions: active until its end, then removed by the inverse operation. Each is a
// change of the request that gave it.

import { bot, transition } from '../approvals/transition.ts';
import { nothingChanged } from '../common-texts.ts';
import { Fault } from '../errors.ts';
import type { AuditEvent } from '../model/audit.ts';
import type { Grant, GrantEnding } from '../model/grant.ts';
import type { Failure } from '../model/operation-record.ts';
import type { Change, Request } from '../model/request.ts';
import type { OperationResult } from '../operations/definition.ts';
import { startedRecord } from './execution-transitions.ts';

/** The grant of that id while it is active. */
export function activeGrant(request: Request, id: string): Grant | undefined {
  return request.grants.find((grant) => grant.id === id && grant.state === 'active');
}

function changed(request: Request, grant: Grant, event: AuditEvent | undefined, now: Date): Change {
  if (!activeGrant(request, grant.id)) {
    throw new Fault('stale', `The grant ${grant.id} has ended.`, { next: nothingChanged });
  }
  const grants = request.grants.map((one) => (one.id === grant.id ? grant : one));
  return transition('change-grant', request, now, { grants }, { actor: bot, events: event ? [event] : [] });
}

/** Its removal is about to be sent to Azure: recorded first, so that an interruption is detected. */
export function grantEndStarted(request: Request, grant: Grant, now: Date): Change {
  const { id, operation } = grant;
  const data = { grant: id, operation };
  return changed(request, { ...grant, end: startedRecord(grant.end, now) }, { event: 'grant.ending', data }, now);
}

/** The grant has ended. `result` is that of its removal. */
export function grantEnded(
  request: Request,
  grant: Grant,
  result: OperationResult,
  ending: Omit<GrantEnding, 'at'>,
  now: Date,
): Change {
  const at = now.toISOString();
  const { failure: _trouble, ...rest } = grant;
  const ended: Grant = {
    ...rest,
    state: 'ended',
    end: { ...grant.end, state: 'done', finishedAt: at, result },
    ending: { at, ...ending },
  };
  const data = { grant: grant.id, operation: grant.operation, ending: { at, ...ending }, result };
  return changed(request, ended, { event: 'grant.ended', data }, now);
}

/** Its end is due but removing it failed: each new reason is announced once, and the job repeats it. */
export function grantOverdue(request: Request, grant: Grant, failure: Failure, now: Date): Change {
  const data = { grant: grant.id, operation: grant.operation, failure };
  return changed(request, { ...grant, failure }, { event: 'grant.overdue', data }, now);
}
