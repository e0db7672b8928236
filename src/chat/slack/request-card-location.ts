// Where the requester's card of a new request is posted, and the line that says so.

import type { Answer, ChatLocation, RichText } from '../../core/chat.ts';
import { outcomeOf } from './client.ts';
import type { SlackContext } from './context.ts';
import type { Requester } from './interactions.ts';

/**
 * Where the requester's card is posted: in their direct message with the bot, because slash commands and modals are visible to them
 * only. A public command's card is posted in the channel, if the bot is in it. Never throws.
 */
export async function cardLocationFor(
  { members, log }: SlackContext,
  { location, userId }: Requester,
  isPublic = false,
): Promise<ChatLocation> {
  if (location && members.ownerOf(location.conversation) === userId) return location;
  // Direct messages between other people begin with D too; the bot is in none of them.
  if (location && isPublic && !location.isPersonal && (await members.isIn(location.conversation))) return location;
  try {
    return { chat: 'slack', conversation: await members.direct(userId), isPersonal: true };
  } catch (error) {
    log.warn({ detail: outcomeOf(error).detail }, 'Slack: direct message not opened');
    return location ?? { chat: 'slack', conversation: '', isPersonal: true };
  }
}

/** One line about a new request, and where its card is. */
export function recordedLine(
  { requestId, summary }: Extract<Answer, { kind: 'recorded' }>,
  { location }: Requester,
  origin: ChatLocation,
  isPublic = false,
): RichText {
  const isHere = origin.conversation === location?.conversation;
  const missed = isPublic && !isHere ? '. Identity Desk is not in this channel; add it to post requests here' : '';
  const where = isHere && !origin.isPersonal ? 'in this channel' : 'in your direct messages with Identity Desk';
  const what = summary ?? [{ strong: requestId }, ': recorded.'];
  return [...(typeof what === 'string' ? [what] : what), ` Its card is ${where}${missed}.`];
}
