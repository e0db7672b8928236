// When the bot is added to a chat or channel, pending requests are notified again: an approver may start a chat with the bot, or
// invite it to a channel, after the request was submitted.

import type { Conversations, Log, Requests } from '../core/ports.ts';

/** `conversations`, with `notify` called for each pending request when a new conversation is remembered. */
export function withNewConversationHook(given: {
  conversations: Conversations;
  requests: Requests;
  notify: (requestId: string) => Promise<void>;
  log: Log;
}): Conversations {
  const { conversations, requests } = given;
  const greet = async (): Promise<void> => {
    const { requests: waiting } = await requests.list({ states: ['pending'], limit: 200 });
    for (const { id } of waiting) await given.notify(id);
  };
  return {
    ...conversations,
    async remember(conversation) {
      const isNew = await conversations.remember(conversation);
      if (isNew) {
        await greet().catch((err: unknown) =>
          given.log.warn({ err }, 'pending requests not posted to a new conversation'),
        );
      }
      return isNew;
    },
  };
}
