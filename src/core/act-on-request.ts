// Performs an action on a request, by button or typed, and answers it with the request's card or its status.

import { checkActionRate } from './action-rate.ts';
import { adoptClicked } from './approvals/adopt-card.ts';
import { type Click, type Verb, verbs } from './approvals/click.ts';
import { createDecideRequest } from './approvals/decide-request.ts';
import { createDisownRequest, type DisownClick, disownVerbs } from './approvals/disown-request.ts';
import { createReviewRequest, type ReviewClick, reviewVerbs } from './approvals/review-request.ts';
import { NotSeen } from './approvals/seen-revision.ts';
import { SignInNeeded } from './approvals/sign-in-checks.ts';
import { sourceOf } from './audit-context.ts';
import { requestCard } from './cards/request-card.ts';
import { requestLine } from './cards/request-status.ts';
import { type Answer, type Card, type ChatLocation, type Interaction, plainText } from './chat.ts';
import type { Dependencies } from './dependencies.ts';
import { createStandAside, type StandAsideClick } from './execution/stand-aside.ts';
import { deliveryOf } from './inbox.ts';
import { accountOf, type Person, samePerson } from './model/person.ts';
import type { Request } from './model/request.ts';
import { offerStepUp } from './sign-in/offer-step-up.ts';

/** An action on a request. */
export type ActVerb = Verb | DisownClick['verb'] | ReviewClick['verb'] | StandAsideClick['verb'];

/** The action of that id; undefined where there is none. */
export function actVerb(name: string): ActVerb | undefined {
  return [...verbs, ...disownVerbs, ...reviewVerbs, standAside].find((each) => each === name);
}

const standAside: StandAsideClick['verb'] = 'request.stand-aside';
const isReview = (verb: ActVerb): verb is ReviewClick['verb'] => reviewVerbs.some((each) => each === verb);
const isDisown = (verb: ActVerb): verb is DisownClick['verb'] => disownVerbs.some((each) => each === verb);

/** Builds `act`, and `noteShown`, which records that an answer has shown a plan to a person. */
export function createActOnRequest(deps: Dependencies) {
  const decideRequest = createDecideRequest(deps);
  const disownRequest = createDisownRequest(deps);
  const reviewRequest = createReviewRequest(deps);
  const standAsideRequest = createStandAside(deps);

  /** After the decision, which looks at what was recorded of the card until then. Failing changes nothing of the decision. */
  async function adopt({ kind, location, ...rest }: Interaction, requestId: string): Promise<void> {
    if (kind !== 'click' || !('seen' in rest)) return;
    const clicked = { requestId, chat: location.chat, conversation: location.conversation, seen: rest.seen };
    await adoptClicked(deps, clicked).catch((err: unknown) => {
      deps.log.warn({ request: requestId, err }, 'clicked card not taken up');
    });
  }

  async function act(interaction: Interaction, verb: ActVerb, requestId: string, comment?: string): Promise<Answer> {
    // A decision needs the current account status of the person, not a cached one.
    const by = await deps.people.resolvePerson(interaction.sender, interaction.location.conversation, true);
    const { isPersonal } = interaction.location;
    const audienceFor = ({ requester }: Request) =>
      !isPersonal ? 'everyone' : samePerson(by, requester) ? 'requester' : 'approvers';
    const from = { requestId, by, account: accountOf(interaction.sender), source: sourceOf(interaction) };
    // Whoever says that something was not theirs must always be heard.
    if (!isDisown(verb)) await checkActionRate(deps, by, from.source);
    const said = comment === undefined ? {} : { comment };
    const click = (of: Verb): Click => ({
      ...{ ...from, ...said, verb: of, chat: interaction.location.chat },
      delivery: deliveryOf(interaction),
      conversation: interaction.location.conversation,
      ...(interaction.sentAt === undefined ? {} : { sentAt: interaction.sentAt }),
      ...(interaction.kind === 'click' ? { seen: interaction.seen } : {}),
    });
    let request: Request;
    try {
      if (isDisown(verb)) request = await disownRequest({ ...from, verb });
      else if (verb === standAside) request = await standAsideRequest({ ...from, verb });
      else if (isReview(verb)) request = await reviewRequest({ ...from, ...said, verb });
      else request = await decideRequest(click(verb));
    } catch (error) {
      await adopt(interaction, requestId);
      if (error instanceof SignInNeeded) return offerStepUp(deps.signIn?.stepUp, error, from, interaction, comment);
      if (!(error instanceof NotSeen)) throw error;
      // The plan is shown, so that the same words count for it when they are entered again.
      const card = requestCard(error.request, audienceFor(error.request));
      const text = [{ strong: error.message }, ` ${error.details.next ?? ''}`];
      return { kind: 'card', card: { ...card, blocks: [{ kind: 'notice', level: 'caution', text }, ...card.blocks] } };
    }
    deps.log.info({ request: requestId, verb, state: request.state }, 'an action on a request');
    await adopt(interaction, requestId);
    if (verb === 'request.unfreeze') return { kind: 'notice', text: 'The chat account can decide again.' };
    if (interaction.kind !== 'click' && request.origin.conversation === interaction.location.conversation) {
      if (interaction.kind === 'form') return { kind: 'recorded', requestId };
      // The card in this conversation is updated by the notify job. The person who typed gets one line with the status.
      return { kind: 'notice', text: plainText(requestLine(request)) };
    }
    const card = requestCard(request, audienceFor(request));
    return interaction.kind === 'click' ? { kind: 'recorded', requestId, card } : { kind: 'card', card };
  }

  /** A typed decision counts only for a plan that its person was shown. Where that cannot be recorded, they are shown it again. */
  async function noteShown(card: Card | undefined, { key: personKey }: Person, { chat, conversation }: ChatLocation) {
    if (!card?.shows) return;
    await deps.messages.noteShown({ ...card.shows, chat, conversation, personKey }).catch((err: unknown) => {
      deps.log.warn({ err, request: card.shows?.requestId }, 'it was not recorded that a plan was shown');
    });
  }

  return { act, noteShown };
}
