// Reading one part of an answer, so that what cannot be read does not keep the rest from being told.

import { asFault } from '../errors.ts';

/** What was read, or the words for people on why it was not. Never throws. */
export async function readPart<T>(read: Promise<T>): Promise<{ value: T } | { trouble: string }> {
  try {
    return { value: await read };
  } catch (error) {
    return { trouble: asFault(error).message };
  }
}
