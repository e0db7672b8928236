// The sandbox as a whole: its people, its Azure, its two local Teams clients. What a user may change is in sandbox/.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Conversations, Log } from '../core/ports.ts';
import { startClients } from './clients.ts';
import { readPeople, type SandboxPeople } from './people.ts';
import { startSimulator } from './simulator.ts';

const peopleFile = 'sandbox/people.yaml';
const simulatorProgram = 'simulator/main.ts';
/** Tried first; the clients take others where these are in use. */
const clientPorts = { asks: 56150, approves: 56151 };

type OnStop = (name: string, stop: () => Promise<unknown> | unknown) => void;

export interface AzureSettings {
  readonly resourceManagerEndpoint?: string;
  readonly graphEndpoint?: string;
  /** A certificate to trust besides the system's. */
  readonly certificate?: string;
}

export interface Sandbox {
  readonly people: Promise<SandboxPeople>;
  /** Starts the simulated Azure and lets @azure/identity find its tokens, as on an App Service. */
  startAzure(onStop: OnStop): Promise<AzureSettings>;
  /** Starts the local clients and logs where to open them. */
  startClients(port: number, botName: string, conversations: Conversations, onStop: OnStop): Promise<void>;
}

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
      // @azure/identity looks for all of these: a real identity must neither be signed in nor have its token sent here.
      for (const name of Object.keys(process.env)) {
        if (/^(AZURE|IDENTITY|MSI|IMDS)_/i.test(name)) delete process.env[name];
      }
      process.env.IDENTITY_ENDPOINT = azure.tokenEndpoint;
      process.env.IDENTITY_HEADER = azure.tokenHeader;
      log.info({ azure: azure.endpoint }, 'the simulated Azure is up');
      return { resourceManagerEndpoint: azure.endpoint, graphEndpoint: azure.endpoint, certificate: azure.certificate };
    },

    async startClients(port, botName, conversations, onStop) {
      const { tenant, asks, approves, people: all } = await people;
      const everybody = all.map(({ id, name, email }) => ({ entraId: id, name, email }));
      const seat = (email: string, first: number) => {
        const person = everybody.find((one) => one.email === email);
        if (!person) throw new Error(`${peopleFile}: ${email} is none of the people`);
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
        // A local client keeps its messages in the page alone: what stood there before is gone, and it is greeted anew.
        await conversations.forget('teams', conversation);
        log.info({ url }, `open ${url} to speak as ${person.name}, who ${person.email === asks ? 'asks' : 'approves'}`);
      }
    },
  };
}
