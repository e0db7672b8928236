// What the tests of deployments share: templates of identities, and how they are deployed and waited for.

import type { ArmCall, Reply } from './ask.ts';
import { type Company, playgroundGroup } from './use-resources.ts';

const version = 'api-version=2022-09-01';

/** The path of a deployment. */
export const deploymentAt = (scope: string, name: string, verb = '') =>
  `${scope}/providers/Microsoft.Resources/deployments/${name}${verb}?${version}`;

/** A template of these resources. */
export function template(resources: unknown[], more: object = {}): object {
  return {
    $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
    contentVersion: '1.0.0.0',
    resources,
    ...more,
  };
}

export const identityType = 'Microsoft.ManagedIdentity/userAssignedIdentities';
export const identity = (name: string, more: object = {}) => ({
  type: identityType,
  apiVersion: '2024-11-30',
  name,
  location: '[resourceGroup().location]',
  ...more,
});
export const credential = (identityName: string, name: string, more: object = {}) => ({
  type: `${identityType}/federatedIdentityCredentials`,
  apiVersion: '2024-11-30',
  name: `${identityName}/${name}`,
  dependsOn: [`[resourceId('${identityType}', '${identityName}')]`],
  properties: {
    issuer: 'https://token.actions.githubusercontent.com',
    subject: name,
    audiences: ['api://AzureADTokenExchange'],
  },
  ...more,
});

export interface Shown {
  properties: {
    provisioningState: string;
    outputs?: Record<string, { type: string; value: unknown }>;
    error?: { code: string; details: { code: string; message: string; target: string }[] };
    parameters: Record<string, { value?: unknown }>;
    outputResources?: { id: string }[];
  };
}

/** How a company deploys: as its owner unless said otherwise, and what is told of it when it is over. */
export function deployer(company: Company) {
  return {
    deploy: (
      name: string,
      given: object,
      parameters: object = {},
      scope = playgroundGroup,
      as?: (call: ArmCall) => Promise<Reply>,
    ) =>
      (as ?? company.owner)({
        method: 'PUT',
        path: deploymentAt(scope, name),
        body: {
          ...(scope === playgroundGroup ? {} : { location: 'westeurope' }),
          properties: {
            mode: 'Incremental',
            template: given,
            parameters: Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, { value }])),
          },
        },
      }),
    async done(name: string, scope = playgroundGroup): Promise<Shown['properties']> {
      for (;;) {
        const { properties } = (await company.get(deploymentAt(scope, name))).body as Shown;
        if (!/^(Accepted|Running)$/.test(properties.provisioningState)) return properties;
      }
    },
  };
}
