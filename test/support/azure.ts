// A simulated Azure per test, its control API, and the environment by which a bot finds it.

import tls from 'node:tls';
import type { TokenCredential } from '@azure/identity';
import { type RunningSimulator, startSimulator } from '../../simulator/server.ts';
import { type Azure, createAzure } from '../../src/azure/azure.ts';
import type { PerformOptions } from '../../src/core/ports.ts';

export interface TestAzure {
  readonly simulator: RunningSimulator;
  /** The environment of a bot process. */
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

/** The options of an uninterrupted run. */
export function firstRun(marker: string, more: Partial<PerformOptions> = {}): PerformOptions {
  return { marker, outputs: {}, isResumed: false, ...more };
}

/** A credential per simulator: ManagedIdentityCredential caches one token for the whole process. */
function tokensOf({ tokenEndpoint, identityHeader }: RunningSimulator): TokenCredential {
  return {
    getToken: async (scopes) => {
      const resource = String(Array.isArray(scopes) ? scopes[0] : scopes).replace(/\/\.default$/, '');
      const answer = await fetch(`${tokenEndpoint}?api-version=2019-08-01&resource=${encodeURIComponent(resource)}`, {
        headers: { 'x-identity-header': identityHeader },
      });
      const { access_token: token, expires_on: end } = (await answer.json()) as Record<string, string>;
      return { token: token ?? '', expiresOnTimestamp: Number(end) * 1000 };
    },
  };
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };

export interface Gateway {
  readonly simulator: RunningSimulator;
  readonly azure: Azure;
  close(): Promise<void>;
}

/** A simulated Azure with the bot's own gateway to it, in this process. */
export async function startGateway(
  options: { readonly seed?: string; readonly limits?: Parameters<typeof createAzure>[0]['limits'] } = {},
): Promise<Gateway> {
  const { seed, limits = {} } = options;
  const simulator = await startSimulator({ ...(seed ? { seed } : {}), settings: { throttling: false } });
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), simulator.caPem]);
  process.env.IDENTITY_ENDPOINT ??= simulator.tokenEndpoint;
  process.env.IDENTITY_HEADER ??= simulator.identityHeader;
  const azure = createAzure({
    cloud: 'public',
    resourceManagerEndpoint: simulator.endpoint,
    graphEndpoint: simulator.endpoint,
    credential: tokensOf(simulator),
    clock: () => new Date(),
    log: silent,
    limits,
  });
  return {
    simulator,
    azure,
    async close() {
      azure.close();
      await simulator.close();
    },
  };
}
