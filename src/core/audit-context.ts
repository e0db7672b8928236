// What every audit entry says besides its event: from which account and message it came, which plan it was about, and which policy
// was in force. It is put in here, in one place, so that no transition needs to know of it.

import type { Interaction } from './chat.ts';
import type { AuditEntry, AuditSource } from './model/audit.ts';
import { accountOf } from './model/person.ts';
import type { Policy } from './model/policy.ts';
import type { Change } from './model/request.ts';
import type { Audit, Requests } from './ports.ts';
import type { AccountFreezes, AccountLinks, SignInChange, SignIns } from './sign-in-ports.ts';

/** Where an interaction came from, for the entries about what it did. */
export function sourceOf(interaction: Interaction): AuditSource {
  const { location, deliveryId, sender } = interaction;
  const { chat, conversation, thread } = location;
  const message =
    interaction.kind === 'click' && interaction.seen.kind === 'card' ? interaction.seen.message : undefined;
  return {
    chat,
    account: accountOf(sender).userId,
    conversation,
    delivery: deliveryId,
    ...(thread === undefined ? {} : { thread }),
    ...(message === undefined ? {} : { message }),
  };
}

/** The change, whose entries by `actor` came from there. What the bot did of itself did not. */
export function withSource(change: Change, actor: string, source: AuditSource | undefined): Change {
  if (source === undefined) return change;
  return { ...change, audit: change.audit.map((entry) => (entry.actor === actor ? { ...entry, source } : entry)) };
}

/** Everything that writes entries. */
interface PortsWithAudit {
  readonly requests: Requests;
  readonly audit: Audit;
  readonly signIns: SignIns;
  readonly links: AccountLinks;
  readonly freezes: AccountFreezes;
}

/**
 * `ports`, of which every entry says which policy was in force, and each of a request's: which plan of it, and by which rules. A
 * change that decides is called with the row locked, so that both are of that moment.
 */
export function withAuditContext<P extends PortsWithAudit>(ports: P, policy: () => Policy): P {
  const { requests, audit, signIns, links, freezes } = ports;
  const stamped = (entry: AuditEntry): AuditEntry => ({ ...entry, policy: policy().version });
  const stampedChange = (change: Change): Change => {
    const { digest, revision, rules } = change.request;
    return {
      ...change,
      audit: change.audit.map((entry) => ({ ...stamped(entry), plan: { digest, revision, rules } })),
    };
  };
  const decided = (change: Change | undefined) => change && stampedChange(change);
  const stampedBy =
    <T>(entryOf: (of: T) => AuditEntry) =>
    (of: T) =>
      stamped(entryOf(of));
  const withEntries = (change: SignInChange): SignInChange => ({
    ...change,
    audit: (change.audit ?? []).map(stamped),
  });
  // Listed one by one, without `...requests`, so that no new way to write entries is forgotten here.
  const stampedRequests: Requests = {
    get: (id) => requests.get(id),
    ofDelivery: (delivery) => requests.ofDelivery(delivery),
    list: (query) => requests.list(query),
    insert: (change, ...more) => requests.insert(stampedChange(change), ...more),
    change: (id, decide, ...more) => requests.change(id, (current) => decided(decide(current)), ...more),
    changeAlone: (id, decide, ...more) =>
      requests.changeAlone(id, (current, running) => decided(decide(current, running)), ...more),
    changeSharing: (id, subjectId, decide) =>
      requests.changeSharing(id, subjectId, (current, sharing) => decide(current, sharing)?.map(stampedChange)),
  };
  return {
    ...ports,
    requests: stampedRequests,
    audit: { ...audit, append: (entries) => audit.append(entries.map(stamped)) },
    signIns: {
      byToken: (hash) => signIns.byToken(hash),
      byState: (hash) => signIns.byState(hash),
      ofAccount: (account, now) => signIns.ofAccount(account, now),
      offer: (change, limit) => signIns.offer(withEntries(change), limit),
      change: (tokenHash, decide) =>
        signIns.change(tokenHash, (current) => {
          const change = decide(current);
          return change && withEntries(change);
        }),
    },
    links: {
      of: (account) => links.of(account),
      remove: (account, entryOf) => links.remove(account, stampedBy(entryOf)),
      removeAll: (entraId, entryOf) => links.removeAll(entraId, stampedBy(entryOf)),
    },
    freezes: {
      of: (account) => freezes.of(account),
      freeze: (freeze, entry) => freezes.freeze(freeze, stamped(entry)),
      lift: (requestId, entryOf) => freezes.lift(requestId, stampedBy(entryOf)),
    },
  };
}
