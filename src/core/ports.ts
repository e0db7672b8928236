// What the core asks of the world. Each use takes the smallest of these; main.ts is the only place where they meet.

import type { Card, RichText } from './chat.ts';
import type { AuditEntry } from './model/audit.ts';
import type { Grant } from './model/grant.ts';
import type { AccessRefusalReason, ChatName, DirectoryUser, Sender } from './model/person.ts';
import type { Change, Request, RequestState } from './model/request.ts';
import type { OperationResult, Outputs } from './operations/definition.ts';
import type { Operation } from './operations/registry.ts';

/** The time, given so that the core stays pure. */
export interface Clock {
  now(): Date;
}

export interface Ids {
  /** A new request id, R-7K3F9Q: six of Crockford's base 32. */
  newRequestId(): string;
  sha256(text: string): string; // hex
}

/** What a well-kept library does with text better than the core would. */
export interface TextTools {
  /** Shell words: quotes group. Throws an Error where a quote is not closed. */
  splitWords(text: string): string[];
  /** The candidates nearest to `word`, best first, none that is far off. */
  nearest(word: string, candidates: readonly string[], most?: number): string[];
  /** '8h', '1d12h', 'PT8H' → milliseconds; undefined where it is no duration. */
  parseDuration(text: string): number | undefined;
}

/** How an operation is sent. */
export interface PerformOptions {
  /** The request's id: assignments are named from it and bear it in their description, so that a second run knows its own work. */
  readonly marker: string;
  /** What earlier operations of the run gave. */
  readonly outputs: Outputs;
  /** An earlier run had begun this operation and nobody knows how far it came: look before anything is sent. */
  readonly isResumed: boolean;
  readonly signal?: AbortSignal;
}

/** Writes of Azure. */
export interface AzureWriter {
  /**
   * Does one operation, or finds that it was done. Throws Fault: 'azure-unreachable' where the outcome could not be learned even by
   * reading back, 'stale' where something else stands in its place.
   */
  perform(operation: Operation, options: PerformOptions): Promise<OperationResult>;
}

/**
 * Who people are. Undefined: nobody by that id or address. Throws Fault 'azure-forbidden' where the bot may not ask, 'ambiguous'
 * where one of the person's addresses stands in another entry too.
 */
export interface Directory {
  userById(entraId: string): Promise<DirectoryUser | undefined>;
  /** By user principal name, mail or proxy address. */
  userByEmail(email: string): Promise<DirectoryUser | undefined>;
}

export interface RequestQuery {
  requesterKey?: string;
  states?: readonly RequestState[];
  /** Requests whose plan touches this identity's ARM id. */
  identityId?: string;
  limit: number;
  /** Skip so many. */
  offset?: number;
}

/** What became of a new request; `waiting`: the one that stands there already. */
export type InsertOutcome = 'inserted' | 'id-taken' | { readonly waiting: Request };

export interface Requests {
  /**
   * Writes a new request, its audit entries and its jobs in one transaction. With `unlessIn` it writes nothing where the same person
   * has one in one of these states with the same command and arguments, and answers that one: however many come at once, one is made.
   */
  insert(change: Change, unlessIn?: readonly RequestState[]): Promise<InsertOutcome>;
  get(id: string): Promise<Request | undefined>;
  /** Newest first. `total` counts all that match. */
  list(query: RequestQuery): Promise<{ requests: readonly Request[]; total: number }>;
  /**
   * Locks the request's row, asks `decide` what it becomes, and writes request, decisions, operations, audit entries and jobs in
   * one transaction. `decide` must be pure: it may be called again. Undefined from it: nothing is written.
   * Answers the request as it stands afterwards; undefined where there is none of that id.
   */
  change(id: string, decide: (current: Request) => Change | undefined): Promise<Request | undefined>;
}

interface GrantQuery {
  readonly state?: Grant['state'];
  /** Those that gave something to this identity, by its ARM id. */
  readonly identityId?: string;
  /** Those that made the thing with this ARM id. */
  readonly subjectId?: string;
  /** Those whose end is not after this time (ISO 8601). */
  readonly endsBefore?: string;
  readonly limit: number;
}

/** Temporary grants, to look at: they change with their request (`Requests.change`). */
export interface Grants {
  /** Those that end first come first. */
  list(query: GrantQuery): Promise<readonly Grant[]>;
}

export interface Audit {
  /** A request's story, oldest first. */
  of(requestId: string): Promise<readonly AuditEntry[]>;
  /** Adds entries that belong to no change of a request (a refused click, a stranger). */
  append(entries: readonly AuditEntry[]): Promise<void>;
}

/** A conversation that the bot may write to without being asked. `reference` is the adapter's own business. */
export interface Conversation {
  chat: ChatName;
  id: string;
  isPersonal: boolean;
  /** In a one-to-one chat: the key of the person in it. */
  personKey?: string;
  reference: unknown;
}

export interface Conversations {
  /** Notes a conversation, or its newer reference. True where it was not known before. */
  remember(conversation: Conversation): Promise<boolean>;
  find(chat: ChatName, id: string): Promise<Conversation | undefined>;
  /** The person's own chats with the bot, one per platform: the one last heard of. */
  personal(personKey: string): Promise<readonly Conversation[]>;
  forget(chat: ChatName, id: string): Promise<void>;
}

/** A card of a request that stands in some chat. */
export interface SentMessage {
  requestId: string;
  /** Which of the request's cards it is: 'origin', 'place:<chat>:<conversation>', 'approver:<person key>:<conversation>'. */
  slot: string;
  chat: ChatName;
  conversation: string;
  /** The platform's id of the message; null while it is being sent. */
  message: string | null;
  /** What it shows: the request's version and its plan's revision. */
  version: number;
  revision: number;
  /** How many lines of the story were told under it. */
  toldLines: number;
}

export interface SentMessages {
  of(requestId: string): Promise<readonly SentMessage[]>;
  /** The card that has this platform id, to learn what the one who clicked it saw. */
  find(chat: ChatName, conversation: string, message: string): Promise<SentMessage | undefined>;
  /** Inserts or replaces by (requestId, slot). */
  save(message: SentMessage): Promise<void>;
  remove(requestId: string, slot: string): Promise<void>;
}

export interface Inbox {
  /** True the first time that this delivery is seen; false when the platform delivers it again. Kept for a day. */
  isNew(chat: ChatName, deliveryId: string): Promise<boolean>;
}

export type Delivery =
  | { ok: true; message: string }
  /** unknown: no such conversation is known; blocked: the person or admin forbids it; gone: the conversation or message is away. */
  | { ok: false; why: 'unknown' | 'blocked' | 'gone' | 'busy' | 'failed'; retryAfterMs?: number; detail: string };

/** Sending to a chat. Never throws for what the platform answers: the outcome says. */
export interface ChatMessenger {
  readonly chat: ChatName;
  /** Posts a card. With `thread`, under that message where the conversation has threads. */
  post(to: { conversation: string; thread?: string }, card: Card): Promise<Delivery>;
  /** Puts a card in the place of one that was posted. */
  update(at: { conversation: string; message: string }, card: Card): Promise<Delivery>;
  /** A line of text under a card (channels; people in it are mentioned), or as a message of its own (one-to-one chats). */
  postReply(to: { conversation: string; thread?: string }, text: RichText): Promise<Delivery>;
  /** Opens, or finds, the one-to-one chat with a person. Undefined where the platform will not. */
  openPersonal(person: { entraId?: string; email?: string }): Promise<Conversation | undefined>;
  /**
   * What the chat's own roster knows of a speaker, where the directory may not be asked. `refusal`: why it is nobody whom the
   * bot serves, in words for them (a bot, a deactivated account, somebody of another workspace), and `reason` as a code.
   */
  profile(
    sender: Sender,
    conversation: string,
  ): Promise<
    { email?: string; name: string; isGuest: boolean; refusal?: string; reason?: AccessRefusalReason } | undefined
  >;
}

/** Structured log; only fields named by the caller, never a body. */
export interface Log {
  debug(fields: Readonly<Record<string, unknown>>, message: string): void;
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}
