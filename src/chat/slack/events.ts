// Handles Events API events: direct messages, mentions, the Home tab, joining and leaving channels.

import { withTimeout } from '../../with-timeout.ts';
import { handleSafely } from '../shared/handle-safely.ts';
import { type SlackContext, WORDS } from './context.ts';
import { locationOf } from './decode.ts';
import { deliver } from './deliver.ts';
import { sendEphemeral } from './ephemeral.ts';
import type { MessageEvent, SlackEvent } from './interactions.ts';
import { LIMITS } from './limits.ts';
import { lineMessage } from './render.ts';
import type { Surface } from './surface.ts';

/** Answers messages, and records the bot's conversations. */
export async function onEvent(context: SlackContext, event: SlackEvent): Promise<void> {
  switch (event.event) {
    case 'message':
    case 'app_mention':
      return onMessage(context, event);
    case 'app_home_opened': {
      const { requester, tab } = event;
      if (tab === 'home') return context.home.opened(requester.sender);
      if (requester.location) await rememberDirect(context, requester.location.conversation, requester.userId, true);
      return;
    }
    case 'member_joined_channel':
      return onJoined(context, event.channel);
    case 'channel_left':
    case 'group_left':
      context.members.forgetChannel(event.channel);
      await context.conversations.forget('slack', event.channel);
  }
}

async function onMessage(context: SlackContext, event: MessageEvent): Promise<void> {
  const { requester, location, deliveryId } = event;
  const { conversation, thread, isPersonal: isDirect } = location;
  const to = { conversation, ...(thread === undefined ? {} : { thread }) };
  if (isDirect) {
    context.members.sawDirect(conversation, requester.userId);
    context.background.start('record conversation', () =>
      rememberDirect(context, conversation, requester.userId, false),
    );
  }
  const { sender } = requester;
  if (event.isAside) {
    const aside = {
      kind: 'text',
      text: event.text,
      isAside: true,
      sender: requester.sender,
      location,
      deliveryId,
    } as const;
    await handleSafely(context.botApi, aside, context.log);
    return;
  }
  const { text, isShown } = context.botApi.readLine(event.text);
  const answered = handleSafely(
    context.botApi,
    {
      kind: 'text',
      text,
      sender,
      location,
      deliveryId,
      ...(event.sentAt === undefined ? {} : { sentAt: event.sentAt }),
    },
    context.log,
  );
  const isQuick = (await withTimeout(answered, LIMITS.triggerMs)) !== undefined;
  let working: string | undefined;
  if (!isQuick && isDirect) {
    const posted = await context.messenger.postReply(to, WORDS.working);
    if (posted.ok) working = posted.message;
  } else if (!isQuick) await sendEphemeral(context, requester, lineMessage(WORDS.working));
  const base = { requester, origin: location, isRequestSeen: true };
  // The channel sees a mention, but its answer only with --public.
  const surface: Surface =
    isDirect || isShown
      ? { ...base, kind: 'conversation', to, ...(working === undefined ? {} : { working }) }
      : { ...base, kind: 'ephemeral' };
  return deliver(context, await answered, surface);
}

async function rememberDirect(
  context: SlackContext,
  conversation: string,
  userId: string,
  isOpened: boolean,
): Promise<void> {
  context.members.sawDirect(conversation, userId);
  const reference = { userId };
  const isNew = await context.conversations.remember({ chat: 'slack', id: conversation, isPersonal: true, reference });
  if (isNew && isOpened) await welcome(context, conversation);
}

async function onJoined(context: SlackContext, channel: string): Promise<void> {
  context.members.forgetChannel(channel);
  const isNew = await context.conversations.remember({ chat: 'slack', id: channel, isPersonal: false, reference: {} });
  if (isNew) await welcome(context, channel);
}

async function welcome({ botApi, messenger }: SlackContext, conversation: string): Promise<void> {
  await messenger.post({ conversation }, botApi.welcome(locationOf(conversation)));
}
