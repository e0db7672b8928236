// Classic administrators: a list without anybody. Azure retired them on 31 August 2024.

import { versions } from '../api-versions.ts';
import type { Route } from '../router.ts';

const type = 'Microsoft.Authorization/classicAdministrators';

export const classicAdministratorRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: `/subscriptions/{subscription}/providers/${type}`,
    type,
    versions: versions.classicAdministrators,
    action: `${type}/read`,
    handle: () => ({ status: 200, body: { value: [] } }),
  },
];
