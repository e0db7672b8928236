// The text of temporary grants: how they ended, and that they end.

import type { RichText } from '../chat.ts';
import { durationWords } from '../format-text.ts';
import type { Grant, GrantEnding } from '../model/grant.ts';

/** The end of what a grant gave. `what`: the operation that gave it. */
export function endedWords(what: string, { how, byRequest = 'another request', byName, lateMs }: GrantEnding): string {
  const late =
    lateMs === undefined ? '' : ` It was removed ${durationWords(Math.floor(lateMs / 60_000) * 60_000)} late.`;
  switch (how) {
    case 'time':
      return `Temporary grant ended and was removed: ${what}.${late}`;
    case 'ended':
      return `Temporary grant ended by ${byName ?? 'its requester'} and was removed: ${what}.${late}`;
    case 'revoked':
      return `Temporary grant ended early by ${byRequest}: ${what}.`;
    case 'gone':
      return `Temporary grant ended. The role or its identity had been removed outside Identity Desk: ${what}.`;
    case 'kept':
      return `Temporary grant ended. The role stays, since ${byRequest} gives it for longer: ${what}.`;
    case 'permanent':
      return `${byRequest} made this permanent: ${what}.`;
  }
}

/** The end of a grant, behind its operation's words. */
export function endWords({ endsAt, ending }: Grant): RichText {
  if (!ending) return [' · ends ', { time: endsAt }];
  if (ending.how === 'permanent') return ` · made permanent by ${ending.byRequest}`;
  const kept = ending.how === 'kept' ? [`, role kept by ${ending.byRequest}`] : [];
  return [' · ended ', { time: ending.at }, ...kept];
}
