// Comments in the thread of a request's card: words to the bot that are no command, and words of a thread that were not meant for it,
// where the chat passes those on. They are recorded in the audit with their author and shown with the request; they decide nothing.

import { sourceOf } from './audit-context.ts';
import type { Answer, TextInteraction } from './chat.ts';
import type { Dependencies } from './dependencies.ts';
import { Fault } from './errors.ts';
import type { AuditEntry } from './model/audit.ts';
import type { Person } from './model/person.ts';
import { plainLine, shorten } from './plain-text.ts';

/** The longest comment kept, in characters. */
const longest = 1_000;

/** Builds `recordComment`: the answer where the words are a comment; undefined where they are not. */
export function createRecordComment(deps: Pick<Dependencies, 'messages' | 'audit' | 'clock'>) {
  return async function recordComment(
    interaction: TextInteraction,
    person: Person,
    error?: unknown,
  ): Promise<Answer | undefined> {
    const { chat, conversation, thread } = interaction.location;
    const said = shorten(plainLine(interaction.text), longest);
    // A command that is nearly right is a slip, and no comment.
    const isSlip = error instanceof Fault && (error.details.suggestions ?? error.details.choices ?? []).length > 0;
    if (thread === undefined || said === '' || isSlip) return undefined;
    const requestId = await deps.messages.inThread(chat, conversation, thread);
    if (requestId === undefined) return undefined;
    // A bot that was killed after it had written the comment may not have said so.
    const isKept = (await deps.audit.of(requestId)).some(
      ({ event, source }) =>
        event === 'request.commented' && source?.chat === chat && source.delivery === interaction.deliveryId,
    );
    const entries: readonly AuditEntry[] = [
      {
        at: deps.clock.now().toISOString(),
        requestId,
        actor: person.key,
        actorName: person.name,
        source: sourceOf(interaction),
        event: 'request.commented',
        data: { text: said, chat },
      },
    ];
    if (!isKept) await deps.audit.append(entries);
    if (interaction.isAside) return { kind: 'silence' };
    return { kind: 'notice', text: `Comment recorded on ${requestId}. For commands, run help.` };
  };
}
