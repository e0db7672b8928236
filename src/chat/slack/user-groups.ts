// Slack's user groups, as members of the policy: who is in one, and whether somebody is. Read from Slack each time.

import { z } from 'zod';
import type { UserGroups } from '../../core/access-ports.ts';
import { Fault } from '../../core/errors.ts';
import { fold } from '../../core/model/fold.ts';
import { type Json, type SlackClient, SlackFailure } from './client.ts';
import { refusalOf, type ServedWorkspaces, userSchema } from './people.ts';

/** Users looked up at a time: Slack allows about 100 a minute. */
const atOnce = 8;

const groupMembers = z.looseObject({ users: z.array(z.string()) });
const oneUser = z.looseObject({ user: userSchema });

/** The Fault for a call that Slack did not answer as asked. */
function unanswered(error: unknown): Fault {
  const code = error instanceof SlackFailure ? error.code : 'unreadable';
  if (code === 'missing_scope') {
    return new Fault('unavailable', 'The Slack app lacks the scope usergroups:read.', {
      next: 'Ask a Slack administrator to update the app from the manifest and to reinstall it.',
      cause: error,
    });
  }
  return new Fault('unavailable', 'Slack could not be asked about a user group.', { cause: error });
}

/** The groups, by the Web API. Source: docs.slack.dev, usergroups.users.list, users.info, users.lookupByEmail. */
export function createUserGroups(given: { web: SlackClient; served: () => ServedWorkspaces }): UserGroups {
  const { web } = given;

  /** What Slack answers; undefined for one of these error codes. */
  async function read<T>(answer: Promise<Json>, shape: z.ZodType<T>, absent: readonly string[]) {
    try {
      return shape.parse(await answer);
    } catch (error) {
      if (error instanceof SlackFailure && absent.includes(error.code)) return undefined;
      throw unanswered(error);
    }
  }

  /** The user ids of a group that is in use. */
  async function usersIn(group: string): Promise<readonly string[] | undefined> {
    const found = await read(web.callWithRetry('usergroups.users.list', { usergroup: group }), groupMembers, [
      'no_such_subteam',
    ]);
    return found?.users;
  }

  async function addressOf(user: string): Promise<string | undefined> {
    const found = await read(web.callWithRetry('users.info', { user }), oneUser, [
      'user_not_found',
      'user_not_visible',
    ]);
    return found && refusalOf(found.user, given.served()) === undefined ? found.user.profile?.email?.trim() : undefined;
  }

  return {
    async addressesIn(group) {
      const users = await usersIn(group);
      if (!users) return undefined;
      const addresses: (string | undefined)[] = [];
      for (let from = 0; from < users.length; from += atOnce) {
        addresses.push(...(await Promise.all(users.slice(from, from + atOnce).map(addressOf))));
      }
      return addresses.flatMap((address) => (address ? [fold(address)] : []));
    },

    async includes(group, addresses) {
      const [users, accounts] = await Promise.all([
        usersIn(group),
        Promise.all(
          addresses.map((email) =>
            read(web.callWithRetry('users.lookupByEmail', { email }), oneUser, ['users_not_found']),
          ),
        ),
      ]);
      const served = accounts.flatMap((found) =>
        found && refusalOf(found.user, given.served()) === undefined ? [found.user.id] : [],
      );
      return users && served.some((id) => users.includes(id));
    },
  };
}
