// The simulated company that the simulator's tests share: its subscriptions, the paths of identities, and one simulator for a file.

import { afterAll, beforeAll } from 'vitest';
import { type RunningSimulator, startSimulator } from '../../simulator/server.ts';
import { type ArmCall, asker, type Reply } from './ask.ts';

export const production = '50bc0000-0000-4000-8000-000000000001';
export const sandbox = '50bc0000-0000-4000-8000-000000000003';
export const version = 'api-version=2024-11-30';

export const identities = (subscription: string, group = '') =>
  `/subscriptions/${subscription}${group === '' ? '' : `/resourceGroups/${group}`}/providers/Microsoft.ManagedIdentity/userAssignedIdentities`;

/** A simulator of small pages with its control path, asked as the bot, for all tests of a file. */
export function useSimulator(
  give: (simulator: RunningSimulator, ask: (call: ArmCall) => Promise<Reply>) => void,
): void {
  let simulator: RunningSimulator;
  beforeAll(async () => {
    simulator = await startSimulator({ settings: { throttling: false, pageSize: 7 }, control: true });
    give(simulator, await asker(simulator));
  });
  afterAll(() => simulator?.close());
}
