// The sign-in page as it is, over HTTP, before the Entra stand-in; the store, the chat and the directory are in memory.

import type { Click } from '../../src/core/approvals/click.ts';
import { plainText, type RichText } from '../../src/core/chat.ts';
import { Fault } from '../../src/core/errors.ts';
import type { AuditEntry } from '../../src/core/model/audit.ts';
import type { DirectoryUser, Sender } from '../../src/core/model/person.ts';
import type { Request } from '../../src/core/model/request.ts';
import { createPeople, createStanding } from '../../src/core/people.ts';
import type { Delivery, Directory } from '../../src/core/ports.ts';
import { createHttp } from '../../src/http.ts';
import { ids } from '../../src/ids.ts';
import { createSignIn } from '../../src/sign-in/sign-in.ts';
import { createFakeStore, silent } from '../support/fake-ports.ts';
import { createMemorySignIn } from '../support/memory-sign-in.ts';
import { clientId, clientSecret, Entra, humans, tenant } from './entra.ts';

const user = (
  { oid, name, address }: (typeof humans)[keyof typeof humans],
  more: Partial<DirectoryUser> = {},
): DirectoryUser => ({
  entraId: oid,
  name,
  emails: [address],
  isGuest: false,
  isEnabled: true,
  ...more,
});

export const inSlack = (userId: string, name: string): Sender => ({ chat: 'slack', userId, name });

let number = 0;
/** A chat account that the directory does not know. */
export const somebody = (name = 'megs'): Sender => inSlack(`T0:U${++number}`, name);

export type SignInWorld = Awaited<ReturnType<typeof startWorld>>;

/** Everything that a sign-in needs. `profiles`: the verified address of each chat account. */
export async function startWorld() {
  let offsetMs = 0;
  const entries: AuditEntry[] = [];
  const memory = createMemorySignIn((more) => void entries.push(...more));
  const directory = new Map<string, DirectoryUser>(Object.values(humans).map((one) => [one.oid, user(one)]));
  const profiles = new Map<string, { email?: string; isGuest?: boolean }>();
  /** What was told in chats. */
  const said: string[] = [];
  const { conversations } = createFakeStore();
  const requests = new Map<string, Request>();
  const decisions: Click[] = [];
  const messengers = () => [
    {
      chat: 'slack',
      profile: async ({ userId, name }: Sender) => ({ name, isGuest: false, ...profiles.get(userId) }),
      postReply: async ({ conversation }: { conversation: string }, text: RichText): Promise<Delivery> => {
        said.push(`${conversation}: ${plainText(text)}`);
        return { ok: true, message: 'm' };
      },
    },
  ];
  const reads: Directory = {
    userById: async (id) => directory.get(id),
    userByEmail: async (email) => {
      const found = [...directory.values()].filter(({ emails }) => emails.includes(email));
      if (found.length > 1) throw new Fault('ambiguous', 'several');
      return found[0];
    },
  };
  const people = createPeople({
    directory: reads,
    links: memory.links,
    messengers,
  });
  let route: Parameters<typeof createHttp>[0]['routes'] = [];
  const http = await createHttp({
    host: '127.0.0.1',
    port: 0,
    log: silent,
    routes: ['/sign-in', '/sign-in/style.css', '/sign-in/callback', '/sign-in/result']
      .map((path) => ({ method: 'GET' as const, path }))
      .concat(['/sign-in/start', '/sign-in/confirm'].map((path) => ({ method: 'POST' as const, path })) as never)
      .map((one) => ({
        ...one,
        handle: (request, response) =>
          route.find(({ method, path }) => method === one.method && path === one.path)?.handle(request, response),
      })),
  });
  const publicUrl = http.url;
  const entra = await Entra.start(() => `${publicUrl}/sign-in/callback`);
  const clock = { now: () => new Date(Date.now() + offsetMs) };
  const { parts, routes } = createSignIn(
    { publicUrl, tenantId: tenant, issuer: entra.issuer, clientId, clientSecret },
    {
      ...memory,
      requests: { get: async (id) => requests.get(id) },
      people,
      conversations,
      standing: createStanding({ directory: reads }),
      messengers,
      onRefused: () => {},
      decideRequest: async (click) => {
        decisions.push(click);
        const request = requests.get(click.requestId);
        if (!request) throw new Fault('not-found', 'There is no such request.');
        const { by, chat } = click;
        const at = clock.now().toISOString();
        return { ...request, decisions: [{ by, chat, at, verdict: 'approve', digest: request.digest }] };
      },
      ids,
      clock,
      log: silent,
    },
  );
  route = routes;
  return {
    ...memory,
    ...parts,
    clock,
    conversations,
    said,
    directory,
    entra,
    entries,
    people,
    profiles,
    publicUrl,
    requests,
    decisions,
    user,
    goOn: (ms: number) => {
      offsetMs += ms;
    },
    events: () => entries.map(({ event }) => event),
    async close() {
      await http.close(100);
      await entra.close();
    },
  };
}
