// What the handlers of commands, buttons, modals and events share.

import { sorryCard } from '../../core/cards/answer-cards.ts';
import { type Answer, type Card, type Face, type Inbound, type Place, plainText, type Words } from '../../core/chat.ts';
import type { Speaker } from '../../core/model/person.ts';
import type { Conversations, Log } from '../../core/ports.ts';
import type { HomeTab } from './home.ts';
import { LIMITS } from './limits.ts';
import { formView, noticeView, waitingView } from './modals.ts';
import type { Roster } from './people.ts';
import { fieldsIn, formButton, messageOf, richText, section } from './render.ts';
import type { Respond } from './respond.ts';
import type { SlackSender } from './send.ts';
import { fallback, type Json } from './text.ts';
import { outcomeOf, type Web } from './web.ts';
import { type Keeper, soon } from './work.ts';

export interface Parts {
  readonly face: Face;
  readonly web: Web;
  readonly sender: SlackSender;
  readonly roster: Roster;
  readonly respond: Respond;
  readonly home: HomeTab;
  readonly keeper: Keeper;
  readonly conversations: Conversations;
  welcome(place: Place): Card;
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
  { requestId, said }: Extract<Answer, { kind: 'recorded' }>,
  { place }: Pick<Asker, 'place'>,
  origin: Place,
  isPublic = false,
): Words {
  const isHere = origin.conversation === place?.conversation;
  const missed = isPublic && !isHere ? ': I am not in this channel; invite me to have it here' : '';
  const where = isHere && !origin.isPersonal ? 'in this channel' : 'in our direct messages';
  const what = said ?? [{ strong: requestId }, ': I have noted it.'];
  return [...(typeof what === 'string' ? [what] : what), ` Its card is ${where}${missed}.`];
}

/** The core's answer; what it throws becomes a card that says when, so that the log can be searched. */
export async function ask({ face, log }: Pick<Parts, 'face' | 'log'>, inbound: Inbound): Promise<Answer> {
  try {
    return await face.handle(inbound);
  } catch (error) {
    const time = new Date();
    log.error({ error, deliveryId: inbound.deliveryId, kind: inbound.kind }, 'an inbound was not answered');
    return { kind: 'card', card: sorryCard(time) };
  }
}

/** Whether a card is a form, which belongs in a modal. */
export function isForm(card: Card): boolean {
  return fieldsIn(card).length > 0 && formButton(card) !== undefined;
}

/** A line of text as a message. */
export function line(words: Words): Json {
  return { text: fallback(plainText(words)), blocks: [richText(section(words))] };
}

/**
 * Where the asker's own card of a request stands: in their own chat with the bot, since what they type after a slash or into a
 * modal is seen by nobody else. What was asked for everyone to see stands where it was asked, if the bot is there.
 */
export async function originFor(
  { roster, log }: Parts,
  { place, userId }: Pick<Asker, 'place' | 'userId'>,
  isPublic = false,
): Promise<Place> {
  if (place && roster.ownerOf(place.conversation) === userId) return place;
  // A chat between others begins with a D like its own, and it is in none of those.
  if (place && isPublic && !place.isPersonal && (await roster.isIn(place.conversation))) return place;
  try {
    return { chat: 'slack', conversation: await roster.direct(userId), isPersonal: true };
  } catch (error) {
    log.warn({ detail: outcomeOf(error).detail }, 'Slack: a one-to-one chat could not be opened');
    return place ?? { chat: 'slack', conversation: '', isPersonal: true };
  }
}

/** One who pressed or typed something, and the ways to answer only them. */
export interface Asker {
  readonly userId: string;
  readonly speaker: Speaker;
  readonly place: Place | undefined;
  readonly responseUrl: string | null | undefined;
  readonly triggerId: string | null | undefined;
  /** When the trigger was made, as `performance.now()` says it. */
  readonly at: number;
}

/** Says something to one person only: by the response_url, else in the channel unseen by others, else in their own chat. */
export async function whisper(parts: Parts, asker: Asker, message: Json, replace = false): Promise<void> {
  const { respond, sender, roster, log } = parts;
  const how = replace ? { replace_original: true } : { replace_original: false, response_type: 'ephemeral' };
  const sent = await respond(asker.responseUrl, { ...how, ...message });
  if (sent === 'sent') return;
  if (asker.place && !asker.place.isPersonal) {
    const delivery = await sender.whisper({ ...asker.place, user: asker.userId }, message);
    if (delivery.ok) return;
  }
  try {
    const channel = await roster.direct(asker.userId);
    await parts.web.callPatiently('chat.postMessage', {
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
export async function whisperCard(parts: Parts, asker: Asker, card: Card, replace = false): Promise<void> {
  const how = replace ? { replace_original: true } : { replace_original: false, response_type: 'ephemeral' };
  if (card.blocks.some(({ kind }) => kind === 'table')) {
    if ((await parts.respond(asker.responseUrl, { ...how, ...messageOf(card) })) === 'sent') return;
  }
  await whisper(parts, asker, messageOf(card, false), replace);
}

export function isTriggerFresh(asker: Asker): boolean {
  return !!asker.triggerId && performance.now() - asker.at < LIMITS.triggerMs;
}

/** Opens a modal at once; false where Slack would not (the trigger is used or too old). */
export async function openView(parts: Parts, asker: Asker, view: Json, how: 'open' | 'push' = 'open') {
  if (!asker.triggerId) return undefined;
  try {
    const answer = await parts.web.call(`views.${how}`, { trigger_id: asker.triggerId, view });
    const id = (answer.view as { id?: unknown } | undefined)?.id;
    return typeof id === 'string' ? id : undefined;
  } catch (error) {
    parts.log.warn({ detail: outcomeOf(error).detail }, 'Slack: a modal could not be opened');
    return undefined;
  }
}

/** `hash`: only while the modal is still the one that it was taken from. */
export async function updateView(parts: Parts, viewId: string, view: Json, hash?: string): Promise<boolean> {
  try {
    await parts.web.callPatiently('views.update', { view_id: viewId, view, ...(hash === undefined ? {} : { hash }) });
    return true;
  } catch (error) {
    parts.log.warn({ detail: outcomeOf(error).detail }, 'Slack: a modal could not be brought up to date');
    return false;
  }
}

/** Opens a modal with what the work comes to: at once, or first as "one moment" where the work takes longer. */
export async function openWith(
  parts: Parts,
  asker: Asker,
  work: Promise<Json>,
  how: 'open' | 'push' = 'open',
): Promise<boolean> {
  const made = await soon(work, LIMITS.loadingMs);
  if (made) return (await openView(parts, asker, made.value, how)) !== undefined;
  const id = await openView(parts, asker, waitingView(WORDS.opening), how);
  const view = await work.catch(() => noticeView(sorryCard(new Date()).fallback));
  return id !== undefined && (await updateView(parts, id, view));
}

/** Opens a command's form; where Slack will not, its button is sent instead. */
export async function openForm(
  parts: Parts,
  asker: Asker,
  command: string,
  values: Readonly<Record<string, string>>,
  how: 'open' | 'push' = 'open',
): Promise<boolean> {
  const card = parts.face.form(command, values);
  if (!card) return false;
  if ((await openView(parts, asker, formView(card, asker.place), how)) === undefined) {
    await whisperCard(parts, asker, { ...card, subtitle: WORDS.late });
  } else warm(parts, asker, command, card, values);
  return true;
}

/** Has the lists of a form looked up while its reader still looks at it, so that its menus open at once. */
function warm(
  { face, keeper }: Parts,
  { speaker, place }: Asker,
  command: string,
  card: Card,
  values: Readonly<Record<string, string>>,
): void {
  const asker = { speaker, place: place ?? { chat: speaker.chat, conversation: '', isPersonal: true } };
  const fields = fieldsIn(card).filter(({ isSearchable }) => isSearchable);
  keeper.keep('the lists of a form', async () => {
    // One after the other: they share most of what they ask Azure for.
    for (const { id: field } of fields) await face.suggest(asker, { command, field, query: '', most: 1, values });
  });
}
