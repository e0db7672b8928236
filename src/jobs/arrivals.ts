// When somebody opens their own chat with the bot, cards that wait for them there are sent: an approver may come later than
// the request.

import type { Conversations, Log, Requests } from '../core/ports.ts';

/** The store's conversations, with an ear for new one-to-one chats. */
export function withArrivals(given: {
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
      if (isNew && conversation.isPersonal) {
        await greet().catch((err: unknown) => given.log.warn({ err }, 'waiting cards could not be sent to a new chat'));
      }
      return isNew;
    },
  };
}
