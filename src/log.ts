// The log: JSON lines on stdout, pretty on a terminal. Errors are logged by picked fields alone, because an SDK's error
// carries its request, and a request carries a token.

import { type Logger, pino } from 'pino';
import type { Config } from './config.ts';

function errorFields(error: unknown): unknown {
  if (!(error instanceof Error)) return error === undefined ? undefined : { message: String(error).slice(0, 500) };
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const statusCode =
    'statusCode' in error && typeof error.statusCode === 'number' ? { statusCode: error.statusCode } : {};
  const cause = error.cause === undefined ? {} : { cause: errorFields(error.cause) };
  return {
    type: error.name,
    message: error.message.slice(0, 1000),
    ...code,
    ...statusCode,
    stack: error.stack,
    ...cause,
  };
}

/** Makes the log. `redact` is a second net: the first is that callers name the fields that they log. */
export function createLog(level: Config['logLevel'], isTerminal: boolean): Logger {
  return pino({
    level,
    base: null,
    formatters: { level: (label) => ({ level: label }) },
    timestamp: pino.stdTimeFunctions.isoTime,
    // Both names: one that slipped through under the other would be printed whole.
    serializers: { err: errorFields, error: errorFields },
    redact: {
      paths: ['token', 'password', 'secret', 'authorization', '*.token', '*.password', '*.secret', '*.authorization'],
      censor: '[redacted]',
    },
    ...(isTerminal
      ? { transport: { target: 'pino-pretty', options: { translateTime: 'SYS:HH:MM:ss', ignore: 'pid,hostname' } } }
      : {}),
  });
}
