// The cloud's own description, which the Azure CLI reads to learn a cloud's endpoints. Needs no token.

import type { Answer, Simulation } from '../exchange.ts';

export function cloudMetadata({ endpoint, world }: Simulation): Answer {
  return {
    status: 200,
    body: {
      name: 'IdentityDeskSimulator',
      portal: endpoint,
      authentication: {
        loginEndpoint: 'https://login.microsoftonline.com',
        audiences: ['https://management.core.windows.net/', 'https://management.azure.com/'],
        tenant: world.tenant.id,
        identityProvider: 'AAD',
      },
      graphEndpoint: endpoint,
      graph: endpoint,
      microsoftGraphResourceId: `${endpoint}/`,
      resourceManager: endpoint,
      gallery: endpoint,
      batch: endpoint,
      media: endpoint,
      sqlManagement: endpoint,
      vmImageAliasDoc: endpoint,
      suffixes: { keyVaultDns: 'vault.azure.net', storage: 'core.windows.net' },
    },
  };
}
