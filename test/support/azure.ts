// A simulated Azure of the test's own, with its switches in hand, and the environment by which a bot finds it.

import { type RunningSimulator, startSimulator } from '../../simulator/server.ts';

export interface TestAzure {
  readonly simulator: RunningSimulator;
  /** For a bot in a process of its own. */
  readonly environment: Readonly<Record<string, string>>;
}

export async function startAzure(options: Parameters<typeof startSimulator>[0] = {}): Promise<TestAzure> {
  const simulator = await startSimulator({ ...options, settings: { throttling: false, ...options.settings } });
  return {
    simulator,
    environment: {
      AZURE_RESOURCE_MANAGER_ENDPOINT: simulator.endpoint,
      MICROSOFT_GRAPH_ENDPOINT: simulator.endpoint,
      IDENTITY_ENDPOINT: simulator.tokenEndpoint,
      IDENTITY_HEADER: simulator.identityHeader,
      NODE_EXTRA_CA_CERTS: simulator.certificate,
    },
  };
}
