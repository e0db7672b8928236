// Which plan was shown to whom, in memory.

import type { SeenRevision, SentMessage, SentMessages, Shown } from '../../src/core/message-ports.ts';

type Row = Shown & { readonly isWhole: boolean; readonly at: string };

/** `now` in ISO 8601. */
export function createShown(now: () => string) {
  const rows: Row[] = [];
  function note({ requestId, revision, chat, conversation }: Shown, keys: readonly string[], isWhole: boolean): void {
    for (const personKey of keys) rows.push({ requestId, revision, chat, conversation, personKey, isWhole, at: now() });
  }
  return {
    /** What `save` notes of a card. */
    saved(message: SentMessage): void {
      if (message.message === null) return;
      const [, key = ''] = /^approver:(.+)$/.exec(message.slot) ?? [];
      const owner = key.endsWith(`:${message.conversation}`) ? [key.slice(0, -message.conversation.length - 1)] : [];
      note(message, ['', ...owner], message.isWhole !== false);
    },
    noteShown: (shown: Shown) => note(shown, [shown.personKey ?? ''], true),
    newestShown({
      requestId,
      chat,
      conversation,
      personKey = '',
      at = now(),
    }: Parameters<SentMessages['newestShown']>[0]): SeenRevision | undefined {
      const seen = rows
        .filter((row) => row.requestId === requestId)
        .filter((row) =>
          row.personKey === '' ? row.chat === chat && row.conversation === conversation : row.personKey === personKey,
        )
        .toSorted((a, b) => a.revision - b.revision);
      const found = seen.findLast((row) => row.at <= at) ?? seen[0];
      if (!found) return undefined;
      const { revision } = found;
      return { revision, isWhole: seen.every((row) => row.revision !== revision || row.isWhole) };
    },
  };
}
