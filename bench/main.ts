// The bench: what an acknowledgement costs, side by side with a bare @slack/bolt app and a bare botbuilder app in one run.
//   npm run bench -- [--requests N] [--clients 1,16,64] [--kinds help,list,…] [--json FILE]

import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Measured, measure } from './load.ts';
import { type BenchRequest, type Kind, kinds, slashCommand, teamsMessage } from './requests.ts';
import { type Subject, startSubject } from './subject.ts';

const secret = 'the-signing-secret-of-the-bench';
/** The longest wait for the work behind acknowledgements, so that it does not count in the next measurement. */
const mostDrainMs = 300_000;

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '1000' },
    clients: { type: 'string', default: '1,16,64' },
    kinds: { type: 'string', default: kinds.join(',') },
    chats: { type: 'string', default: 'slack,teams' },
    json: { type: 'string' },
  },
});
const requests = Number(values.requests);
const clientCounts = values.clients.split(',').map(Number);
const wantedKinds = kinds.filter((kind) => values.kinds.split(',').includes(kind));

/** How `npm start` starts the bot: Node's flags and the file. */
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { start: string } };
const startedAs = scripts.start.replace('exec node ', '');

const say = (text: string) => process.stdout.write(`${text}\n`);

interface Row {
  readonly chat: string;
  readonly kind: Kind;
  readonly clients: number;
  readonly bare: Measured;
  readonly desk: Measured;
  /** How long the bot went on working after the last acknowledgement. */
  readonly drainMs: number;
}

const number = (value: number, digits = 0) => value.toFixed(digits);

function tableRow({ chat, kind, clients, bare, desk, drainMs }: Row): string {
  const cells = [
    chat,
    kind,
    clients,
    number(bare.perSecond),
    `${number(bare.p50, 1)} / ${number(bare.p99, 1)}`,
    number(desk.perSecond),
    `${number(desk.p50, 1)} / ${number(desk.p99, 1)}`,
    number(desk.perSecond / bare.perSecond, 2),
    number(desk.p99 / bare.p99, 1),
    number(drainMs / 1000, 1),
    desk.failed + bare.failed,
  ];
  return `| ${cells.join(' | ')} |`;
}

const heading = [
  '| chat | kind | at once | bare: per s | bare: p50 / p99 ms | bot: per s | bot: p50 / p99 ms | per s, ratio | p99, ratio | work behind it, s | failed |',
  '|---|---|---|---|---|---|---|---|---|---|---|',
].join('\n');

interface Pair {
  readonly chat: string;
  readonly bare: Subject;
  readonly request: (kind: Kind, number: number) => BenchRequest;
}

async function compare(desk: Subject, { chat, bare, request }: Pair, kind: Kind, clients: number): Promise<Row> {
  // One client at a time needs fewer to tell the same.
  const count = clients === 1 ? Math.ceil(requests / 3) : requests;
  const next = (index: number) => request(kind, index);
  const bareMeasured = await measure(bare.address, clients, count, next);
  const deskMeasured = await measure(desk.address, clients, count, next);
  const drainMs = await desk.idle(mostDrainMs);
  return { chat, kind, clients, bare: bareMeasured, desk: deskMeasured, drainMs };
}

async function run(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'identity-desk-bench-'));
  // The embedded database runs as another user where the bench is run by root.
  chmodSync(dataDir, 0o755);
  const subjects: Subject[] = [];
  const start = async (...given: Parameters<typeof startSubject>) => {
    const subject = await startSubject(...given);
    subjects.push(subject);
    return subject;
  };
  try {
    const counterparts = await start('counterparts', 'bench/counterparts.ts');
    const bolt = await start('bare @slack/bolt', 'bench/bare-bolt.ts', { SLACK_SIGNING_SECRET: secret });
    const botbuilder = await start('bare botbuilder', 'bench/bare-botbuilder.ts');
    const desk = await start('Identity Desk', startedAs, {
      SANDBOX: '1',
      SANDBOX_CLIENTS: 'off',
      PORT: '0',
      DATA_DIR: dataDir,
      // One person does in a second what many do in an hour.
      MAX_OPEN_REQUESTS: '1000000',
      MAX_REQUESTS_PER_HOUR: '1000000',
      MAX_ACTIONS_PER_MINUTE: '1000000',
      LOG_LEVEL: 'info',
      SLACK_BOT_TOKEN: 'xoxb-bench',
      SLACK_SIGNING_SECRET: secret,
      SLACK_API_URL: `${counterparts.address}/api/`,
    });
    const shown = [bolt, botbuilder, desk];
    const atStart = shown.map((subject) => subject.memoryMb());
    const all: readonly Pair[] = [
      {
        chat: 'slack',
        bare: bolt,
        request: (kind, index) => slashCommand(kind, index, secret, counterparts.address),
      },
      { chat: 'teams', bare: botbuilder, request: (kind, index) => teamsMessage(kind, index, counterparts.address) },
    ];
    const pairs = all.filter(({ chat }) => values.chats.split(',').includes(chat));
    say(`Node ${process.version}, ${cpus().length} CPUs, ${requests} requests per line; bare and bot in turn.\n`);
    // Warm: the first requests compile the code and fill the caches of both.
    for (const pair of pairs) for (const kind of wantedKinds) await compare(desk, pair, kind, 16);
    say(heading);
    const rows: Row[] = [];
    for (const pair of pairs) {
      for (const kind of wantedKinds) {
        for (const clients of clientCounts) {
          const row = await compare(desk, pair, kind, clients);
          rows.push(row);
          say(tableRow(row));
        }
      }
    }
    say('\n| program | start, ms | memory at start, MB | after, MB |\n|---|---|---|---|');
    const programs = shown.map((subject, index) => ({
      name: subject.name,
      startMs: subject.startMs,
      atStartMb: atStart[index],
      afterMb: subject.memoryMb(),
    }));
    for (const { name, startMs, atStartMb, afterMb } of programs) {
      say(`| ${name} | ${number(startMs)} | ${number(atStartMb ?? NaN)} | ${number(afterMb ?? NaN)} |`);
    }
    if (values.json !== undefined) writeFileSync(values.json, JSON.stringify({ requests, rows, programs }, null, 2));
  } finally {
    for (const subject of subjects.reverse()) await subject.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

await run();
