// Reads any error of the Azure SDKs into one shape: status, code, message, retry delay. What people are told is in errors.ts.

/** Azure did not respond: the deadline passed, or the call was aborted. */
export class NoAnswer extends Error {
  readonly isTimeout: boolean;

  constructor(message: string, isTimeout: boolean) {
    super(message);
    this.name = 'NoAnswer';
    this.isTimeout = isTimeout;
  }
}

export interface AzureError {
  /** The HTTP status; undefined where there was no answer. */
  readonly status: number | undefined;
  /** Azure's own code (AuthorizationFailed), the network's (ECONNRESET) or ''. */
  readonly code: string;
  readonly message: string;
  readonly retryAfterMs: number | undefined;
  /** The connection failed, was closed, or timed out. */
  readonly isNetwork: boolean;
  /** The request certainly never reached Azure. */
  readonly isUnsent: boolean;
  /** No access token could be obtained. */
  readonly isCredential: boolean;
}

const unsentCodes = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
const credentialErrors = new Set([
  'CredentialUnavailableError',
  'AuthenticationError',
  'AggregateAuthenticationError',
  'AuthenticationRequiredError',
]);

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' ? (value as Readonly<Record<string, unknown>>) : {};
const text = (value: unknown) => (typeof value === 'string' ? value : '');

/** Reads any error of the SDKs (RestError, the credentials' errors, aborts). Never throws. */
export function readAzureError(error: unknown): AzureError {
  const name = error instanceof Error ? error.name : '';
  const { statusCode, code, details, response } = record(error);
  // The older SDKs keep the body under `details`, the newer ones the parsed error under `details.error` as well.
  const body = record(record(details).error);
  const headers = record(response).headers;
  const status = typeof statusCode === 'number' && statusCode >= 100 ? statusCode : undefined;
  const errorCode = text(body.code) || text(code);
  const isCredential = credentialErrors.has(name);
  return {
    status: isCredential ? undefined : status,
    code: errorCode,
    message: text(body.message) || (error instanceof Error ? error.message : ''),
    retryAfterMs: hasGet(headers) ? retryAfterMs(headers) : undefined,
    isNetwork: !isCredential && status === undefined && (name === 'RestError' || isAbort(error)),
    isUnsent: isCredential || (status === undefined && unsentCodes.has(errorCode)),
    isCredential,
  };
}

function isAbort(error: unknown): boolean {
  return error instanceof NoAnswer || (error instanceof Error && error.name === 'AbortError');
}

interface Headers {
  get(name: string): string | undefined;
}

function hasGet(headers: unknown): headers is Headers {
  return typeof record(headers).get === 'function';
}

/** The retry delay of a response, in milliseconds: retry-after-ms, x-ms-retry-after-ms, Retry-After (seconds or a date). */
export function retryAfterMs(headers: Headers): number | undefined {
  for (const name of ['retry-after-ms', 'x-ms-retry-after-ms']) {
    const value = Number(headers.get(name) ?? Number.NaN);
    if (Number.isFinite(value) && value >= 0) return value;
  }
  const header = headers.get('retry-after');
  if (header === undefined) return undefined;
  const seconds = Number(header);
  if (header.trim() !== '' && Number.isFinite(seconds) && seconds >= 0) return seconds * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
