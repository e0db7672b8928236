// Decodes Slack's payloads, each once: who acts, where, on what, and Slack's ids. Payloads are validated here; their signatures were
// verified before (bolt.ts). It sends nothing.

import { randomUUID } from 'node:crypto';
import type { types } from '@slack/bolt';
import type { ChatLocation } from '../../core/chat.ts';
import { fieldIdOf, filledIn } from './forms.ts';
import type {
  BlockActions,
  BlockSuggestion,
  Requester,
  Shortcut,
  SlackEvent,
  SlackInteraction,
  SlackView,
  SlashCommand,
  ViewSubmission,
} from './interactions.ts';
import * as payloads from './payloads.ts';
import { locationOf as locationIn, readMeta } from './private-metadata.ts';
import { senderOf } from './sender.ts';
import { typedText } from './typed-text.ts';

/** The core's location of a conversation. Ids of direct messages begin with D; threads are not used there. */
export function locationOf(conversation: string, thread?: string | null): ChatLocation {
  const isPersonal = conversation.startsWith('D');
  return { chat: 'slack', conversation, isPersonal, ...(thread && !isPersonal ? { thread } : {}) };
}

/** Slack's id of an interaction, or a random one where it has none. */
function deliveryOf(...ids: readonly (string | null | undefined)[]): string {
  const known = ids.filter((one) => one !== undefined && one !== null && one !== '');
  return known.length > 0 ? known.join('|').slice(0, 500) : randomUUID();
}

/** The time of a timestamp of Slack: seconds since 1970 with six digits of a second. */
function timeOf(ts: string | null | undefined): { sentAt?: string } {
  const ms = Number(ts) * 1000;
  // What is no time of this century is no time that could be compared.
  return ts && ms > 0 && ms < 4e12 ? { sentAt: new Date(ms).toISOString() } : {};
}

function viewOf(view: payloads.View): SlackView {
  const { title, submit, close, blocks } = view;
  const drawn = {
    type: 'modal',
    title,
    submit,
    close,
    callback_id: view.callback_id,
    private_metadata: view.private_metadata,
    blocks,
  };
  const isWhole = blocks !== undefined && blocks !== null && title !== undefined && title !== null;
  return {
    id: view.id,
    surface: view.type === 'home' ? 'home' : 'modal',
    callbackId: view.callback_id ?? undefined,
    hash: view.hash ?? undefined,
    meta: readMeta(view.private_metadata ?? undefined),
    filled: filledIn(view.state),
    // Slack returns the blocks of the bot's own views unchanged.
    drawn: isWhole
      ? (Object.fromEntries(
          Object.entries(drawn).filter(([, value]) => value !== undefined && value !== null),
        ) as unknown as types.ModalView)
      : undefined,
  };
}

interface Received {
  /** Date.now() at receipt. */
  readonly receivedAt: number;
  /** The bot's own user, once it is known. */
  readonly botUser?: string | undefined;
}

function requesterOf(
  body: payloads.Interactive,
  location: ChatLocation | undefined,
  { receivedAt }: Received,
): Requester {
  const { id, name, username, team_id: team } = body.user;
  return {
    userId: id,
    sender: senderOf(body, { id, name: name ?? username, team }),
    location,
    responseUrl: body.response_url ?? undefined,
    triggerId: body.trigger_id ?? undefined,
    receivedAt,
  };
}

function slashCommand(payload: unknown, { receivedAt }: Received): SlashCommand | undefined {
  const body = payloads.slashCommand.safeParse(payload).data;
  if (!body) return undefined;
  const location = locationOf(body.channel_id);
  return {
    type: 'slash_command',
    text: typedText(body.text ?? ''),
    location,
    requester: {
      userId: body.user_id,
      sender: senderOf(body, { id: body.user_id, name: body.user_name }),
      location,
      responseUrl: body.response_url ?? undefined,
      triggerId: body.trigger_id ?? undefined,
      receivedAt,
    },
    deliveryId: deliveryOf(body.trigger_id),
  };
}

function blockActions(payload: unknown, received: Received): BlockActions | undefined {
  const body = payloads.blockActions.safeParse(payload).data;
  const action = body?.actions[0];
  if (!body || !action) return undefined;
  const view = body.view ? viewOf(body.view) : undefined;
  const conversation = body.channel?.id ?? body.container?.channel_id;
  const location = conversation
    ? locationOf(conversation, body.message?.thread_ts ?? body.container?.thread_ts)
    : view?.meta && locationIn(view.meta);
  const ts = body.container?.message_ts ?? body.message?.ts ?? undefined;
  return {
    type: 'block_actions',
    actionId: action.action_id,
    blockId: action.block_id ?? undefined,
    value: action.value ?? '',
    on: view ? { kind: 'view', view } : body.container?.is_ephemeral ? { kind: 'ephemeral' } : { kind: 'message', ts },
    requester: requesterOf(body, location, received),
    deliveryId: deliveryOf(body.trigger_id, action.action_ts),
    ...timeOf(action.action_ts),
  };
}

function viewSubmission(payload: unknown, received: Received): ViewSubmission | undefined {
  const body = payloads.viewSubmission.safeParse(payload).data;
  if (!body) return undefined;
  const view = viewOf(body.view);
  return {
    type: 'view_submission',
    view,
    requester: requesterOf(body, view.meta && locationIn(view.meta), received),
    // Not by the view's hash: a modal that was refused, such as with an error, is submitted again with the same one.
    deliveryId: body.trigger_id ? deliveryOf(body.trigger_id) : deliveryOf(view.id, view.hash),
  };
}

function blockSuggestion(payload: unknown, received: Received): BlockSuggestion | undefined {
  const body = payloads.blockSuggestion.safeParse(payload).data;
  const view = body?.view ? viewOf(body.view) : undefined;
  const field = fieldIdOf(body?.block_id ?? undefined);
  if (!body || view?.meta?.c === undefined || field === undefined) return undefined;
  return {
    type: 'block_suggestion',
    query: body.value ?? '',
    command: view.meta.c,
    field,
    values: { ...view.meta.f, ...view.filled.values },
    requester: requesterOf(body, locationIn(view.meta), received),
    deliveryId: deliveryOf(),
  };
}

function shortcut(payload: unknown, received: Received): Shortcut | undefined {
  const body = payloads.shortcut.safeParse(payload).data;
  if (!body) return undefined;
  const { channel, message } = body;
  return {
    type: 'shortcut',
    callbackId: body.callback_id,
    message: channel && message ? { channel: channel.id, ts: message.ts } : undefined,
    // The answer goes to the person alone: a global shortcut has no conversation, and the bot may not be in the message's.
    requester: requesterOf(body, undefined, received),
    deliveryId: deliveryOf(body.trigger_id),
  };
}

/** Subtypes of messages that people write, also with a file. Edits, joins and the like are ignored. */
const written = new Set<string | null | undefined>([undefined, null, 'file_share', 'thread_broadcast']);

function event(payload: unknown, { receivedAt, botUser }: Received): SlackEvent | undefined {
  const body = payloads.event.safeParse(payload).data;
  if (!body) return undefined;
  const { type, user, channel, bot_id: bot, ts, thread_ts: thread } = body.event;
  const requester = (userId: string, location: ChatLocation | undefined): Requester => ({
    userId,
    sender: senderOf(body, { id: userId, team: body.event.user_team }),
    location,
    responseUrl: undefined,
    triggerId: undefined,
    receivedAt,
  });
  switch (type) {
    case 'message':
    case 'app_mention': {
      const isOwn = type === 'app_mention' || body.event.channel_type === 'im';
      // Of channels only replies in threads, and a mention comes as an event of its own. Slack sends them where the app is allowed to.
      const isAside = !isOwn && Boolean(thread) && !body.event.text?.includes(`<@${botUser}`);
      const isWritten = type === 'app_mention' || ((isOwn || isAside) && written.has(body.event.subtype));
      if (!isWritten || !user || !channel || bot || user === botUser) return undefined;
      return {
        type: 'event',
        event: type,
        text: typedText(body.event.text ?? '', botUser),
        location: locationOf(channel, thread ?? ts),
        // An ephemeral message is shown in a thread only if the thread exists already.
        requester: requester(user, locationOf(channel, thread)),
        deliveryId: deliveryOf(body.event_id),
        ...(isAside ? { isAside } : {}),
        ...timeOf(ts),
      };
    }
    case 'app_home_opened': {
      if (!user) return undefined;
      const location = channel?.startsWith('D') ? locationOf(channel) : undefined;
      const tab = body.event.tab === 'messages' ? 'messages' : 'home';
      return { type: 'event', event: type, tab, requester: requester(user, location) };
    }
    case 'member_joined_channel':
      return user === botUser && channel ? { type: 'event', event: type, channel } : undefined;
    case 'channel_left':
    case 'group_left':
      return channel ? { type: 'event', event: type, channel } : undefined;
    default:
      return undefined;
  }
}

/** Decodes a payload; undefined where the bot does not handle it. */
export function decode(payload: unknown, received: Received): SlackInteraction | undefined {
  switch (payloads.kind.safeParse(payload).data?.type) {
    case undefined:
      return slashCommand(payload, received);
    case 'block_actions':
      return blockActions(payload, received);
    case 'view_submission':
      return viewSubmission(payload, received);
    case 'block_suggestion':
      return blockSuggestion(payload, received);
    case 'shortcut':
    case 'message_action':
      return shortcut(payload, received);
    case 'event_callback':
      return event(payload, received);
    default:
      return undefined;
  }
}
