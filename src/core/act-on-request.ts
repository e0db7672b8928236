// Performs an action on a request, by button or typed, and answers it with the request's card or its status.

import { type Click, type Verb, verbs } from './approvals/click.ts';
import { createDecideRequest } from './approvals/decide-request.ts';
import { createDisownRequest, type DisownClick, disownVerbs } from './approvals/disown-request.ts';
import { NotSeen } from './approvals/seen-revision.ts';
import { SignInNeeded } from './approvals/sign-in-checks.ts';
import { sourceOf } from './audit-context.ts';
import { answerCard } from './cards/answer-cards.ts';
import { requestCard } from './cards/request-card.ts';
import { requestLine } from './cards/request-status.ts';
import { type Answer, type Card, type ChatLocation, type Interaction, plainText } from './chat.ts';
import type { Dependencies } from './dependencies.ts';
import { Fault } from './errors.ts';
import { deliveryOf } from './inbox.ts';
import { accountOf, type Person, samePerson } from './model/person.ts';
import type { Request } from './model/request.ts';

/** An action on a request. */
export type RequestVerb = Verb | DisownClick['verb'];

/** The action of that id; undefined where there is none. */
export function requestVerb(name: string): RequestVerb | undefined {
  return [...verbs, ...disownVerbs].find((each) => each === name);
}

const isDisown = (verb: RequestVerb): verb is DisownClick['verb'] => disownVerbs.some((each) => each === verb);

/** Builds `act`, and `noteShown`, which records that an answer has shown a plan to a person. */
export function createActOnRequest(deps: Dependencies) {
  const decideRequest = createDecideRequest(deps);
  const disownRequest = createDisownRequest(deps);

  /** The sign-in that an approval needs, as a link for the approver alone. */
  async function sendToSignIn(click: Click, digest: string, interaction: Interaction): Promise<Answer> {
    const { sender, location } = interaction;
    if (!deps.signIn) {
      throw new Fault('not-allowed', 'This approval must be confirmed by a sign-in, which is not set up.', {
        next: 'Your approval was not counted. Contact your Identity Desk administrator.',
      });
    }
    const url = await deps.signIn.stepUp.offer(click, click.by, sender, location.conversation, digest);
    const card = answerCard(
      `Sign in to approve ${click.requestId}`,
      'Only visible to you. Your approval counts once you have signed in and confirmed it.',
      [{ kind: 'text', text: 'The link works once and for 10 minutes. Do not pass it on.' }],
      [{ kind: 'link', url, label: 'Sign in' }],
    );
    return { kind: 'private', card };
  }

  async function act(
    interaction: Interaction,
    verb: RequestVerb,
    requestId: string,
    comment?: string,
  ): Promise<Answer> {
    // A decision needs the current account status of the person, not a cached one.
    const by = await deps.people.resolvePerson(interaction.sender, interaction.location.conversation, true);
    const { isPersonal } = interaction.location;
    const audienceFor = ({ requester }: Request) =>
      !isPersonal ? 'everyone' : samePerson(by, requester) ? 'requester' : 'approvers';
    const account = accountOf(interaction.sender);
    let request: Request;
    if (isDisown(verb)) request = await disownRequest({ verb, requestId, by, account });
    else {
      const click: Click = {
        ...{ verb, requestId, by, account, chat: interaction.location.chat, source: sourceOf(interaction) },
        ...(comment === undefined ? {} : { comment }),
        delivery: deliveryOf(interaction),
        conversation: interaction.location.conversation,
        ...(interaction.sentAt === undefined ? {} : { sentAt: interaction.sentAt }),
        ...(interaction.kind === 'click' ? { seen: interaction.seen } : {}),
      };
      try {
        request = await decideRequest(click);
      } catch (error) {
        if (error instanceof SignInNeeded) return sendToSignIn(click, error.digest, interaction);
        if (!(error instanceof NotSeen)) throw error;
        // The plan is shown, so that the same words count for it when they are entered again.
        const card = requestCard(error.request, audienceFor(error.request));
        const text = [{ strong: error.message }, ` ${error.details.next ?? ''}`];
        return {
          kind: 'card',
          card: { ...card, blocks: [{ kind: 'notice', level: 'caution', text }, ...card.blocks] },
        };
      }
    }
    deps.log.info({ request: requestId, verb, state: request.state }, 'an action on a request');
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
