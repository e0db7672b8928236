// The queue on a real database: no job is lost, none runs twice concurrently, delayed jobs run in time.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Fault } from '../../src/core/errors.ts';
import type { Job, JobKind } from '../../src/core/model/request.ts';
import { createQueue, type Handler, type Queue, RetryLater } from '../../src/jobs/queue.ts';
import type { Database } from '../../src/store/database.ts';
import { createStore, type Store } from '../../src/store/store.ts';
import { aChange, aRequest, grown } from '../store/fixtures/request.ts';
import { eventually, freshDatabase, openTestDatabase, query, silent } from '../support/database.ts';

let database: Database & { url: string };
let otherUrl: string;
let queue: Queue;
let store: Store;

interface Run {
  kind: JobKind;
  requestId: string;
  at: number;
}
const runs: Run[] = [];
const behaviours = new Map<string, Handler>();

const record =
  (kind: JobKind): Handler =>
  async (requestId, signal) => {
    runs.push({ kind, requestId, at: Date.now() });
    await behaviours.get(requestId)?.(requestId, signal);
  };
const of = (requestId: string) => runs.filter((run) => run.requestId === requestId);
const ran = (requestId: string, times = 1, withinMs = 5_000) =>
  eventually(() => of(requestId).length >= times, withinMs);

beforeAll(async () => {
  otherUrl = await freshDatabase();
  database = await openTestDatabase();
  queue = createQueue({ database, log: silent });
  store = createStore({ database, queue });
  await queue.start();
  await queue.work({
    execute: record('execute'),
    notify: record('notify'),
    remind: record('remind'),
    expire: record('expire'),
    'end-grant': record('end-grant'),
    watch: record('watch'),
  });
});
afterAll(async () => {
  await queue.stop({ graceMs: 1_000 });
  await database.close();
});

test('a job that is sent is done within a moment', async () => {
  const latencies: number[] = [];
  for (let index = 0; index < 20; index += 1) {
    const sent = Date.now();
    await queue.send({ kind: 'notify', id: `fast-${index}` });
    await ran(`fast-${index}`);
    latencies.push((of(`fast-${index}`)[0]?.at ?? Number.POSITIVE_INFINITY) - sent);
  }
  expect(latencies.sort((a, b) => a - b)[10]).toBeLessThan(200);
});

test('a hundred jobs at once do not wait for a hundred polls', async () => {
  const sent = Date.now();
  await Promise.all(Array.from({ length: 100 }, (_, index) => queue.send({ kind: 'notify', id: `many-${index}` })));
  await eventually(() => runs.filter(({ requestId }) => requestId.startsWith('many-')).length === 100, 10_000);
  expect(Date.now() - sent).toBeLessThan(5_000);
});

test('a job goes with its transaction: none where it was rolled back', async () => {
  const jobs: Job[] = [{ kind: 'notify', id: 'R-ROLL01' }];
  await store.requests.insert(aChange(aRequest('R-ROLL01'), jobs));
  await ran('R-ROLL01');
  const bad: Job = { kind: 'notify', id: 'R-ROLL01', at: 'no time' };
  await expect(
    store.requests.change('R-ROLL01', (current) => aChange(grown(current), [...jobs, bad])),
  ).rejects.toThrow();
  const [left] = await query(
    database.url,
    `select count(*)::int as n from jobs.job where singleton_key = 'R-ROLL01' and state < 'active'`,
  );
  expect(left?.n).toBe(0);
  expect((await store.requests.get('R-ROLL01'))?.version).toBe(1);
  expect(of('R-ROLL01')).toHaveLength(1);
});

test('sent while one runs: it runs once more afterwards, never beside it, however often it was sent', async () => {
  const { promise: open, resolve: release } = Promise.withResolvers<void>();
  let beside = 0;
  let most = 0;
  behaviours.set('again', async () => {
    beside += 1;
    most = Math.max(most, beside);
    await open;
    beside -= 1;
  });
  await queue.send({ kind: 'notify', id: 'again' });
  await ran('again');
  await Promise.all(Array.from({ length: 5 }, () => queue.send({ kind: 'notify', id: 'again' })));
  await queue.send({ kind: 'notify', id: 'behind-it' });
  await ran('behind-it');
  expect(of('again')).toHaveLength(1);
  release();
  await ran('again', 2);
  await eventually(async () => (await unfinished('again')) === 0);
  expect(of('again')).toHaveLength(2);
  expect(most).toBe(1);
});

test('a send from a transaction that is still open is not swallowed by a job that waits', async () => {
  await store.requests.insert(aChange(aRequest('R-OPEN01')));
  // It waits until now plus a little; by then the transaction below holds it.
  await queue.send({ kind: 'notify', id: 'R-OPEN01', at: new Date(Date.now() + 700).toISOString() });
  const seen: number[] = [];
  behaviours.set('R-OPEN01', async (id) => {
    seen.push((await store.requests.get(id))?.version ?? 0);
  });
  await database.kysely.transaction().execute(async (trx) => {
    await queue.enqueue(trx, { kind: 'notify', id: 'R-OPEN01' });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await trx
      .updateTable('requests')
      .set({ document: JSON.stringify({ ...aRequest('R-OPEN01'), version: 2 }) })
      .where('id', '=', 'R-OPEN01')
      .execute();
  });
  await eventually(() => seen.includes(2));
});

test('what is for later comes in time, the newest time holds', async () => {
  const due = Date.now() + 1_500;
  await queue.send({ kind: 'expire', id: 'later', at: new Date(Date.now() + 400).toISOString() });
  await queue.send({ kind: 'expire', id: 'later', at: new Date(due).toISOString() });
  await ran('later');
  const late = (of('later')[0]?.at ?? 0) - due;
  expect(late).toBeGreaterThanOrEqual(-50);
  expect(late).toBeLessThan(1_300);
  await eventually(async () => (await unfinished('later')) === 0);
  expect(of('later')).toHaveLength(1);
});

test('a failed job comes back by itself; what cannot pass does not; no secret is kept of either', async () => {
  behaviours.set('flaky', async () => {
    if (of('flaky').length === 1) throw new Error('password=hunter2');
  });
  behaviours.set('soon', async () => {
    if (of('soon').length === 1) throw new RetryLater(300);
  });
  behaviours.set('never', async () => {
    throw new Fault('azure-forbidden', 'The bot lacks a role.');
  });
  for (const id of ['flaky', 'soon', 'never']) await queue.send({ kind: 'execute', id });
  await ran('flaky', 2, 8_000);
  await ran('soon', 2);
  const [first, second] = of('soon');
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(290);
  const rows = await query(
    database.url,
    `select singleton_key as key, state, output::text from jobs.job where name = 'execute'`,
  );
  expect(JSON.stringify(rows)).not.toMatch(/hunter2|at file:|\.ts:/);
  expect(rows.find(({ key }) => key === 'never')).toMatchObject({ state: 'failed' });
  expect(of('never')).toHaveLength(1);
});

test('jobs of a bot that was killed: taken up at once where no other bot lives, else within seconds', async () => {
  const started = async (): Promise<ChildProcess> => {
    const child = fork(new URL('../store/fixtures/worker.ts', import.meta.url).pathname, [otherUrl]);
    await once(child, 'message');
    return child;
  };
  const bot = await started();
  bot.send({ kind: 'execute', id: 'stuck' });
  await once(bot, 'message');
  bot.kill('SIGKILL');
  await once(bot, 'exit');
  const restarted = Date.now();
  const second = fork(new URL('../store/fixtures/worker.ts', import.meta.url).pathname, [otherUrl]);
  await eventually(() => Date.now() - restarted < 15_000 && messagesOf(second).includes('stuck'), 10_000);
  process.stderr.write(`taken up by a new bot ${Date.now() - restarted} ms after its start\n`);
  const third = await started();
  const seen = messagesOf(third);
  second.kill('SIGKILL');
  const killed = Date.now();
  await eventually(() => seen.includes('stuck'), 20_000);
  process.stderr.write(`taken up by a living bot ${Date.now() - killed} ms after the kill\n`);
  third.kill('SIGKILL');
}, 40_000);

const heard = new WeakMap<ChildProcess, unknown[]>();
function messagesOf(child: ChildProcess): unknown[] {
  const known = heard.get(child);
  if (known) return known;
  const messages: unknown[] = [];
  heard.set(child, messages);
  child.on('message', (message) => messages.push(message));
  return messages;
}

/** How many jobs of the key wait or run. */
async function unfinished(key: string): Promise<number> {
  const rows = await query(database.url, `select 1 from jobs.job where singleton_key = '${key}' and state <= 'active'`);
  return rows.length;
}
