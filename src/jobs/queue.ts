// The job queue on pg-boss: stored in the bot's own database, enqueued in the transaction that causes the job, run at least once.
// Handlers must be safe to run twice.

import type pg from 'pg';
import { type Job as BossJob, fromKysely, type JobResult, type KyselyTransactionLike, PgBoss } from 'pg-boss';
import { asFault, Fault } from '../core/errors.ts';
import type { Job, JobKind } from '../core/model/request.ts';
import type { Log } from '../core/ports.ts';
import { jobsSchema } from '../store/migrations/queue-tables.ts';
import { holdInstanceLock, type InstanceLock } from './instance-lock.ts';

/** Thrown by a handler that must run again after `afterMs` milliseconds. */
export class RetryLater extends Error {
  readonly afterMs: number;

  constructor(afterMs: number) {
    super(`retry in ${afterMs} ms`);
    this.name = 'RetryLater';
    this.afterMs = afterMs;
  }
}

/** `id` is the request's, or of 'end-grant' the grant's. */
export type Handler = (id: string, signal: AbortSignal) => Promise<void>;

/** The queue. */
export interface Queue {
  /** Enqueues as part of the caller's transaction. */
  enqueue(trx: KyselyTransactionLike, job: Job): Promise<void>;
  /** Enqueues now; retries for about 3 s while the database is unavailable. Throws Fault('unavailable') after that. */
  send(job: Job): Promise<void>;
  /** Sets the handlers; before or after `start`. */
  work(handlers: Readonly<Record<JobKind, Handler>>): Promise<void>;
  /** Makes the queues and starts the workers. `onAlone` is called where no other bot uses the database. */
  start(onAlone?: () => Promise<void>): Promise<void>;
  /** Takes no more jobs, waits `graceMs` for running ones, then aborts them; the next bot process runs them again. */
  stop(options: { graceMs: number }): Promise<void>;
  isAlive(): Promise<boolean>;
}

/** Database, log and intervals. */
export interface QueueOptions {
  database: { connection: pg.PoolConfig; isAlive(): Promise<boolean> };
  log: Log;
  intervals?: {
    /** How often to poll for due jobs; new ones are announced by LISTEN/NOTIFY. Default 1 s. */
    pollSeconds?: number;
    /** How often to look for jobs of killed bots while another bot runs. Default 3 s. */
    superviseSeconds?: number;
  };
}

interface Kind {
  /** Jobs run concurrently. */
  workers: number;
  /** The longest that one run may take before another worker takes the job over. */
  expireInSeconds: number;
}

const kinds: Readonly<Record<JobKind, Kind>> = {
  execute: { workers: 4, expireInSeconds: 15 * 60 },
  notify: { workers: 4, expireInSeconds: 5 * 60 },
  'end-grant': { workers: 4, expireInSeconds: 15 * 60 },
  watch: { workers: 1, expireInSeconds: 60 },
  remind: { workers: 1, expireInSeconds: 60 },
  expire: { workers: 1, expireInSeconds: 60 },
};
const kindNames = Object.keys(kinds) as JobKind[];

// After 1, 2, 4 … 60 s, then each minute, for two days: longer than any outage of Azure or a chat platform.
const retries = { retryLimit: 3_000, retryDelay: 1, retryBackoff: true, retryDelayMax: 60 };
// pg-boss's minimum. A running bot renews it every 5 s.
const heartbeatSeconds = 10;

interface Payload {
  id?: string;
  /** The id's name in jobs of earlier versions, which are still run. */
  requestId?: string;
}

const subjectOf = ({ data }: { data: Payload }) => data.id ?? data.requestId ?? '';

/**
 * The queue, not yet started.
 *
 * For each kind and id there is at most one running job ('singleton') and one waiting job: enqueuing moves the waiting job to the
 * new time instead of adding another (pg-boss's upsert by key). That locks its row until the transaction ends, so no worker can
 * take it and read the state from before; a job that is running already is followed by a new one.
 */
export function createQueue(options: QueueOptions): Queue {
  const { database, log, intervals = {} } = options;
  const pollSeconds = intervals.pollSeconds ?? 1;
  const superviseSeconds = intervals.superviseSeconds ?? 3;
  const { max: _max, ...connection } = database.connection;
  const boss = new PgBoss({
    ...(connection as Record<string, string>),
    application_name: 'identity-desk-jobs',
    connectionTimeoutMillis: 3_000,
    max: 6,
    schema: jobsSchema,
    // The owner's role has done it: the bot's may not.
    migrate: false,
    useListenNotify: true,
    schedule: false,
    superviseIntervalSeconds: superviseSeconds,
    monitorIntervalSeconds: superviseSeconds,
  });
  const warnOfError = rateLimited(log);
  boss.on('error', (error) => warnOfError(error));
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
      log.warn({ kind, id: subjectOf(job), ...output, retries: mayPass }, 'job failed');
      return { id, status: mayPass ? 'failed' : 'deadletter', output };
    }
  };

  // Failed here, so that it can be moved to its own time; pg-boss then finds it settled. Where the bot is killed between the two,
  // the job is retried after pg-boss's own delay.
  const retryAt = async (kind: JobKind, job: BossJob<Payload>, afterMs: number) => {
    await boss.fail(kind, [{ id: job.id, retryCount: job.retryCount }], { message: 'retry' });
    await boss.update(kind, undefined, { id: job.id, startAfter: String(Math.max(0, afterMs) / 1_000) });
  };

  const startWorkers = async () => {
    if (!isRunning || !handlers || isWorking) return;
    isWorking = true;
    for (const kind of kindNames) {
      for (let index = 0; index < kinds[kind].workers; index += 1) await startWorker(kind);
    }
  };

  // One job per fetch, so that a slow one does not delay others fetched with it.
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
        // Another job may be waiting: do not wait for the next poll.
        boss.notifyWorker(worker);
        return results;
      },
    );
  };

  return {
    enqueue: (trx, job) => put(job, trx),
    send: (job) => withEnqueueRetry(() => put(job)),
    work: async (given) => {
      handlers = given;
      await startWorkers();
    },
    start: async (onAlone = async () => {}) => {
      await boss.start();
      for (const kind of kindNames) {
        const settings = { ...retries, expireInSeconds: kinds[kind].expireInSeconds, notify: true };
        const kept = { deleteAfterSeconds: 24 * 3600, retentionSeconds: 60 * 24 * 3600 };
        await boss.createQueue(kind, { ...settings, ...kept, policy: 'singleton', heartbeatSeconds });
        await boss.updateQueue(kind, { ...settings, ...kept });
      }
      instanceLock = await holdInstanceLock(connection, log, async () => {
        await onAlone();
        await resume(boss, log);
      });
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

/** Retries for about 3 s after any error: enqueuing is an upsert, so repeating it is safe. */
async function withEnqueueRetry(put: () => Promise<void>): Promise<void> {
  for (const waitMs of [50, 150, 400, 800, 1_500, 0]) {
    try {
      return await put();
    } catch (cause) {
      if (waitMs === 0) {
        throw new Fault('unavailable', 'The database is temporarily unavailable.', {
          next: 'Try again in a minute.',
          cause,
        });
      }
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}

/** What is stored of an error: its code and its message for people, never a stack or a library's details. */
function outputOf(error: unknown): { code: string; message: string } {
  const { code, message } = asFault(error);
  return { code, message };
}

/** Makes the jobs of killed bots due now. `resume` runs only where no other bot uses the database. */
async function resume(boss: PgBoss, log: Log): Promise<void> {
  const sql = "select id, name from jobs.job where state = 'active' and name = any($1)";
  const { rows } = await boss.getDb().executeSql(sql, [kindNames]);
  const orphans: readonly { id: string; name: string }[] = rows;
  for (const { id, name } of orphans) {
    await boss.fail(name, id, { message: 'the bot was killed' });
    await boss.update(name, undefined, { id, startAfter: '0' });
  }
  if (orphans.length > 0) log.info({ jobs: orphans.length }, 'jobs of a stopped process resumed');
}

/** Logs at most one warning in five seconds: while the database is unavailable every worker fails at every poll. */
function rateLimited(log: Log): (error: unknown) => void {
  let loggedAt = 0;
  return (error) => {
    if (Date.now() - loggedAt < 5_000) return;
    loggedAt = Date.now();
    log.warn({ error: error instanceof Error ? error.message : String(error) }, 'queue error');
  };
}
