// Conversations that the bot may write to, and what Teams' own roster knows of a person.

import type { ConnectorClient } from 'botframework-connector';
import { z } from 'zod';

/** What of a conversation is kept to write to it later. Plain JSON; the service URL is checked again before each use. */
export const referenceSchema = z.object({
  serviceUrl: z.string(),
  bot: z.object({ id: z.string(), name: z.string() }),
  conversationType: z.string(),
  tenantId: z.string().optional(),
});

export interface Reference {
  serviceUrl: string;
  bot: { id: string; name: string };
  /** personal, groupChat or channel. */
  conversationType: string;
  tenantId?: string | undefined;
}

const memberSchema = z.looseObject({
  id: z.string(),
  name: z.string().nullish(),
  email: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
  userRole: z.string().nullish(),
  tenantId: z.string().nullish(),
});

export interface Member {
  /** The person's id for this bot, 29:… */
  readonly id: string;
  readonly name: string;
  readonly email?: string;
  readonly isGuest: boolean;
}

/** A conversation's member by Teams id or Entra object id. Throws what the connector throws (404: no member). */
export async function memberOf(
  client: ConnectorClient,
  conversation: string,
  id: string,
  homeTenant: string | undefined,
): Promise<Member> {
  const member = memberSchema.parse(await client.conversations.getConversationMember(conversation, id));
  const email = member.email ?? member.userPrincipalName ?? undefined;
  const isStranger =
    homeTenant !== undefined && !!member.tenantId && member.tenantId.toLowerCase() !== homeTenant.toLowerCase();
  return {
    id: member.id,
    name: member.name ?? email ?? member.id,
    ...(email === undefined ? {} : { email: email.toLowerCase() }),
    // Guests carry #EXT# in their principal name; Teams names their role besides.
    isGuest:
      isStranger || /^(guest|anonymous)/i.test(member.userRole ?? '') || /#ext#/i.test(member.userPrincipalName ?? ''),
  };
}
