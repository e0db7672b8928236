// A process that dies in the middle: the n-th write (to the store or to Azure) throws before or after it has happened, and
// whatever is left of the process reaches nothing any more until it is started again.

/** What a dying process throws: no Fault, and nobody's to handle. */
export class Crash extends Error {
  constructor() {
    super('the process has died');
    this.name = 'Crash';
  }
}

export interface CrashPoint {
  /** Dies at the n-th write from now (1: the next), before or after it. */
  arm(nth: number, when: 'before' | 'after'): void;
  /** Starts the process again; nothing is armed. */
  restart(): void;
  readonly isDown: boolean;
  /** Passed by every read. Throws Crash where the process is dead. */
  read(): void;
  /** Does a write, or dies at it. Throws Crash. */
  write<T>(work: () => T): T;
}

export function createCrashPoint(): CrashPoint {
  let left = 0;
  let moment: 'before' | 'after' = 'before';
  let isDown = false;
  const read = () => {
    if (isDown) throw new Crash();
  };
  return {
    arm(nth, when) {
      left = nth;
      moment = when;
    },
    restart() {
      left = 0;
      isDown = false;
    },
    get isDown() {
      return isDown;
    },
    read,
    write(work) {
      read();
      if (left > 0) left -= 1;
      else return work();
      if (left > 0) return work();
      isDown = moment === 'before';
      read();
      const done = work();
      isDown = true;
      read();
      return done;
    },
  };
}
