// Whether to list each subscription after a query to Resource Graph failed.

import { Fault } from '../core/errors.ts';
import { readAzureError } from './azure-error.ts';
import type { CallPolicy } from './call-policy.ts';

/** True where every other call would fail in the same way: no token can be obtained, or the gateway is closed. */
export function isFallbackPointless(error: unknown, calls: CallPolicy): boolean {
  const { isCredential, status } = readAzureError(error instanceof Fault ? error.cause : error);
  return isCredential || status === 401 || calls.isClosed;
}
