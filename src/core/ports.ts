// The ports of the core. Each use case takes only those that it needs; main.ts connects them to their implementations.

import type { UserGroups } from './access-ports.ts';
import type { Card, RichText } from './chat.ts';
import type { DeliveryKey } from './inbox.ts';
import type { CardMark } from './message-ports.ts';
import type { AuditEntry } from './model/audit.ts';
import type { AccessRefusalReason, ChatName, DirectoryUser, Sender } from './model/person.ts';
import type { TextPattern } from './model/policy.ts';
import type { Change, Request, RequestState } from './model/request.ts';
import type { OperationResult, Outputs } from './operations/definition.ts';
import type { Operation } from './operations/registry.ts';
import type { RateLimits, RequestLimit } from './rate-limits.ts';

/** The current time, injected so that the core stays pure. */
export interface Clock {
  now(): Date;
}

/** Random ids and digests, injected so that the core stays pure. */
export interface Ids {
  /** A new request id, R-7K3F9Q: six of Crockford's base 32. */
  newRequestId(): string;
  sha256(text: string): string; // hex
  /** 256 random bits, for a link: base64url. */
  newSecret(): string;
}

/** Text functions that are implemented by libraries. */
export interface TextTools {
  /** Shell words: quotes group. Throws an Error where a quote is not closed. */
  splitWords(text: string): string[];
  /** The candidates most similar to `word`, best first; dissimilar ones are left out. */
  nearest(word: string, candidates: readonly string[], most?: number): string[];
  /** '8h', '1d12h', 'PT8H' → milliseconds; undefined where it is no duration. */
  parseDuration(text: string): number | undefined;
  /** A regular expression in RE2's syntax, whose time is linear in the text. Undefined where it is none. */
  compilePattern(source: string): TextPattern | undefined;
}

/** How an operation is sent. */
export interface PerformOptions {
  /** The request's id. Role assignments are named from it and have it in their description, so that a retry recognises its own work. */
  readonly marker: string;
  /** What earlier operations of the run gave. */
  readonly outputs: Outputs;
  /** An earlier run started this operation and its outcome is unknown: check Azure before sending anything. */
  readonly isResumed: boolean;
  /** Only checks: what is not found done is not sent, and the Fault 'stale' says so. */
  readonly isLookOnly?: boolean;
  /** ISO 8601: when the interrupted attempt was begun. */
  readonly startedAt?: string;
  /** Temporary: how long, and until when at the latest. Azure itself ends it then, where it can; the bot does in any case. */
  readonly lasts?: { readonly durationMs: number; readonly until?: string };
  /** It is there already, and Azure itself ends it: only its end is moved, to this time (ISO 8601), or taken away (null). */
  readonly keepUntil?: string | null;
  readonly signal?: AbortSignal;
  /** Called once it is known that the change is not there, right before it is sent. Throws where it must not be sent any more. */
  readonly beforeSend?: () => Promise<void>;
}

/** Writes of Azure. */
export interface AzureWriter {
  /**
   * Performs one operation, or finds that it was already performed. Throws Fault: 'azure-unreachable' where the outcome is unknown even
   * after reading back, 'stale' where something else exists in its place.
   */
  perform(operation: Operation, options: PerformOptions): Promise<OperationResult>;
}

/**
 * Who people are. Undefined: nobody by that id or address. Throws Fault 'azure-forbidden' where the directory says that
 * the bot may not ask, 'ambiguous'
 * where one of the person's addresses stands in another entry too.
 */
export interface Directory {
  userById(entraId: string): Promise<DirectoryUser | undefined>;
  /** By user principal name, mail or proxy address. */
  userByEmail(email: string): Promise<DirectoryUser | undefined>;
}

/** Filters for requests, combined with and. */
export interface RequestQuery {
  requesterKey?: string;
  states?: readonly RequestState[];
  /** Requests whose review is due and not done. */
  needsReview?: true;
  /** Requests whose plan touches this identity's ARM id. */
  identityId?: string;
  /** Requests that keep what an identity of this name (folded) was before they deleted it. */
  snapshotOf?: string;
  limit: number;
  /** Skip so many. */
  offset?: number;
}

/**
 * The outcome of inserting a request; `waiting`: the identical request that already exists; `made`: what this delivery made before;
 * `exceeds`: the person has too many.
 */
export type InsertOutcome =
  | 'inserted'
  | 'id-taken'
  | { readonly waiting: Request }
  | { readonly made: Request }
  | { readonly exceeds: RequestLimit };

/** The store of requests. All methods throw Fault 'unavailable' while the database is down. */
export interface Requests {
  /**
   * Writes a new request, its audit entries and its jobs in one transaction. With `unlessIn` nothing is written where the same person
   * already has one in these states with the same command and arguments; that one is returned, also under concurrent inserts. Nor
   * where the person would have more than `most` allows: which limit it would exceed is returned; nor where `delivery` has made or
   * changed a request before.
   */
  insert(
    change: Change,
    unlessIn?: readonly RequestState[],
    most?: Pick<RateLimits, 'openRequests' | 'requestsPerHour'>,
    delivery?: DeliveryKey,
  ): Promise<InsertOutcome>;
  get(id: string): Promise<Request | undefined>;
  /** The request that a delivery made or changed. */
  ofDelivery(delivery: DeliveryKey): Promise<Request | undefined>;
  /** Newest first. `total` counts all that match. */
  list(query: RequestQuery): Promise<{ requests: readonly Request[]; total: number }>;
  /**
   * Locks the request's row, calls `decide` for the change, and writes request, decisions, operations, audit entries and jobs in
   * one transaction. `decide` must be pure: it may be called again. Undefined from it: nothing is written.
   * Where `delivery` has changed a request before, `decide` is not called. Returns the request afterwards; undefined where there is
   * none with that id.
   */
  change(
    id: string,
    decide: (current: Request) => Change | undefined,
    delivery?: DeliveryKey,
  ): Promise<Request | undefined>;
  /**
   * As `change`, for the start of a run: `decide` is also given the id of another running request about one of the same identities.
   * Of several that start at once each sees those that started before it.
   */
  changeAlone(
    id: string,
    decide: (current: Request, running: string | undefined) => Change | undefined,
  ): Promise<Request | undefined>;
  /**
   * As `change`, for what several grants share: the thing with the ARM id `subjectId`. `decide` is also given the other requests that
   * have an active grant of it, and returns the changes of all, that of `id` first. Until the transaction ends, nobody else decides about
   * the same thing, so that each sees what the one before has written.
   */
  changeSharing(
    id: string,
    subjectId: string,
    decide: (current: Request, sharing: readonly Request[]) => readonly Change[] | undefined,
  ): Promise<Request | undefined>;
}

/** Which audit entries, combined with and. */
export interface AuditFilter {
  /** ISO 8601: written then or later. */
  readonly since?: string;
  /** ISO 8601: written before. */
  readonly until?: string;
  /** Who did it: a key, an object id, an address, a name or a chat account. */
  readonly person?: string;
  /** The ARM id or the name of an identity, also of one that is gone. */
  readonly identity?: string;
}

/** An entry with its number. */
export interface FoundEntry {
  readonly seq: number;
  readonly entry: AuditEntry;
}

export interface Audit {
  /** The audit entries of a request, oldest first. */
  of(requestId: string): Promise<readonly AuditEntry[]>;
  /** Matching entries, the newest first; `before`: only those with a smaller number. */
  list(filter: AuditFilter, page: { readonly before?: number; readonly limit: number }): Promise<readonly FoundEntry[]>;
  /** How many entries a person has caused in the last minute, up to `most`. */
  countLately(actor: string, most: number): Promise<number>;
  /** Adds entries that belong to no change of a request (a refused click, a stranger). */
  append(entries: readonly AuditEntry[]): Promise<void>;
}

/** A conversation that the bot can post to proactively. `reference` is opaque to the core. */
export interface Conversation {
  chat: ChatName;
  id: string;
  isPersonal: boolean;
  /** In a one-to-one chat: the key of the person in it. */
  personKey?: string;
  reference: unknown;
}

/** The store of conversations. */
export interface Conversations {
  /** Stores a conversation or its newer reference. True where it is new. */
  remember(conversation: Conversation): Promise<boolean>;
  find(chat: ChatName, id: string): Promise<Conversation | undefined>;
  /** The person's one-to-one chats with the bot: the latest one per platform. */
  personal(personKey: string): Promise<readonly Conversation[]>;
  forget(chat: ChatName, id: string): Promise<void>;
}

/** The outcome of posting to a chat. */
export type Delivery =
  /** `isWhole`: false where the chat could not show all of a card that has to be shown in full. */
  | { ok: true; message: string; isWhole?: false }
  /** unknown: no such conversation is known; blocked: the person or admin forbids it; gone: the conversation or message is away. */
  | { ok: false; why: 'unknown' | 'blocked' | 'gone' | 'busy' | 'failed'; retryAfterMs?: number; detail: string };

/** Posts to a chat. Never throws for a platform error: the returned Delivery says what happened. */
export interface ChatMessenger {
  readonly chat: ChatName;
  /** Absent where the platform has none that a policy could name. */
  readonly userGroups?: UserGroups;
  /** Posts a card. With `thread`, under that message where the conversation has threads. `mark`: not shown, for `findPosted`. */
  post(to: { conversation: string; thread?: string }, card: Card, mark?: CardMark): Promise<Delivery>;
  /**
   * The card of the bot's own that was posted there with this mark. Undefined: there is none. `blocked`: this chat may not be read back.
   * Absent where the platform has no way to.
   */
  findPosted?(to: { conversation: string; thread?: string }, mark: CardMark): Promise<Delivery | undefined>;
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
