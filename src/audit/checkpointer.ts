// Makes a checkpoint each day and tells the witnesses. Before it signs it verifies the whole audit, so that it never signs a record
// that does not continue what was signed before.

import type { Clock, Log } from '../core/ports.ts';
import { signCheckpoint } from './checkpoint.ts';
import type { AuditRow } from './record.ts';
import { openNote, readVerifier, type Signer } from './signed-note.ts';
import { verifyAudit } from './verify.ts';
import type { Witness } from './witness.ts';

/** A checkpoint as it is stored. */
interface StoredCheckpoint {
  readonly size: number;
  readonly note: string;
  readonly madeAt: Date;
}

/** The store of checkpoints. */
export interface Checkpoints {
  /** How many entries there are. */
  entries(): Promise<number>;
  rows(): AsyncIterable<AuditRow>;
  /** All, the smallest first. */
  all(): Promise<readonly StoredCheckpoint[]>;
  add(checkpoint: Pick<StoredCheckpoint, 'size' | 'note'>): Promise<void>;
  /** The size that the witness was told last; 0: none. */
  toldTo(witness: string): Promise<number>;
  setTold(witness: string, size: number): Promise<void>;
  /** Runs `work` unless another process does so at this moment. */
  exclusively(work: () => Promise<void>): Promise<void>;
}

const dayMs = 24 * 3600_000;

export interface CheckpointerDependencies {
  readonly checkpoints: Checkpoints;
  readonly signer: Signer;
  readonly witnesses: readonly Witness[];
  /** When in the day, in minutes after midnight UTC. */
  readonly atMinute: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** The last time at which a checkpoint was due. */
function lastDue(now: Date, atMinute: number): Date {
  const midnight = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  const today = midnight + atMinute * 60_000;
  return new Date(today <= now.getTime() ? today : today - dayMs);
}

/**
 * `run` makes the checkpoint that is due, if any, and tells the witnesses what they do not know yet: to be called every minute or so.
 * `make` makes one now. Both throw what the store throws.
 */
export function createCheckpointer(deps: CheckpointerDependencies) {
  const { checkpoints, signer, witnesses, atMinute, clock, log } = deps;
  const own = [readVerifier(signer.verifierKey)];

  async function make(): Promise<void> {
    const size = await checkpoints.entries();
    const stored = await checkpoints.all();
    // Those of an earlier key prove nothing to this one: whoever has that key verifies them.
    const notes = stored.map(({ note }) => note).filter((note) => openNote(note, own) !== undefined);
    if (size === 0 || size === stored.at(-1)?.size) return;
    const report = await verifyAudit({ rows: checkpoints.rows(), notes, verifierKeys: [signer.verifierKey] });
    if (report.problems.length > 0) {
      log.error({ problems: report.problems.slice(0, 10) }, 'the audit was changed: no checkpoint of it is signed');
      return;
    }
    const note = signCheckpoint(signer, report.size, report.root);
    await checkpoints.add({ size: report.size, note });
    log.info({ size: report.size, note }, 'audit checkpoint');
  }

  async function tellWitnesses(): Promise<void> {
    const newest = (await checkpoints.all()).at(-1);
    if (!newest) return;
    for (const { name, tell } of witnesses) {
      if ((await checkpoints.toldTo(name)) >= newest.size) continue;
      try {
        await tell(newest.note);
        await checkpoints.setTold(name, newest.size);
      } catch (error) {
        const said = error instanceof Error ? error.message : String(error);
        log.warn(
          { witness: name, error: said },
          'a witness could not be told of the audit checkpoint; it will be tried again',
        );
      }
    }
  }

  return {
    make: () => checkpoints.exclusively(make),
    run: () =>
      checkpoints.exclusively(async () => {
        const newest = (await checkpoints.all()).at(-1);
        if (!newest || newest.madeAt < lastDue(clock.now(), atMinute)) await make();
        await tellWitnesses();
      }),
  };
}
