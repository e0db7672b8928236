// What the audit keeps of those who were turned away, and how much of it: a stranger must not be able to fill the disk.

import { accountOf, type RefusedAccess } from './model/person.ts';
import { AccessRefused, type People } from './people.ts';
import type { Audit, Clock, Log } from './ports.ts';

/** Accounts that are told apart in a day. All others are counted as one, so that many of them fill no disk. */
const mostAccounts = 1_000;
const dayMs = 24 * 3600_000;
const mostCharacters = 200;

const cut = (text: string) => text.toWellFormed().replaceAll('\u0000', '').slice(0, mostCharacters);

export interface AccessRefusals {
  /** Counts a refusal and, where it is due, writes it to the audit. Never throws. */
  note(refused: RefusedAccess): Promise<void>;
}

/**
 * Writes refusals of access to the audit. Of one account and reason the 1st, 2nd, 4th, 8th … of a day is an entry, with the count so
 * far: however often somebody knocks, it is some twenty entries.
 */
export function createAccessRefusals(deps: {
  readonly audit: Pick<Audit, 'append'>;
  readonly clock: Clock;
  readonly log: Log;
}): AccessRefusals {
  let counts = new Map<string, number>();
  let dayEndsAt = 0;

  return {
    async note({ reason, account, name }) {
      const now = deps.clock.now();
      if (now.getTime() >= dayEndsAt) {
        counts = new Map();
        dayEndsAt = now.getTime() + dayMs;
      }
      const key = JSON.stringify([account.chat, account.userId, reason]);
      const isOverflow = !counts.has(key) && counts.size >= mostAccounts;
      const counted = isOverflow ? 'others' : key;
      const count = (counts.get(counted) ?? 0) + 1;
      counts.set(counted, count);
      if ((count & (count - 1)) !== 0) return;
      const userId = isOverflow ? 'others' : cut(account.userId);
      try {
        await deps.audit.append([
          {
            at: now.toISOString(),
            actor: `account:${account.chat}:${userId}`,
            actorName: isOverflow ? 'Others' : cut(name),
            event: 'access.refused',
            data: { reason, chat: account.chat, account: userId, count },
          },
        ]);
      } catch (err) {
        deps.log.warn({ err, reason, chat: account.chat }, 'a refusal could not be written to the audit');
      }
    },
  };
}

/** `people`, of whom everybody who is turned away is noted. */
export function withAccessRefusals(people: People, refusals: AccessRefusals): People {
  return {
    ...people,
    async resolvePerson(sender, conversation, isFresh) {
      try {
        return await people.resolvePerson(sender, conversation, isFresh);
      } catch (error) {
        if (error instanceof AccessRefused) {
          await refusals.note({ reason: error.reason, account: accountOf(sender), name: sender.name });
        }
        throw error;
      }
    },
  };
}
