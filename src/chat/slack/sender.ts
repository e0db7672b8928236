// Who a payload comes from: the workspace, and the person in it.

import type { Sender } from '../../core/model/person.ts';
import * as payloads from './payloads.ts';

/** Which workspace and organisation a payload comes from. */
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
  /** The user's own workspace: in a channel that companies share it is not the channel's. */
  readonly team?: string | null | undefined;
}

/** Who speaks: an id that is theirs alone, whatever workspace another of the same id belongs to. */
export function senderOf(body: unknown, { id, name, team: own }: SlackUser): Sender {
  const { team = '', enterprise } = originOf(body);
  return { chat: 'slack', userId: `${own ?? enterprise ?? team}:${id}`, name: name || id };
}
