// approve, deny, cancel, submit, retry: a request's buttons, as words. What they do is in approvals/decide.ts.

import type { RequestActionDefinition } from '../grammar/define.ts';
import { requestParam } from './params.ts';

const id = requestParam;

export const approve: RequestActionDefinition = {
  name: 'approve',
  writes: 'request',
  verb: 'request.approve',
  label: 'Approve',
  summary: 'Approve a request',
  examples: ['approve R-7K3F9Q', 'approve R-7K3F9Q fine for the migration'],
  params: { id, comment: { kind: 'text', label: 'Comment', about: 'a word to the asker', position: 1 } },
};

export const deny: RequestActionDefinition = {
  name: 'deny',
  writes: 'request',
  verb: 'request.deny',
  label: 'Deny',
  summary: 'Deny a request, with a reason',
  examples: ['deny R-7K3F9Q use the shared identity instead'],
  params: { id, comment: { kind: 'text', label: 'Reason', about: 'why not', position: 1, isRequired: true } },
};

export const cancel: RequestActionDefinition = {
  name: 'cancel',
  writes: 'request',
  verb: 'request.cancel',
  label: 'Take back',
  summary: 'Take back a request of yours',
  examples: ['cancel R-7K3F9Q'],
  params: { id },
};

export const submit: RequestActionDefinition = {
  name: 'submit',
  writes: 'request',
  verb: 'request.submit',
  label: 'Send',
  summary: 'Send a plan of yours to its approvers',
  examples: ['submit R-7K3F9Q'],
  params: { id },
};

export const retry: RequestActionDefinition = {
  name: 'retry',
  writes: 'request',
  verb: 'request.retry',
  label: 'Try again',
  summary: 'Try a failed request of yours again',
  examples: ['retry R-7K3F9Q'],
  params: { id },
};
