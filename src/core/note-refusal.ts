// Writes down that the policy refused a command, where that did not come to a plan: those are noted with what they would have done.

import { sourceOf } from './audit-context.ts';
import type { Interaction } from './chat.ts';
import { Fault } from './errors.ts';
import type { CommandDefinition } from './grammar/define.ts';
import type { Person } from './model/person.ts';
import { AccessRefused } from './people.ts';
import type { Audit, Clock } from './ports.ts';

const mostCharacters = 1_000;

/** Notes `error`, if it is a refusal that is not in the audit yet. Throws Fault('unavailable') where it cannot be written. */
export async function noteRefusal(
  deps: { readonly audit: Pick<Audit, 'append'>; readonly clock: Clock },
  error: unknown,
  of: {
    readonly command: CommandDefinition;
    readonly text: string;
    readonly person: Person;
    readonly interaction: Interaction;
  },
): Promise<void> {
  const { command, text, person, interaction } = of;
  // What was refused of a request's actions, and who is not served at all, is noted where that is decided.
  if (!(error instanceof Fault) || error.code !== 'not-allowed' || error.details.isNoted) return;
  if (command.writes === 'request' || error instanceof AccessRefused) return;
  await deps.audit.append([
    {
      at: deps.clock.now().toISOString(),
      actor: person.key,
      actorName: person.name,
      source: sourceOf(interaction),
      event: 'command.refused',
      data: { command: command.name, text: text.slice(0, mostCharacters), reason: error.message },
    },
  ]);
}
