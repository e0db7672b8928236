// approve, deny, review, not-ok, cancel, submit, retry, not-me, stand-aside: the buttons of a request as commands. Their behaviour is in
// approvals/decide-request.ts and approvals/disown-request.ts.

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
  params: { id, comment: { kind: 'text', label: 'Comment', about: 'a comment for the requester', position: 1 } },
};

export const deny: RequestActionDefinition = {
  name: 'deny',
  writes: 'request',
  verb: 'request.deny',
  label: 'Deny',
  summary: 'Deny a request, with a reason',
  examples: ['deny R-7K3F9Q use the shared identity instead'],
  params: {
    id,
    comment: {
      kind: 'text',
      label: 'Reason',
      about: 'the reason, shown to the requester',
      position: 1,
      isRequired: true,
    },
  },
};

export const review: RequestActionDefinition = {
  name: 'review',
  writes: 'request',
  verb: 'request.review',
  label: 'Mark as reviewed',
  summary: 'Review a request that ran without approval',
  examples: ['review R-7K3F9Q incident INC-42, access was needed'],
  params: {
    id,
    comment: { kind: 'text', label: 'Comment', about: 'what the review found', position: 1, isRequired: true },
  },
};

export const notOk: RequestActionDefinition = {
  name: 'not-ok',
  writes: 'request',
  verb: 'request.end',
  label: 'Not OK, end access',
  summary: 'Review a request as not OK, and end its temporary access',
  examples: ['not-ok R-7K3F9Q no incident needed this'],
  params: {
    id,
    comment: { kind: 'text', label: 'Comment', about: 'why it was not OK', position: 1, isRequired: true },
  },
};

export const standAside: RequestActionDefinition = {
  name: 'stand-aside',
  writes: 'request',
  verb: 'request.stand-aside',
  label: 'Let others go first',
  summary: 'Let others go before a request whose outcome Azure does not tell',
  examples: ['stand-aside R-7K3F9Q'],
  params: { id },
};

export const cancel: RequestActionDefinition = {
  name: 'cancel',
  writes: 'request',
  verb: 'request.cancel',
  label: 'Cancel request',
  summary: 'Cancel one of your requests',
  examples: ['cancel R-7K3F9Q'],
  params: { id },
};

export const submit: RequestActionDefinition = {
  name: 'submit',
  writes: 'request',
  verb: 'request.submit',
  label: 'Submit',
  summary: 'Submit one of your plans',
  examples: ['submit R-7K3F9Q', 'submit R-7K3F9Q uami-orders'],
  params: {
    id,
    comment: {
      kind: 'text',
      label: 'Name, to confirm',
      about: 'the name of what is deleted, where something hangs on it',
      position: 1,
    },
  },
};

export const retry: RequestActionDefinition = {
  name: 'retry',
  writes: 'request',
  verb: 'request.retry',
  label: 'Retry',
  summary: 'Retry one of your failed requests',
  examples: ['retry R-7K3F9Q'],
  params: { id },
};

export const notMe: RequestActionDefinition = {
  name: 'not-me',
  writes: 'request',
  verb: 'request.disown',
  label: 'That was not me',
  summary: 'Report that a decision under your name was not yours',
  examples: ['not-me R-7K3F9Q'],
  params: { id },
};

export const unfreeze: RequestActionDefinition = {
  name: 'unfreeze',
  writes: 'request',
  verb: 'request.unfreeze',
  label: 'Allow the account again',
  summary: 'Let an account decide again that not-me has held back',
  examples: ['unfreeze R-7K3F9Q'],
  params: { id },
};
