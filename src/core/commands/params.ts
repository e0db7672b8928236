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
    about: 'the name or id of the identity',
    flags: ['--name', '-n'],
    idFlags: ['--ids'],
    position: 0,
    isRequired: true,
  },
  resourceGroup: {
    kind: 'group',
    label: 'Identity’s resource group',
    about: 'the resource group of the identity, if several have the same name',
    flags: ['--resource-group', '-g'],
    isLineOnly: true,
  },
  subscription: {
    kind: 'subscription',
    label: 'Identity’s subscription',
    about: 'the subscription of the identity, if several have the same name',
    flags: ['--subscription'],
    isLineOnly: true,
  },
} as const satisfies Readonly<Record<string, Param>>;

export const reasonParam = {
  kind: 'text',
  label: 'Reason',
  about: 'the reason, shown to approvers',
  flags: ['--reason'],
} as const satisfies Param;

export const requestParam = {
  kind: 'request',
  label: 'Request',
  about: 'the id of the request',
  position: 0,
  isRequired: true,
  example: 'R-7K3F9Q',
} as const satisfies Param;

/** How long a role holds: for a time, or until one. At most one of them is given; `durationOf` reads both. */
export const endParams = {
  for: {
    kind: 'duration',
    label: 'Ends after',
    about: 'how long the role lasts; default: permanent',
    flags: ['--for'],
    example: '8h',
  },
  until: {
    kind: 'instant',
    label: 'Ends at',
    about: 'when the role ends, in UTC unless an offset is entered; instead of --for',
    flags: ['--until'],
    example: '2026-12-01T18:00',
    isLineOnly: true,
  },
} as const satisfies Readonly<Record<string, Param>>;
