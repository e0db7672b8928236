// The endpoints and token audiences of Azure's clouds.

import { AzureAuthorityHosts } from '@azure/identity';

/** A value of AZURE_CLOUD. */
export type CloudName = 'public' | 'usgov' | 'china';

/** Endpoints and token scopes of one cloud. */
export interface Cloud {
  /** Azure Resource Manager. */
  readonly resourceManager: string;
  readonly resourceManagerScope: string;
  readonly graph: string;
  readonly graphScope: string;
  /** The Microsoft Entra endpoint that issues tokens. */
  readonly authorityHost: string;
  /** The Azure portal. */
  readonly portal: string;
}

/** Source: Microsoft's national clouds pages (learn.microsoft.com, “National clouds”, “Azure environments”). */
export const clouds: Readonly<Record<CloudName, Cloud>> = {
  public: {
    resourceManager: 'https://management.azure.com',
    resourceManagerScope: 'https://management.azure.com/.default',
    graph: 'https://graph.microsoft.com',
    graphScope: 'https://graph.microsoft.com/.default',
    authorityHost: AzureAuthorityHosts.AzurePublicCloud,
    portal: 'https://portal.azure.com',
  },
  usgov: {
    resourceManager: 'https://management.usgovcloudapi.net',
    resourceManagerScope: 'https://management.usgovcloudapi.net/.default',
    graph: 'https://graph.microsoft.us',
    graphScope: 'https://graph.microsoft.us/.default',
    authorityHost: AzureAuthorityHosts.AzureGovernment,
    portal: 'https://portal.azure.us',
  },
  china: {
    resourceManager: 'https://management.chinacloudapi.cn',
    resourceManagerScope: 'https://management.chinacloudapi.cn/.default',
    graph: 'https://microsoftgraph.chinacloudapi.cn',
    graphScope: 'https://microsoftgraph.chinacloudapi.cn/.default',
    authorityHost: AzureAuthorityHosts.AzureChina,
    portal: 'https://portal.azure.cn',
  },
};
