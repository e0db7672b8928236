// What the tests of the gateway share: names in the simulated Azure, operations, and gateways that end with their file.

import tls from 'node:tls';
import { ManagedIdentityCredential } from '@azure/identity';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { type RunningSimulator, startSimulator } from '../../simulator/server.ts';
import { type Azure, createAzure } from '../../src/azure/azure.ts';
import { Fault } from '../../src/core/errors.ts';
import type { Operation } from '../../src/core/operations/registry.ts';
import { type Gateway, startGateway } from '../support/azure.ts';

export const production = '50bc0000-0000-4000-8000-000000000001';
export const staging = '50bc0000-0000-4000-8000-000000000002';
export const group = `/subscriptions/${production}/resourceGroups/rg-payments`;
export const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
export const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** A simulated Azure of small pages, the gateway to it, and one that gives up soon. */
export interface Gateways {
  readonly simulator: RunningSimulator;
  readonly azure: Azure;
  readonly quick: Azure;
}

/** One simulated Azure for all tests of a file; its faults end with each test. */
export function useGateways(give: (gateways: Gateways) => void): void {
  let simulator: RunningSimulator;
  let azure: Azure;
  let quick: Azure;
  beforeAll(async () => {
    simulator = await startSimulator({ settings: { throttling: false, pageSize: 5 } });
    tls.setDefaultCACertificates([...tls.getCACertificates('default'), simulator.caPem]);
    process.env.IDENTITY_ENDPOINT = simulator.tokenEndpoint;
    process.env.IDENTITY_HEADER = simulator.identityHeader;
    const make = (limits: object) =>
      createAzure({
        cloud: 'public',
        resourceManagerEndpoint: simulator.endpoint,
        graphEndpoint: simulator.endpoint,
        credential: new ManagedIdentityCredential(),
        clock: () => new Date(),
        log: silent,
        limits,
      });
    azure = make({});
    quick = make({ readMs: 1_500, writeMs: 3_000 });
    give({ simulator, azure, quick });
  });
  afterEach(() => simulator.control.faults.clear());
  afterAll(async () => {
    azure?.close();
    quick?.close();
    await simulator?.close();
  });
}

/** A gateway to an Azure of its own for all tests of a describe; its faults end with each test. */
export function useGateway(
  options: Parameters<typeof startGateway>[0],
  give: (gateway: { readonly simulator: RunningSimulator; readonly azure: Azure }) => void,
): void {
  let running: Gateway;
  beforeAll(async () => {
    running = await startGateway(options);
    give(running);
  });
  afterEach(() => running.simulator.control.faults.clear());
  afterAll(() => running?.close());
}

export async function faultOf(work: Promise<unknown>): Promise<Fault> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('it went well');
}

export const creating = (name: string, subscriptionId = production, resourceGroup = 'rg-payments'): Operation => ({
  kind: 'identity.create',
  id: `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`,
  subscriptionId,
  resourceGroup,
  name,
  location: 'westeurope',
  tags: { made: 'here' },
});

export const granting = (identityId: string, principalId: string): Operation => ({
  kind: 'role-assignment.create',
  scope: group,
  roleDefinitionId: reader,
  roleName: 'Reader',
  identityId,
  principalId,
});
