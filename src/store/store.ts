// All ports that the database implements, as one object.

import type { Checkpoints } from '../audit/checkpointer.ts';
import type { Grants } from '../core/grant-ports.ts';
import type { SentMessages } from '../core/message-ports.ts';
import type { Audit, Conversations, Requests } from '../core/ports.ts';
import type { AccountFreezes, AccountLinks, SignIns } from '../core/sign-in-ports.ts';
import { createAccountFreezes, createAccountLinks } from './accounts.ts';
import { createAudit } from './audit.ts';
import { createCheckpoints } from './checkpoints.ts';
import { createConversations } from './conversations.ts';
import type { Database } from './database.ts';
import { createGrants } from './grants.ts';
import { createInbox, type StoredInbox } from './inbox.ts';
import { createRequests, type Enqueue } from './requests.ts';
import { createSentMessages } from './sent-messages.ts';
import { createSignIns } from './sign-ins.ts';

/** The store's ports. */
export interface Store {
  requests: Requests;
  grants: Grants;
  audit: Audit;
  conversations: Conversations;
  messages: SentMessages;
  inbox: StoredInbox;
  signIns: SignIns;
  links: AccountLinks;
  freezes: AccountFreezes;
  checkpoints: Checkpoints;
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
    signIns: createSignIns(database),
    links: createAccountLinks(database),
    freezes: createAccountFreezes(database),
    checkpoints: createCheckpoints(database.kysely),
  };
}
