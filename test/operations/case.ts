// What a case of the contract is, and the things in Azure that cases are made of.

import { identityScope, resourceGroupScope } from '../../src/core/model/scope.ts';
import type { Operation } from '../../src/core/operations/registry.ts';
import { firstRun, type Gateway } from '../support/azure.ts';

export const subscriptionId = '50bc0000-0000-4000-8000-000000000001';
export const group = 'rg-payments';
export const groupId = resourceGroupScope(subscriptionId, group);
export const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';

let number = 0;
/** For names that nothing else has. */
export const nextNumber = () => ++number;

let azure: Gateway['azure'];
let simulator: Gateway['simulator'];

/** Which Azure the cases are about. */
export function useAzure(gateway: Gateway): void {
  azure = gateway.azure;
  simulator = gateway.simulator;
}

/** The Azure that the cases are about. */
export const currentAzure = () => azure;

/** An identity as its provider knows it. */
export const identityNow = (id: string) => azure.reader.identity(id);

/** Virtual machines, which nothing else here makes. */
export const virtualMachine = {
  /** A new one; its ARM id. */
  add(): string {
    const name = `vm-contract-${nextNumber()}`;
    const type = 'Microsoft.Compute/virtualMachines';
    const row = { subscriptionId, resourceGroup: group, name, type, location: 'westeurope', tags: {} };
    const world = simulator.control.world();
    const resources = [...world.resources, { ...row, identities: [], properties: {} }];
    simulator.control.reset({ ...world, resources });
    return `${groupId}/providers/${type}/${name}`;
  },
  remove(id: string): void {
    const world = simulator.control.world();
    const resources = world.resources.filter(({ name }) => !id.endsWith(`/${name}`));
    simulator.control.reset({ ...world, resources });
  },
};

/** What the contract needs to know of a kind. */
export interface OperationCase {
  /** An operation that can be done, on things of its own. */
  arrange(): Promise<Operation>;
  readonly method: 'PUT' | 'PATCH' | 'DELETE';
  /** Whether its effect stands in Azure. */
  isDone(operation: Operation): Promise<boolean>;
  /** Changes the world under it, and what has to come of it then. */
  readonly disturbed: readonly {
    readonly how: string;
    disturb(operation: Operation): Promise<void>;
    readonly comes: 'stale' | 'azure-refused' | 'already-gone';
  }[];
}

/** Does it, as another request would. */
export const perform = (operation: Operation) => azure.writer.perform(operation, firstRun('R-OTHER1'));

/** The creation of an identity that is not there yet. */
export function anIdentity(tags: Record<string, string> = {}): Extract<Operation, { kind: 'identity.create' }> {
  const name = `uami-contract-${nextNumber()}`;
  const id = identityScope(subscriptionId, group, name);
  return {
    kind: 'identity.create',
    id,
    subscriptionId,
    resourceGroup: group,
    name,
    location: 'westeurope',
    tags,
  };
}

/** An identity that is there. */
export async function made() {
  const operation = anIdentity();
  const { ids } = await perform(operation);
  return { ...operation, id: ids.id ?? '', principalId: ids.principalId ?? '' };
}

/** Puts another in the place of an identity. */
export async function createdAnew(operation: Operation): Promise<void> {
  const { subscriptionId: _s, name, id, principalId } = operation as Extract<Operation, { kind: 'identity.delete' }>;
  const base = { id, subscriptionId, resourceGroup: group, name };
  await perform({ kind: 'identity.delete', ...base, principalId });
  await perform({ kind: 'identity.create', ...base, location: 'westeurope', tags: {} });
}
