// The log: JSON lines on stdout, formatted on a terminal. Of an error only named fields are logged, because an SDK's error contains
// its request, and the request contains a token.

import { type Logger, pino } from 'pino';
import type { Config } from './config.ts';
import { plain } from './core/plain-text.ts';

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

/** A JSON line with invisible and control characters shown by their codes, escaped ones too: pretty printing unescapes them. */
function visibleLine(line: string): string {
  const end = line.endsWith('\n') ? '\n' : '';
  const json = end === '' ? line : line.slice(0, -1);
  const spelled = json.replace(/\\(?:u00([01][0-9a-f]|7f)|([bfr])|.)/g, (written, code?: string, letter?: string) => {
    const short = letter === undefined ? undefined : { b: '08', f: '0C', r: '0D' }[letter];
    const shown = code?.toUpperCase() ?? short;
    return shown === undefined ? written : `[U+00${shown}]`;
  });
  return plain(spelled) + end;
}

/** Creates the logger. Callers choose the fields that they log; `redact` guards against mistakes. */
export function createLog(level: Config['logLevel'], isTerminal: boolean): Logger {
  return pino({
    level,
    base: null,
    // Untrusted text must not control the terminal or hide in the log.
    hooks: { streamWrite: visibleLine },
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
