// Single settings, for programs that need few of them: `npm run audit` and `npm run migrate`.

import { ConfigError } from './config-error.ts';
import { type SettingName, settings } from './settings.ts';

/** The value of a setting, or its default; undefined where it has none. Throws ConfigError where it is not valid. */
export function readSetting<T>(
  environment: Readonly<Record<string, string | undefined>>,
  name: SettingName,
): T | undefined {
  const setting: (typeof settings)[SettingName] = settings[name];
  const given = environment[name]?.trim() || ('default' in setting ? setting.default : undefined);
  if (given === undefined) return undefined;
  const result = setting.schema.safeParse(given);
  if (!result.success) throw new ConfigError([`${name} ${result.error.issues[0]?.message ?? 'is not valid'}`]);
  return result.data as T;
}

/** The folder of the bot's data: the sandbox has its own. */
export function dataDirOf(environment: Readonly<Record<string, string | undefined>>): string {
  const dataDir = readSetting<string>(environment, 'DATA_DIR') ?? './data';
  return readSetting<string>(environment, 'SANDBOX') === '1' ? `${dataDir}/sandbox` : dataDir;
}
