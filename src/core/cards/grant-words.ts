// The text of temporary grants: how they ended, and that they end.

import type { Block, RichText } from '../chat.ts';
import { durationWords } from '../format-text.ts';
import { type Grant, type GrantEnding, grantOfOperation } from '../model/grant.ts';
import type { Request } from '../model/request.ts';
import { definitionOf, doneWords, type Operation, plannedWords } from '../operations/registry.ts';

/** That it is undone: ‘Role Reader on rg-a removed from uami-a’. */
function undoneWords(operation: Operation): string {
  // Words need no ids of what it has created.
  const inverse = definitionOf(operation).inverse?.(operation, { outcome: 'created', ids: {} });
  return inverse ? doneWords(inverse as Operation, undefined) : plannedWords(operation);
}

/** The end of what a grant gave. */
export function endedWords(operation: Operation, { how, byRequest = 'another request', byName, lateMs }: GrantEnding) {
  const what = undoneWords(operation);
  const late = lateMs === undefined ? '' : ` That was ${durationWords(Math.floor(lateMs / 60_000) * 60_000)} late.`;
  switch (how) {
    case 'time':
      return `Temporary access ended: ${what}.${late}`;
    case 'ended':
      return `Temporary access ended by ${byName ?? 'its requester'}: ${what}.${late}`;
    case 'revoked':
      return `Temporary access ended early by ${byRequest}: ${what}.`;
    case 'gone':
      return `Temporary access ended. The role or its identity had been removed outside Identity Desk: ${what}.`;
    case 'kept':
      return `Temporary access ended. The role stays, since ${byRequest} gives it for longer: ${plannedWords(operation)}.`;
    case 'permanent':
      return `${byRequest} made this permanent: ${plannedWords(operation)}.`;
  }
}

/** Whether what was granted is in effect: Azure's own list is where it shows, and what lags behind even then. */
export function effectBlocks(request: Request): Block[] {
  const { state, operations } = request;
  const made = operations.filter(({ state: one, result, operation }, index) => {
    const isMade = one === 'done' && result?.outcome === 'created';
    const isOver = grantOfOperation(request, index)?.state === 'ended';
    return isMade && !isOver && definitionOf(operation).isListed !== undefined;
  });
  if (state !== 'succeeded' || made.length === 0) return [];
  const subtle = (text: RichText): Block => ({ kind: 'text', style: 'subtle', text });
  if (made.some(({ listedAt }) => listedAt === null)) {
    const text = 'Azure accepted this, and did not list it within 15 minutes. Run show to see what the identity has.';
    return [{ kind: 'notice', level: 'caution', text }];
  }
  const times = made.flatMap(({ listedAt }) => listedAt ?? []).toSorted();
  const last = times.at(-1);
  if (last === undefined || times.length < made.length)
    return [subtle('Azure accepted this and does not list it yet.')];
  const waits =
    '. It can take up to 10 minutes to work everywhere. It is assigned directly, so a token that is in use already need not be renewed; what comes by group membership can take 24 hours.';
  return [subtle(['Azure lists this since ', { time: last }, waits])];
}

/** The end of a grant, behind its operation's words. */
export function endWords({ endsAt, ending }: Grant): RichText {
  if (!ending) return [' · ends ', { time: endsAt }];
  if (ending.how === 'permanent') return ` · made permanent by ${ending.byRequest}`;
  const kept = ending.how === 'kept' ? [`, role kept by ${ending.byRequest}`] : [];
  return [' · ended ', { time: ending.at }, ...kept];
}
