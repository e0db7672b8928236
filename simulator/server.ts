// The two servers of the simulator: https for ARM and Microsoft Graph, http for tokens. Loopback only.
// It puts the parts together; what Azure says is said elsewhere.

import { once } from 'node:events';
import type { Server as PlainServer } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { ActivityLog } from './activities.ts';
import { certificateIn, defaultCertificateFolder } from './certificate.ts';
import { Control } from './control.ts';
import type { Simulation } from './exchange.ts';
import { listener } from './listener.ts';
import { keepSchedules } from './pim/settle.ts';
import { armAnswer } from './pipeline.ts';
import { defaultSettings, type Settings } from './settings.ts';
import { Throttle } from './throttle.ts';
import { tokenServer } from './token-server.ts';
import { Tokens } from './tokens.ts';
import { loadWorld } from './world/load.ts';
import { StateFile } from './world/state-file.ts';
import { World } from './world/world.ts';

export interface SimulatorOptions {
  /** 0 (the default): any free port. */
  port?: number;
  tokenPort?: number;
  /** The file that the world is kept in. None: it is forgotten. */
  state?: string;
  /** A world's description, or 'generated:SUBSCRIPTIONS,IDENTITIES'. None: the Contoso company. */
  seed?: string;
  certDir?: string;
  identityHeader?: string;
  /** Whether /_control answers over https. The returned `control` works in any case. */
  control?: boolean;
  settings?: Partial<Settings>;
  /** The clock, milliseconds since 1970. */
  now?: () => number;
}

export interface RunningSimulator {
  /** https://localhost:PORT */
  endpoint: string;
  /** http://127.0.0.1:PORT/msi/token */
  tokenEndpoint: string;
  identityHeader: string;
  /** The file with the authority to trust. */
  certificate: string;
  caPem: string;
  control: Control;
  close(): Promise<void>;
}

/** Starts a simulator; resolves when both servers listen. Throws an Error that names the port, seed or file that is wrong. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<RunningSimulator> {
  const certificate = await certificateIn(options.certDir ?? defaultCertificateFolder());
  const file = options.state === undefined ? undefined : new StateFile(options.state);
  const seed = () => loadWorld(options.seed);
  let world = new World(file?.load() ?? seed(), options.now);
  const settings: Settings = { ...defaultSettings, ...options.settings };
  const now = options.now ?? Date.now;
  let endpoint = '';
  const within = new Throttle();
  const simulation: Simulation = {
    get world() {
      return world;
    },
    get endpoint() {
      return endpoint;
    },
    settings,
    activities: new ActivityLog(),
    now,
    dispatch: (call) => armAnswer(simulation, within, call),
  };
  const control = new Control(simulation, (next) => {
    world = new World(next ?? seed(), options.now);
    file?.keep(world);
  });
  file?.keep(world);
  const stopSchedules = keepSchedules(simulation);
  const tokens = new Tokens(certificate.tokenKey);
  const identityHeader = options.identityHeader ?? 'identity-desk-simulator';
  const secure = createServer(
    { key: certificate.key, cert: certificate.cert },
    listener(simulation, tokens, control, options.control ?? false),
  );
  const plain = tokenServer(simulation, tokens, identityHeader);
  // A client that reuses a connection which is just being closed sees a reset: hold them longer than clients do.
  secure.keepAliveTimeout = plain.keepAliveTimeout = 75_000;
  try {
    endpoint = `https://localhost:${await listen(secure, options.port ?? 0)}`;
    const tokenPort = await listen(plain, options.tokenPort ?? 0);
    return {
      endpoint,
      tokenEndpoint: `http://127.0.0.1:${tokenPort}/msi/token`,
      identityHeader,
      certificate: certificate.caFile,
      caPem: certificate.caPem,
      control,
      close: async () => {
        stopSchedules();
        await Promise.all([stop(secure), stop(plain)]);
        file?.flush();
      },
    };
  } catch (error) {
    stopSchedules();
    await Promise.all([stop(secure), stop(plain)]);
    throw error;
  }
}

async function listen(server: PlainServer, port: number): Promise<number> {
  server.listen({ port, host: '127.0.0.1' });
  await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EADDRINUSE' ? new Error(`port ${port} is in use`) : error;
  });
  return (server.address() as AddressInfo).port;
}

async function stop(server: PlainServer): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
