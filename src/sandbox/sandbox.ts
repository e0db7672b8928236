// The sandbox: its people, its simulated Azure, its two local Teams clients. Its editable files are in sandbox/.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Conversations, Log } from '../core/ports.ts';
import { startClients } from './local-clients.ts';
import { readPeople, type SandboxPeople } from './people.ts';
import { startSimulator } from './simulator.ts';

const peopleFile = 'sandbox/people.yaml';
const simulatorProgram = 'simulator/main.ts';
/** Preferred ports; others are used where these are in use. */
const clientPorts = { asks: 56150, approves: 56151 };

type OnStop = (name: string, stop: () => Promise<unknown> | unknown) => void;

/** How to reach the simulated Azure. */
export interface AzureSettings {
  readonly resourceManagerEndpoint?: string;
  readonly graphEndpoint?: string;
  /** The file of an additional CA certificate to trust. */
  readonly certificate?: string;
}

/** The sandbox's parts, started by main.ts. */
export interface Sandbox {
  readonly people: Promise<SandboxPeople>;
  /** Starts the simulated Azure, and points @azure/identity to its token endpoint as on App Service. */
  startAzure(onStop: OnStop): Promise<AzureSettings>;
  /** Starts the local clients and logs their addresses. */
  startClients(port: number, botName: string, conversations: Conversations, onStop: OnStop): Promise<void>;
}

/** Creates the data folder and reads the people. */
export function prepareSandbox(given: { dataDir: string; log: Log }): Sandbox {
  const { dataDir, log } = given;
  mkdirSync(dataDir, { recursive: true });
  const people = readPeople(peopleFile);
  people.catch(() => undefined);
  return {
    people,

    async startAzure(onStop) {
      const azure = await startSimulator({ program: simulatorProgram, stateFile: join(dataDir, 'azure.json'), log });
      onStop('azure simulator', azure.stop);
      process.env.IDENTITY_ENDPOINT = azure.tokenEndpoint;
      process.env.IDENTITY_HEADER = azure.tokenHeader;
      log.info({ azure: azure.endpoint }, 'Azure simulator started');
      return { resourceManagerEndpoint: azure.endpoint, graphEndpoint: azure.endpoint, certificate: azure.certificate };
    },

    async startClients(port, botName, conversations, onStop) {
      const { tenant, asks, approves, people: all } = await people;
      const everybody = all.map(({ id, name, email }) => ({ entraId: id, name, email }));
      const seat = (email: string, first: number) => {
        const person = everybody.find((one) => one.email === email);
        if (!person) throw new Error(`${peopleFile}: ${email} is not in people`);
        return { person, port: first };
      };
      const { clients, stop } = await startClients({
        botEndpoint: `http://127.0.0.1:${port}/api/messages`,
        botName,
        tenantId: tenant,
        seats: [seat(asks, clientPorts.asks), seat(approves, clientPorts.approves)],
        people: everybody,
        dir: join(dataDir, 'clients'),
        log,
      });
      onStop('local Teams clients', stop);
      for (const { person, conversation, url } of clients) {
        // A local client keeps its messages in its page only: after a restart the chat is empty, so the bot posts its welcome again.
        await conversations.forget('teams', conversation);
        log.info({ url }, `open ${url} to chat as ${person.name}, ${person.email === asks ? 'requester' : 'approver'}`);
      }
    },
  };
}
