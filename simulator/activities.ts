// What was written, for the activity log. Kept in memory: a simulator that is started again has a new log.

/** A write that was answered with success. */
export interface Activity {
  readonly at: number;
  readonly method: string;
  readonly resourceId: string;
  readonly action: string;
  readonly status: number;
  readonly caller: string;
  readonly clientRequestId: string;
  readonly callId: string;
}

const mostKept = 20_000;

/** What was written since the simulator was started. */
export class ActivityLog {
  #entries: Activity[] = [];

  note(entry: Activity): void {
    this.#entries.push(entry);
    if (this.#entries.length > mostKept) this.#entries = this.#entries.slice(-mostKept / 2);
  }

  /** Newest first, as Azure lists them. */
  list(): readonly Activity[] {
    return this.#entries.toReversed();
  }
}
