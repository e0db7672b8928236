// The core's ports in memory, with state: what was written can be read back, and a test may break in between any two calls.

import { isReviewable } from '../../src/core/approvals/review-transitions.ts';
import type { Grants } from '../../src/core/grant-ports.ts';
import type { DeliveryKey } from '../../src/core/inbox.ts';
import type { SentMessage, SentMessages } from '../../src/core/message-ports.ts';
import type { AuditEntry } from '../../src/core/model/audit.ts';
import type { Person } from '../../src/core/model/person.ts';
import { canonicalJson } from '../../src/core/model/plan.ts';
import type { Change, Job, Request } from '../../src/core/model/request.ts';
import { definitionOf, identityIdsOf } from '../../src/core/operations/registry.ts';
import type { Audit, Conversation, Conversations, Log, Requests } from '../../src/core/ports.ts';
import type { AccountFreezes } from '../../src/core/sign-in-ports.ts';
import { sharing } from './memory-sharing.ts';
import { createShown } from './memory-shown.ts';
import { createMemorySignIn } from './memory-sign-in.ts';
import { runningAbout } from './memory-store.ts';

const ignore = (): void => {};
export const silent: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** A clock that goes on only when it is told to. */
export class FakeClock {
  #nowMs: number;

  constructor(start: string) {
    this.#nowMs = Date.parse(start);
  }

  now = (): Date => new Date(this.#nowMs);

  /** Goes on, or back with a negative number. */
  pass(ms: number): void {
    this.#nowMs += ms;
  }
}

/** The store's ports, with what stands in them. */
export interface FakeStore {
  readonly requests: Requests;
  readonly grants: Grants;
  readonly audit: Audit;
  readonly messages: SentMessages;
  readonly conversations: Conversations;
  readonly freezes: AccountFreezes;
  /** Jobs that were enqueued, in order. */
  readonly jobs: Job[];
  /** What stands in the store, to be looked at. */
  readonly rows: { readonly requests: Map<string, Request>; readonly messages: Map<string, SentMessage> };
  /** Puts a request there as it is, with its story. */
  put(request: Request, audit?: readonly AuditEntry[]): void;
}

function createFakeRequests(rows: Map<string, Request>, write: (change: Change) => void): Requests {
  const deliveries = new Map<string, string>();
  const keyOf = ({ chat, id }: DeliveryKey) => `${chat} ${id}`;
  const made = (delivery: DeliveryKey | undefined) => rows.get((delivery && deliveries.get(keyOf(delivery))) ?? '');
  return {
    async insert(change, unlessIn, _most, delivery) {
      const { id, requester, command, args } = change.request;
      const earlier = made(delivery);
      if (earlier) return { made: earlier };
      const waiting = [...rows.values()].find(
        (one) =>
          one.id !== id &&
          unlessIn?.includes(one.state) &&
          canonicalJson([one.requester.key, one.command, one.args]) === canonicalJson([requester.key, command, args]),
      );
      if (waiting) return { waiting };
      if (rows.has(id)) return 'id-taken';
      write(change);
      if (delivery) deliveries.set(keyOf(delivery), id);
      return 'inserted';
    },
    get: async (id) => rows.get(id),
    ofDelivery: async (delivery) => made(delivery),
    async list({ requesterKey, states, identityId, needsReview, limit, offset = 0 }) {
      const found = [...rows.values()]
        .filter(
          (one) =>
            (requesterKey === undefined || one.requester.key === requesterKey) &&
            (states === undefined || states.includes(one.state)) &&
            (!needsReview || isReviewable(one)) &&
            (identityId === undefined ||
              identityIdsOf(one.plan.steps.map(({ operation }) => operation)).includes(identityId.toLowerCase())),
        )
        .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt) || b.id.localeCompare(a.id));
      return { requests: found.slice(offset, offset + limit), total: found.length };
    },
    async changeSharing(id, subjectId, decide) {
      const current = rows.get(id);
      const changes = current && decide(current, sharing(rows, id, subjectId));
      for (const change of changes ?? []) write(change);
      return rows.get(id);
    },
    async changeAlone(id, decide) {
      const current = rows.get(id);
      const running = current && runningAbout(rows.values(), current);
      return this.change(id, (one) => decide(one, running));
    },
    async change(id, decide, delivery) {
      const current = rows.get(id);
      const change = current && !made(delivery) && decide(current);
      if (!change) return current;
      if (change.request.version !== current.version + 1) throw new Error(`${id} skips a version`);
      write(change);
      if (delivery) deliveries.set(keyOf(delivery), id);
      return change.request;
    },
  };
}

function createFakeGrants(rows: Map<string, Request>): Grants {
  return {
    async list({ state, identityId, subjectId, requesterKey, endsBefore, limit }) {
      const subjectOf = ({ operation, result }: Request['grants'][number]) =>
        definitionOf(operation).subjectId?.(operation, result)?.toLowerCase();
      return [...rows.values()]
        .filter(({ requester }) => requesterKey === undefined || requester.key === requesterKey)
        .flatMap(({ grants }) => grants)
        .filter(
          (grant) =>
            (state === undefined || grant.state === state) &&
            (identityId === undefined || identityIdsOf([grant.operation]).includes(identityId.toLowerCase())) &&
            (subjectId === undefined || subjectOf(grant) === subjectId.toLowerCase()) &&
            (endsBefore === undefined || grant.endsAt <= endsBefore),
        )
        .toSorted((a, b) => a.endsAt.localeCompare(b.endsAt))
        .slice(0, limit);
    },
  };
}

function createFakeMessages(rows: Map<string, SentMessage>): SentMessages {
  const key = (requestId: string, slot: string) => `${requestId} ${slot}`;
  const shown = createShown(() => new Date().toISOString());
  return {
    of: async (requestId) => [...rows.values()].filter((one) => one.requestId === requestId),
    find: async (chat, conversation, message) =>
      [...rows.values()].find(
        (one) => one.chat === chat && one.conversation === conversation && one.message === message,
      ),
    save: async (message) => {
      rows.set(key(message.requestId, message.slot), message);
      shown.saved(message);
    },
    inThread: async (chat, conversation, thread) =>
      [...rows.values()].find((one) => one.chat === chat && one.conversation === conversation && one.message === thread)
        ?.requestId,
    noteShown: async (more) => shown.noteShown(more),
    newestShown: async (of) => shown.newestShown(of),
    remove: async (requestId, slot) => void rows.delete(key(requestId, slot)),
  };
}

function createFakeConversations(): Conversations {
  const rows = new Map<string, Conversation>();
  const key = (chat: string, id: string) => `${chat} ${id}`;
  return {
    async remember(conversation) {
      const name = key(conversation.chat, conversation.id);
      const isNew = !rows.has(name);
      rows.set(name, conversation);
      return isNew;
    },
    find: async (chat, id) => rows.get(key(chat, id)),
    async personal(personKey) {
      const own = [...rows.values()].filter((one) => one.isPersonal && one.personKey === personKey);
      return [...new Map(own.map((one) => [one.chat, one])).values()];
    },
    forget: async (chat, id) => void rows.delete(key(chat, id)),
  };
}

/** A store with nothing in it. */
export function createFakeStore(): FakeStore {
  const requests = new Map<string, Request>();
  const messages = new Map<string, SentMessage>();
  const entries: AuditEntry[] = [];
  const jobs: Job[] = [];
  const write = ({ request, audit, jobs: more }: Change) => {
    requests.set(request.id, request);
    entries.push(...audit);
    jobs.push(...more);
  };
  return {
    requests: createFakeRequests(requests, write),
    grants: createFakeGrants(requests),
    audit: {
      of: async (requestId) => entries.filter((entry) => entry.requestId === requestId),
      list: async (_filter, { before = Infinity, limit }) =>
        entries
          .map((entry, seq) => ({ seq, entry }))
          .filter(({ seq }) => seq < before)
          .reverse()
          .slice(0, limit),
      countLately: async () => 0,
      append: async (more) => void entries.push(...more),
    },
    messages: createFakeMessages(messages),
    conversations: createFakeConversations(),
    freezes: createMemorySignIn((more) => void entries.push(...more)).freezes,
    jobs,
    rows: { requests, messages },
    put: (request, audit = []) => write({ request, audit, jobs: [] }),
  };
}

/** Somebody with an address in the directory. */
export const someone = (name: string): Person => ({ key: `mail:${name}@x.y`, name, email: `${name}@x.y` });
