// The sender of a payload: workspace and user.

import { z } from 'zod';
import { accountOf, type ChatAccount, type Sender } from '../../core/model/person.ts';
import * as payloads from './payloads.ts';

/** The workspace and organization that a payload comes from. */
export function originOf(body: unknown): { team?: string; enterprise?: string } {
  const parsed = payloads.origin.safeParse(body);
  if (!parsed.success) return {};
  const { team_id, team, enterprise_id, enterprise } = parsed.data;
  const teamId = team?.id ?? team_id ?? undefined;
  const enterpriseId = enterprise?.id ?? team?.enterprise_id ?? enterprise_id ?? undefined;
  return {
    ...(teamId ? { team: teamId } : {}),
    ...(enterpriseId ? { enterprise: enterpriseId } : {}),
  };
}

interface SlackUser {
  readonly id: string;
  readonly name?: string | null | undefined;
  /** The user's own workspace, which differs from the channel's in Slack Connect channels. */
  readonly team?: string | null | undefined;
}

/** The sender. Their user id is prefixed with their workspace, because user ids are unique within one only. */
export function senderOf(body: unknown, { id, name, team: own }: SlackUser): Sender {
  const { team = '', enterprise } = originOf(body);
  // In an organisation a command names no workspace of its user, and a button does: both are to be the same account.
  const workspace = own && own !== team ? own : (enterprise ?? team);
  return { chat: 'slack', userId: `${workspace}:${id}`, name: name || id };
}

const claimed = z.looseObject({
  user: z.looseObject({ id: z.string(), name: z.string().nullish(), team_id: z.string().nullish() }).optional(),
  user_id: z.string().optional(),
  user_name: z.string().optional(),
  event: z.looseObject({ user: z.string().optional(), user_team: z.string().nullish() }).optional(),
});

/** Whose payload it is that is not let in, as far as it says. */
export function strangerOf(body: unknown): { readonly account: ChatAccount; readonly name: string } {
  const { user, user_id: id, user_name: name, event } = claimed.safeParse(body).data ?? {};
  const sender = senderOf(body, {
    id: user?.id ?? id ?? event?.user ?? 'unknown',
    name: user?.name ?? name,
    team: user?.team_id ?? event?.user_team,
  });
  return { account: accountOf(sender), name: sender.name };
}
