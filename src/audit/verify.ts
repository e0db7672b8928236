// Walks the whole audit and finds what was changed, removed or reordered, with its number; and, by signed checkpoints, what was
// removed at the end or written anew as a whole.

import { jcs } from '../core/model/canonical-json.ts';
import { plainLine } from '../core/plain-text.ts';
import { type Checkpoint, readCheckpoint } from './checkpoint.ts';
import { createTree } from './merkle.ts';
import { type AuditRow, leafHash, noHash, recordOf } from './record.ts';
import { openNote, readVerifier } from './signed-note.ts';

/** Something that is wrong. `seq`: the number of the entry, where it is about one. */
interface Problem {
  readonly seq?: number;
  readonly what: string;
  /** The chain is whole, but this was not written by this program: whoever has the bot's role may add to it. */
  readonly isForeign?: true;
}

/** What was found. */
export interface Report {
  /** How many entries there are. */
  readonly size: number;
  /** The root over them. */
  readonly root: Buffer;
  /** How many signed checkpoints match. */
  readonly checkpoints: number;
  /** How many of the first entries are covered by one of these: a change of those cannot go unseen. */
  readonly covered: number;
  readonly problems: readonly Problem[];
}

/** What is verified, and by what. */
export interface Evidence {
  /** In the order of their numbers. */
  readonly rows: AsyncIterable<AuditRow>;
  /** Signed checkpoints, from the database and from witnesses. */
  readonly notes: readonly string[];
  /** The keys that they may be signed with. */
  readonly verifierKeys: readonly string[];
}

/** More problems than these are not listed one by one. */
const mostProblems = 100;

/** Verifies the audit. Throws what reading the rows throws, and an Error for a key that is none. */
export async function verifyAudit({ rows, notes, verifierKeys }: Evidence): Promise<Report> {
  const problems: Problem[] = [];
  const tellOf = (problem: Problem) => {
    if (problems.length < mostProblems) problems.push(problem);
  };
  const tell = (what: string, seq?: number) => tellOf(seq === undefined ? { what } : { seq, what });
  const checkpoints = openAll(notes, verifierKeys, tell);
  const tree = createTree();
  let last: AuditRow | undefined;
  let expected = 0;
  let matched = 0;
  let covered = 0;
  let isBroken = false;

  const compare = () => {
    for (const { root } of checkpoints.get(tree.size) ?? []) {
      if (root.equals(tree.root())) {
        matched += 1;
        covered = tree.size;
      } else if (!isBroken) {
        // Row by row all fits: so all rows from the first changed one on were written anew.
        tell(
          `The checkpoint of ${tree.size} entries does not match: entry ${covered} or a later one was changed, and those after it were written anew.`,
          covered,
        );
        isBroken = true;
      }
    }
  };

  let lastFault: number | undefined;
  for await (const row of rows) {
    // What the next one says against a row that is known to be wrong is nothing new.
    const faults = faultsOf(row, last, expected).filter(({ seq }) => seq !== lastFault);
    for (const fault of faults) tellOf(fault);
    lastFault = faults.findLast(({ isForeign }) => !isForeign)?.seq ?? lastFault;
    isBroken ||= faults.some(({ isForeign }) => !isForeign);
    tree.add(leafHash(recordOf(row)));
    compare();
    last = row;
    expected = row.seq + 1;
  }
  const newest = Math.max(0, ...checkpoints.keys());
  if (newest > expected) {
    tell(
      `Entries ${expected} to ${newest - 1} are missing at the end: a checkpoint of ${newest} entries was signed.`,
      expected,
    );
  }
  return { size: tree.size, root: tree.root(), checkpoints: matched, covered, problems };
}

function openAll(notes: readonly string[], verifierKeys: readonly string[], tell: (what: string) => void) {
  const verifiers = verifierKeys.map(readVerifier);
  const opened = [...new Set(notes)].flatMap((note): Checkpoint[] => {
    const text = openNote(note, verifiers);
    const checkpoint = text === undefined ? undefined : readCheckpoint(text);
    if (checkpoint) return [checkpoint];
    // Whoever may add to the database writes what this says: it must not write on the operator's terminal as it likes.
    const [origin, size] = note.split('\n').map((line) => plainLine(line).slice(0, 80));
    tell(
      `The checkpoint of ${size} entries of ${origin} is not signed by a known key. If the key was changed, give the earlier one too: --key`,
    );
    return [];
  });
  return Map.groupBy(opened, ({ size }) => size);
}

/** What is wrong with a row, or with the one before it. */
function faultsOf(row: AuditRow, last: AuditRow | undefined, expected: number): Problem[] {
  const { seq } = row;
  const faults: Problem[] = [];
  if (seq !== expected) {
    const gap =
      seq - expected === 1 ? `Entry ${expected} is missing.` : `Entries ${expected} to ${seq - 1} are missing.`;
    faults.push({ seq: expected, what: gap });
  }
  if (!leafHash(recordOf(row)).equals(Buffer.from(row.hash, 'hex'))) {
    faults.push({ seq, what: `Entry ${seq} was changed: its content does not match its hash.` });
  } else if (seq === expected && row.previous !== (last?.hash ?? noHash)) {
    const before = Math.max(0, seq - 1);
    faults.push({ seq: before, what: `Entry ${before} was changed: entry ${seq} was written after another one.` });
  } else if (!isCanonical(row.entry)) {
    const what = `Entry ${seq} was not written by Identity Desk: it is not canonical JSON.`;
    faults.push({ seq, what, isForeign: true });
  }
  return faults;
}

function isCanonical(entry: string): boolean {
  try {
    return jcs(JSON.parse(entry)) === entry;
  } catch {
    return false;
  }
}
