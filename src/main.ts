// Composes everything, starts it in order and stops it in the reverse: the one file that knows all. Its imports are the
// architecture; it decides nothing that a person asks.

import { readFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { resolve } from 'node:path';
import tls from 'node:tls';
import type { Logger } from 'pino';
import { createAzure } from './azure/azure.ts';
import { withPeopleCache } from './cache/people-cache.ts';
import { withSuggestionCache } from './cache/suggestion-cache.ts';
import { clock } from './clock.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { createAccessRefusals, withAccessRefusals } from './core/access-refusal.ts';
import { addressFacts } from './core/approvals/policy-facts.ts';
import { createDispatcher } from './core/dispatch.ts';
import { createExecuteRequest } from './core/execution/execute-request.ts';
import { policyCommands } from './core/grammar/registry.ts';
import type { RefusedAccess } from './core/model/person.ts';
import type { Policy } from './core/model/policy.ts';
import { createPeople } from './core/people.ts';
import type { ChatMessenger } from './core/ports.ts';
import { createHttp, sendJson } from './http.ts';
import { ids } from './ids.ts';
import { createEndGrant } from './jobs/end-grant.ts';
import { createExpire, createRemind } from './jobs/expire.ts';
import { createNotify } from './jobs/notify.ts';
import { withNewConversationHook } from './jobs/on-new-conversation.ts';
import { createQueue } from './jobs/queue.ts';
import { createReconcile } from './jobs/reconcile.ts';
import { createLog } from './log.ts';
import { createMetrics, measured } from './metrics.ts';
import { PolicyError, readPolicy } from './policy-file/read.ts';
import { type AzureSettings, prepareSandbox, type Sandbox } from './sandbox/sandbox.ts';
import { openDatabase } from './store/database.ts';
import { createStore } from './store/store.ts';
import { textTools } from './text-tools.ts';
import { withTimeout } from './with-timeout.ts';

const botName = 'Identity Desk';
/** SIGTERM to exit; the contract's own limit is 10 s. */
const stopMs = 8_000;
/** Between two looks for requests that were left behind. */
const reconcileMs = 60_000;

type Stop = () => Promise<unknown> | unknown;

/** A place of the policy that no configured chat can reach would swallow requests. */
function checkChannels(policy: Policy, config: Config): void {
  const isSpoken: Readonly<Record<string, boolean>> = {
    slack: config.slack !== undefined,
    teams: config.teams !== undefined || config.isSandbox,
  };
  const unreachable = policy.channels.flatMap((location) =>
    location.kind === 'channel' && !isSpoken[location.chat] ? [location.chat] : [],
  );
  if (unreachable.length === 0) return;
  throw new PolicyError(
    unreachable.map((chat) => `${config.policyFile}: places: names a ${chat} channel, but ${chat} is not configured`),
  );
}

async function start(config: Config, log: Logger, onStop: (name: string, stop: Stop) => void): Promise<void> {
  const metrics = createMetrics();
  const dataDir = resolve(config.dataDir);
  const sandbox: Sandbox | undefined = config.isSandbox ? prepareSandbox({ dataDir, log }) : undefined;
  const policy = await readPolicy(config.policyFile, textTools, policyCommands);
  checkChannels(policy, config);

  // The simulated Azure and the database come up side by side, with the SDKs of the chats that are spoken: each is heavy.
  const [azureSettings, database, teamsAdapter, slackAdapter] = await Promise.all([
    sandbox && config.azure.resourceManagerEndpoint === undefined
      ? sandbox.startAzure(onStop)
      : Promise.resolve<AzureSettings>(config.azure),
    openDatabase({
      ...(config.databaseUrl === undefined ? {} : { databaseUrl: config.databaseUrl }),
      dataDir: resolve(dataDir, 'postgres'),
      log,
    }),
    config.teams || sandbox ? import('./chat/teams/adapter.ts') : undefined,
    config.slack ? import('./chat/slack/adapter.ts') : undefined,
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
    ...(azureSettings.resourceManagerEndpoint === undefined
      ? {}
      : { resourceManagerEndpoint: azureSettings.resourceManagerEndpoint }),
    ...(azureSettings.graphEndpoint === undefined ? {} : { graphEndpoint: azureSettings.graphEndpoint }),
    ...(config.azure.clientId === undefined ? {} : { managedIdentityClientId: config.azure.clientId }),
    clock: clock.now,
    log,
  });
  onStop('azure', () => azure.close());

  const queue = createQueue({ database, log });
  const store = createStore({ database, queue });
  const messengers: ChatMessenger[] = [];
  const refusals = createAccessRefusals({ audit: store.audit, clock, log });
  const people = withAccessRefusals(
    withPeopleCache(createPeople({ directory: azure.directory, messengers: () => messengers }), clock),
    refusals,
  );
  const conversations = withNewConversationHook({
    conversations: store.conversations,
    requests: store.requests,
    notify: (id) => queue.send({ kind: 'notify', id }),
    log,
  });
  const deps = {
    azure: azure.reader,
    writer: azure.writer,
    requests: store.requests,
    grants: store.grants,
    audit: store.audit,
    messages: store.messages,
    inbox: store.inbox,
    conversations,
    people,
    policy: () => policy,
    factSources: addressFacts,
    messengers: () => messengers,
    clock,
    ids,
    textTools,
    log,
  };
  const dispatcher = createDispatcher({ ...deps, suggestionReads: withSuggestionCache(azure.reader, clock) });
  const botApi = { ...dispatcher, handle: measured(dispatcher.handle, metrics) };
  const onRefused = (refused: RefusedAccess) => void refusals.note(refused);
  const common = { botApi, conversations, onRefused, log };
  const teamsSettings = config.teams
    ? { ...config.teams, sandbox: false as const }
    : { sandbox: true as const, tenantId: (await sandbox?.people)?.tenant ?? '' };
  const teams = teamsAdapter?.createTeams({ ...common, settings: teamsSettings, botName });
  const slack = config.slack && slackAdapter?.createSlack({ ...common, settings: config.slack });
  for (const chat of [teams, slack]) if (chat) messengers.push(chat.messenger);
  // Before anything comes in or goes out: by then it must be known whose workspace is served.
  await slack?.start();

  const isReady = async (): Promise<boolean> => {
    const isGood = (await database.isAlive()) && (await queue.isAlive());
    metrics.ready(isGood);
    return isGood;
  };
  const http = await createHttp({
    ...(config.host === undefined ? {} : { host: config.host }),
    port: config.port,
    log,
    routes: [
      ...(teams ? [{ method: 'POST', path: '/api/messages', handle: teams.route } as const] : []),
      ...(slack ? [{ method: 'POST', path: '/slack/events', handle: slack.route } as const] : []),
      { method: 'GET', path: '/healthz', handle: (_request, response) => sendJson(response, 200, { status: 'alive' }) },
      {
        method: 'GET',
        path: '/readyz',
        handle: async (_request, response) => {
          const isGood = await isReady();
          sendJson(response, isGood ? 200 : 503, { status: isGood ? 'ready' : 'not ready' });
        },
      },
      {
        method: 'GET',
        path: '/metrics',
        handle: async (_request, response) => {
          response.writeHead(200, { 'content-type': metrics.contentType }).end(await metrics.text());
        },
      },
    ],
  });
  await queue.work({
    execute: createExecuteRequest(deps),
    notify: createNotify(deps),
    remind: createRemind(deps),
    expire: createExpire(deps),
    'end-grant': createEndGrant(deps),
  });
  await queue.start();
  const reconcile = createReconcile({
    requests: store.requests,
    grants: store.grants,
    clock,
    send: (job) => queue.send(job),
    log,
  });
  const reconciling = setInterval(
    () => void reconcile().catch((err: unknown) => log.warn({ err }, 'the sweep failed')),
    reconcileMs,
  );
  onStop('sweep', () => clearInterval(reconciling));
  // Stopped in the reverse of this order: first no new events, then what is under way, then the jobs.
  onStop('queue', () => queue.stop({ graceMs: 4_000 }));
  if (teams) onStop('teams', () => teams.close());
  if (slack) onStop('slack', () => slack.close());
  onStop('http', () => http.close(2_000));
  await slack?.open();
  if (sandbox && config.hasSandboxClients) await sandbox.startClients(http.port, botName, conversations, onStop);
  await isReady();
  log.info({ address: http.url, sandbox: config.isSandbox }, 'ready');
}

async function main(): Promise<void> {
  enableCompileCache();
  try {
    process.loadEnvFile('.env');
  } catch {
    // There need not be one.
  }
  let config: Config;
  try {
    config = readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(
      `The configuration is not complete:\n${error.problems.map((problem) => `  - ${problem}\n`).join('')}See .env.example. For a trial with nothing configured: SANDBOX=1 npm start\n`,
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
          log.warn({ err, part: name }, 'a part did not stop cleanly');
        }
      }
    };
    if (await withTimeout(inOrder(), stopMs)) log.info({}, 'stopped');
    process.exit(code);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stopAll(0));
  // What nobody caught is a fault of ours: it is logged by its fields, and the bot goes on, since its state is in the database.
  process.on('unhandledRejection', (err) => log.error({ err }, 'a failure that nothing caught'));
  try {
    await start(config, log, (name, stop) => stops.push({ name, stop }));
  } catch (err) {
    if (err instanceof PolicyError)
      process.stderr.write(`The policy has mistakes:\n${err.problems.map((problem) => `  - ${problem}\n`).join('')}`);
    else log.error({ err }, err instanceof Error ? `cannot start: ${err.message}` : 'cannot start');
    await stopAll(1);
  }
}

await main();
