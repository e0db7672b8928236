// Group commit: whatever comes in while commits are under way shares the next one, so that many at once cost one round trip.

/** Adds an item to the next commit. Resolves with its outcome; rejects with the error of the commit that it was part of. */
export type GroupCommit<Item, Outcome> = (item: Item) => Promise<Outcome>;

interface Pending<Item, Outcome> {
  readonly item: Item;
  resolve(outcome: Outcome): void;
  reject(error: unknown): void;
}

/**
 * Groups items into commits of at most `most`, with at most `atOnce` commits under way: while one waits for the disk the next is
 * made. Two items with the same key are never in one commit: the second learns what became of the first. `commit` answers with an
 * outcome for each item, in order.
 */
export function createGroupCommit<Item, Outcome>(given: {
  readonly keyOf: (item: Item) => string;
  readonly most: number;
  readonly atOnce?: number;
  readonly commit: (items: readonly Item[]) => Promise<readonly Outcome[]>;
}): GroupCommit<Item, Outcome> {
  const { keyOf, most, atOnce = 1, commit } = given;
  let pending: Pending<Item, Outcome>[] = [];
  let busy = 0;

  function nextGroup(): Pending<Item, Outcome>[] {
    const keys = new Set<string>();
    const group: Pending<Item, Outcome>[] = [];
    const rest: Pending<Item, Outcome>[] = [];
    for (const one of pending) {
      const key = keyOf(one.item);
      if (group.length >= most || keys.has(key)) rest.push(one);
      else {
        keys.add(key);
        group.push(one);
      }
    }
    pending = rest;
    return group;
  }

  async function commitAll(): Promise<void> {
    while (pending.length > 0) {
      const group = nextGroup();
      try {
        const outcomes = await commit(group.map(({ item }) => item));
        group.forEach((one, index) => void one.resolve(outcomes[index] as Outcome));
      } catch (error) {
        for (const one of group) one.reject(error);
      }
    }
    busy -= 1;
  }

  return (item) =>
    new Promise<Outcome>((resolve, reject) => {
      pending.push({ item, resolve, reject });
      if (busy >= atOnce) return;
      busy += 1;
      // What else this turn of the event loop reads from its sockets belongs to the same commit.
      setImmediate(() => void commitAll());
    });
}
