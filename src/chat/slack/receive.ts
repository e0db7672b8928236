// Takes in a decoded interaction: recorded, acknowledged, then handled behind the acknowledgement. Where it cannot be recorded, the
// person is told in the acknowledgement, or beside it, that it was not taken.
//
// Not recorded, because nothing is lost with them: suggestions for a field (asked again with the next key), an opened Home tab, links
// and choices within a form, which are read when the form is submitted, and the bot's coming to a channel and leaving it.

import { type Inbox, waitsItsTurn } from '../../core/inbox.ts';
import type { ChatName } from '../../core/model/person.ts';
import { createDeliveries, type Deliveries } from '../shared/deliveries.ts';
import { onBlockActions } from './block-actions.ts';
import { onBlockSuggestion } from './block-suggestion.ts';
import { ACTIONS } from './buttons.ts';
import type { Json } from './client.ts';
import { type SlackContext, WORDS } from './context.ts';
import { tellRequester } from './deliver.ts';
import { sendEphemeral } from './ephemeral.ts';
import { onEvent } from './events.ts';
import { blockIdOf } from './forms.ts';
import type { BlockSuggestion, SlackInteraction, SlackView, ViewSubmission } from './interactions.ts';
import { noticeView, resubmitView } from './modals.ts';
import { lineMessage } from './render.ts';
import { onShortcut } from './shortcuts.ts';
import { onSlashCommand } from './slash-command.ts';
import { onViewSubmission, resumeSubmission } from './view-submission.ts';

const chat: ChatName = 'slack';

/** An interaction that is kept until it is answered. */
type Kept = Exclude<Extract<SlackInteraction, { deliveryId: string }>, BlockSuggestion>;

/** Slack's acknowledgement; its body is shown for some kinds. */
export type Ack = (response?: Json) => Promise<void>;

function isKept(interaction: SlackInteraction): interaction is Kept {
  if (!('deliveryId' in interaction) || interaction.type === 'block_suggestion') return false;
  if (interaction.type !== 'block_actions') return true;
  const { actionId } = interaction;
  return !(actionId.startsWith(ACTIONS.link) || actionId === ACTIONS.value || actionId === ACTIONS.suggest);
}

/** Without the drawn modal: large, and of use only as long as Slack waits for its submission. */
function atRest(interaction: Kept): Kept {
  const bare = (view: SlackView): SlackView => ({ ...view, drawn: undefined });
  if (interaction.type === 'view_submission') return { ...interaction, view: bare(interaction.view) };
  if (interaction.type === 'block_actions' && interaction.on.kind === 'view') {
    return { ...interaction, on: { ...interaction.on, view: bare(interaction.on.view) } };
  }
  return interaction;
}

function answer(context: SlackContext, interaction: SlackInteraction): Promise<void> {
  switch (interaction.type) {
    case 'slash_command':
      return onSlashCommand(context, interaction);
    case 'block_actions':
      return onBlockActions(context, interaction);
    case 'shortcut':
      return onShortcut(context, interaction);
    case 'event':
      return onEvent(context, interaction);
    case 'view_submission':
      return resumeSubmission(context, interaction);
    case 'block_suggestion':
      return Promise.resolve();
  }
}

/** What changes something is answered in the order in which the person sent it. */
function laneOf({ botApi }: SlackContext, interaction: Kept): string | undefined {
  switch (interaction.type) {
    case 'slash_command':
    case 'event':
      return botApi.readLine(interaction.text).isChange ? interaction.requester.sender.userId : undefined;
    case 'block_actions':
      return interaction.actionId.startsWith('request.') && waitsItsTurn(interaction.actionId)
        ? interaction.requester.sender.userId
        : undefined;
    default:
      return undefined;
  }
}

function refusedSubmission({ view }: ViewSubmission, problem: string): Json {
  const [field] = Object.keys(view.filled.values);
  if (field !== undefined) return { response_action: 'errors', errors: { [blockIdOf(field)]: problem } };
  return { response_action: 'update', view: resubmitView(view, problem) ?? noticeView(problem) };
}

/** Tells the person that the interaction was not taken, and acknowledges it. */
async function refuse(context: SlackContext, interaction: Kept, ack: Ack): Promise<void> {
  const text = WORDS.notTaken;
  switch (interaction.type) {
    case 'slash_command':
      return ack({ response_type: 'ephemeral', text });
    case 'view_submission':
      return ack(refusedSubmission(interaction, text));
    case 'event': {
      const { requester, location } = interaction;
      const { conversation, thread, isPersonal } = location;
      await ack();
      if (!isPersonal) return sendEphemeral(context, requester, lineMessage(text));
      await context.messenger.postReply({ conversation, ...(thread === undefined ? {} : { thread }) }, text);
      return;
    }
    default: {
      const isInView = interaction.type === 'shortcut' || interaction.on.kind === 'view';
      // Slack shows the body of a button's acknowledgement nowhere, so it is told beside it.
      await ack({ response_type: 'ephemeral', replace_original: false, text });
      const isOnModal =
        interaction.type === 'block_actions' &&
        interaction.on.kind === 'view' &&
        interaction.on.view.surface === 'modal';
      return tellRequester(context, interaction.requester, text, isInView ? (isOnModal ? 'push' : 'open') : undefined);
    }
  }
}

/** The deliveries of Slack: what a killed bot has left is answered by response_url or as a message; its trigger_ids have expired. */
export function createSlackDeliveries(context: SlackContext, inbox: Inbox): Deliveries<Kept> {
  const { background, workload, log } = context;
  return createDeliveries<Kept>({
    chat,
    inbox,
    background,
    workload,
    log,
    laneOf: (interaction) => laneOf(context, interaction),
    isUrgent: (interaction) => interaction.type === 'block_actions' && !waitsItsTurn(interaction.actionId),
    personOf: ({ requester }) => requester.sender.userId,
    answer: (interaction) => answer(context, interaction),
    giveUp: ({ requester }) => sendEphemeral(context, requester, lineMessage(WORDS.gaveUp)),
  });
}

/** Takes in interactions. Resolves when the interaction is acknowledged. */
export function createReceive(
  context: SlackContext,
  deliveries: Deliveries<Kept>,
): (interaction: SlackInteraction, ack: Ack) => Promise<void> {
  return async (interaction, ack) => {
    if (interaction.type === 'block_suggestion') {
      return ack({ options: await onBlockSuggestion(context, interaction) });
    }
    if (!isKept(interaction)) {
      await ack();
      return context.background.start(interaction.type, () => answer(context, interaction));
    }
    const { deliveryId, type } = interaction;
    const outcome = await deliveries.record(deliveryId, atRest(interaction));
    if (outcome === 'unavailable') return refuse(context, interaction, ack);
    if (outcome === 'repeated') return ack();
    if (interaction.type === 'view_submission') {
      const { promise, resolve } = Promise.withResolvers<void>();
      const acknowledged = (response?: Json) => ack(response).finally(resolve);
      deliveries.follow(deliveryId, type, onViewSubmission(context, interaction, acknowledged).finally(resolve));
      return promise;
    }
    await ack();
    deliveries.work(deliveryId, type, interaction);
  };
}
