// Teams' users: the members of a conversation, and the people in a text who can be mentioned there.

import type { ConnectorClient } from 'botframework-connector';
import { z } from 'zod';
import type { RichText } from '../../core/chat.ts';
import type { ChatMessenger, Log } from '../../core/ports.ts';
import { failureOf, withDeadline } from './connector-call.ts';
import type { Target, TeamsConversations } from './conversations.ts';

const memberSchema = z.looseObject({
  id: z.string(),
  name: z.string().nullish(),
  email: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
  userRole: z.string().nullish(),
  tenantId: z.string().nullish(),
});

interface Member {
  /** The person's id for this bot, 29:… */
  readonly id: string;
  readonly name: string;
  readonly email?: string;
  readonly isGuest: boolean;
}

/** A conversation's member by Teams id or Entra object id. Throws what the connector throws (404: not a member). */
async function memberOf(
  client: ConnectorClient,
  conversation: string,
  id: string,
  homeTenant: string | undefined,
): Promise<Member> {
  const answer = await withDeadline(client.conversations.getConversationMember(conversation, id));
  const member = memberSchema.parse(answer);
  const email = member.email ?? member.userPrincipalName ?? undefined;
  const isStranger =
    homeTenant !== undefined && !!member.tenantId && member.tenantId.toLowerCase() !== homeTenant.toLowerCase();
  return {
    id: member.id,
    name: member.name ?? email ?? member.id,
    ...(email === undefined ? {} : { email: email.toLowerCase() }),
    // Guests have #EXT# in their user principal name; Teams also returns their role.
    isGuest:
      isStranger || /^(guest|anonymous)/i.test(member.userRole ?? '') || /#ext#/i.test(member.userPrincipalName ?? ''),
  };
}

/** Looks up members. */
export interface MemberDirectory {
  /** Read from Teams each time; undefined where Teams does not respond. */
  profile: ChatMessenger['profile'];
  /** The people in a text who are members of the conversation, by Entra object id. Only members can be mentioned. */
  mentionable(text: RichText, conversation: string, target: Target): Promise<ReadonlyMap<string, Member>>;
}

/** Looks up members through the Bot Connector. Never throws. */
export function createMemberDirectory(given: {
  conversations: Pick<TeamsConversations, 'target'>;
  tenantId?: string;
  log: Log;
}): MemberDirectory {
  const { conversations, tenantId, log } = given;
  return {
    async profile(sender, conversation) {
      try {
        const { client } = await conversations.target(conversation);
        const { name, isGuest, email } = await memberOf(client, conversation, sender.userId, tenantId);
        return { name, isGuest, ...(email === undefined ? {} : { email }) };
      } catch (error) {
        log.warn({ conversation, detail: failureOf(error) }, 'Teams: member profile not available');
        return undefined;
      }
    },

    async mentionable(text, conversation, { client, reference }) {
      const members = new Map<string, Member>();
      if (typeof text === 'string' || reference.conversationType === 'personal') return members;
      const ids = text.flatMap((span) =>
        typeof span === 'object' && 'person' in span ? [span.person.entraId ?? ''] : [],
      );
      await Promise.all(
        [...new Set(ids)].filter(Boolean).map(async (entraId) => {
          try {
            members.set(entraId, await memberOf(client, conversation, entraId, undefined));
          } catch (error) {
            log.debug({ conversation, detail: failureOf(error) }, 'Teams: person not mentioned');
          }
        }),
      );
      return members;
    },
  };
}
