// Makes a checkpoint each day and tells the witnesses. Before it signs it verifies the whole audit, so that it never signs a record
// that does not continue what was signed before.

import type { Clock, Log } from '../core/ports.ts';
import { readCheckpoint, signCheckpoint } from './checkpoint.ts';
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
  /** Runs `work` unless another process does so at this moment. False: one does. */
  exclusively(work: () => Promise<void>): Promise<boolean>;
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

/** Without the checkpoint that was due for so long, somebody is told. */
const overdueMs = 3600_000;

/**
 * `run` makes the checkpoint that is due, if any, and tells the witnesses what they do not know yet: to be called every minute or so.
 * `make` makes one now. Both throw what the store throws. What stands in the database is believed only where this key has signed it,
 * since the bot's role may add to it.
 */
export function createCheckpointer(deps: CheckpointerDependencies) {
  const { checkpoints, signer, witnesses, atMinute, clock, log } = deps;
  const own = [readVerifier(signer.verifierKey)];
  /** What this process has signed last, and told to whom. */
  let made: StoredCheckpoint | undefined;
  const told = new Map<string, number>();
  let saidAt = 0;

  function isOwn({ size, note }: StoredCheckpoint): boolean {
    // Those of an earlier key prove nothing to this one: whoever has that key verifies them.
    const text = openNote(note, own);
    return text !== undefined && readCheckpoint(text)?.size === size;
  }

  async function newestOwn(): Promise<StoredCheckpoint | undefined> {
    const stored = (await checkpoints.all()).findLast(isOwn);
    return made && made.size >= (stored?.size ?? 0) ? made : stored;
  }

  async function make(): Promise<void> {
    const size = await checkpoints.entries();
    const stored = (await checkpoints.all()).filter(isOwn);
    if (size === 0 || size === Math.max(stored.at(-1)?.size ?? 0, made?.size ?? 0)) return;
    const notes = [...stored, ...(made ? [made] : [])].map(({ note }) => note);
    const report = await verifyAudit({ rows: checkpoints.rows(), notes, verifierKeys: [signer.verifierKey] });
    const { own: changed = [], foreign = [] } = Object.groupBy(report.problems, ({ isForeign }) =>
      isForeign ? 'foreign' : 'own',
    );
    if (changed.length > 0) {
      log.error({ problems: changed.slice(0, 10) }, 'the audit was changed: no checkpoint of it is signed');
      return;
    }
    // Signed all the same, or whoever adds one such entry would end the checkpoints.
    if (foreign.length > 0)
      log.error({ problems: foreign.slice(0, 10) }, 'the audit has entries that no bot has written');
    const note = signCheckpoint(signer, report.size, report.root);
    made = { size: report.size, note, madeAt: clock.now() };
    log.info({ size: report.size, note }, 'audit checkpoint');
    await checkpoints.add({ size: report.size, note });
    if ((await checkpoints.all()).some((one) => one.note === note)) return;
    log.error(
      { size: report.size },
      'another checkpoint stands in the place of this one, which this key has not signed',
    );
  }

  /** How far a witness was told. More than there is was not written by this program. */
  async function toldTo(name: string, newest: StoredCheckpoint): Promise<number> {
    if (newest === made) return told.get(name) ?? 0;
    const size = await checkpoints.toldTo(name);
    if (size <= newest.size) return size;
    log.error(
      { witness: name, size, newest: newest.size },
      'a witness is said to know more than there is: it is told again',
    );
    return 0;
  }

  async function tellWitnesses(): Promise<void> {
    const newest = await newestOwn();
    if (!newest) return;
    for (const { name, tell } of witnesses) {
      if ((await toldTo(name, newest)) >= newest.size) continue;
      try {
        await tell(newest.note);
        told.set(name, newest.size);
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

  /** Another process has been at it for long, or whoever connects to the database keeps its lock. */
  async function tellOverdue(): Promise<void> {
    const due = lastDue(clock.now(), atMinute).getTime();
    if (clock.now().getTime() - due < overdueMs || saidAt === due) return;
    const newest = await newestOwn();
    if ((newest && newest.madeAt.getTime() >= due) || (await checkpoints.entries()) <= (newest?.size ?? 0)) return;
    saidAt = due;
    log.error({ due: new Date(due) }, 'the audit’s checkpoint is overdue: another session holds its lock');
  }

  return {
    make: () => checkpoints.exclusively(make),
    async run(): Promise<void> {
      const isMine = await checkpoints.exclusively(async () => {
        const newest = await newestOwn();
        if (!newest || newest.madeAt < lastDue(clock.now(), atMinute)) await make();
        await tellWitnesses();
      });
      if (!isMine) await tellOverdue();
    },
  };
}
