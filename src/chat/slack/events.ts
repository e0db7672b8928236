// What Slack tells without a button: words in the bot's own chats, mentions, the Home tab, channels that it comes into and leaves.

import type { Place, Words } from '../../core/chat.ts';
import { LIMITS } from './limits.ts';
import { type Asker, ask, line, type Parts, WORDS, whisper, whisperCard } from './parts.ts';
import { deliveryOf, type Event, placeOf, speakerOf, typedText } from './receive.ts';
import { readPublic } from './slash.ts';
import { soon } from './work.ts';

/** Messages of people; a file may come with words. Edits, joins and the like are not said to the bot. */
const spoken = new Set<string | null | undefined>([undefined, null, 'file_share', 'thread_broadcast']);

export async function event(parts: Parts, body: Event, botUser: string | undefined): Promise<void> {
  const { type, user, channel } = body.event;
  switch (type) {
    case 'message':
      if (body.event.channel_type === 'im' && spoken.has(body.event.subtype)) await said(parts, body, botUser);
      return;
    case 'app_mention':
      return said(parts, body, botUser);
    case 'app_home_opened': {
      if (!user) return;
      const speaker = speakerOf(body, { id: user });
      if (body.event.tab !== 'messages') return parts.home.opened(speaker);
      if (channel?.startsWith('D')) await noteDirect(parts, channel, user, true);
      return;
    }
    case 'member_joined_channel':
      if (user === botUser && channel) await joined(parts, channel);
      return;
    case 'channel_left':
    case 'group_left':
      if (!channel) return;
      parts.roster.forgetChannel(channel);
      await parts.conversations.forget('slack', channel);
  }
}

async function said(parts: Parts, body: Event, botUser: string | undefined): Promise<void> {
  const { user, channel, bot_id: bot, ts, thread_ts: thread } = body.event;
  if (!user || !channel || bot || user === botUser) return;
  const isDirect = channel.startsWith('D');
  const place: Place = placeOf(channel, isDirect ? undefined : (thread ?? ts));
  const to = { conversation: channel, ...(place.thread === undefined ? {} : { thread: place.thread }) };
  if (isDirect) {
    parts.roster.sawDirect(channel, user);
    parts.keeper.keep('a chat', () => noteDirect(parts, channel, user, false));
  }
  const speaker = speakerOf(body, { id: user });
  const { text, isShown } = readPublic(typedText(body.event.text ?? '', botUser));
  const asked = ask(parts, { kind: 'text', text, speaker, place, deliveryId: deliveryOf(body.event_id) });
  // A mention is seen by the channel; its answer only where that was asked for. A thread shows a private line once it has begun.
  const where = placeOf(channel, thread);
  const asker: Asker = { userId: user, speaker, place: where, responseUrl: undefined, triggerId: undefined, at: 0 };
  const tell = (words: Words) => (isDirect ? parts.sender.tell(to, words) : whisper(parts, asker, line(words)));
  const quick = await soon(asked, LIMITS.triggerMs);
  const working = quick ? undefined : await tell(WORDS.working);
  const answer = await asked;
  if (answer.kind === 'notice') await tell(answer.text);
  const card = answer.kind === 'card' || answer.kind === 'recorded' ? answer.card : undefined;
  if (!card) return;
  if (!isDirect && !isShown) return whisperCard(parts, asker, card);
  const isToldHere = working !== undefined && 'ok' in working && working.ok;
  if (isToldHere) await parts.sender.update({ conversation: channel, message: working.message }, card);
  else await parts.sender.post(to, card);
}

async function noteDirect(parts: Parts, channel: string, user: string, isOpened: boolean): Promise<void> {
  parts.roster.sawDirect(channel, user);
  const reference = { userId: user };
  const isNew = await parts.conversations.remember({ chat: 'slack', id: channel, isPersonal: true, reference });
  if (isNew && isOpened) {
    await parts.sender.post({ conversation: channel }, parts.welcome(placeOf(channel)));
  }
}

async function joined(parts: Parts, channel: string): Promise<void> {
  parts.roster.forgetChannel(channel);
  const isNew = await parts.conversations.remember({ chat: 'slack', id: channel, isPersonal: false, reference: {} });
  if (isNew) await parts.sender.post({ conversation: channel }, parts.welcome(placeOf(channel)));
}
