// Which principals the directory no longer has. What it does not say is not known, and never taken for gone.

import { createRestError } from '@azure-rest/core-client';
import { z } from 'zod';
import type { AzureReader } from '../core/azure-ports.ts';
import { Fault } from '../core/errors.ts';
import { fold } from '../core/model/fold.ts';
import { isGuid } from '../core/model/scope.ts';
import type { AzureContext } from './azure-context.ts';
import { readAzureError } from './azure-error.ts';

/** Ids in one call. Source: Microsoft Graph v1.0, “Get directory objects from a list of IDs”. */
const most = 1000;
const answerOf = z.object({ value: z.array(z.object({ id: z.string() })), '@odata.nextLink': z.string().nullish() });

/**
 * The read over one gateway. Source: “directoryObjects: getByIds” returns those that exist; one whose kind the bot may not read comes
 * with its id alone, so what is missing in a whole answer does not exist.
 */
export function createGonePrincipals({ calls, clients }: AzureContext): AzureReader['gonePrincipals'] {
  const { directory } = clients;

  async function existing(ids: readonly string[]): Promise<readonly string[]> {
    const answer = await directory.pathUnchecked('/v1.0/directoryObjects/getByIds').post({ body: { ids } });
    if (answer.status !== '200') throw createRestError(answer);
    const { value, '@odata.nextLink': next } = answerOf.parse(answer.body);
    if (next) throw new Error('Microsoft Graph answered getByIds in part');
    return value.map(({ id }) => fold(id));
  }

  return async (principalIds) => {
    const wanted = [...new Set(principalIds.filter(isGuid).map(fold))];
    const gone = new Set(wanted);
    try {
      for (let from = 0; from < wanted.length; from += most) {
        const some = wanted.slice(from, from + most);
        for (const id of await calls.read('principals by id', () => existing(some))) gone.delete(id);
      }
    } catch (error) {
      const isDenied = error instanceof Fault && readAzureError(error.cause).code === 'Authorization_RequestDenied';
      if (!isDenied) throw error;
      throw new Fault('azure-forbidden', 'Identity Desk may not look up which principals still exist.', {
        next: 'Ask a Microsoft Entra administrator to grant the identity of Identity Desk the Microsoft Graph permission Application.Read.All.',
        cause: error,
      });
    }
    return gone;
  };
}
