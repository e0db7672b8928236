// Looks up users in Microsoft Entra ID through Microsoft Graph. It never guesses: an address of two users matches none.

import { createRestError } from '@azure-rest/core-client';
import { z } from 'zod';
import { fold, sameName } from '../core/model/fold.ts';
import type { DirectoryUser } from '../core/model/person.ts';
import { isGuid } from '../core/model/scope.ts';
import type { Directory } from '../core/ports.ts';
import type { AzureContext } from './azure-context.ts';

// Not otherMails: users can set those themselves, so they prove nothing.
const fields = 'id,displayName,mail,userPrincipalName,userType,accountEnabled';

const user = z.object({
  id: z.string(),
  displayName: z.string().nullish(),
  mail: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
  userType: z.string().nullish(),
  accountEnabled: z.boolean().nullish(),
});

function personOf({ id, displayName, mail, userPrincipalName, userType, accountEnabled }: z.infer<typeof user>) {
  const emails = [mail, userPrincipalName].filter((one): one is string => one?.includes('@') === true);
  return {
    entraId: fold(id),
    name: displayName ?? userPrincipalName ?? id,
    emails: [...new Set(emails.map((one) => fold(String(one))))],
    isGuest: sameName(userType ?? undefined, 'guest'),
    // Absent where the bot may not read it. The chat platform's own sign-in is relied on then.
    isEnabled: accountEnabled ?? true,
  };
}

/** The directory over one gateway. Source: Microsoft Graph v1.0, “Get user” and “List users” with $filter. */
export function createDirectory({ calls, clients, log }: AzureContext): Directory {
  const { directory } = clients;

  async function userById(entraId: string): Promise<DirectoryUser | undefined> {
    // Graph would take anything else in the path for a user principal name.
    if (!isGuid(entraId)) return undefined;
    return calls.read('person by id', async () => {
      const answer = await directory
        .pathUnchecked('/v1.0/users/{id}', entraId)
        .get({ queryParameters: { $select: fields } });
      if (answer.status === '404') return undefined;
      if (answer.status !== '200') throw createRestError(answer);
      return personOf(user.parse(answer.body));
    });
  }

  async function userByEmail(email: string): Promise<DirectoryUser | undefined> {
    const address = email.trim();
    if (!address.includes('@')) return undefined;
    const text = `'${address.replaceAll("'", "''")}'`;
    return calls.read('person by address', async () => {
      const answer = await directory.pathUnchecked('/v1.0/users').get({
        queryParameters: { $filter: `mail eq ${text} or userPrincipalName eq ${text}`, $select: fields, $top: 2 },
      });
      if (answer.status !== '200') throw createRestError(answer);
      const { value } = z.object({ value: z.array(user) }).parse(answer.body);
      if (value.length > 1) log.warn({ people: value.map(({ id }) => id) }, 'several users have the same address');
      return value.length === 1 && value[0] ? personOf(value[0]) : undefined;
    });
  }

  return { userById, userByEmail };
}
