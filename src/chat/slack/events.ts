// What Slack tells without a button: words in the bot's own chats, mentions, the Home tab, channels that it comes into and leaves.

import type { ChatLocation, RichText } from '../../core/chat.ts';
import { withTimeout } from './background-tasks.ts';
import {
  ask,
  cardOf,
  line,
  type Requester,
  type SlackContext,
  sendEphemeral,
  sendEphemeralCard,
  WORDS,
} from './context.ts';
import { deliveryOf, type Event, locationOf, senderOf, typedText } from './decode.ts';
import { LIMITS } from './limits.ts';

/** Messages of people; a file may come with words. Edits, joins and the like are not said to the bot. */
const spoken = new Set<string | null | undefined>([undefined, null, 'file_share', 'thread_broadcast']);

export async function event(context: SlackContext, body: Event, botUser: string | undefined): Promise<void> {
  const { type, user, channel } = body.event;
  switch (type) {
    case 'message':
      if (body.event.channel_type === 'im' && spoken.has(body.event.subtype)) await said(context, body, botUser);
      return;
    case 'app_mention':
      return said(context, body, botUser);
    case 'app_home_opened': {
      if (!user) return;
      const sender = senderOf(body, { id: user });
      if (body.event.tab !== 'messages') return context.home.opened(sender);
      if (channel?.startsWith('D')) await noteDirect(context, channel, user, true);
      return;
    }
    case 'member_joined_channel':
      if (user === botUser && channel) await joined(context, channel);
      return;
    case 'channel_left':
    case 'group_left':
      if (!channel) return;
      context.members.forgetChannel(channel);
      await context.conversations.forget('slack', channel);
  }
}

async function said(context: SlackContext, body: Event, botUser: string | undefined): Promise<void> {
  const { user, channel, bot_id: bot, ts, thread_ts: thread } = body.event;
  if (!user || !channel || bot || user === botUser) return;
  const isDirect = channel.startsWith('D');
  const location: ChatLocation = locationOf(channel, isDirect ? undefined : (thread ?? ts));
  const to = { conversation: channel, ...(location.thread === undefined ? {} : { thread: location.thread }) };
  if (isDirect) {
    context.members.sawDirect(channel, user);
    context.background.keep('a chat', () => noteDirect(context, channel, user, false));
  }
  const sender = senderOf(body, { id: user });
  const { text, isShown } = context.botApi.readLine(typedText(body.event.text ?? '', botUser));
  const asked = ask(context, { kind: 'text', text, sender, location, deliveryId: deliveryOf(body.event_id) });
  // A mention is seen by the channel; its answer only where that was asked for. A thread shows a private line once it has begun.
  const where = locationOf(channel, thread);
  const asker: Requester = {
    userId: user,
    sender,
    location: where,
    responseUrl: undefined,
    triggerId: undefined,
    at: 0,
  };
  const tell = (words: RichText) =>
    isDirect ? context.messenger.postReply(to, words) : sendEphemeral(context, asker, line(words));
  const quick = await withTimeout(asked, LIMITS.triggerMs);
  const working = quick ? undefined : await tell(WORDS.working);
  const answer = await asked;
  if (answer.kind === 'notice') await tell(answer.text);
  const card = answer.kind === 'recorded' ? answer.card : cardOf(answer);
  if (!card) return;
  if (!isDirect && !isShown) return sendEphemeralCard(context, asker, card);
  const isToldHere = working !== undefined && 'ok' in working && working.ok;
  if (isToldHere) await context.messenger.update({ conversation: channel, message: working.message }, card);
  else await context.messenger.post(to, card);
}

async function noteDirect(context: SlackContext, channel: string, user: string, isOpened: boolean): Promise<void> {
  context.members.sawDirect(channel, user);
  const reference = { userId: user };
  const isNew = await context.conversations.remember({ chat: 'slack', id: channel, isPersonal: true, reference });
  if (isNew && isOpened) {
    await context.messenger.post({ conversation: channel }, context.botApi.welcome(locationOf(channel)));
  }
}

async function joined(context: SlackContext, channel: string): Promise<void> {
  context.members.forgetChannel(channel);
  const isNew = await context.conversations.remember({ chat: 'slack', id: channel, isPersonal: false, reference: {} });
  if (isNew) await context.messenger.post({ conversation: channel }, context.botApi.welcome(locationOf(channel)));
}
