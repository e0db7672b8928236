// The inbox: what the chats deliver, on record before it is acknowledged, until it is answered. Payloads hold no more than is needed
// to answer, and are erased by then; ids are kept for a day, so that a redelivery is not worked on twice.

import { randomUUID } from 'node:crypto';
import type { DeliveryKey, Inbox } from '../core/inbox.ts';
import { withTimeout } from '../with-timeout.ts';
import type { Database } from './database.ts';
import { isTransient } from './db-errors.ts';
import { createGroupCommit } from './group-commit.ts';
import { createHeldConnections } from './held-connections.ts';
import { forgetOldDeliveries } from './request-deliveries.ts';

/** The inbox, and what starts and stops it. */
export interface StoredInbox extends Inbox {
  /** Says that this process lives, and keeps saying so. Must come before the first delivery. */
  start(): Promise<void>;
  /** No other bot uses this database: what others have left may be taken up at once. */
  ownAll(): Promise<void>;
  /** Notes what was answered, and leaves the rest to the next bot. */
  stop(): Promise<void>;
}

/** Slack waits for 3 s. A database that restarts is back within a fraction of this. */
const recordMs = 1_500;
const retryMs = 50;
/** How often a process says that it lives; after `leaseSeconds` without that, others take up what it has left. */
const renewMs = 5_000;
const leaseSeconds = 20;
const cleanMs = 10 * 60_000;
/** Pause between two commits of answered deliveries: nobody waits for them, and each costs a write to the disk. */
const finishPauseMs = 20;
const mostPerCommit = 200;

// Most often it is one, while nothing else comes in.
const recordOneText = `insert into inbox (chat, delivery_id, token, payload, owner) values ($1, $2, $3::uuid, $4, $5::uuid)
  on conflict (chat, delivery_id) do update set token = inbox.token
  returning chat, delivery_id, token`;
const recordText = `insert into inbox (chat, delivery_id, token, payload, owner)
  select d.chat, d.id, d.token, d.payload, $5::uuid
  from unnest($1::text[], $2::text[], $3::uuid[], $4::text[]) as d (chat, id, token, payload)
  on conflict (chat, delivery_id) do update set token = inbox.token
  returning chat, delivery_id, token`;
// The insert that was given up may still be about to commit: this one waits for it then, and ends it.
const refuseText = `insert into inbox (chat, delivery_id, token, done_at) values ($1, $2, $3::uuid, clock_timestamp())
  on conflict (chat, delivery_id) do update set done_at = clock_timestamp(), payload = null where inbox.token = excluded.token`;
const finishText = `update inbox set done_at = clock_timestamp(), payload = null
  from unnest($1::text[], $2::text[]) as d (chat, id) where inbox.chat = d.chat and inbox.delivery_id = d.id`;
const readText = `select delivery_id, payload from inbox
  where chat = $1 and delivery_id = any($2::text[]) and done_at is null and payload is not null`;
const takeUpText = `update inbox set owner = $2::uuid
  where (chat, delivery_id) in (
    select left_over.chat, left_over.delivery_id from inbox as left_over
    where left_over.chat = $1 and left_over.done_at is null and left_over.owner <> $2::uuid and not exists (
      select from inbox_owners where id = left_over.owner and alive_until > clock_timestamp())
    order by left_over.position limit $3 for update skip locked)
  returning delivery_id, payload, attempts, position`;
// Not counted when it is taken up: what waits behind a delivery that ends the bot has not ended it.
const beginText = `update inbox set attempts = attempts + 1
  where chat = $1 and delivery_id = $2 and owner = $3::uuid and done_at is null`;
const renewText = `insert into inbox_owners (id, alive_until) values ($1::uuid, clock_timestamp() + make_interval(secs => $2))
  on conflict (id) do update set alive_until = excluded.alive_until`;

interface Entry extends DeliveryKey {
  /** Tells an earlier delivery from a repetition of this insert whose answer was lost. */
  readonly token: string;
  readonly payload: string;
  isGivenUp: boolean;
}

/** While one commit waits for the disk, the next is made. */
const commitsAtOnce = 2;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const keyOf = ({ chat, id }: DeliveryKey) => `${chat} ${id}`;

/** The inbox. Connects when it is first used. */
export function createInbox(database: Database): StoredInbox {
  const owner = randomUUID();
  // Acknowledgements have connections of their own: nothing that is slow is ever before them.
  const urgent = createHeldConnections(
    database.openPool({ max: commitsAtOnce, query_timeout: 1_000, connectionTimeoutMillis: 1_000 }),
  );
  const behind = database.openPool({ max: 2, query_timeout: 5_000 });
  let isOver = false;
  let renewing: NodeJS.Timeout | undefined;
  let cleanedAt = Date.now();
  const finishing = new Map<string, DeliveryKey>();
  let finisher: Promise<void> | undefined;

  async function insert(entries: readonly Entry[]): Promise<Map<string, string>> {
    const [first] = entries;
    const statement =
      first && entries.length === 1
        ? {
            name: 'inbox-record-one',
            text: recordOneText,
            values: [first.chat, first.id, first.token, first.payload, owner],
          }
        : {
            name: 'inbox-record',
            text: recordText,
            values: [
              entries.map(({ chat }) => chat),
              entries.map(({ id }) => id),
              entries.map(({ token }) => token),
              entries.map(({ payload }) => payload),
              owner,
            ],
          };
    const { rows } = await urgent.query<{ chat: string; delivery_id: string; token: string }>(statement);
    return new Map(rows.map((row) => [keyOf({ chat: row.chat, id: row.delivery_id }), row.token]));
  }

  const commit = createGroupCommit<Entry, 'recorded' | 'repeated'>({
    keyOf,
    most: mostPerCommit,
    atOnce: commitsAtOnce,
    async commit(entries) {
      for (;;) {
        try {
          const tokens = await insert(entries);
          return entries.map((entry) => (tokens.get(keyOf(entry)) === entry.token ? 'recorded' : 'repeated'));
        } catch (error) {
          if (!isTransient(error) || isOver || entries.every(({ isGivenUp }) => isGivenUp)) throw error;
          await pause(retryMs);
        }
      }
    },
  });

  /** Whoever was told that it was not taken must not see it done: its row, should there be one, is ended. */
  async function refuse({ chat, id, token }: Entry): Promise<void> {
    while (!isOver) {
      try {
        await behind.query(refuseText, [chat, id, token]);
        return;
      } catch {
        await pause(1_000);
      }
    }
  }

  async function finishAll(): Promise<void> {
    while (finishing.size > 0) {
      const keys = [...finishing.values()].slice(0, mostPerCommit);
      try {
        await behind.query({
          name: 'inbox-finish',
          text: finishText,
          values: [keys.map(({ chat }) => chat), keys.map(({ id }) => id)],
        });
        for (const key of keys) finishing.delete(keyOf(key));
        await pause(finishPauseMs);
      } catch {
        if (isOver) break;
        await pause(200);
      }
    }
    finisher = undefined;
  }

  async function renew(): Promise<void> {
    await behind.query(renewText, [owner, leaseSeconds]);
    if (Date.now() - cleanedAt < cleanMs) return;
    cleanedAt = Date.now();
    await behind.query(`delete from inbox where seen_at < now() - interval '1 day'`);
    await behind.query(`delete from inbox_owners where alive_until < now() - interval '1 day'`);
    await forgetOldDeliveries(database);
  }

  return {
    async start() {
      await renew();
      renewing = setInterval(() => void renew().catch(() => undefined), renewMs);
      renewing.unref();
      await urgent.query({ text: 'select 1' });
    },

    async ownAll() {
      await behind.query('delete from inbox_owners where id <> $1::uuid', [owner]);
    },

    async record({ chat, id }, payload) {
      const entry: Entry = { chat, id, token: randomUUID(), payload: JSON.stringify(payload), isGivenUp: false };
      const outcome = await withTimeout(commit(entry), recordMs).catch(() => undefined);
      if (outcome) return outcome.value;
      entry.isGivenUp = true;
      void refuse(entry);
      return 'unavailable';
    },

    async read(chat, ids) {
      const { rows } = await behind.query<{ delivery_id: string; payload: string }>(readText, [chat, ids]);
      return new Map(rows.map(({ delivery_id: id, payload }) => [id, JSON.parse(payload) as unknown]));
    },

    finish(delivery) {
      finishing.set(keyOf(delivery), delivery);
      finisher ??= finishAll();
    },

    async takeUp(chat, most) {
      const { rows } = await behind.query<{
        delivery_id: string;
        payload: string;
        attempts: number;
        position: string;
      }>(takeUpText, [chat, owner, most]);
      return rows
        .toSorted((a, b) => Number(a.position) - Number(b.position))
        .map((row) => ({ id: row.delivery_id, payload: JSON.parse(row.payload), attempt: row.attempts + 1 }));
    },

    async begin({ chat, id }) {
      const { rowCount } = await behind.query(beginText, [chat, id, owner]);
      return rowCount === 1;
    },

    async stop() {
      isOver = true;
      clearInterval(renewing);
      urgent.release();
      await withTimeout(finisher ?? Promise.resolve(), 1_000);
      await behind.query('delete from inbox_owners where id = $1::uuid', [owner]).catch(() => undefined);
    },
  };
}
