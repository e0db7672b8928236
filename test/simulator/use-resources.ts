// What the tests of resources with identities share: paths in the playground, one simulator asked as its owner on a clock of the
// test's own, and what an answer says.

import { afterAll, beforeAll } from 'vitest';
import { type RunningSimulator, startSimulator } from '../../simulator/server.ts';
import { type ArmCall, asker, type Reply } from './ask.ts';
import { sandbox } from './use-simulator.ts';

export const playgroundGroup = `/subscriptions/${sandbox}/resourceGroups/rg-playground`;
export const identityIn = (name: string, at = playgroundGroup) =>
  `${at}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;

interface Shown {
  kind?: string;
  identity?: {
    type: string;
    principalId?: string;
    userAssignedIdentities?: Record<string, { principalId?: string; clientId?: string } | null>;
  };
  properties: {
    provisioningState: string;
    upgradePolicy?: { mode: string };
    identityProfile?: { kubeletidentity: Record<string, string> };
  };
}

export const shown = ({ body }: Reply) => body as Shown;
export const codeOf = ({ status, body }: Reply) => [
  status,
  (body as { error?: { code?: string } } | undefined)?.error?.code,
];
export const messageOf = ({ body }: Reply) => (body as { error?: { message?: string } } | undefined)?.error?.message;

/** The names of the identities that an answer has on the resource, sorted. */
export const identityNames = (reply: Reply) =>
  Object.keys(shown(reply).identity?.userAssignedIdentities ?? {})
    .map((id) => id.split('/').at(-1))
    .sort();

/** The path of a resource in the playground. */
export const resourceAt = (type: string, name: string, version: string) =>
  `${playgroundGroup}/providers/${type}/${name}?api-version=${version}`;

/** An identity block with these and no system-assigned one. */
export const userAssigned = (...ids: string[]) => ({
  type: 'UserAssigned',
  userAssignedIdentities: Object.fromEntries(ids.map((id) => [id, {}])),
});

export interface Company {
  simulator: RunningSimulator;
  owner(call: ArmCall): Promise<Reply>;
  get(path: string): Promise<Reply>;
  /** Writes an identity block, with whatever else the body has. */
  write(method: 'PUT' | 'PATCH', path: string, block: unknown, more?: object): Promise<Reply>;
  /** Moves the simulator's clock. */
  pass(ms: number): void;
}

/** One company for a file of tests. */
export function useOwner(): Company {
  let clock = Date.parse('2026-11-01T08:00:00Z');
  let owner: (call: ArmCall) => Promise<Reply>;
  const company = {
    owner: (call: ArmCall) => owner(call),
    get: (path: string) => owner({ method: 'GET', path }),
    write: (method: 'PUT' | 'PATCH', path: string, block: unknown, more: object = {}) =>
      owner({
        method,
        path,
        body: { ...(method === 'PUT' ? { location: 'westeurope' } : {}), ...more, identity: block },
      }),
    pass: (ms: number) => {
      clock += ms;
    },
  } as Company;
  beforeAll(async () => {
    company.simulator = await startSimulator({ settings: { throttling: false }, now: () => clock });
    owner = await asker(company.simulator, 'megan@contoso.com');
  });
  afterAll(() => company.simulator?.close());
  return company;
}
