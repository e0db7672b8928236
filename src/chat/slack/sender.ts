// The sender of a payload: workspace and user.

import type { Sender } from '../../core/model/person.ts';
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
  return { chat: 'slack', userId: `${own ?? enterprise ?? team}:${id}`, name: name || id };
}
