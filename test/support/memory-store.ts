// The core's ports to the store, in memory, held to the same contract as the store (test/store/contract.ts). Jobs are recorded
// with the change that makes them necessary; of each kind and id at most one waits, as in the queue.

import { isReviewable } from '../../src/core/approvals/review-transitions.ts';
import { asideMs } from '../../src/core/execution/stand-aside.ts';
import type { Grants } from '../../src/core/grant-ports.ts';
import type { DeliveryKey } from '../../src/core/inbox.ts';
import type { SentMessages } from '../../src/core/message-ports.ts';
import type { AuditEntry } from '../../src/core/model/audit.ts';
import { canonicalJson } from '../../src/core/model/plan.ts';
import type { Change, Job, Request } from '../../src/core/model/request.ts';
import { definitionOf, identityIdsOf } from '../../src/core/operations/registry.ts';
import type { Audit, Requests } from '../../src/core/ports.ts';
import { waitingStates } from '../../src/core/waiting-duplicate.ts';
import { type CrashPoint, createCrashPoint } from './crash-point.ts';
import { copy, createMemoryMessages } from './memory-messages.ts';
import { demandNext, sharing } from './memory-sharing.ts';
import { createShown } from './memory-shown.ts';

/** A change as it was made. `before` is absent where the request is new. */
interface Made {
  readonly before?: Request;
  readonly after: Request;
  readonly jobs: readonly Job[];
}

export interface MemoryStore {
  readonly requests: Requests;
  readonly grants: Grants;
  readonly audit: Audit;
  readonly messages: SentMessages;
  readonly crash: CrashPoint;
  /** Jobs that wait, by kind and id. */
  readonly jobs: Map<string, Job>;
  /** Every change, in the order in which they were made. */
  readonly made: readonly Made[];
  /** Puts a job into the queue, as of a sender that is no change. */
  send(job: Job): Promise<void>;
}

const identitiesOf = ({ plan }: Request) => identityIdsOf(plan.steps.map(({ operation }) => operation));

/** Whether the others need not wait for it, once it can have nothing in flight any more. */
const isAside = ({ asideSince }: Request, now = '') =>
  asideSince !== undefined && Date.parse(asideSince) + asideMs <= Date.parse(now);

/** Another running request about one of the same identities. */
export function runningAbout(all: Iterable<Request>, current: Request, now?: string): string | undefined {
  const own = identitiesOf(current);
  return [...all].find(
    (one) =>
      one.id !== current.id &&
      one.state === 'executing' &&
      !isAside(one, now) &&
      identitiesOf(one).some((id) => own.includes(id)),
  )?.id;
}

const touches = (ids: readonly string[], id: string | undefined) => id === undefined || ids.includes(id.toLowerCase());

/** `pause` is passed before every call, for tests that choose who goes first. */
export function createMemoryStore(
  options: {
    readonly crash?: CrashPoint;
    readonly pause?: (what: string) => Promise<void>;
    readonly now?: () => string;
  } = {},
): MemoryStore {
  const { crash = createCrashPoint(), pause = async () => {} } = options;
  const rows = new Map<string, Request>();
  const entries: AuditEntry[] = [];
  const jobs = new Map<string, Job>();
  const shown = createShown(options.now ?? (() => new Date().toISOString()));
  const made: Made[] = [];
  const deliveries = new Map<string, string>();

  const look = async <T>(what: string, read: () => T): Promise<T> => {
    await pause(what);
    crash.read();
    return copy({ value: read() }).value;
  };
  const put = (job: Job) => jobs.set(`${job.kind} ${job.id}`, job);

  const keyOf = ({ chat, id }: DeliveryKey) => `${chat} ${id}`;
  const madeBy = (delivery: DeliveryKey | undefined) => rows.get((delivery && deliveries.get(keyOf(delivery))) ?? '');

  function commit({ request, audit, jobs: more }: Change, delivery?: DeliveryKey, before?: Request): void {
    const after = copy(request);
    rows.set(request.id, after);
    if (delivery) deliveries.set(keyOf(delivery), request.id);
    entries.push(...copy(audit));
    for (const job of more) put(job);
    made.push({ ...(before ? { before } : {}), after, jobs: more });
  }

  const requests: Requests = {
    async insert(change, unlessIn = [], most, delivery) {
      await pause(`insert ${change.request.id}`);
      crash.read();
      const earlier = madeBy(delivery);
      if (earlier) return { made: copy(earlier) };
      const { id, requester, command, args } = change.request;
      const isDuplicate = (one: Request) =>
        unlessIn.includes(one.state) &&
        one.requester.key === requester.key &&
        one.command === command &&
        canonicalJson(one.args) === canonicalJson(args);
      const waiting = [...rows.values()].find(isDuplicate);
      if (waiting) return { waiting: copy(waiting) };
      const own = [...rows.values()].filter((one) => one.requester.key === requester.key);
      const open = own.filter(({ state }) => waitingStates.includes(state));
      if (most && open.length >= most.openRequests) return { exceeds: 'open' };
      if (most && own.length >= most.requestsPerHour) return { exceeds: 'hour' };
      if (rows.has(id)) return 'id-taken';
      crash.write(() => commit(change, delivery));
      return 'inserted';
    },
    get: (id) => look(`get ${id}`, () => rows.get(id)),
    ofDelivery: (delivery) => look('of delivery', () => madeBy(delivery)),
    list: (query) =>
      look('list requests', () => {
        const { requesterKey, states, identityId, limit, offset = 0 } = query;
        const matching = [...rows.values()]
          .filter(({ requester }) => requesterKey === undefined || requester.key === requesterKey)
          .filter(({ state }) => states === undefined || states.includes(state))
          .filter((one) => !query.needsReview || isReviewable(one))
          .filter(({ snapshot }) => query.snapshotOf === undefined || snapshot?.key === query.snapshotOf)
          .filter(({ plan }) => touches(identityIdsOf(plan.steps.map(({ operation }) => operation)), identityId))
          .sort((a, b) => (`${b.createdAt} ${b.id}` < `${a.createdAt} ${a.id}` ? -1 : 1));
        return { requests: matching.slice(offset, offset + limit), total: matching.length };
      }),
    change: (id, decide, delivery) => changed(id, decide, delivery),
    changeAlone: (id, decide) => changed(id, decide),
    async changeSharing(id, subjectId, decide) {
      await pause(`change ${id}`);
      crash.read();
      const current = rows.get(id);
      if (!current) return undefined;
      const changes = decide(copy(current), copy(sharing(rows, id, subjectId)));
      if (!changes?.[0]) return copy(current);
      const before = changes.map(({ request }) => demandNext(request, rows.get(request.id)));
      crash.write(() => changes.map((change, index) => commit(change, undefined, before[index])));
      return changes[0].request;
    },
  };

  async function changed(
    id: string,
    decide: (current: Request, running: string | undefined) => Change | undefined,
    delivery?: DeliveryKey,
  ): Promise<Request | undefined> {
    await pause(`change ${id}`);
    crash.read();
    const current = rows.get(id);
    if (!current || madeBy(delivery)) return current && copy(current);
    const change = decide(copy(current), runningAbout(rows.values(), current, options.now?.()));
    if (!change) return copy(current);
    const { request } = change;
    demandNext(request, current);
    crash.write(() => commit(change, delivery, current));
    return request;
  }

  const grants: Grants = {
    list: ({ state, identityId, subjectId, requesterKey, endsBefore, limit }) =>
      look('list grants', () => {
        const isBefore = (at: string) => endsBefore === undefined || Date.parse(at) <= Date.parse(endsBefore);
        return [...rows.values()]
          .filter(({ requester }) => requesterKey === undefined || requester.key === requesterKey)
          .flatMap((request) => request.grants)
          .filter((grant) => state === undefined || grant.state === state)
          .filter((grant) => isBefore(grant.endsAt) && touches(identityIdsOf([grant.operation]), identityId))
          .filter(({ operation, result }) => {
            const subject = definitionOf(operation).subjectId?.(operation, result)?.toLowerCase();
            return subjectId === undefined || subject === subjectId.toLowerCase();
          })
          .sort((a, b) => Date.parse(a.endsAt) - Date.parse(b.endsAt) || (a.id < b.id ? -1 : 1))
          .slice(0, limit);
      }),
  };

  const audit: Audit = {
    of: (requestId) => look(`audit of ${requestId}`, () => entries.filter((entry) => entry.requestId === requestId)),
    list: (filter, { before = Infinity, limit }) =>
      look('audit', () => {
        const { since, until, person } = filter;
        return entries
          .map((entry, seq) => ({ seq, entry }))
          .filter(({ seq, entry: { at, actor, actorName } }) => {
            const isBy = person === undefined || [actor, actorName, actor.replace(/^\w+:/, '')].includes(person);
            return seq < before && isBy && (since === undefined || at >= since) && (until === undefined || at < until);
          })
          .reverse()
          .slice(0, limit);
      }),
    countLately: (actor, most) =>
      look('count', () => Math.min(most, entries.filter((entry) => entry.actor === actor).length)),
    async append(more) {
      await pause('append');
      crash.write(() => entries.push(...copy(more)));
    },
  };

  const sent = createMemoryMessages({ look, pause, crash, shown, request: (id) => rows.get(id) });

  return {
    requests,
    grants,
    audit,
    messages: sent,
    crash,
    jobs,
    made,
    async send(job) {
      await pause(`send ${job.kind} ${job.id}`);
      crash.write(() => put(job));
    },
  };
}
