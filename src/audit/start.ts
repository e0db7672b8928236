// Starts the daily checkpoints of a running bot.

import type { ChatMessenger, Clock, Log } from '../core/ports.ts';
import { type Checkpoints, createCheckpointer } from './checkpointer.ts';
import { openSigner } from './key-file.ts';
import type { AuditConfig } from './settings.ts';
import { witnessOf } from './witness.ts';

const everyMs = 60_000;

/** Looks every minute whether a checkpoint is due. Returns how to stop. Throws an Error for the operator where the key is no good. */
export function startCheckpoints(given: {
  readonly config: AuditConfig;
  readonly dataDir: string;
  readonly checkpoints: Checkpoints;
  readonly messengers: readonly ChatMessenger[];
  readonly clock: Clock;
  readonly log: Log;
}): () => void {
  const { config, dataDir, checkpoints, messengers, clock, log } = given;
  const signer = openSigner(dataDir, config.key);
  log.info({ verifierKey: signer.verifierKey }, 'the audit’s checkpoints are verified by this key');
  const witnesses = config.witnesses.map((name) => witnessOf(name, messengers));
  const atMinute = config.checkpointAtMinute;
  const checkpointer = createCheckpointer({ checkpoints, signer, witnesses, atMinute, clock, log });
  const run = () => {
    checkpointer
      .run()
      .catch((err: unknown) => log.warn({ err }, 'the audit’s checkpoint failed; it will be tried again'));
  };
  run();
  const timer = setInterval(run, everyMs);
  return () => clearInterval(timer);
}
