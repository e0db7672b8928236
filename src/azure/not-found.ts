// A thing that is not there is an answer, not an error.

import { readAzureError } from './azure-error.ts';

/** What `asked` brings, or undefined where Azure says 404. Other errors are thrown on. */
export async function undefinedIfNotFound<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (readAzureError(error).status === 404) return undefined;
    throw error;
  }
}
