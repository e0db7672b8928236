// Whether the policy's places can be reached by the chats that are configured.

import type { Policy } from '../core/model/policy.ts';

/** A line for each channel of a chat that is not configured: nobody would see its requests. */
export function unreachableChannels({ channels }: Policy, file: string, chats: readonly string[]): readonly string[] {
  return channels.flatMap((location) =>
    location.kind === 'channel' && !chats.includes(location.chat)
      ? [`${file}: places: contains a ${location.chat} channel, but ${location.chat} is not configured`]
      : [],
  );
}
