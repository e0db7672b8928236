// Parameters that several commands have in common.

import type { Param } from '../grammar/define.ts';

export const identityParam = {
  kind: 'identity',
  label: 'Name',
  about: 'the identity’s name or id',
  flags: ['--name', '-n'],
  position: 0,
  isRequired: true,
} as const satisfies Param;

export const reasonParam = {
  kind: 'text',
  label: 'Reason',
  about: 'why, for those who approve',
  flags: ['--reason'],
} as const satisfies Param;

export const requestParam = {
  kind: 'request',
  label: 'Request',
  about: 'the request’s id',
  position: 0,
  isRequired: true,
  example: 'R-7K3F9Q',
} as const satisfies Param;
