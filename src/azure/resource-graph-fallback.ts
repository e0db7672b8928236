// When it makes no sense to ask the subscriptions one by one after the graph did not answer.

import { Fault } from '../core/errors.ts';
import { readAzureError } from './azure-error.ts';
import type { CallPolicy } from './call-policy.ts';

/** True where every other question would fail in the same way: no token can be had, or the gateway is closed. */
export function isFallbackPointless(error: unknown, calls: CallPolicy): boolean {
  const { isCredential, status } = readAzureError(error instanceof Fault ? error.cause : error);
  return isCredential || status === 401 || calls.isClosed;
}
