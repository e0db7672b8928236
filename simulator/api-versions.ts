// The api-versions that Azure published for the types simulated here, and the refusals of any other.
// Sources: the folders of Azure/azure-rest-api-specs for each provider.

import { ArmError, resourceTypeNotFound } from './errors.ts';
import { locationNames } from './locations.ts';
import type { Route } from './router.ts';

const authorization = ['2014-07-01-preview', '2014-10-01-preview', '2015-06-01', '2015-07-01', '2017-10-01-preview'];

export const versions = {
  subscriptions: [
    '2014-04-01',
    '2015-11-01',
    '2016-06-01',
    '2018-06-01',
    '2019-06-01',
    '2019-11-01',
    '2020-01-01',
    '2021-01-01',
    '2021-10-01',
    '2022-09-01',
    '2022-12-01',
    '2024-11-01',
  ],
  resources: [
    '2014-04-01',
    '2015-01-01',
    '2015-11-01',
    '2016-02-01',
    '2016-07-01',
    '2016-09-01',
    '2017-05-10',
    '2018-01-01',
    '2018-02-01',
    '2018-05-01',
    '2018-08-01',
    '2019-03-01',
    '2019-05-01',
    '2019-05-10',
    '2019-07-01',
    '2019-08-01',
    '2019-10-01',
    '2020-06-01',
    '2020-08-01',
    '2020-10-01',
    '2021-01-01',
    '2021-04-01',
    '2022-09-01',
    '2022-12-01',
    '2023-07-01',
    '2024-03-01',
    '2024-07-01',
    '2024-11-01',
    '2025-03-01',
    '2025-04-01',
  ],
  identities: [
    '2015-08-31-preview',
    '2018-11-30',
    '2021-09-30-preview',
    '2022-01-31-preview',
    '2023-01-31',
    '2023-07-31-preview',
    '2024-11-30',
    '2025-01-31-preview',
    '2025-05-31-preview',
    '2026-04-30',
    '2026-05-31',
  ],
  federatedCredentials: [
    '2022-01-31-preview',
    '2023-01-31',
    '2023-07-31-preview',
    '2024-11-30',
    '2025-01-31-preview',
    '2025-05-31-preview',
    '2026-04-30',
    '2026-05-31',
  ],
  /** Those that know expressions in the place of a subject. */
  flexibleCredentials: ['2025-01-31-preview', '2025-05-31-preview'] as readonly string[],
  associatedResources: ['2021-09-30-preview', '2022-01-31-preview'],
  revokeTokens: ['2023-07-31-preview'],
  roleAssignments: [
    ...authorization,
    '2018-01-01-preview',
    '2018-07-01',
    '2018-09-01-preview',
    '2019-04-01-preview',
    '2020-03-01-preview',
    '2020-04-01-preview',
    '2020-08-01-preview',
    '2020-10-01-preview',
    '2021-04-01-preview',
    '2022-01-01-preview',
    '2022-04-01',
    '2023-04-01-preview',
  ],
  roleDefinitions: [
    ...authorization,
    '2018-01-01-preview',
    '2018-07-01',
    '2022-04-01',
    '2022-05-01-preview',
    '2023-04-01-preview',
  ],
  denyAssignments: ['2018-07-01-preview', '2022-04-01', '2024-07-01-preview'],
  activityLog: ['2014-04-01', '2015-04-01', '2017-03-01-preview'],
  permissions: ['2015-07-01', '2018-01-01-preview', '2022-04-01', '2022-05-01-preview'],
  roleSchedules: ['2020-10-01-preview', '2020-10-01', '2022-04-01-preview', '2024-02-01-preview', '2024-09-01-preview'],
  locks: ['2015-01-01', '2015-05-01-preview', '2015-06-01', '2016-09-01', '2017-04-01', '2020-05-01'],
  managementGroups: [
    '2017-05-31-preview',
    '2017-06-30-preview',
    '2017-08-31-preview',
    '2017-11-01-preview',
    '2018-01-01-preview',
    '2018-03-01-beta',
    '2018-03-01-preview',
    '2019-11-01',
    '2020-02-01',
    '2020-05-01',
    '2020-10-01',
    '2021-04-01',
    '2022-09-01',
    '2023-04-01',
  ],
  systemIdentities: [
    '2018-11-30',
    '2021-09-30-preview',
    '2022-01-31-preview',
    '2023-01-31',
    '2023-07-31-preview',
    '2024-11-30',
    '2025-01-31-preview',
    '2025-05-31-preview',
    '2026-04-30',
    '2026-05-31',
  ],
  classicAdministrators: ['2014-10-01-preview', '2015-05-01-preview', '2015-06-01', '2015-07-01'],
  providerOperations: ['2015-07-01', '2015-07-01-preview', '2017-05-01', '2018-01-01-preview', '2022-04-01'],
  operations: [
    '2015-08-31-preview',
    '2018-11-30',
    '2022-01-31-preview',
    '2023-01-31',
    '2024-11-30',
    '2025-01-31-preview',
  ],
  resourceGraph: [
    '2018-09-01-preview',
    '2019-04-01',
    '2020-04-01-preview',
    '2021-03-01',
    '2021-06-01-preview',
    '2022-10-01',
    '2024-04-01',
  ],
} as const;

/** What Azure answers to a call without an api-version. */
export function missingApiVersion(): ArmError {
  return new ArmError(
    400,
    'MissingApiVersionParameter',
    'The api-version query parameter (?api-version=) is required for all requests.',
    { 'x-ms-failure-cause': 'gateway' },
  );
}

/**
 * What Azure answers to an api-version that it never had: ARM for its own types, the gateway for a provider's. Of a resource it
 * says where it is; what is not offered region by region is told as a type that is not there.
 */
export function unknownApiVersion(route: Route, version: string, location: string | undefined): ArmError {
  const known = route.versions === 'none' ? [] : route.versions;
  if (!route.type) {
    return new ArmError(
      400,
      'InvalidApiVersionParameter',
      `The api-version '${version}' is invalid. The supported versions are '${[...known].reverse().join(',')}'.`,
      { 'x-ms-failure-cause': 'gateway' },
    );
  }
  if (location === undefined) return resourceTypeNotFound(route.type, version, known);
  return new ArmError(
    400,
    'NoRegisteredProviderFound',
    `No registered resource provider found for location '${location}' and API version '${version}' for type '${route.type.split('/').slice(1).join('/')}'. The supported api-versions are '${known.join(', ')}'. The supported locations are '${locationNames().join(', ')}'.`,
    { 'x-ms-failure-cause': 'gateway' },
  );
}
