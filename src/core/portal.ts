// Addresses of the Azure portal.

/** A page of a thing in the portal: what it is, or who has access to it. */
export type PortalPage = 'overview' | 'access';

/** The portal of a cloud: https://portal.azure.com and its like. */
export interface Portal {
  readonly origin: string;
  /** Of people who have several tenants. Absent: the one that they last used. */
  readonly tenantId?: string;
}

const pages: Readonly<Record<PortalPage, string>> = { overview: 'overview', access: 'users' };

/** The address of the page of an ARM id. The portal reads the id as it is. */
export function portalAddress({ origin, tenantId }: Portal, id: string, page: PortalPage = 'overview'): string {
  const path = id.split('/').map(encodeURIComponent).join('/');
  return `${origin}/#${tenantId === undefined ? '' : `@${tenantId}`}/resource${path}/${pages[page]}`;
}
