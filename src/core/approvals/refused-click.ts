// What the audit keeps of an action on a request that was refused.

import type { SeenRevision } from '../message-ports.ts';
import type { AuditEntry } from '../model/audit.ts';
import type { Click } from './click.ts';

/** The entry of a refused action. `seen`: the revision of the plan that the person had before them, where it is known. */
export function refusedClick(click: Click, reason: string, seen: SeenRevision | undefined, now: Date): AuditEntry {
  const { requestId, by, verb, chat, source } = click;
  return {
    at: now.toISOString(),
    requestId,
    actor: by.key,
    actorName: by.name,
    event: 'click.refused',
    ...(source === undefined ? {} : { source }),
    data: { verb, reason, chat, ...(seen === undefined ? {} : { seen: seen.revision }) },
  };
}
