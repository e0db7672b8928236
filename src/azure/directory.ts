// Looks up users in Microsoft Entra ID through Microsoft Graph. It never guesses: an address of two users matches none.

import { createRestError } from '@azure-rest/core-client';
import { z } from 'zod';
import { Fault } from '../core/errors.ts';
import { fold } from '../core/model/fold.ts';
import type { DirectoryUser } from '../core/model/person.ts';
import { isGuid } from '../core/model/scope.ts';
import type { Directory } from '../core/ports.ts';
import type { AzureContext } from './azure-context.ts';
import { readAzureError } from './azure-error.ts';
import { type GraphUser, graphUser, odataLiteral, userFields, userOf } from './directory-user.ts';

/** Addresses in one query, each in two clauses: Graph joins at most 15 clauses by `or`. */
const mostInQuery = 7;

/**
 * The directory over one gateway. Source: Microsoft Graph v1.0, “Get user” and “List users” with $filter; `eq` on mail,
 * userPrincipalName and proxyAddresses needs no advanced query, so the answer is not an index's that is late.
 */
export function createDirectory({ calls, clients, log }: AzureContext): Directory {
  const { directory } = clients;

  /**
   * As `calls.read`, where only Graph's own word is taken for “the bot may not read the directory”: an expired secret or a rejected
   * token says nothing about that, and must not make an unverified address count.
   */
  async function read<T>(name: string, work: () => Promise<T>): Promise<T> {
    try {
      return await calls.read(name, work);
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'azure-forbidden') throw error;
      const { status, code } = readAzureError(error.cause);
      if (status === 403 && code === 'Authorization_RequestDenied') throw error;
      throw new Fault('unavailable', error.message, { ...error.details, cause: error });
    }
  }

  async function entriesBy($filter: string): Promise<GraphUser[]> {
    return read('people by address', async () => {
      const answer = await directory
        .pathUnchecked('/v1.0/users')
        .get({ queryParameters: { $filter, $select: userFields, $top: 50 } });
      if (answer.status !== '200') throw createRestError(answer);
      return z.object({ value: z.array(graphUser) }).parse(answer.body).value;
    });
  }

  /** All entries that bear one of the addresses in any way. */
  async function entriesOf(addresses: readonly string[]): Promise<GraphUser[]> {
    const filters: string[] = [];
    for (let from = 0; from < addresses.length; from += mostInQuery) {
      const some = addresses.slice(from, from + mostInQuery);
      const names = some.map((one) => `mail eq ${odataLiteral(one)} or userPrincipalName eq ${odataLiteral(one)}`);
      // Both spellings of the prefix: Exchange writes the primary address's in capitals.
      const proxies = some.flatMap((one) => [`smtp:${one}`, `SMTP:${one}`]);
      filters.push(names.join(' or '));
      filters.push(proxies.map((one) => `proxyAddresses/any(p:p eq ${odataLiteral(one)})`).join(' or '));
    }
    const found = (await Promise.all(filters.map(entriesBy))).flat();
    return [...new Map(found.map((entry) => [fold(entry.id), entry])).values()];
  }

  /** Throws Fault 'ambiguous' where they are several people: an address that two bear tells who neither of them is. */
  function onlyOne(entries: readonly GraphUser[]): void {
    if (entries.length < 2) return;
    log.warn({ people: entries.map(({ id }) => id) }, 'several users have the same address');
    throw new Fault('ambiguous', 'The directory has this address in several entries.');
  }

  async function userById(entraId: string): Promise<DirectoryUser | undefined> {
    // Graph would take anything else in the path for a user principal name.
    if (!isGuid(entraId)) return undefined;
    const entry = await read('person by id', async () => {
      const answer = await directory
        .pathUnchecked('/v1.0/users/{id}', entraId)
        .get({ queryParameters: { $select: userFields } });
      if (answer.status === '404') return undefined;
      if (answer.status !== '200') throw createRestError(answer);
      return graphUser.parse(answer.body);
    });
    if (!entry) return undefined;
    const person = userOf(entry);
    const others = (await entriesOf(person.emails)).filter(({ id }) => fold(id) !== person.entraId);
    onlyOne([entry, ...others]);
    return person;
  }

  async function userByEmail(email: string): Promise<DirectoryUser | undefined> {
    const address = fold(email.trim());
    if (!address.includes('@')) return undefined;
    const entries = await entriesOf([address]);
    onlyOne(entries);
    const person = entries[0] && userOf(entries[0]);
    // Nor may any other of their addresses be somebody else's too.
    const others = person?.emails.filter((one) => one !== address) ?? [];
    if (others.length > 0) onlyOne(await entriesOf([address, ...others]));
    return person;
  }

  return { userById, userByEmail };
}
