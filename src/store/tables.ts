// The tables' types for Kysely. They must agree with migrations/.

import type { ColumnType, GeneratedAlways, Insertable, Transaction } from 'kysely';
import type { Grant } from '../core/model/grant.ts';
import type { OperationRecord } from '../core/model/operation-record.ts';
import type { ChatName } from '../core/model/person.ts';
import type { Decision, Request } from '../core/model/request.ts';
import type { AccountFreeze, AccountLink, SignInTicket } from '../core/model/sign-in.ts';
import type { Conversation } from '../core/ports.ts';

/** A jsonb column: read as T, written as JSON text. */
type Json<T> = ColumnType<T, string, string>;

/** A request without the parts that have tables of their own. */
export type RequestDocument = Omit<Request, 'decisions' | 'operations' | 'grants'>;

/** All tables. */
export interface Tables {
  requests: {
    id: string;
    document: Json<RequestDocument>;
    version: GeneratedAlways<number>;
    state: GeneratedAlways<string>;
    requester_key: GeneratedAlways<string>;
    identity_ids: string[];
    created_at: ColumnType<Date, string, never>;
    updated_at: ColumnType<Date, string, string>;
  };
  decisions: { request_id: string; position: number; decision: Json<Decision> };
  operations: { request_id: string; position: number; record: Json<OperationRecord> };
  grants: {
    id: string;
    request_id: string;
    position: number;
    document: Json<Grant>;
    state: GeneratedAlways<Grant['state']>;
    /** The ARM id of the granted resource (a role assignment), in lower case. */
    subject_id: string | null;
    identity_ids: string[];
    ends_at: ColumnType<Date, string, string>;
  };
  /** Only key and entry are written: a trigger of the owner's gives the rest. */
  audit_entries: {
    /** From 0, without gaps, in the order of commits. */
    seq: GeneratedAlways<string>;
    /** A key chosen before the entry is written, so that writing it twice adds one entry. */
    entry_key: string;
    /** The canonical JSON of an AuditEntry, as it is hashed. */
    entry: string;
    written_at: GeneratedAlways<Date>;
    previous: GeneratedAlways<Buffer>;
    hash: GeneratedAlways<Buffer>;
    request_id: GeneratedAlways<string | null>;
    actor: GeneratedAlways<string>;
    event: GeneratedAlways<string>;
  };
  audit_witnessed: { witness: string; size: string };
  audit_checkpoints: { size: string; note: string; made_at: ColumnType<Date, never, never> };
  sent_messages: {
    request_id: string;
    slot: string;
    chat: ChatName;
    conversation: string;
    message: string | null;
    version: number;
    revision: number;
    told_lines: number;
    is_whole: boolean;
  };
  shown_plans: {
    request_id: string;
    revision: number;
    chat: ChatName;
    conversation: string;
    /** '': everybody in the conversation. */
    person_key: string;
    is_whole: boolean;
    shown_at: ColumnType<Date, never, never>;
  };
  conversations: {
    chat: ChatName;
    id: string;
    is_personal: boolean;
    person_key: string | null;
    reference: Json<Conversation['reference']>;
    heard_at: ColumnType<Date, never, Date>;
  };
  request_deliveries: {
    chat: ChatName;
    delivery_id: string;
    request_id: string;
    noted_at: ColumnType<Date, never, never>;
  };
  /** One-time links to the sign-in page, without anything that could be used to sign in. */
  sign_ins: {
    token_hash: string;
    document: Json<SignInTicket>;
    state_hash: GeneratedAlways<string | null>;
    chat: ChatName;
    account: string;
    created_at: ColumnType<Date, string, never>;
    expires_at: ColumnType<Date, string, never>;
  };
  account_links: { chat: ChatName; account: string; document: Json<AccountLink> };
  account_freezes: { chat: ChatName; account: string; request_id: string; document: Json<AccountFreeze> };
}

/** A transaction. */
export type Trx = Transaction<Tables>;
/** A row of audit_entries to insert. */
export type NewAuditEntry = Insertable<Tables['audit_entries']>;

/** JSON for a jsonb column, without NUL and lone surrogates, which PostgreSQL refuses and people do paste. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'string' ? clean(inner) : inner)) ?? 'null';
}

/** Text without what PostgreSQL refuses. */
function clean(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '');
}
