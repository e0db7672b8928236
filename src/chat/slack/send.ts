// Sends cards, updates of cards, and lines of text to Slack. It does not throw for Slack's errors: it returns the outcome.

import type { Card, RichText } from '../../core/chat.ts';
import type { ChatMessenger, Delivery, Log } from '../../core/ports.ts';
import { wholeness } from '../shared/shown-whole.ts';
import { type Json, outcomeOf, type SlackClient, SlackFailure } from './client.ts';
import { createFindPosted, metadataOf } from './find-posted.ts';
import { LIMITS } from './limits.ts';
import type { MemberDirectory } from './people.ts';
import { messageOf, richText, type SlackMessage, section } from './render.ts';
import { type Mentions, mentioningFallback } from './text.ts';

/** Options against mentions and link previews. */
const quiet = { parse: 'none', link_names: false, unfurl_links: false, unfurl_media: false } as const;
const refusals = new Set(['invalid_blocks', 'invalid_blocks_format', 'unsupported_block_type']);

/** A conversation, or a thread in it (`thread` is the root's ts). */
export interface To {
  readonly conversation: string;
  readonly thread?: string;
}

/** The core's messenger, with ephemeral messages. */
export interface SlackMessenger extends ChatMessenger {
  /** A message in a channel that only one person sees. */
  sendEphemeral(to: To & { readonly user: string }, message: SlackMessage): Promise<Delivery>;
}

/** An update of a card in progress, and the latest of those waiting behind it. */
interface Line {
  next?: { readonly card: Card; readonly done: PromiseWithResolvers<Delivery> };
}

/** Creates the messenger. */
export function createMessenger(given: {
  web: SlackClient;
  members: MemberDirectory;
  /** Called after each successful send; `owner` is the user of a direct message. */
  onSent: (owner: string | undefined) => void;
  log: Log;
}): SlackMessenger {
  const { web, members, log } = given;
  const lines = new Map<string, Line>();

  async function delivered(what: string, channel: string, work: () => Promise<Json>): Promise<Delivery> {
    try {
      const { ts, message_ts: ephemeral, isWhole } = await work();
      given.onSent(members.ownerOf(channel));
      const message = typeof ts === 'string' ? ts : typeof ephemeral === 'string' ? ephemeral : '';
      return { ok: true, message, ...(isWhole === false ? { isWhole } : {}) };
    } catch (error) {
      const outcome = outcomeOf(error);
      log.warn({ conversation: channel, why: outcome.why, detail: outcome.detail }, `Slack: ${what} failed`);
      return outcome;
    }
  }

  /** Sends with table blocks, and again without them where Slack refuses them. */
  async function withCard(card: Card, send: (message: SlackMessage) => Promise<Json>): Promise<Json> {
    const message = messageOf(card);
    try {
      return { ...(await send(message)), ...wholeness(card, message) };
    } catch (error) {
      const hasTable = card.blocks.some(({ kind }) => kind === 'table' || kind === 'chart');
      if (!hasTable || !(error instanceof SlackFailure && refusals.has(error.code))) throw error;
      return send(messageOf(card, false));
    }
  }

  /** The people in a line to mention: in channels, those whose email Slack knows. */
  async function mentionsIn(words: RichText, conversation: string): Promise<Mentions> {
    if (typeof words === 'string' || conversation.startsWith('D')) return () => undefined;
    const emails = words.flatMap((span) => (typeof span === 'object' && 'person' in span ? [span.person.email] : []));
    const found = new Map<string, string>();
    await Promise.all(
      emails.map(async (email) => {
        const user = email === undefined ? undefined : await members.userOf(email);
        if (email !== undefined && user !== undefined) found.set(email, user);
      }),
    );
    return ({ email }) => (email === undefined ? undefined : found.get(email));
  }

  const target = ({ conversation, thread }: To): Json => ({
    channel: conversation,
    ...(thread === undefined ? {} : { thread_ts: thread }),
  });

  const updateNow = (at: { conversation: string; message: string }, card: Card): Promise<Delivery> =>
    delivered('update of card', at.conversation, () =>
      withCard(card, (message) =>
        web.callWithRetry('chat.update', {
          channel: at.conversation,
          ts: at.message,
          ...message,
          parse: 'none',
          link_names: false,
        }),
      ),
    );

  async function run(key: string, at: { conversation: string; message: string }, card: Card): Promise<Delivery> {
    const line: Line = {};
    lines.set(key, line);
    const outcome = await updateNow(at, card);
    const { next } = line;
    if (next) void run(key, at, next.card).then(next.done.resolve);
    else lines.delete(key);
    return outcome;
  }

  return {
    chat: 'slack',
    post: (to, card, mark) =>
      delivered('post of card', to.conversation, () =>
        withCard(card, (message) =>
          web.callWithRetry('chat.postMessage', { ...target(to), ...message, ...metadataOf(mark), ...quiet }),
        ),
      ),
    findPosted: createFindPosted(web),

    /** Of several concurrent updates of one card only the latest is sent. */
    update(at, card) {
      const key = `${at.conversation} ${at.message}`;
      const line = lines.get(key);
      if (!line) return run(key, at, card);
      const done = line.next?.done ?? Promise.withResolvers<Delivery>();
      line.next = { card, done };
      return done.promise;
    },

    postReply: (to, words: RichText) =>
      delivered('post of reply', to.conversation, async () => {
        const mentions = await mentionsIn(words, to.conversation);
        return web.callWithRetry('chat.postMessage', {
          ...target(to),
          text: mentioningFallback(words, mentions),
          blocks: [richText(section(words, LIMITS.richText, mentions))],
          ...quiet,
        });
      }),

    sendEphemeral: ({ user, ...to }, message) =>
      delivered('ephemeral message', to.conversation, () =>
        web.callWithRetry('chat.postEphemeral', { ...target(to), user, ...message, parse: 'none', link_names: false }),
      ),

    openPersonal: (person) => members.openPersonal(person),
    profile: (sender) => members.profile(sender),
  };
}
