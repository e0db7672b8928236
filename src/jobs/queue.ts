// Work for later on pg-boss: kept in the bot's own database, enqueued in the transaction that makes it necessary, done at least
// once. It knows no job's meaning; a handler must bear being run twice.

import type pg from 'pg';
import { type Job as BossJob, fromKysely, type JobResult, type KyselyTransactionLike, PgBoss } from 'pg-boss';
import { asFault, Fault } from '../core/errors.ts';
import type { Job, JobKind } from '../core/model/request.ts';
import type { Log } from '../core/ports.ts';
import { holdInstanceLock, type InstanceLock } from './instance-lock.ts';

/** Thrown by a handler that is not done and knows when to try again. */
export class RetryLater extends Error {
  readonly afterMs: number;

  constructor(afterMs: number) {
    super(`to be tried again in ${afterMs} ms`);
    this.name = 'RetryLater';
    this.afterMs = afterMs;
  }
}

/** `id` is the request's, or of 'end-grant' the grant's. */
export type Handler = (id: string, signal: AbortSignal) => Promise<void>;

export interface Queue {
  /** Enqueues as part of the caller's transaction: with its commit, or not at all. */
  enqueue(trx: KyselyTransactionLike, job: Job): Promise<void>;
  /** Enqueues at once, or within some 3 s where the database is away for less. Throws Fault('unavailable') where it is not. */
  send(job: Job): Promise<void>;
  /** Says who does what; before or after start. */
  work(handlers: Readonly<Record<JobKind, Handler>>): Promise<void>;
  start(): Promise<void>;
  /** Takes no more jobs, gives those under way `graceMs`, then aborts them; they come back with the next bot. */
  stop(options: { graceMs: number }): Promise<void>;
  isAlive(): Promise<boolean>;
}

export interface QueueOptions {
  database: { connection: pg.PoolConfig; isAlive(): Promise<boolean> };
  log: Log;
  /** The schema of pg-boss's own tables. */
  schema?: string;
  intervals?: {
    /** How often to look for jobs that have come due; those to be done now are announced by the database. Default 1 s. */
    pollSeconds?: number;
    /** How often to look for jobs whose bot was killed, when another bot lives. Default 3 s. */
    superviseSeconds?: number;
  };
}

interface Kind {
  /** Jobs done side by side. */
  workers: number;
  /** The longest that one run may take before another may take it over. */
  expireInSeconds: number;
}

const kinds: Readonly<Record<JobKind, Kind>> = {
  execute: { workers: 4, expireInSeconds: 15 * 60 },
  notify: { workers: 4, expireInSeconds: 5 * 60 },
  'end-grant': { workers: 2, expireInSeconds: 15 * 60 },
  remind: { workers: 1, expireInSeconds: 60 },
  expire: { workers: 1, expireInSeconds: 60 },
};
const kindNames = Object.keys(kinds) as JobKind[];

// 1, 2, 4 … 60 s, then each minute, for two days: longer than Azure or a chat has ever been away.
const retries = { retryLimit: 3_000, retryDelay: 1, retryBackoff: true, retryDelayMax: 60 };
// pg-boss's least. A live bot renews it every 5 s.
const heartbeatSeconds = 10;

interface Payload {
  id?: string;
  /** What earlier versions called it: their jobs are still done. */
  requestId?: string;
}

const subjectOf = ({ data }: { data: Payload }) => data.id ?? data.requestId ?? '';

/**
 * The queue, not yet started.
 *
 * Of each kind a request has at most one job that runs ('singleton') and one that waits: enqueuing moves the one that waits to
 * the new time instead of adding another (pg-boss's upsert by key). That takes its row's lock until the transaction ends, so
 * no worker can take it and read the state from before; a job that runs already is followed by a new one.
 */
export function createQueue(options: QueueOptions): Queue {
  const { database, log, schema = 'jobs', intervals = {} } = options;
  const pollSeconds = intervals.pollSeconds ?? 1;
  const superviseSeconds = intervals.superviseSeconds ?? 3;
  const { max: _max, ...connection } = database.connection;
  const boss = new PgBoss({
    ...(connection as Record<string, string>),
    application_name: 'identity-desk-jobs',
    connectionTimeoutMillis: 3_000,
    max: 6,
    schema,
    useListenNotify: true,
    schedule: false,
    superviseIntervalSeconds: superviseSeconds,
    monitorIntervalSeconds: superviseSeconds,
  });
  const complain = occasionally(log);
  boss.on('error', (error) => complain(error));
  let handlers: Readonly<Record<JobKind, Handler>> | undefined;
  let instanceLock: InstanceLock | undefined;
  let isRunning = false;
  let isWorking = false;

  const put = async (job: Job, trx?: KyselyTransactionLike) => {
    await boss.upsert(job.kind, { id: job.id } satisfies Payload, {
      singletonKey: job.id,
      startAfter: job.at === undefined ? '0' : new Date(job.at).toISOString(),
      ...(trx && { db: fromKysely(trx) }),
    });
  };

  const runJob = async (kind: JobKind, job: BossJob<Payload> & { signal: AbortSignal }): Promise<JobResult> => {
    const { id } = job;
    try {
      await handlers?.[kind](subjectOf(job), job.signal);
      return { id, status: 'completed' };
    } catch (error) {
      if (error instanceof RetryLater) {
        await retryAt(kind, job, error.afterMs);
        return { id, status: 'completed' };
      }
      const output = outputOf(error);
      const mayPass = !(error instanceof Fault) || error.isTransient || error.code === 'internal';
      log.warn({ kind, id: subjectOf(job), ...output, retries: mayPass }, 'A job failed');
      return { id, status: mayPass ? 'failed' : 'deadletter', output };
    }
  };

  // Failed here, so that it can be moved to its own time; what pg-boss does afterwards finds it settled. A bot killed between
  // the two leaves it to pg-boss's own delay, which is no harm.
  const retryAt = async (kind: JobKind, job: BossJob<Payload>, afterMs: number) => {
    await boss.fail(kind, [{ id: job.id, retryCount: job.retryCount }], { message: 'to be tried again' });
    await boss.update(kind, undefined, { id: job.id, startAfter: String(Math.max(0, afterMs) / 1_000) });
  };

  const startWorkers = async () => {
    if (!isRunning || !handlers || isWorking) return;
    isWorking = true;
    for (const kind of kindNames) {
      for (let index = 0; index < kinds[kind].workers; index += 1) await startWorker(kind);
    }
  };

  // One job at a time, so that a slow one holds back none that was fetched with it.
  const startWorker = async (kind: JobKind) => {
    let worker = '';
    worker = await boss.work<Payload>(
      kind,
      {
        batchSize: 1,
        perJobResults: true,
        pollingIntervalSeconds: pollSeconds,
        notifyPollingIntervalSeconds: pollSeconds,
      },
      async (jobs) => {
        const results = await Promise.all(jobs.map((job) => runJob(kind, job)));
        // There may be another at once: do not wait for the next poll.
        boss.notifyWorker(worker);
        return results;
      },
    );
  };

  return {
    enqueue: (trx, job) => put(job, trx),
    send: (job) => insistently(() => put(job)),
    work: async (given) => {
      handlers = given;
      await startWorkers();
    },
    start: async () => {
      await boss.start();
      for (const kind of kindNames) {
        const settings = { ...retries, expireInSeconds: kinds[kind].expireInSeconds, notify: true };
        const kept = { deleteAfterSeconds: 24 * 3600, retentionSeconds: 60 * 24 * 3600 };
        await boss.createQueue(kind, { ...settings, ...kept, policy: 'singleton', heartbeatSeconds });
        await boss.updateQueue(kind, { ...settings, ...kept });
      }
      instanceLock = await holdInstanceLock(connection, log, () => resume(boss, schema, log));
      isRunning = true;
      await startWorkers();
    },
    stop: async ({ graceMs }) => {
      isRunning = false;
      await boss.stop({ graceful: true, close: true, timeout: Math.max(graceMs, 1) });
      await instanceLock?.end();
    },
    isAlive: async () => isRunning && (await database.isAlive()),
  };
}

/** Tries for some 3 s, whatever the trouble: putting the same job twice is putting it once. */
async function insistently(put: () => Promise<void>): Promise<void> {
  for (const waitMs of [50, 150, 400, 800, 1_500, 0]) {
    try {
      return await put();
    } catch (cause) {
      if (waitMs === 0) {
        throw new Fault('unavailable', 'The database does not answer just now.', {
          next: 'Try again in a minute.',
          cause,
        });
      }
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}

/** What may be kept of an error: its code and its words for people, never a stack or what a library put into it. */
function outputOf(error: unknown): { code: string; message: string } {
  const { code, message } = asFault(error);
  return { code, message };
}

/** Makes the jobs of killed bots due now. */
async function resume(boss: PgBoss, schema: string, log: Log): Promise<void> {
  const sql = `select id, name from "${schema}".job where state = 'active' and name = any($1)`;
  const { rows } = await boss.getDb().executeSql(sql, [kindNames]);
  const orphans: readonly { id: string; name: string }[] = rows;
  for (const { id, name } of orphans) {
    await boss.fail(name, id, { message: 'the bot was killed' });
    await boss.update(name, undefined, { id, startAfter: '0' });
  }
  if (orphans.length > 0) log.info({ jobs: orphans.length }, 'Jobs of a bot that was killed are taken up again');
}

/** While the database is away every worker complains at every poll: one line in five seconds is enough. */
function occasionally(log: Log): (error: unknown) => void {
  let saidAt = 0;
  return (error) => {
    if (Date.now() - saidAt < 5_000) return;
    saidAt = Date.now();
    log.warn({ error: error instanceof Error ? error.message : String(error) }, 'The queue complains');
  };
}
