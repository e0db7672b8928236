// What each state of a request is called, in one place.

import type { Tone } from '../chat.ts';
import type { RequestState } from '../model/request.ts';

export const stateWords: Readonly<Record<RequestState, { label: string; sentence: string; tone: Tone }>> = {
  draft: { label: 'Not sent yet', sentence: 'has not been sent to its approvers yet.', tone: 'plain' },
  pending: { label: 'Waiting for approval', sentence: 'is waiting for an approval.', tone: 'waiting' },
  approved: { label: 'Approved, about to run', sentence: 'is approved and about to run.', tone: 'waiting' },
  executing: { label: 'Running', sentence: 'is being done right now.', tone: 'waiting' },
  succeeded: { label: 'Done', sentence: 'is done.', tone: 'good' },
  failed: { label: 'Failed', sentence: 'has failed.', tone: 'bad' },
  denied: { label: 'Denied', sentence: 'was denied.', tone: 'bad' },
  cancelled: { label: 'Cancelled', sentence: 'was cancelled.', tone: 'plain' },
  expired: { label: 'Lapsed', sentence: 'has lapsed: nobody decided in time.', tone: 'plain' },
  active: { label: 'In force', sentence: 'is in force until its end.', tone: 'good' },
  revoked: { label: 'Ended', sentence: 'has ended: the role was taken away.', tone: 'plain' },
};
