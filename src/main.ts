// The composition root: builds every part, starts them in order and stops them in reverse. It contains no product logic.

import { readFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { resolve } from 'node:path';
import tls from 'node:tls';
import type { Logger } from 'pino';
import { startCheckpoints } from './audit/start.ts';
import { createAzure } from './azure/azure.ts';
import { withPeopleCache } from './cache/people-cache.ts';
import { withSuggestionCache } from './cache/suggestion-cache.ts';
import { createWorkload } from './chat/shared/workload.ts';
import { configuredChats, loadChats } from './chats.ts';
import { clock } from './clock.ts';
import { type Config, readConfig } from './config.ts';
import { ConfigError } from './config-error.ts';
import { createAccessRefusals, withAccessRefusals } from './core/access-refusal.ts';
import { createDecideRequest } from './core/approvals/decide-request.ts';
import { withAuditContext } from './core/audit-context.ts';
import { reportBotRights } from './core/bot-rights/report-rights.ts';
import { createDispatcher } from './core/dispatch.ts';
import { createExecuteRequest } from './core/execution/execute-request.ts';
import type { RefusedAccess } from './core/model/person.ts';
import { createPeople, createStanding } from './core/people.ts';
import type { ChatMessenger } from './core/ports.ts';
import { loadEnvFile } from './env-file.ts';
import { createFactSources } from './facts/fact-sources.ts';
import { createHttp } from './http.ts';
import { ids } from './ids.ts';
import { createIntervals } from './intervals.ts';
import { createEndGrant } from './jobs/end-grant.ts';
import { createExpire, createRemind } from './jobs/expire.ts';
import { createNotify } from './jobs/notify.ts';
import { withNewConversationHook } from './jobs/on-new-conversation.ts';
import { createEndOrphaned } from './jobs/orphaned-grants.ts';
import { createQueue } from './jobs/queue.ts';
import { createReconcile } from './jobs/reconcile.ts';
import { createWatch } from './jobs/watch.ts';
import { createLog } from './log.ts';
import { createMetrics, measured } from './metrics.ts';
import { createGraphPictures } from './pictures/draw-graph.ts';
import { openPolicy } from './policy-file/live-policy.ts';
import { createPolicyNews } from './policy-file/news.ts';
import { PolicyError } from './policy-file/read.ts';
import { createPolicyReport } from './policy-file/report.ts';
import { createLocalGuard } from './sandbox/local-only.ts';
import { type AzureSettings, prepareSandbox, type Sandbox } from './sandbox/sandbox.ts';
import { statusRoutes } from './status-routes.ts';
import { openDatabase } from './store/database.ts';
import { createStore } from './store/store.ts';
import { textTools } from './text-tools.ts';
import { withTimeout } from './with-timeout.ts';

const botName = 'Identity Desk';
/** The longest shutdown in milliseconds; the process must exit within 10 s of SIGTERM. */
const stopMs = 8_000;

type Stop = () => Promise<unknown> | unknown;

async function start(config: Config, log: Logger, onStop: (name: string, stop: Stop) => void): Promise<void> {
  const metrics = createMetrics();
  const dataDir = resolve(config.dataDir);
  const sandbox: Sandbox | undefined = config.isSandbox ? prepareSandbox({ dataDir, log }) : undefined;
  const file = config.policyFile;
  const policy = await openPolicy({
    file,
    textTools,
    chats: configuredChats(config),
    canSignIn: config.signIn !== undefined,
    log,
  });

  // The simulated Azure, the database and the chats' SDKs are loaded in parallel: each takes a while.
  const [azureSettings, database, createChats] = await Promise.all([
    sandbox?.startAzure(onStop) ?? Promise.resolve<AzureSettings>(config.azure),
    openDatabase({
      databaseUrl: config.databaseUrl,
      ownerUrl: config.databaseOwnerUrl,
      dataDir: resolve(dataDir, 'postgres'),
      use: sandbox ? 'sandbox' : 'real',
      log,
    }),
    loadChats(config, async () => (await sandbox?.people)?.tenant ?? ''),
  ]);
  onStop('database', () => database.close());
  if (azureSettings.certificate !== undefined) {
    tls.setDefaultCACertificates([
      ...tls.getCACertificates('default'),
      readFileSync(azureSettings.certificate, 'utf8'),
    ]);
  }
  const azure = createAzure({
    cloud: config.azure.cloud,
    pim: config.azure.pim,
    resourceManagerEndpoint: azureSettings.resourceManagerEndpoint,
    graphEndpoint: azureSettings.graphEndpoint,
    managedIdentityClientId: config.azure.clientId,
    clock: clock.now,
    log,
  });
  onStop('azure', () => azure.close());

  const queue = createQueue({ database, log });
  const store = withAuditContext(createStore({ database, queue }), policy.current);
  const messengers: ChatMessenger[] = [];
  const tell = createPolicyNews({ policy: policy.current, messengers: () => messengers, log });
  const policyReport = createPolicyReport({ file, audit: store.audit, metrics, tell, clock, log });
  await policy.start({ ...azure.reader, ...azure.groups }, policyReport);
  onStop('policy', policy.stop);
  const refusals = createAccessRefusals({ audit: store.audit, clock, log });
  const uncached = createPeople({ directory: azure.directory, links: store.links, messengers: () => messengers });
  const people = withAccessRefusals(withPeopleCache(uncached, clock), refusals);
  const notify = (id: string) => queue.send({ kind: 'notify', id });
  const conversations = withNewConversationHook({
    conversations: store.conversations,
    requests: store.requests,
    notify,
    log,
  });
  const pictures = createGraphPictures({ log });
  onStop('pictures', pictures.close);
  const deps = {
    azure: azure.reader,
    ownAccess: azure.ownAccess,
    portal: azure.portal,
    drawGraph: pictures.draw,
    writer: azure.writer,
    ...{ requests: store.requests, grants: store.grants, audit: store.audit },
    ...{ messages: store.messages, freezes: store.freezes },
    ...{ conversations, notify },
    people,
    policy: policy.current,
    policyProblems: () => policy.status().problems.length,
    factSources: createFactSources({ azure, people, messengers: () => messengers, clock }),
    standing: createStanding(azure),
    limits: config.limits,
    messengers: () => messengers,
    clock,
    ids,
    textTools,
    log,
  };
  const onRefused = (refused: RefusedAccess) => void refusals.note(refused);
  // Loaded where it is configured: its library takes memory.
  const signIn =
    config.signIn &&
    (await import('./sign-in/sign-in.ts')).createSignIn(config.signIn, {
      ...store,
      ...deps,
      decideRequest: createDecideRequest(deps),
      onRefused,
    });
  const more = { suggestionReads: withSuggestionCache(azure.reader, clock), ...(signIn && { signIn: signIn.parts }) };
  const dispatcher = createDispatcher({ ...deps, ...more });
  const botApi = { ...dispatcher, handle: measured(dispatcher.handle, metrics) };
  const workload = createWorkload();
  const chats = createChats({ botApi, conversations, inbox: store.inbox, workload, onRefused, log, botName });
  messengers.push(...chats.map(({ chat }) => chat.messenger));
  // Before any message is received or sent: the workspaces served must be known by then.
  for (const { chat } of chats) await chat.start?.();

  const isReady = async (): Promise<boolean> => {
    const isGood = (await database.isAlive()) && (await queue.isAlive());
    metrics.ready(isGood);
    return isGood;
  };
  await store.inbox.start();
  const http = await createHttp({
    ...(config.host === undefined ? {} : { host: config.host }),
    port: config.port,
    log,
    ...(sandbox ? { guard: createLocalGuard(['/slack/events']) } : {}),
    routes: [
      ...chats.map(({ path, chat }) => ({ method: 'POST', path, handle: chat.route }) as const),
      ...statusRoutes({ isReady, policy: policy.status }, metrics),
      ...(signIn?.routes ?? []),
    ],
  });
  await queue.work({
    execute: createExecuteRequest(deps),
    notify: createNotify({ ...deps, ...(config.operators && { operators: config.operators }) }),
    remind: createRemind(deps),
    expire: createExpire(deps),
    'end-grant': createEndGrant(deps),
    watch: createWatch(deps),
  });
  await queue.start(() => store.inbox.ownAll());
  const every = createIntervals(onStop, log);
  every('reconciliation', 60_000, createReconcile({ ...deps, send: queue.send, onOverdue: metrics.overdueGrants }));
  every('search for grants of deleted identities', 5 * 60_000, createEndOrphaned(deps));
  const { checkpoints } = store;
  onStop('checkpoints', startCheckpoints({ config: config.audit, dataDir, checkpoints, messengers, clock, log }));
  // Stopped in reverse order: first the HTTP server, then interactions in progress, then the jobs.
  onStop('queue', () => queue.stop({ graceMs: 4_000 }));
  onStop('inbox', () => store.inbox.stop());
  for (const { name, chat } of chats) onStop(name, () => chat.close());
  onStop('work', () => workload.close());
  onStop('http', () => http.close(2_000));
  for (const { chat } of chats) await chat.open?.();
  if (sandbox && config.hasSandboxClients) await sandbox.startClients(http.port, botName, conversations, onStop);
  await isReady();
  log.info({ address: http.url, sandbox: config.isSandbox }, 'ready');
  setTimeout(() => void reportBotRights(deps), 3_000).unref();
}

async function main(): Promise<void> {
  enableCompileCache();
  let config: Config;
  try {
    loadEnvFile('.env');
    config = readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(
      `The configuration is not valid:\n${error.problems.map((problem) => `  - ${problem}\n`).join('')}See .env.example. To try Identity Desk without any configuration: SANDBOX=1 npm start\n`,
    );
    process.exit(1);
  }
  const log = createLog(config.logLevel, process.stdout.isTTY === true);
  const stops: { name: string; stop: Stop }[] = [];
  let isStopping = false;
  const stopAll = async (code: number): Promise<void> => {
    if (isStopping) return;
    isStopping = true;
    const inOrder = async () => {
      for (const { name, stop } of stops.reverse()) {
        try {
          await stop();
        } catch (err) {
          log.warn({ err, part: name }, 'shutdown of a part failed');
        }
      }
    };
    if (await withTimeout(inOrder(), stopMs)) log.info({}, 'stopped');
    process.exit(code);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stopAll(0));
  // A bug. It is logged and the bot continues, since all state is in the database.
  process.on('unhandledRejection', (err) => log.error({ err }, 'unhandled rejection'));
  try {
    await start(config, log, (name, stop) => stops.push({ name, stop }));
  } catch (err) {
    if (err instanceof PolicyError)
      process.stderr.write(`The policy is not valid:\n${err.problems.map((problem) => `  - ${problem}\n`).join('')}`);
    else log.error({ err }, err instanceof Error ? `cannot start: ${err.message}` : 'cannot start');
    await stopAll(1);
  }
}

await main();
