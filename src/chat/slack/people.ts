// Slack's users: verified email, direct message with the bot, and the channels that the bot is in.

import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { fold } from '../../core/model/fold.ts';
import { type AccessRefusalReason, personKey, type Sender } from '../../core/model/person.ts';
import type { ChatMessenger, Conversation, Conversations, Log } from '../../core/ports.ts';
import { type SlackClient, SlackFailure } from './client.ts';
import { LIMITS } from './limits.ts';

/** A user as the Web API shows it. */
export const userSchema = z.looseObject({
  id: z.string(),
  team_id: z.string().nullish(),
  name: z.string().nullish(),
  real_name: z.string().nullish(),
  deleted: z.boolean().nullish(),
  is_bot: z.boolean().nullish(),
  is_app_user: z.boolean().nullish(),
  is_restricted: z.boolean().nullish(),
  is_ultra_restricted: z.boolean().nullish(),
  is_stranger: z.boolean().nullish(),
  is_email_confirmed: z.boolean().nullish(),
  is_workflow_bot: z.boolean().nullish(),
  enterprise_user: z.looseObject({ enterprise_id: z.string().nullish() }).nullish(),
  profile: z
    .looseObject({
      email: z.string().nullish(),
      real_name: z.string().nullish(),
      display_name: z.string().nullish(),
    })
    .nullish(),
});

type User = z.infer<typeof userSchema>;

/** The workspaces and the organization that the bot serves. */
export interface ServedWorkspaces {
  readonly teams: ReadonlySet<string>;
  readonly enterprise: string | undefined;
}

interface Refusal {
  readonly reason: AccessRefusalReason;
  /** In words for them. */
  readonly refusal: string;
}

const elsewhere: Refusal = {
  reason: 'other-workspace',
  refusal: 'You belong to another workspace. Identity Desk is available to members of this workspace only.',
};

/** Why a Slack account is refused; undefined where it is accepted. */
export function refusalOf(user: User, served: ServedWorkspaces): Refusal | undefined {
  if (user.deleted) return { reason: 'switched-off', refusal: 'Your Slack account is deactivated.' };
  if (user.is_bot || user.is_workflow_bot || user.id === 'USLACKBOT') {
    return { reason: 'bot', refusal: 'Bots cannot use Identity Desk.' };
  }
  if (user.is_restricted || user.is_ultra_restricted) {
    const refusal = 'You are a guest in this workspace. Guests cannot use Identity Desk.';
    return { reason: 'guest', refusal };
  }
  const isOurEnterprise = served.enterprise !== undefined && user.enterprise_user?.enterprise_id === served.enterprise;
  const isElsewhere =
    !!user.team_id && !served.teams.has(user.team_id) && !isOurEnterprise && user.team_id !== served.enterprise;
  if (user.is_stranger || isElsewhere) return elsewhere;
  if (user.is_email_confirmed === false) {
    return {
      reason: 'no-verified-email',
      refusal: 'Your email address is not confirmed in Slack. Confirm it, then try again.',
    };
  }
  return undefined;
}

/** Whether the account that Slack tells of is the one that spoke: another workspace's may bear the same id. */
function isSpeaker(user: User, workspace: string, served: ServedWorkspaces): boolean {
  const own = [user.team_id, user.enterprise_user?.enterprise_id, served.enterprise].filter(Boolean);
  return !user.team_id || own.includes(workspace);
}

function nameOf(user: User): string {
  return user.profile?.real_name || user.real_name || user.profile?.display_name || user.name || user.id;
}

/** Looks up users and channels. */
export interface MemberDirectory {
  /** Read from Slack each time; undefined where Slack does not respond. */
  profile(sender: Sender): ReturnType<ChatMessenger['profile']>;
  /** The id of the direct message with a user. Throws SlackFailure. */
  direct(userId: string): Promise<string>;
  openPersonal(person: { entraId?: string; email?: string }): Promise<Conversation | undefined>;
  /** The user id of an email address; undefined where there is none that the bot serves, or Slack does not respond. */
  userOf(email: string): Promise<string | undefined>;
  /** The user of a direct message, as far as this process has seen it. */
  ownerOf(conversation: string): string | undefined;
  sawDirect(conversation: string, userId: string): void;
  /** Whether the bot is in a channel. True where Slack does not say. */
  isIn(conversation: string): Promise<boolean>;
  forgetChannel(conversation: string): void;
}

/** The sender's Slack user id. */
export function slackId(sender: Sender): string {
  return sender.userId.split(':').at(-1) ?? sender.userId;
}

/** Looks up users and channels through the Web API, with short-lived caches. */
export function createMemberDirectory(given: {
  web: SlackClient;
  served: () => ServedWorkspaces;
  conversations: Conversations;
  log: Log;
}): MemberDirectory {
  const { web, conversations, log } = given;
  const directs = new LRUCache<string, string>({ max: 5_000 });
  const owners = new LRUCache<string, string>({ max: 5_000 });
  const users = new LRUCache<string, string>({ max: 5_000, ttl: LIMITS.membershipMs });
  const members = new LRUCache<string, boolean>({ max: 2_000, ttl: LIMITS.membershipMs });

  function sawDirect(conversation: string, userId: string): void {
    directs.set(userId, conversation);
    owners.set(conversation, userId);
  }

  async function direct(userId: string): Promise<string> {
    const known = directs.get(userId);
    if (known !== undefined) return known;
    const { channel } = await web.callWithRetry('conversations.open', { users: userId });
    const { id } = z.looseObject({ id: z.string() }).parse(channel);
    sawDirect(id, userId);
    return id;
  }

  async function userOf(email: string): Promise<string | undefined> {
    const known = users.get(email);
    if (known !== undefined) return known;
    try {
      const { user } = await web.callWithRetry('users.lookupByEmail', { email });
      const parsed = userSchema.parse(user);
      if (refusalOf(parsed, given.served()) !== undefined) return undefined;
      users.set(email, parsed.id);
      return parsed.id;
    } catch (error) {
      const code = error instanceof SlackFailure ? error.code : 'unreadable';
      if (code !== 'users_not_found') log.warn({ code }, 'Slack: user lookup by email failed');
      return undefined;
    }
  }

  return {
    direct,
    userOf,
    sawDirect,
    ownerOf: (conversation) => owners.get(conversation),
    forgetChannel: (conversation) => void members.delete(conversation),

    async profile(sender) {
      const [workspace = ''] = sender.userId.split(':');
      try {
        const { user } = await web.callWithRetry('users.info', { user: slackId(sender) });
        const parsed = userSchema.parse(user);
        const served = given.served();
        const refusal = isSpeaker(parsed, workspace, served) ? refusalOf(parsed, served) : elsewhere;
        if (refusal === elsewhere) return { name: sender.name, isGuest: true, ...refusal };
        const email = parsed.profile?.email ?? undefined;
        return {
          name: nameOf(parsed),
          isGuest: refusal !== undefined,
          ...refusal,
          ...(email === undefined ? {} : { email: fold(email) }),
        };
      } catch (error) {
        const code = error instanceof SlackFailure ? error.code : 'unreadable';
        log.warn({ code, workspace }, 'Slack: user profile not available');
        if (code !== 'user_not_found' && code !== 'user_not_visible') return undefined;
        return {
          name: sender.name,
          isGuest: true,
          reason: 'unknown',
          refusal: 'Slack does not share your profile with Identity Desk.',
        };
      }
    },

    async openPersonal({ entraId, email }) {
      if (email === undefined) return undefined;
      const key = personKey({ entraId, email });
      try {
        const known = (await conversations.personal(key)).find(({ chat }) => chat === 'slack');
        if (known) return known;
        const userId = await userOf(email);
        if (userId === undefined) return undefined;
        const id = await direct(userId);
        const conversation: Conversation = {
          chat: 'slack',
          id,
          isPersonal: true,
          personKey: key,
          reference: { userId },
        };
        await conversations.remember(conversation);
        return conversation;
      } catch (error) {
        const code = error instanceof SlackFailure ? error.code : 'failed';
        log.warn({ code }, 'Slack: direct message not opened');
        return undefined;
      }
    },

    async isIn(conversation) {
      const known = members.get(conversation);
      if (known !== undefined) return known;
      let isIn = true;
      try {
        const { channel } = await web.call('conversations.info', { channel: conversation });
        const parsed = z
          .looseObject({ is_member: z.boolean().optional(), is_im: z.boolean().optional() })
          .parse(channel);
        isIn = parsed.is_im === true || parsed.is_member !== false;
      } catch (error) {
        // Slack responds so for private channels that the bot is not in.
        if (error instanceof SlackFailure && error.code === 'channel_not_found') isIn = false;
        else return true;
      }
      members.set(conversation, isIn);
      return isIn;
    },
  };
}
