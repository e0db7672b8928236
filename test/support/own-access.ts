// A bot that may do everything in Azure, and whose own identity is none of those that tests are about.

import type { OwnAccess } from '../../src/core/azure-ports.ts';
import type { OwnAssetPorts } from '../../src/core/bot-rights/own-assets.ts';
import type { AccessFacts, OwnIdentity } from '../../src/core/model/own-access.ts';

const ownIdentity: OwnIdentity = {
  principalId: 'b0700000-0000-4000-8000-00000000000a',
  clientId: 'b0700000-0000-4000-8000-00000000000b',
  resourceId:
    '/subscriptions/b0700000-0000-4000-8000-00000000000c/resourceGroups/rg-desk/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uami-desk',
};

const everything: AccessFacts = {
  permissions: [{ actions: ['*'], notActions: [], dataActions: [], notDataActions: [] }],
  conditional: [],
  denials: [],
};

export const mayAll: OwnAccess = { self: async () => ownIdentity, at: async () => everything };

/** For decisions on what is not the bot's own. */
export const elsewhere: OwnAssetPorts = { ownAccess: mayAll, azure: { identity: async () => undefined } };
