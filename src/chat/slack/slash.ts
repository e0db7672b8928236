// `/identity …`: the answer is the asker's own, unless they end it with --public. It is acknowledged before anything is done.

import type { Answer, ChatLocation } from '../../core/chat.ts';
import type { CommandDefinition } from '../../core/grammar/define.ts';
import { commands } from '../../core/grammar/registry.ts';
import { withTimeout } from './background-tasks.ts';
import {
  ask,
  isForm,
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

/** Chats turn `--` into a dash. */
const publicFlag = /(?:^|\s)(?:--|[\u2012-\u2015])public\s*$/i;

/**
 * A line without its --public, and what it asks for with it: that its request stands where all see it, or that its answer does.
 * What a write is answered with besides is the asker's business alone.
 */
export function readPublic(typed: string): { text: string; isPublic: boolean; isShown: boolean } {
  const command = commandOf(typed);
  const isPublic = command !== undefined && publicFlag.test(typed);
  return {
    text: isPublic ? typed.replace(publicFlag, '') : typed,
    isPublic,
    isShown: isPublic && command?.writes === false,
  };
}

/** The command whose form a line asks for: a verb alone that needs more than itself. */
export function bareForm(text: string): string | undefined {
  const command = commandOf(text);
  const isBare = !/\s/.test(text.trim());
  const needsMore = Object.values(command?.params ?? {}).some(({ isRequired }) => isRequired);
  return command && isBare && needsMore ? command.name : undefined;
}

export function commandOf(text: string): CommandDefinition | undefined {
  const verb = text.trim().replace(/^\//, '').split(/\s/, 1)[0]?.toLowerCase();
  return commands.find(({ name }) => name === verb);
}

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
  const form = bareForm(typed);
  if (form !== undefined && (await openForm(context, asker, form, {}))) return;

  const { text, isPublic, isShown } = readPublic(typed);
  const deliveryId = deliveryOf(body.trigger_id);
  let origin = location;
  const asked = (async () => {
    if (commandOf(text)?.writes === true) origin = await originFor(context, asker, isPublic);
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
    case 'card': {
      const { card } = answer;
      if (isForm(card) && isTriggerFresh(asker) && (await openView(context, asker, formView(card, asker.location))))
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
