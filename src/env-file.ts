// Settings from a file beside the program. A file that is there and cannot be read is a mistake to be told, never a bot without
// its settings.

import { ConfigError } from './config-error.ts';

/** Adds what the file says to process.env; what is set there already stays. Nothing where there is no such file. Throws ConfigError. */
export function loadEnvFile(file: string): void {
  try {
    process.loadEnvFile(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') return;
    const said = error instanceof Error ? error.message : String(error);
    throw new ConfigError([`${file} exists but cannot be read: ${said}`]);
  }
}
