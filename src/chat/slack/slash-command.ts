// Handles `/identity …`. The answer is visible to the requester only, unless the line has --public.

import { withTimeout } from '../../with-timeout.ts';
import { handleSafely } from '../shared/handle-safely.ts';
import { type SlackContext, WORDS } from './context.ts';
import { deliver } from './deliver.ts';
import { sendEphemeral } from './ephemeral.ts';
import type { SlashCommand } from './interactions.ts';
import { LIMITS } from './limits.ts';
import { openForm } from './open-modal.ts';
import { lineMessage } from './render.ts';
import { cardLocationFor } from './request-card-location.ts';

/** Answers a slash command; after a second a “working” message is shown first. */
export async function onSlashCommand(context: SlackContext, command: SlashCommand): Promise<void> {
  const { requester, location, deliveryId } = command;
  const { text, form, isWrite, isPublic, isShown } = context.botApi.readLine(command.text);
  if (form !== undefined && (await openForm(context, requester, form, {}))) return;

  let origin = location;
  const answered = (async () => {
    if (isWrite) origin = await cardLocationFor(context, requester, isPublic);
    const { sender } = requester;
    return handleSafely(context.botApi, { kind: 'text', text, sender, location: origin, deliveryId }, context.log);
  })();
  const isQuick = (await withTimeout(answered, LIMITS.workingMs)) !== undefined;
  if (!isQuick) await sendEphemeral(context, requester, lineMessage(WORDS.working));
  const answer = await answered;
  const surface = { requester, origin, isPublic };
  if (isShown) return deliver(context, answer, { ...surface, kind: 'channel', isWorkingShown: !isQuick });
  return deliver(context, answer, { ...surface, kind: 'ephemeral', ...(isQuick ? {} : { replaces: 'working' }) });
}
