// Azure's 404 as a value instead of an exception.

import { readAzureError } from './azure-error.ts';

/** What `response` resolves to, or undefined where Azure responds 404. Rethrows other errors. */
export async function undefinedIfNotFound<T>(response: Promise<T>): Promise<T | undefined> {
  try {
    return await response;
  } catch (error) {
    if (readAzureError(error).status === 404) return undefined;
    throw error;
  }
}
