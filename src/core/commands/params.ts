// Parameters that several commands share.

import type { Param } from '../grammar/define.ts';

/**
 * The parameters that name an identity, as in az: `-n`, `-g`, `--subscription`, `--ids`. A command spreads these into its
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

/** The reason of a request. */
export const reasonParam = {
  kind: 'text',
  label: 'Reason',
  about: 'the reason, shown to approvers',
  flags: ['--reason'],
} as const satisfies Param;

/** The id of a request. */
export const requestParam = {
  kind: 'request',
  label: 'Request',
  about: 'the id of the request',
  position: 0,
  isRequired: true,
  example: 'R-7K3F9Q',
} as const satisfies Param;

/** The id of a temporary grant, or of the request that made it. */
export const grantParam = {
  kind: 'grant',
  label: 'Temporary role',
  about: 'the id of the request, or of one of its temporary roles',
  flags: ['--id'],
  position: 0,
  isRequired: true,
  example: 'R-7K3F9Q',
} as const satisfies Param;

/** The duration or end of a role assignment. At most one is given; `durationOf` reads both. */
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
