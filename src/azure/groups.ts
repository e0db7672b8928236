// Reads groups of Microsoft Entra ID through Microsoft Graph: who is in them, and which of them somebody is in.
// Without the cast to users, which Graph answers from an index that is late.

import { createRestError } from '@azure-rest/core-client';
import { z } from 'zod';
import type { GroupReader } from '../core/access-ports.ts';
import { Fault } from '../core/errors.ts';
import { fold } from '../core/model/fold.ts';
import type { DirectoryUser } from '../core/model/person.ts';
import { isGuid } from '../core/model/scope.ts';
import type { AzureContext } from './azure-context.ts';
import { readAzureError } from './azure-error.ts';
import { graphUser, odataLiteral, userFields, userOf } from './directory-user.ts';

/** Values of `in`, and groups of one checkMemberGroups. Source: Graph's limits of both. */
const mostInFilter = 15;
const mostChecked = 20;
/** Members in a page: Graph's largest. */
const pageSize = 999;
/** A group of more is not expanded: it is no group of approvers, and would take longer than a decision may. */
const mostPages = 20;

const member = graphUser.partial().extend({ '@odata.type': z.string().nullish() });
const memberPage = z.object({ value: z.array(member), '@odata.nextLink': z.string().nullish() });
const ids = z.object({ value: z.array(z.string()) });

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
}

const unique = (list: readonly string[]) => [...new Set(list.filter(isGuid).map(fold))];

/** The groups over one gateway. Source: Graph v1.0, “List group transitive members”, “Check member groups”. */
export function createGroups({ calls, clients }: AzureContext): GroupReader {
  const { directory } = clients;

  async function read<T>(name: string, work: () => Promise<T>): Promise<T> {
    try {
      return await calls.read(name, work);
    } catch (error) {
      const isDenied = error instanceof Fault && readAzureError(error.cause).code === 'Authorization_RequestDenied';
      if (!isDenied) throw error;
      throw new Fault('azure-forbidden', 'Identity Desk does not have permission to read groups in the directory.', {
        next: 'Ask a Microsoft Entra administrator to grant the identity of Identity Desk the Microsoft Graph permission GroupMember.Read.All.',
        cause: error,
      });
    }
  }

  async function usersIn(groupId: string): Promise<readonly DirectoryUser[] | undefined> {
    // Graph would take anything else in the path for another resource.
    if (!isGuid(groupId)) return undefined;
    return read('members of a group', async () => {
      const found: DirectoryUser[] = [];
      let answer = await directory
        .pathUnchecked('/v1.0/groups/{id}/transitiveMembers', groupId)
        .get({ queryParameters: { $select: userFields, $top: pageSize } });
      if (answer.status === '404') return undefined;
      for (let pages = 1; ; pages += 1) {
        if (answer.status !== '200') throw createRestError(answer);
        const { value, '@odata.nextLink': next } = memberPage.parse(answer.body);
        for (const one of value) {
          const user = graphUser.safeParse(one);
          if (one['@odata.type'] === '#microsoft.graph.user' && user.success) found.push(userOf(user.data));
        }
        if (!next) return found;
        if (pages >= mostPages) throw new Fault('azure-refused', 'The group has too many members to list.');
        answer = await directory.pathUnchecked(next).get();
      }
    });
  }

  /** The entries of a kind that have these ids, by few queries. */
  async function byIds<T>(kind: string, wanted: readonly string[], select: string, entry: z.ZodType<T>): Promise<T[]> {
    const pages = chunks(unique(wanted), mostInFilter).map((some) =>
      read(`${kind} by id`, async () => {
        const $filter = `id in (${some.map(odataLiteral).join(',')})`;
        const queryParameters = { $filter, $select: select, $top: pageSize };
        const answer = await directory.pathUnchecked(`/v1.0/${kind}`).get({ queryParameters });
        if (answer.status !== '200') throw createRestError(answer);
        return z.object({ value: z.array(entry) }).parse(answer.body).value;
      }),
    );
    return (await Promise.all(pages)).flat();
  }

  async function existingGroups(groupIds: readonly string[]): Promise<readonly string[]> {
    return (await byIds('groups', groupIds, 'id', z.object({ id: z.string() }))).map(({ id }) => fold(id));
  }

  async function memberOf(entraId: string, groupIds: readonly string[]) {
    const wanted = unique(groupIds);
    if (wanted.length === 0 || !isGuid(entraId)) return { in: [], exist: [] };
    const checks = chunks(wanted, mostChecked).map((some) =>
      read('groups of a person', async () => {
        const answer = await directory
          .pathUnchecked('/v1.0/users/{id}/checkMemberGroups', entraId)
          .post({ body: { groupIds: some } });
        if (answer.status !== '200') throw createRestError(answer);
        return ids.parse(answer.body).value.map(fold);
      }),
    );
    const [found, exist] = await Promise.all([
      Promise.all(checks),
      // Graph leaves out a group that is not there, as it does one that they are not in.
      existingGroups(wanted),
    ]);
    return { in: found.flat(), exist };
  }

  return {
    usersIn,
    memberOf,
    existingGroups,
    async users(entraIds) {
      return (await byIds('users', entraIds, userFields, graphUser)).map(userOf);
    },
  };
}
