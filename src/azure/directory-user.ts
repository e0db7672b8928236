// A user as Microsoft Graph shows it, read into the core's.

import { z } from 'zod';
import { fold, sameName } from '../core/model/fold.ts';
import type { DirectoryUser } from '../core/model/person.ts';

/** What is selected of a user. Not otherMails: users can set those themselves, so they prove nothing. */
export const userFields = 'id,displayName,mail,userPrincipalName,proxyAddresses,userType,accountEnabled';

/** A user in a response of Graph. */
export const graphUser = z.object({
  id: z.string(),
  displayName: z.string().nullish(),
  mail: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
  proxyAddresses: z.array(z.string()).nullish(),
  userType: z.string().nullish(),
  accountEnabled: z.boolean().nullish(),
});

export type GraphUser = z.infer<typeof graphUser>;

/** Every address that is the entry's own: mail, principal name, and the proxy addresses that receive mail. */
function addressesOf({ mail, userPrincipalName, proxyAddresses }: GraphUser): string[] {
  const proxies = (proxyAddresses ?? []).filter((one) => /^smtp:/i.test(one)).map((one) => one.slice('smtp:'.length));
  const all = [mail, userPrincipalName, ...proxies].filter((one): one is string => one?.includes('@') === true);
  return [...new Set(all.map((one) => fold(one.trim())))];
}

/** The core's user of a response's. */
export function userOf(entry: GraphUser): DirectoryUser {
  const { id, displayName, userPrincipalName, userType, accountEnabled } = entry;
  return {
    entraId: fold(id),
    name: displayName ?? userPrincipalName ?? id,
    emails: addressesOf(entry),
    isGuest: sameName(userType ?? undefined, 'guest'),
    // Absent where the bot may not read it. The chat platform's own sign-in is relied on then.
    isEnabled: accountEnabled ?? true,
  };
}

/** A text as a literal of OData. */
export const odataLiteral = (text: string) => `'${text.replaceAll("'", "''")}'`;
