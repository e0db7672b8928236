// Tells when a file may have changed: by the file system's events and, since those get lost on network drives and behind symbolic
// links, also every few seconds.

import { watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';

/**
 * Calls `onMaybeChanged` after each change in the file's folder that may concern it, and every `pollMs` milliseconds. Watching the
 * folder sees editors that rename a new file over the old one, and Kubernetes, which swaps the link `..data`. Returns what ends it.
 */
export function watchFile(
  file: string,
  onMaybeChanged: () => void,
  { pollMs, onBlind }: { pollMs: number; onBlind?: (error: unknown) => void },
): () => void {
  const path = resolve(file);
  const timer = setInterval(onMaybeChanged, pollMs);
  let stop = () => {};
  try {
    const watcher = watch(dirname(path), { persistent: false }, (_event, name) => {
      if (name === null || name === basename(path) || name.startsWith('..')) onMaybeChanged();
    });
    // Without events the timer still finds every change.
    watcher.on('error', (error) => {
      watcher.close();
      onBlind?.(error);
    });
    stop = () => watcher.close();
  } catch (error) {
    onBlind?.(error);
  }
  return () => {
    clearInterval(timer);
    stop();
  };
}
