// The cards that were posted, in memory, and what was shown.

import type { SentMessage, SentMessages } from '../../src/core/message-ports.ts';
import { canonicalJson } from '../../src/core/model/plan.ts';
import type { Request } from '../../src/core/model/request.ts';
import type { CrashPoint } from './crash-point.ts';
import type { createShown } from './memory-shown.ts';

/** A copy, as it comes back from a database. */
export const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** The store of posted cards. `look` and `pause` are passed before every call. */
export function createMemoryMessages(store: {
  readonly look: <T>(what: string, read: () => T) => Promise<T>;
  readonly pause: (what: string) => Promise<void>;
  readonly crash: CrashPoint;
  readonly shown: ReturnType<typeof createShown>;
  readonly request: (id: string) => Request | undefined;
}): SentMessages {
  const { look, pause, crash, shown } = store;
  const messages = new Map<string, SentMessage>();
  const slotOf = ({ requestId, slot }: Pick<SentMessage, 'requestId' | 'slot'>) => canonicalJson([requestId, slot]);
  return {
    of: (requestId) =>
      look('messages', () =>
        [...messages.values()].filter((one) => one.requestId === requestId).sort((a, b) => (a.slot < b.slot ? -1 : 1)),
      ),
    find: (chat, conversation, message) =>
      look('find message', () =>
        [...messages.values()].find(
          (one) => one.chat === chat && one.conversation === conversation && one.message === message,
        ),
      ),
    async save(message) {
      await pause('save message');
      crash.write(() => {
        messages.set(slotOf(message), copy(message));
        shown.saved(message);
      });
    },
    async remove(requestId, slot) {
      await pause('remove message');
      crash.write(() => messages.delete(slotOf({ requestId, slot })));
    },
    inThread: (chat, conversation, thread) =>
      look('thread', () => {
        const cards = [...messages.values()].filter((one) => one.chat === chat && one.conversation === conversation);
        const inIt = cards.filter(
          ({ message, slot, requestId }) =>
            message === thread || (slot === 'origin' && store.request(requestId)?.origin.thread === thread),
        );
        const [id, ...more] = new Set(inIt.map(({ requestId }) => requestId));
        return more.length === 0 ? id : undefined;
      }),
    async noteShown(more) {
      await pause('note shown');
      crash.write(() => shown.noteShown(more));
    },
    newestShown: (of) => look('shown', () => shown.newestShown(of)),
  };
}
