// Looks up users in Microsoft Entra ID through Microsoft Graph. It never guesses: an address of two users matches none.

import { createRestError } from '@azure-rest/core-client';
import { z } from 'zod';
import { Fault } from '../core/errors.ts';
import { fold, sameName } from '../core/model/fold.ts';
import type { DirectoryUser } from '../core/model/person.ts';
import { isGuid } from '../core/model/scope.ts';
import type { Directory } from '../core/ports.ts';
import type { AzureContext } from './azure-context.ts';

// Not otherMails: users can set those themselves, so they prove nothing.
const fields = 'id,displayName,mail,userPrincipalName,proxyAddresses,userType,accountEnabled';
/** Addresses in one query, each in two clauses: Graph joins at most 15 clauses by `or`. */
const mostInQuery = 7;

const user = z.object({
  id: z.string(),
  displayName: z.string().nullish(),
  mail: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
  proxyAddresses: z.array(z.string()).nullish(),
  userType: z.string().nullish(),
  accountEnabled: z.boolean().nullish(),
});

type Entry = z.infer<typeof user>;

/** Every address that is the entry's own: mail, principal name, and the proxy addresses that receive mail. */
function addressesOf({ mail, userPrincipalName, proxyAddresses }: Entry): string[] {
  const proxies = (proxyAddresses ?? []).filter((one) => /^smtp:/i.test(one)).map((one) => one.slice('smtp:'.length));
  const all = [mail, userPrincipalName, ...proxies].filter((one): one is string => one?.includes('@') === true);
  return [...new Set(all.map((one) => fold(one.trim())))];
}

function personOf(entry: Entry): DirectoryUser {
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

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

/**
 * The directory over one gateway. Source: Microsoft Graph v1.0, “Get user” and “List users” with $filter; `eq` on mail,
 * userPrincipalName and proxyAddresses needs no advanced query, so the answer is not an index's that is late.
 */
export function createDirectory({ calls, clients, log }: AzureContext): Directory {
  const { directory } = clients;

  async function entriesBy($filter: string): Promise<Entry[]> {
    return calls.read('people by address', async () => {
      const answer = await directory
        .pathUnchecked('/v1.0/users')
        .get({ queryParameters: { $filter, $select: fields, $top: 50 } });
      if (answer.status !== '200') throw createRestError(answer);
      return z.object({ value: z.array(user) }).parse(answer.body).value;
    });
  }

  /** All entries that bear one of the addresses in any way. */
  async function entriesOf(addresses: readonly string[]): Promise<Entry[]> {
    const filters: string[] = [];
    for (let from = 0; from < addresses.length; from += mostInQuery) {
      const some = addresses.slice(from, from + mostInQuery);
      const names = some.map((one) => `mail eq ${literal(one)} or userPrincipalName eq ${literal(one)}`);
      // Both spellings of the prefix: Exchange writes the primary address's in capitals.
      const proxies = some.flatMap((one) => [`smtp:${one}`, `SMTP:${one}`]);
      filters.push(names.join(' or '));
      filters.push(proxies.map((one) => `proxyAddresses/any(p:p eq ${literal(one)})`).join(' or '));
    }
    const found = (await Promise.all(filters.map(entriesBy))).flat();
    return [...new Map(found.map((entry) => [fold(entry.id), entry])).values()];
  }

  /** Throws Fault 'ambiguous' where they are several people: an address that two bear tells who neither of them is. */
  function onlyOne(entries: readonly Entry[]): void {
    if (entries.length < 2) return;
    log.warn({ people: entries.map(({ id }) => id) }, 'several users have the same address');
    throw new Fault('ambiguous', 'The directory has this address in several entries.');
  }

  async function userById(entraId: string): Promise<DirectoryUser | undefined> {
    // Graph would take anything else in the path for a user principal name.
    if (!isGuid(entraId)) return undefined;
    const entry = await calls.read('person by id', async () => {
      const answer = await directory
        .pathUnchecked('/v1.0/users/{id}', entraId)
        .get({ queryParameters: { $select: fields } });
      if (answer.status === '404') return undefined;
      if (answer.status !== '200') throw createRestError(answer);
      return user.parse(answer.body);
    });
    if (!entry) return undefined;
    const person = personOf(entry);
    const others = (await entriesOf(person.emails)).filter(({ id }) => fold(id) !== person.entraId);
    onlyOne([entry, ...others]);
    return person;
  }

  async function userByEmail(email: string): Promise<DirectoryUser | undefined> {
    const address = fold(email.trim());
    if (!address.includes('@')) return undefined;
    const entries = await entriesOf([address]);
    onlyOne(entries);
    const person = entries[0] && personOf(entries[0]);
    // Nor may any other of their addresses be somebody else's too.
    const others = person?.emails.filter((one) => one !== address) ?? [];
    if (others.length > 0) onlyOne(await entriesOf([address, ...others]));
    return person;
  }

  return { userById, userByEmail };
}
