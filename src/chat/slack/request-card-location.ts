// Where a new request's own card stands.

import type { Answer, ChatLocation, RichText } from '../../core/chat.ts';
import { outcomeOf } from './client.ts';
import type { SlackContext } from './context.ts';
import type { Requester } from './interactions.ts';

/**
 * Where the requester's own card of a request stands: in their own chat with the bot, since what they type after a slash or into a
 * modal is seen by nobody else. What was asked for everyone to see stands where it was asked, if the bot is there.
 */
export async function cardLocationFor(
  { members, log }: SlackContext,
  { location, userId }: Requester,
  isPublic = false,
): Promise<ChatLocation> {
  if (location && members.ownerOf(location.conversation) === userId) return location;
  // A chat between others begins with a D like its own, and it is in none of those.
  if (location && isPublic && !location.isPersonal && (await members.isIn(location.conversation))) return location;
  try {
    return { chat: 'slack', conversation: await members.direct(userId), isPersonal: true };
  } catch (error) {
    log.warn({ detail: outcomeOf(error).detail }, 'Slack: a one-to-one chat could not be opened');
    return location ?? { chat: 'slack', conversation: '', isPersonal: true };
  }
}

/** A new request in one line, and where its card is. */
export function recordedLine(
  { requestId, summary }: Extract<Answer, { kind: 'recorded' }>,
  { location }: Requester,
  origin: ChatLocation,
  isPublic = false,
): RichText {
  const isHere = origin.conversation === location?.conversation;
  const missed = isPublic && !isHere ? ': I am not in this channel; invite me to have it here' : '';
  const where = isHere && !origin.isPersonal ? 'in this channel' : 'in our direct messages';
  const what = summary ?? [{ strong: requestId }, ': I have noted it.'];
  return [...(typeof what === 'string' ? [what] : what), ` Its card is ${where}${missed}.`];
}
