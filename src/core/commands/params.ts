// Parameters that several commands have in common.

import type { Param } from '../grammar/define.ts';

/**
 * What names an identity, as az does it: `-n`, `-g`, `--subscription`, `--ids`. A command that names one spreads these among its
 * parameters and gives its arguments to `findIdentity`.
 */
export const identityParams = {
  name: {
    kind: 'identity',
    label: 'Name',
    about: 'the identity’s name or id',
    flags: ['--name', '-n'],
    idFlags: ['--ids'],
    position: 0,
    isRequired: true,
  },
  resourceGroup: {
    kind: 'group',
    label: 'Identity’s resource group',
    about: 'the group that the identity is in, where several have its name',
    flags: ['--resource-group', '-g'],
    isLineOnly: true,
  },
  subscription: {
    kind: 'subscription',
    label: 'Identity’s subscription',
    about: 'the subscription that the identity is in, where several have its name',
    flags: ['--subscription'],
    isLineOnly: true,
  },
} as const satisfies Readonly<Record<string, Param>>;

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

/** How long a role holds: for a time, or until one. At most one of them is given; `durationOf` reads both. */
export const endParams = {
  for: {
    kind: 'duration',
    label: 'Ends after',
    about: 'how long the role holds; otherwise it is permanent',
    flags: ['--for'],
    example: '8h',
  },
  until: {
    kind: 'instant',
    label: 'Ends at',
    about: 'when the role ends, in UTC unless an offset is given; instead of --for',
    flags: ['--until'],
    example: '2026-12-01T18:00',
    isLineOnly: true,
  },
} as const satisfies Readonly<Record<string, Param>>;
