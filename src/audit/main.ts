// npm run audit -- verify | export | key | new-key NAME: for whoever checks the audit or takes it elsewhere. It only reads the database.

import { createWriteStream, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { ConfigError } from '../config-error.ts';
import { parsePast } from '../core/grammar/parse-past.ts';
import { loadEnvFile } from '../env-file.ts';
import { createLog } from '../log.ts';
import { dataDirOf, readSetting } from '../read-setting.ts';
import { auditRowsOf } from '../store/audit-rows.ts';
import { createCheckpoints } from '../store/checkpoints.ts';
import { openToRead, type ReadOnlyDatabase } from '../store/open-to-read.ts';
import { textTools } from '../text-tools.ts';
import { notesIn } from './checkpoint.ts';
import { exportAudit, type FormatName, formatNames } from './export.ts';
import { findSigner } from './key-file.ts';
import { newSigningKey } from './signed-note.ts';
import { verifyAudit } from './verify.ts';

const usage = `npm run audit -- verify [--key VERIFIER-KEY]… [--witness FILE]…
npm run audit -- export [--format ${formatNames.join('|')}] [--out FILE] [--since T] [--until T] [--person P] [--identity N]
npm run audit -- key                  the key that checkpoints are verified with
npm run audit -- new-key NAME         a new key to sign with, for AUDIT_KEY
DATABASE_URL, DATA_DIR and AUDIT_KEY are read as by the bot; the sandbox’s audit is read with SANDBOX=1.
`;

/** A mistake in the command line. */
class UsageError extends Error {}

async function reading<T>(work: (database: ReadOnlyDatabase) => Promise<T>): Promise<T> {
  const database = await openToRead({
    databaseUrl: readSetting<string>(process.env, 'DATABASE_URL'),
    dataDir: resolve(dataDirOf(process.env), 'postgres'),
    log: createLog('error', false),
  });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

/** The verifier key of the bot's own signing key, where it is at hand. */
const ownKey = () =>
  findSigner(resolve(dataDirOf(process.env)), readSetting<string>(process.env, 'AUDIT_KEY'))?.verifierKey;

async function verify(keys: readonly string[], files: readonly string[]): Promise<number> {
  const own = keys.length === 0 ? ownKey() : undefined;
  const witnesses = (readSetting<readonly string[]>(process.env, 'AUDIT_WITNESS') ?? []).flatMap((name) =>
    name.startsWith('file:') ? [name.slice('file:'.length)] : [],
  );
  const witnessed = (files.length > 0 ? files : witnesses).flatMap((file) => notesIn(readFileSync(file, 'utf8')));
  if (files.length > 0 && witnessed.length === 0)
    throw new UsageError(`${files.join(', ')}: there is no checkpoint in it.`);
  const { report, stored } = await reading(async ({ kysely }) => {
    const checkpoints = createCheckpoints(kysely);
    const stored = (await checkpoints.all()).map(({ note }) => note);
    const verifierKeys = own === undefined ? keys : [own];
    return {
      stored,
      report: await verifyAudit({ rows: checkpoints.rows(), notes: [...stored, ...witnessed], verifierKeys }),
    };
  });
  const { size, root, checkpoints, covered, problems } = report;
  const say = (line: string) => process.stdout.write(`${line}\n`);
  say(`Entries: ${size}. Root: ${root.toString('base64')}`);
  say(
    `Checkpoints: ${stored.length} in the database, ${witnessed.length} from witnesses; ${checkpoints} match. Entries that they cover: ${covered}.`,
  );
  for (const { what } of problems) say(what);
  say(problems.length === 0 ? 'The audit is intact.' : 'The audit is NOT intact.');
  return problems.length === 0 ? 0 : 1;
}

/** A time of the command line, as ISO 8601. */
function timeOf(flag: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const at = parsePast(text, { textTools, clock: { now: () => new Date() } });
  if (!at)
    throw new UsageError(
      `${flag} ${text}: enter how long ago, such as 7d, or a time that is past, such as 2026-11-01.`,
    );
  return at.toISOString();
}

async function exportTo(
  format: string,
  out: string | undefined,
  filter: Parameters<typeof auditRowsOf>[1],
): Promise<number> {
  const name = formatNames.find((one): one is FormatName => one === format);
  if (!name) throw new UsageError(`--format ${format}: must be ${formatNames.join(', ')}.`);
  await reading(async ({ kysely }) => {
    const text = Readable.from(exportAudit(auditRowsOf(kysely, filter), name));
    // What is exported names people and what they may do.
    await (out === undefined
      ? pipeline(text, process.stdout, { end: false })
      : pipeline(text, createWriteStream(out, { mode: 0o600 })));
  });
  return 0;
}

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      key: { type: 'string', multiple: true, default: [] },
      witness: { type: 'string', multiple: true, default: [] },
      format: { type: 'string', default: 'jsonl' },
      ...({ out: { type: 'string' }, person: { type: 'string' }, identity: { type: 'string' } } as const),
      ...({ since: { type: 'string' }, until: { type: 'string' } } as const),
    },
  });
  const [verb, name] = positionals;
  switch (verb) {
    case 'verify':
      return verify(values.key, values.witness);
    case 'export': {
      const { person, identity } = values;
      const since = timeOf('--since', values.since);
      const until = timeOf('--until', values.until);
      return exportTo(values.format, values.out, {
        ...(since === undefined ? {} : { since }),
        ...(until === undefined ? {} : { until }),
        ...(person === undefined ? {} : { person }),
        ...(identity === undefined ? {} : { identity }),
      });
    }
    case 'key': {
      const key = ownKey();
      if (key === undefined) throw new UsageError('There is no audit key yet: the bot makes it at its first start.');
      process.stdout.write(`${key}\n`);
      return 0;
    }
    case 'new-key':
      if (name === undefined || !/^[^\s+]+$/.test(name))
        throw new UsageError('new-key NAME: a name without spaces and plus signs, such as desk.example.com/audit');
      process.stdout.write(`${newSigningKey(name)}\n`);
      return 0;
    default:
      process.stderr.write(usage);
      return 2;
  }
}

try {
  loadEnvFile('.env');
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isTheirs =
    error instanceof UsageError || error instanceof ConfigError || (error instanceof TypeError && 'code' in error);
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${isTheirs ? `\n${usage}` : ''}`);
  process.exitCode = 2;
}
