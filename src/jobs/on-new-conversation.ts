// When the bot comes into a chat, somebody's own or a channel, cards that wait for those there are sent: approvers may come later
// than the request, and the bot be invited later than that.

import type { Conversations, Log, Requests } from '../core/ports.ts';

/** The store's conversations, with an ear for new ones. */
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
        await greet().catch((err: unknown) => given.log.warn({ err }, 'waiting cards could not be sent to a new chat'));
      }
      return isNew;
    },
  };
}
