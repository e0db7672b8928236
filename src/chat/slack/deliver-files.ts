// Where the files of an answer go, and what the person is told of it.

import type { Answer } from '../../core/chat.ts';
import { cardOf } from '../../core/chat.ts';
import { outcomeOf } from './client.ts';
import type { SlackContext } from './context.ts';
import { sendEphemeral } from './ephemeral.ts';
import { lineMessage } from './render.ts';
import type { To } from './send.ts';
import type { Surface } from './surface.ts';

/** The conversation in which everybody sees the card already. Undefined: only the person sees it. */
function openPlace(answer: Answer, surface: Surface): To | undefined {
  if (answer.kind === 'private') return undefined;
  switch (surface.kind) {
    case 'conversation':
      return surface.to;
    case 'message':
      return { thread: surface.message, ...surface.to };
    case 'channel':
      return { conversation: surface.origin.conversation };
    default:
      return undefined;
  }
}

const notThere = new Set(['not_in_channel', 'channel_not_found', 'is_archived']);

/** Sends the files of an answer that was delivered. Does not throw for Slack's errors: the person is told. */
export async function deliverFiles(context: SlackContext, answer: Answer, surface: Surface): Promise<void> {
  const files = cardOf(answer)?.files ?? [];
  if (files.length === 0) return;
  const { requester } = surface;
  const names = files.map(({ name }) => name).join(', ');
  const tell = (text: string) => sendEphemeral(context, requester, lineMessage(text));
  const place = openPlace(answer, surface);
  const sent = place && (await context.sendFiles(place, files));
  if (sent?.ok) return;
  let why = sent?.why;
  if (!sent || notThere.has(sent.code)) {
    try {
      const own = await context.members.direct(requester.userId);
      const alone = await context.sendFiles({ conversation: own }, files);
      if (alone.ok) {
        if (requester.location?.conversation !== own) await tell(`${names} is in your messages with Identity Desk.`);
        return;
      }
      why = alone.why;
    } catch (error) {
      context.log.warn({ detail: outcomeOf(error).detail }, 'Slack: no direct message for files');
      why = 'Slack did not open your messages with Identity Desk; run the command there';
    }
  }
  await tell(`${names} could not be sent: ${why}. The answer above stands without it.`);
}
