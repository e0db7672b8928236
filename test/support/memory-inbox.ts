// The inbox in memory, for tests of a chat without a database.

import type { DeliveryKey, Inbox, LeftDelivery } from '../../src/core/inbox.ts';
import { withTimeout } from '../../src/with-timeout.ts';

export class MemoryInbox implements Inbox {
  /** What was recorded and is not answered, as it comes back from a database. */
  readonly open = new Map<string, string>();
  readonly #seen = new Set<string>();
  readonly #waiters: (() => void)[] = [];
  /** What was left by a killed bot. */
  left: LeftDelivery[] = [];
  isAway = false;
  /** Awaited before a record is made. */
  before: () => Promise<void> = async () => {};

  async record({ chat, id }: DeliveryKey, payload: unknown): Promise<'recorded' | 'repeated' | 'unavailable'> {
    await this.before();
    if (this.isAway) return 'unavailable';
    const key = `${chat} ${id}`;
    if (this.#seen.has(key)) return 'repeated';
    this.#seen.add(key);
    this.open.set(key, JSON.stringify(payload));
    return 'recorded';
  }

  async read(chat: string, ids: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
    const payloads = ids.map((id) => [id, this.open.get(`${chat} ${id}`)] as const);
    return new Map(payloads.flatMap(([id, text]) => (text === undefined ? [] : [[id, JSON.parse(text)] as const])));
  }

  finish({ chat, id }: DeliveryKey): void {
    this.open.delete(`${chat} ${id}`);
    if (this.open.size === 0) for (const wake of this.#waiters.splice(0)) wake();
  }

  /** Resolves when all that was recorded is answered, or after `ms` milliseconds. */
  async answered(ms: number): Promise<void> {
    if (this.open.size === 0) return;
    await withTimeout(new Promise<void>((resolve) => this.#waiters.push(resolve)), ms);
  }

  async takeUp(): Promise<readonly LeftDelivery[]> {
    return this.left.splice(0);
  }

  async begin(): Promise<boolean> {
    return true;
  }

  /** Leaves what is open to the next bot. */
  kill(): void {
    this.left.push(
      ...[...this.open].map(([key, payload]) => ({
        id: key.slice(key.indexOf(' ') + 1),
        payload: JSON.parse(payload),
        attempt: 2,
      })),
    );
  }
}
