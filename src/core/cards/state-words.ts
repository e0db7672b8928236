// The name, sentence and tone of each state of a request.

import type { Tone } from '../chat.ts';
import type { Request, RequestState } from '../model/request.ts';
import { isReversible } from '../operations/registry.ts';

interface StateWords {
  readonly label: string;
  /** After the request's id: “R-7K3F9Q is waiting for approval.” */
  readonly sentence: string;
  readonly tone: Tone;
}

/** The texts by state. For a stored request use `statusWords`, which includes its temporary grants. */
export const stateWords: Readonly<Record<RequestState, StateWords>> = {
  draft: { label: 'Not submitted', sentence: 'has not been submitted yet.', tone: 'plain' },
  pending: { label: 'Waiting for approval', sentence: 'is waiting for approval.', tone: 'waiting' },
  approved: { label: 'Approved', sentence: 'is approved and about to run.', tone: 'waiting' },
  executing: { label: 'Running', sentence: 'is running.', tone: 'waiting' },
  succeeded: { label: 'Done', sentence: 'is done.', tone: 'good' },
  failed: { label: 'Failed', sentence: 'has failed.', tone: 'bad' },
  denied: { label: 'Denied', sentence: 'was denied.', tone: 'bad' },
  cancelled: { label: 'Cancelled', sentence: 'was cancelled.', tone: 'plain' },
  expired: { label: 'Expired', sentence: 'has expired.', tone: 'plain' },
};

/** Whether a request consists of temporary grants only: then its status is that of its grants. */
function isGrantAlone({ state, operations, grants }: Request): boolean {
  return state === 'succeeded' && grants.length > 0 && operations.every(({ operation }) => isReversible(operation));
}

/** The state of a request including its temporary grants. */
export function statusWords(request: Request): StateWords {
  if (!isGrantAlone(request)) return stateWords[request.state];
  const { grants } = request;
  if (grants.every(({ ending }) => ending?.how === 'permanent')) return stateWords.succeeded;
  return grants.some(({ state }) => state === 'active')
    ? { label: 'Active', sentence: 'is active until its end.', tone: 'good' }
    : { label: 'Ended', sentence: 'has ended.', tone: 'plain' };
}
