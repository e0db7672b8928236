// Finds the temporary grant that somebody names: by its own id, or by its request's.

import type { CommandContext } from '../commands/context.ts';
import { nothingChanged } from '../common-texts.ts';
import { Fault } from '../errors.ts';
import { formatUntil } from '../grammar/parse-until.ts';
import { quoteWord } from '../grammar/tokenize.ts';
import type { Grant } from '../model/grant.ts';
import type { Request } from '../model/request.ts';
import { definitionOf, plannedWords } from '../operations/registry.ts';
import { requestNotFound } from '../visible-requests.ts';

/** The request's id in a grant's, or in itself. */
export const requestOfGrant = (id: string): string => id.split('.')[0] ?? id;

/** What a grant gave, as a line that asks for it once more. */
function lineAgain({ operation }: Grant): string | undefined {
  const change = definitionOf(operation).identityChange(operation);
  if (change?.kind !== 'gained') return undefined;
  const { definitionId, scope } = change.role;
  return `form grant --name ${quoteWord(change.identityId)} --role ${quoteWord(definitionId)} --scope ${quoteWord(scope)}`;
}

/** The fault of a grant that is over: when and how it ended, with a way to ask for it again. */
export function grantIsOver(grant: Grant): Fault {
  const { ending } = grant;
  if (ending?.how === 'permanent') {
    return new Fault('stale', `${grant.id} was made permanent by ${ending.byRequest}.`, {
      next: `${nothingChanged} It has no end any more. To remove the role, use revoke.`,
    });
  }
  const when = ending === undefined ? 'is ending now' : `ended on ${formatUntil(ending.at)}`;
  const command = lineAgain(grant);
  return new Fault('stale', `The temporary grant ${grant.id} ${when}.`, {
    next: `${nothingChanged} To have the role again, request a new grant.`,
    ...(command === undefined ? {} : { choices: [{ label: 'Grant again', command }] }),
  });
}

/** Whether it is active, and its end neither asked for nor begun. */
export const isOpen = ({ state, end, early }: Grant) => state === 'active' && !early && end.state !== 'started';

/** Those of a request's grants that the id names. Throws Fault 'not-found' where there is none. */
export function grantsNamed(request: Request, id: string): readonly Grant[] {
  const named = request.grants.filter((grant) => id === request.id || grant.id === id);
  if (named.length > 0) return named;
  throw new Fault('not-found', `${id} has no temporary grant.`, {
    next: `${nothingChanged} Run request ${request.id} to see what it did.`,
    param: 'id',
  });
}

/**
 * The one active grant that the id names, of a request that the person may see. Throws Fault: 'ambiguous' where the request has several,
 * 'stale' where it is over.
 */
export async function findGrant(
  context: Pick<CommandContext, 'requests' | 'rewrite'>,
  id: string,
): Promise<{ readonly request: Request; readonly grant: Grant }> {
  const request = await context.requests.get(requestOfGrant(id));
  if (!request) throw requestNotFound(requestOfGrant(id));
  const named = grantsNamed(request, id);
  const open = named.filter(isOpen);
  const [grant] = open;
  if (open.length > 1) {
    throw new Fault('ambiguous', `${id} has ${open.length} temporary grants.`, {
      next: 'Which one?',
      param: 'id',
      choices: open.map((one) => ({ label: plannedWords(one.operation), command: context.rewrite('id', one.id) })),
    });
  }
  if (grant) return { request, grant };
  throw grantIsOver(named.at(-1) as Grant);
}
