// The store of signing in, in memory.

import type { AuditEntry } from '../../src/core/model/audit.ts';
import type { ChatAccount } from '../../src/core/model/person.ts';
import type { AccountFreeze, AccountLink, SignInTicket } from '../../src/core/model/sign-in.ts';
import type { AccountFreezes, AccountLinks, SignIns } from '../../src/core/sign-in-ports.ts';

const keyOf = ({ chat, userId }: ChatAccount) => JSON.stringify([chat, userId]);

/** Links, accounts and freezes; their audit entries go to `write`. */
export function createMemorySignIn(write: (entries: readonly AuditEntry[]) => void = () => {}) {
  const tickets = new Map<string, SignInTicket>();
  const linked = new Map<string, AccountLink>();
  const frozen = new Map<string, AccountFreeze>();
  const signIns: SignIns = {
    async offer({ ticket, audit = [] }, { since, most }) {
      const given = [...tickets.values()].filter(
        ({ sender, createdAt }) => keyOf(sender) === keyOf(ticket.sender) && createdAt > since,
      );
      if (given.length >= most) return false;
      tickets.set(ticket.tokenHash, ticket);
      write(audit);
      return true;
    },
    byToken: async (hash) => tickets.get(hash),
    byState: async (hash) => [...tickets.values()].find(({ stateHash }) => stateHash === hash),
    ofAccount: async (account, now) =>
      [...tickets.values()].filter(({ sender, expiresAt }) => keyOf(sender) === keyOf(account) && expiresAt > now),
    async change(hash, decide) {
      const current = tickets.get(hash);
      const change = current && decide(current);
      if (!change) return current;
      tickets.set(hash, change.ticket);
      if (change.link) {
        linked.set(keyOf(change.link), change.link);
        if (change.endsFreeze) frozen.delete(keyOf(change.link));
      }
      write(change.audit ?? []);
      return change.ticket;
    },
  };
  const links: AccountLinks = {
    of: async (account) => linked.get(keyOf(account)),
    async remove(account, audit) {
      const link = linked.get(keyOf(account));
      if (!link) return false;
      linked.delete(keyOf(account));
      write([audit(link)]);
      return true;
    },
    async removeAll(entraId, audit) {
      const removed = [...linked.values()].filter((one) => one.entraId === entraId);
      for (const one of removed) linked.delete(keyOf(one));
      write(removed.map(audit));
      return removed;
    },
  };
  const freezes: AccountFreezes = {
    of: async (account) => frozen.get(keyOf(account)),
    async freeze(freeze, audit) {
      if (frozen.has(keyOf(freeze))) return;
      frozen.set(keyOf(freeze), freeze);
      write([audit]);
    },
    async lift(requestId, audit) {
      const lifted = [...frozen.values()].filter((one) => one.requestId === requestId);
      for (const one of lifted) frozen.delete(keyOf(one));
      write(lifted.map(audit));
      return lifted;
    },
  };
  return { signIns, links, freezes, tickets };
}
