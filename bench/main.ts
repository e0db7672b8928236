// The bench: what an acknowledgement costs, side by side with a bare @slack/bolt app and a bare botbuilder app in one run.
// The bare apps acknowledge and do nothing else: no record, no work behind it, and the bare botbuilder authenticates nobody, as neither
// does the sandbox. They are measured in turn with the bot, in parts, so that what else the machine does meets both.
//   npm run bench -- [--requests N] [--clients 1,16,64] [--kinds help,list,…] [--chats slack,teams] [--json FILE] [--page FILE]

import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { timeAnswers } from './answers.ts';
import { type Measured, measure, type Part, together } from './load.ts';
import { type BenchRequest, type Kind, kinds, slashCommand, teamsMessage } from './requests.ts';
import { type Subject, startSubject } from './subject.ts';

const secret = 'the-signing-secret-of-the-bench';
/** The longest wait for the work behind acknowledgements, so that it does not count in the next measurement. */
const mostDrainMs = 300_000;

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '2000' },
    clients: { type: 'string', default: '1,16,64' },
    kinds: { type: 'string', default: kinds.join(',') },
    chats: { type: 'string', default: 'slack,teams' },
    json: { type: 'string' },
    page: { type: 'string' },
  },
});
const requests = Number(values.requests);
const clientCounts = values.clients.split(',').map(Number);
const wantedKinds = kinds.filter((kind) => values.kinds.split(',').includes(kind));

/** How `npm start` starts the bot: Node's flags and the file. */
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { start: string } };
const startedAs = scripts.start.replace('exec node ', '');

/** Bare and bot take turns so often in a line of the table. */
const turns = 4;
const printed: string[] = [];
const say = (text: string) => {
  printed.push(text);
  process.stdout.write(`${text}\n`);
};

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
  readonly request: (kind: Kind, number: number, key?: string) => BenchRequest;
}

async function compare(desk: Subject, { chat, bare, request }: Pair, kind: Kind, clients: number): Promise<Row> {
  const count = Math.ceil(requests / turns);
  const next = (index: number) => request(kind, index);
  const bareParts: Part[] = [];
  const deskParts: Part[] = [];
  let drainMs = 0;
  for (let turn = 0; turn < turns; turn++) {
    bareParts.push(await measure(bare.address, clients, count, next));
    deskParts.push(await measure(desk.address, clients, count, next));
    // The bot's work behind its acknowledgements must not weigh on the bare app's next turn.
    drainMs += await desk.idle(mostDrainMs);
  }
  return { chat, kind, clients, bare: together(bareParts), desk: together(deskParts), drainMs };
}

function pageOf(lines: readonly string[]): string {
  return `# Speed

Written by \`npm run bench -- --page docs/speed.md\`. Each acknowledgement of the bot comes after its delivery is committed to the database
(\`synchronous_commit = on\`). The bare apps beside it, run by the same clients over the same transport, record nothing and do nothing behind
their acknowledgements; the bare botbuilder app, like the sandbox, authenticates nobody. Clients send their next request as soon as the
last is answered, which is far more than people do; the second table has the wait for the answer at the rate of people.

${lines.join('\n')}
`;
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
        request: (kind, index, key) => slashCommand(kind, index, secret, counterparts.address, key),
      },
      {
        chat: 'teams',
        bare: botbuilder,
        request: (kind, index, key) => teamsMessage(kind, index, counterparts.address, key),
      },
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
    say('\nThe answer itself, to one person who sends five requests a second:\n');
    say('| chat | kind | p50, ms | worst, ms | without an answer |\n|---|---|---|---|---|');
    const answers = [];
    for (const { chat, request } of pairs) {
      for (const [index, kind] of wantedKinds.filter((one) => one !== 'mix').entries()) {
        const load = { count: Math.min(40, requests), everyMs: 200 };
        await desk.idle(mostDrainMs);
        const waits = await timeAnswers(desk.address, counterparts.address, load, (key) => request(kind, index, key));
        answers.push({ chat, kind, ...waits });
        say(`| ${chat} | ${kind} | ${number(waits.p50)} | ${number(waits.worst)} | ${waits.missing} |`);
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
    if (values.json !== undefined)
      writeFileSync(values.json, JSON.stringify({ requests, rows, answers, programs }, null, 2));
    if (values.page !== undefined) writeFileSync(values.page, pageOf(printed));
  } finally {
    for (const subject of subjects.reverse()) await subject.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

await run();
