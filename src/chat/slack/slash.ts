// `/identity …`: the answer is the asker's own, unless they end it with --public. It is acknowledged before anything is done.

import type { Answer, ChatLocation } from '../../core/chat.ts';
import { withTimeout } from './background-tasks.ts';
import {
  ask,
  isTriggerFresh,
  line,
  noted,
  openForm,
  openView,
  originFor,
  type Requester,
  type SlackContext,
  sendEphemeral,
  sendEphemeralCard,
  WORDS,
} from './context.ts';
import { type Command, deliveryOf, locationOf, senderOf, typedText } from './decode.ts';
import { LIMITS } from './limits.ts';
import { formView } from './modals.ts';

export async function slash(context: SlackContext, body: Command, at: number): Promise<void> {
  const typed = typedText(body.text ?? '');
  const location = locationOf(body.channel_id);
  const sender = senderOf(body, { id: body.user_id, name: body.user_name });
  const asker: Requester = {
    userId: body.user_id,
    sender,
    location,
    responseUrl: body.response_url,
    triggerId: body.trigger_id,
    at,
  };
  const { text, form, isWrite, isPublic, isShown } = context.botApi.readLine(typed);
  if (form !== undefined && (await openForm(context, asker, form, {}))) return;

  const deliveryId = deliveryOf(body.trigger_id);
  let origin = location;
  const asked = (async () => {
    if (isWrite) origin = await originFor(context, asker, isPublic);
    return ask(context, { kind: 'text', text, sender, location: origin, deliveryId });
  })();
  let isTold = false;
  if (!(await withTimeout(asked, LIMITS.workingMs))) {
    await sendEphemeral(context, asker, line(WORDS.working));
    isTold = true;
  }
  await bring(context, asker, await asked, { origin, isPublic, isShown, isTold });
}

async function bring(
  context: SlackContext,
  asker: Requester,
  answer: Answer,
  how: { origin: ChatLocation; isPublic: boolean; isShown: boolean; isTold: boolean },
): Promise<void> {
  const { origin, isPublic, isShown, isTold } = how;
  switch (answer.kind) {
    case 'card':
    case 'form':
    case 'failed': {
      const { card } = answer;
      if (
        answer.kind === 'form' &&
        isTriggerFresh(asker) &&
        (await openView(context, asker, formView(card, asker.location)))
      )
        return;
      if (isShown) {
        const posted = await context.messenger.post({ conversation: origin.conversation }, card);
        if (posted.ok) {
          if (isTold) await sendEphemeral(context, asker, line('Here it is, for everyone in this channel.'), true);
          return;
        }
        await sendEphemeralCard(context, asker, card, isTold);
        return sendEphemeral(context, asker, line(WORDS.notIn));
      }
      return sendEphemeralCard(context, asker, card, isTold);
    }
    case 'recorded': {
      if (answer.card) return sendEphemeralCard(context, asker, answer.card, isTold);
      return sendEphemeral(context, asker, line(noted(answer, asker, origin, isPublic)), isTold);
    }
    case 'notice':
      return sendEphemeral(context, asker, line(answer.text), isTold);
    case 'silence':
      if (isTold) await sendEphemeral(context, asker, line(WORDS.have), true);
  }
}
