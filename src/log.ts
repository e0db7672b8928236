// The log: JSON lines on stdout, formatted on a terminal. Of an error only named fields are logged, because an SDK's error contains
// its request, and the request contains a token.

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

/** Creates the logger. Callers choose the fields that they log; `redact` guards against mistakes. */
export function createLog(level: Config['logLevel'], isTerminal: boolean): Logger {
  return pino({
    level,
    base: null,
    formatters: { level: (label) => ({ level: label }) },
    timestamp: pino.stdTimeFunctions.isoTime,
    // Both names: an error under any other key would be logged in full.
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
