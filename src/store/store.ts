// All ports that the database implements, as one object.

import type { Audit, Conversations, Grants, Requests, SentMessages } from '../core/ports.ts';
import { createAudit } from './audit.ts';
import { createConversations } from './conversations.ts';
import type { Database } from './database.ts';
import { createGrants } from './grants.ts';
import { createInbox, type StoredInbox } from './inbox.ts';
import { createRequests, type Enqueue } from './requests.ts';
import { createSentMessages } from './sent-messages.ts';

/** The store's ports. */
export interface Store {
  requests: Requests;
  grants: Grants;
  audit: Audit;
  conversations: Conversations;
  messages: SentMessages;
  inbox: StoredInbox;
}

/** Every store over one database. `queue` enqueues a change's jobs in the change's own transaction. */
export function createStore(options: { database: Database; queue: { enqueue: Enqueue } }): Store {
  const { database, queue } = options;
  return {
    requests: createRequests(database, (trx, job) => queue.enqueue(trx, job)),
    grants: createGrants(database),
    audit: createAudit(database),
    conversations: createConversations(database),
    messages: createSentMessages(database),
    inbox: createInbox(database),
  };
}
