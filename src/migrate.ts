// npm run migrate: prepares the database as its owner, for a bot whose settings lack DATABASE_OWNER_URL. It is safe to run again.

import { resolve } from 'node:path';
import { ConfigError } from './config-error.ts';
import { loadEnvFile } from './env-file.ts';
import { createLog } from './log.ts';
import { dataDirOf, readSetting } from './read-setting.ts';
import { openDatabase } from './store/database.ts';

try {
  loadEnvFile('.env');
  const databaseUrl = readSetting<string>(process.env, 'DATABASE_URL');
  const ownerUrl = readSetting<string>(process.env, 'DATABASE_OWNER_URL');
  if (ownerUrl !== undefined && databaseUrl === undefined) {
    throw new ConfigError(['DATABASE_URL is missing: the rights of its role are part of what is prepared']);
  }
  const database = await openDatabase({
    databaseUrl,
    ownerUrl,
    dataDir: resolve(dataDirOf(process.env), 'postgres'),
    use: readSetting<string>(process.env, 'SANDBOX') === '1' ? 'sandbox' : 'real',
    log: createLog('warn', process.stdout.isTTY === true),
  });
  await database.close();
  process.stdout.write('The database is ready for this version of Identity Desk.\n');
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
