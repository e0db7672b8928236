// Every path of ARM that the simulator answers, by kind.

import { activityLogRoutes } from './arm/activity-log.ts';
import { associatedResourceRoutes } from './arm/associated-resources.ts';
import { classicAdministratorRoutes } from './arm/classic-administrators.ts';
import { denyAssignmentRoutes } from './arm/deny-assignments.ts';
import { deploymentRoutes } from './arm/deployments.ts';
import { federatedCredentialRoutes } from './arm/federated-credentials.ts';
import { groupResourceRoutes } from './arm/group-resources.ts';
import { identityRoutes } from './arm/identities.ts';
import { lockRoutes } from './arm/locks.ts';
import { managementEntityRoutes } from './arm/management-entities.ts';
import { managementGroupRoutes } from './arm/management-groups.ts';
import { permissionRoutes } from './arm/permissions.ts';
import { providerOperationRoutes } from './arm/provider-operations.ts';
import { providerRoutes } from './arm/providers.ts';
import { resourceGraphRoutes } from './arm/resource-graph.ts';
import { resourceGroupRoutes } from './arm/resource-groups.ts';
import { resourceRoutes } from './arm/resources.ts';
import { roleAssignmentRoutes } from './arm/role-assignments.ts';
import { roleDefinitionRoutes } from './arm/role-definitions.ts';
import { rolePolicyRoutes } from './arm/role-policies.ts';
import { roleScheduleRequestRoutes } from './arm/role-schedule-requests.ts';
import { roleScheduleRoutes } from './arm/role-schedules.ts';
import { scaleSetRoutes } from './arm/scale-sets.ts';
import { subscriptionRoutes } from './arm/subscriptions.ts';
import { systemIdentityRoutes } from './arm/system-identities.ts';
import { tagRoutes } from './arm/tags.ts';
import type { Route } from './router.ts';

const simulated: readonly Route[] = [
  ...subscriptionRoutes,
  ...resourceGroupRoutes,
  ...groupResourceRoutes,
  ...identityRoutes,
  ...associatedResourceRoutes,
  ...federatedCredentialRoutes,
  ...roleDefinitionRoutes,
  ...roleAssignmentRoutes,
  ...roleScheduleRequestRoutes,
  ...roleScheduleRoutes,
  ...rolePolicyRoutes,
  ...denyAssignmentRoutes,
  ...permissionRoutes,
  ...tagRoutes,
  ...deploymentRoutes,
  ...lockRoutes,
  ...classicAdministratorRoutes,
  ...managementGroupRoutes,
  ...managementEntityRoutes,
  ...systemIdentityRoutes,
  ...activityLogRoutes,
  ...resourceRoutes,
  ...scaleSetRoutes,
  ...resourceGraphRoutes,
];

export const routes: readonly Route[] = [
  ...simulated,
  ...providerOperationRoutes(simulated),
  ...providerRoutes(simulated),
];
