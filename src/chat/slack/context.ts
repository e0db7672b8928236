// What the handlers of commands, buttons, modals and events share.

import { sorryCard } from '../../core/cards/answer-cards.ts';
import {
  type Answer,
  type BotApi,
  type Card,
  type ChatLocation,
  type Interaction,
  plainText,
  type RichText,
} from '../../core/chat.ts';
import type { Sender } from '../../core/model/person.ts';
import type { Conversations, Log } from '../../core/ports.ts';
import { type BackgroundTasks, withTimeout } from './background-tasks.ts';
import { outcomeOf, type SlackClient } from './client.ts';
import type { HomeTab } from './home-tab.ts';
import { LIMITS } from './limits.ts';
import { formView, noticeView, waitingView } from './modals.ts';
import type { MemberDirectory } from './people.ts';
import { fieldsIn, messageOf, richText, section } from './render.ts';
import type { Respond } from './response-url.ts';
import type { SlackMessenger } from './send.ts';
import { fallback, type Json } from './text.ts';

export interface SlackContext {
  readonly botApi: BotApi;
  readonly web: SlackClient;
  readonly messenger: SlackMessenger;
  readonly members: MemberDirectory;
  readonly respond: Respond;
  readonly home: HomeTab;
  readonly background: BackgroundTasks;
  readonly conversations: Conversations;
  readonly log: Log;
}

export const WORDS = {
  working: '⏳ I am working on it…',
  longer: 'This takes a little longer. I go on with it, and show the outcome here.',
  opening: 'One moment…',
  stale: 'I do not know this button any more. Ask me again, and use the new card.',
  late: 'Slack opened no window for it. Press the button, and it opens.',
  have: 'I have that already.',
  notIn: 'Only you see this: I am not in this channel. Invite me, and ask again.',
};

/** A new request in one line, and where its card is. */
export function noted(
  { requestId, summary }: Extract<Answer, { kind: 'recorded' }>,
  { location }: Pick<Requester, 'location'>,
  origin: ChatLocation,
  isPublic = false,
): RichText {
  const isHere = origin.conversation === location?.conversation;
  const missed = isPublic && !isHere ? ': I am not in this channel; invite me to have it here' : '';
  const where = isHere && !origin.isPersonal ? 'in this channel' : 'in our direct messages';
  const what = summary ?? [{ strong: requestId }, ': I have noted it.'];
  return [...(typeof what === 'string' ? [what] : what), ` Its card is ${where}${missed}.`];
}

/** The core's answer; what it throws becomes a card that says when, so that the log can be searched. */
export async function ask(
  { botApi, log }: Pick<SlackContext, 'botApi' | 'log'>,
  interaction: Interaction,
): Promise<Answer> {
  try {
    return await botApi.handle(interaction);
  } catch (error) {
    const time = new Date();
    log.error({ error, deliveryId: interaction.deliveryId, kind: interaction.kind }, 'an inbound was not answered');
    return { kind: 'failed', card: sorryCard(time) };
  }
}

/** The card of an answer that is one, whatever kind of card it is. */
export function cardOf(answer: Answer): Card | undefined {
  return answer.kind === 'card' || answer.kind === 'form' || answer.kind === 'failed' ? answer.card : undefined;
}

/** A line of text as a message. */
export function line(words: RichText): Json {
  return { text: fallback(plainText(words)), blocks: [richText(section(words))] };
}

/**
 * Where the asker's own card of a request stands: in their own chat with the bot, since what they type after a slash or into a
 * modal is seen by nobody else. What was asked for everyone to see stands where it was asked, if the bot is there.
 */
export async function originFor(
  { members, log }: SlackContext,
  { location, userId }: Pick<Requester, 'location' | 'userId'>,
  isPublic = false,
): Promise<ChatLocation> {
  if (location && members.ownerOf(location.conversation) === userId) return location;
  // A chat between others begins with a D like its own, and it is in none of those.
  if (location && isPublic && !location.isPersonal && (await members.isIn(location.conversation))) return location;
  try {
    return { chat: 'slack', conversation: await members.direct(userId), isPersonal: true };
  } catch (error) {
    log.warn({ detail: outcomeOf(error).detail }, 'Slack: a one-to-one chat could not be opened');
    return location ?? { chat: 'slack', conversation: '', isPersonal: true };
  }
}

/** One who pressed or typed something, and the ways to answer only them. */
export interface Requester {
  readonly userId: string;
  readonly sender: Sender;
  readonly location: ChatLocation | undefined;
  readonly responseUrl: string | null | undefined;
  readonly triggerId: string | null | undefined;
  /** When the trigger was made, as `performance.now()` says it. */
  readonly at: number;
}

/** Says something to one person only: by the response_url, else in the channel unseen by others, else in their own chat. */
export async function sendEphemeral(
  context: SlackContext,
  asker: Requester,
  message: Json,
  replace = false,
): Promise<void> {
  const { respond, messenger, members, log } = context;
  const how = replace ? { replace_original: true } : { replace_original: false, response_type: 'ephemeral' };
  const sent = await respond(asker.responseUrl, { ...how, ...message });
  if (sent === 'sent') return;
  if (asker.location && !asker.location.isPersonal) {
    const delivery = await messenger.sendEphemeral({ ...asker.location, user: asker.userId }, message);
    if (delivery.ok) return;
  }
  try {
    const channel = await members.direct(asker.userId);
    await context.web.callPatiently('chat.postMessage', {
      channel,
      ...message,
      unfurl_links: false,
      unfurl_media: false,
    });
  } catch (error) {
    log.warn({ detail: outcomeOf(error).detail }, 'Slack: an answer reached nobody');
  }
}

/** The same with a card; where the response_url will not have its table, without. */
export async function sendEphemeralCard(
  context: SlackContext,
  asker: Requester,
  card: Card,
  replace = false,
): Promise<void> {
  const how = replace ? { replace_original: true } : { replace_original: false, response_type: 'ephemeral' };
  if (card.blocks.some(({ kind }) => kind === 'table')) {
    if ((await context.respond(asker.responseUrl, { ...how, ...messageOf(card) })) === 'sent') return;
  }
  await sendEphemeral(context, asker, messageOf(card, false), replace);
}

export function isTriggerFresh(asker: Requester): boolean {
  return !!asker.triggerId && performance.now() - asker.at < LIMITS.triggerMs;
}

/** Opens a modal at once; false where Slack would not (the trigger is used or too old). */
export async function openView(context: SlackContext, asker: Requester, view: Json, how: 'open' | 'push' = 'open') {
  if (!asker.triggerId) return undefined;
  try {
    const answer = await context.web.call(`views.${how}`, { trigger_id: asker.triggerId, view });
    const id = (answer.view as { id?: unknown } | undefined)?.id;
    return typeof id === 'string' ? id : undefined;
  } catch (error) {
    context.log.warn({ detail: outcomeOf(error).detail }, 'Slack: a modal could not be opened');
    return undefined;
  }
}

/** `hash`: only while the modal is still the one that it was taken from. */
export async function updateView(context: SlackContext, viewId: string, view: Json, hash?: string): Promise<boolean> {
  try {
    await context.web.callPatiently('views.update', { view_id: viewId, view, ...(hash === undefined ? {} : { hash }) });
    return true;
  } catch (error) {
    context.log.warn({ detail: outcomeOf(error).detail }, 'Slack: a modal could not be brought up to date');
    return false;
  }
}

/** Opens a modal with what the work comes to: at once, or first as "one moment" where the work takes longer. */
export async function openWith(
  context: SlackContext,
  asker: Requester,
  work: Promise<Json>,
  how: 'open' | 'push' = 'open',
): Promise<boolean> {
  const made = await withTimeout(work, LIMITS.loadingMs);
  if (made) return (await openView(context, asker, made.value, how)) !== undefined;
  const id = await openView(context, asker, waitingView(WORDS.opening), how);
  const view = await work.catch(() => noticeView(sorryCard(new Date()).fallback));
  return id !== undefined && (await updateView(context, id, view));
}

/** Opens a command's form; where Slack will not, its button is sent instead. */
export async function openForm(
  context: SlackContext,
  asker: Requester,
  command: string,
  values: Readonly<Record<string, string>>,
  how: 'open' | 'push' = 'open',
): Promise<boolean> {
  const card = context.botApi.form(command, values)?.card;
  if (!card) return false;
  if ((await openView(context, asker, formView(card, asker.location), how)) === undefined) {
    await sendEphemeralCard(context, asker, { ...card, subtitle: WORDS.late });
  } else warm(context, asker, command, card, values);
  return true;
}

/** Has the lists of a form looked up while its reader still looks at it, so that its menus open at once. */
function warm(
  { botApi, background }: SlackContext,
  { sender, location }: Requester,
  command: string,
  card: Card,
  values: Readonly<Record<string, string>>,
): void {
  const asker = { sender, location: location ?? { chat: sender.chat, conversation: '', isPersonal: true } };
  const fields = fieldsIn(card).filter(({ isSearchable }) => isSearchable);
  background.keep('the lists of a form', async () => {
    // One after the other: they share most of what they ask Azure for.
    for (const { id: field } of fields) await botApi.suggest(asker, { command, field, query: '', most: 1, values });
  });
}
