// Submits a request for a write command: plan, policy verdict, and the stored request.

import { draft, draftAndSubmit, type NewRequest } from './approvals/approval-transitions.ts';
import { peopleAsked } from './approvals/people-asked.ts';
import { judge } from './approvals/policy.ts';
import { canBeMet, stageWords } from './approvals/requirements.ts';
import { asRequirements, reviewsOf } from './approvals/review-transitions.ts';
import { signInMark } from './approvals/sign-in-checks.ts';
import { unreadWords } from './approvals/unread-words.ts';
import { assess } from './assess.ts';
import { sourceOf, withSource } from './audit-context.ts';
import { authorise } from './authorise.ts';
import { withBotRights } from './bot-rights/check-rights.ts';
import { refuseOwnAssets } from './bot-rights/own-assets.ts';
import { requestLine } from './cards/request-status.ts';
import type { Answer, Interaction } from './chat.ts';
import { contactAdministrator, nothingChanged, ruleNote, seeWhoami } from './common-texts.ts';
import type { Dependencies } from './dependencies.ts';
import { Fault } from './errors.ts';
import { durationWords, formatDuration } from './format-text.ts';
import type { Args, WriteDefinition } from './grammar/define.ts';
import { formatLine } from './grammar/format-line.ts';
import { deliveryOf } from './inbox.ts';
import type { AuditEvent } from './model/audit.ts';
import { accountOf, type Person } from './model/person.ts';
import { digestible, type Effect, isRisky, operationsOf, type Plan } from './model/plan.ts';
import type { Policy, PolicyFacts, PolicySubject } from './model/policy.ts';
import type { Request } from './model/request.ts';
import type { Review } from './model/review.ts';
import { tooManyRequests } from './rate-limits.ts';
import { waitingDuplicateCard, waitingStates } from './waiting-duplicate.ts';

function recorded(request: Request): Answer {
  return { kind: 'recorded', requestId: request.id, summary: requestLine(request) };
}

/** Whether somebody else than the requester could do the review. */
const isReviewable = (facts: PolicyFacts, requester: Person, one: Review) =>
  asRequirements([one]).every((requirement) => canBeMet(facts, requester, requirement));

/** Builds `propose` (plan and policy verdict, nothing stored) and `write` (the same, stored as a request). */
export function createSubmitRequest(deps: Dependencies) {
  /** The plan of a write command and its policy verdict, or a card if there is nothing to change. Throws Fault. */
  async function propose(command: WriteDefinition, args: Args, text: string, person: Person, from: Interaction) {
    const context = await authorise(deps, person, command, args);
    const { policy } = context;
    const check = ({ effects, ...plan }: Plan) =>
      refuseOwnAssets(deps, operationsOf(plan)).catch((error: unknown) =>
        throwNoted(error, person, from, { text, effects }),
      );
    const assessed = await assess(context, command, args, { sources: deps.factSources, check });
    const { resolved, outcome, subject, facts, verdict } = assessed;
    if ('card' in outcome) {
      if (verdict.kind === 'allowed') return outcome;
      throw new Fault('not-allowed', `The policy does not allow this: ${verdict.reason}`, { next: nothingChanged });
    }
    const { plan } = outcome;
    if (
      verdict.kind === 'allowed' &&
      from.kind === 'form' &&
      plan.confirm !== undefined &&
      'confirm' in command.params
    ) {
      const next = `${nothingChanged} To confirm, enter ${plan.confirm}.`;
      throw new Fault('bad-input', 'Something hangs on this identity.', { next, param: 'confirm' });
    }
    if (verdict.kind === 'refused') {
      const { reason, rule = null } = verdict;
      await note(person, from, { event: 'request.refused', data: { text, reason, rule, effects: plan.effects } });
      const unread = verdict.why === 'unknown' ? unreadWords(facts) : '';
      const refused = `${nothingChanged}${unread}${ruleNote(verdict)} ${seeWhoami}`;
      throw (
        tooLong(command, args, policy, facts, subject) ??
        new Fault('not-allowed', `The policy does not allow this: ${verdict.reason}`, {
          next: refused,
          isNoted: true,
          choices: [{ label: 'Explain', command: `explain ${text}` }],
          ...(verdict.param === undefined ? {} : { param: verdict.param }),
        })
      );
    }
    const impossible = verdict.requirements.find((requirement) => !canBeMet(facts, person, requirement));
    if (impossible) {
      throw new Fault(
        'not-allowed',
        `${facts.unread ? 'Who can approve this is not known' : 'Nobody but you can approve this'}: the rule “${impossible.rule}” requires ${stageWords(impossible.stages)}.`,
        {
          next: facts.unread
            ? `${nothingChanged}${unreadWords(facts)} Try again in a few minutes. ${contactAdministrator}`
            : `${nothingChanged} You cannot approve your own request. Have someone else request it, or have approvers added to the policy.`,
        },
      );
    }
    const unreviewed = reviewsOf(verdict).reviews?.find(
      (one) => one.by.every((name) => facts.rosters?.has(name)) && !isReviewable(facts, person, one),
    );
    if (unreviewed) {
      throw new Fault(
        'not-allowed',
        `Nobody but you could review this afterwards: the rule “${unreviewed.rule}” requires a review by ${unreviewed.by.join(', ')}.`,
        { next: `${nothingChanged} Have someone else request it, or have reviewers added to the policy.` },
      );
    }
    const checked = await withBotRights(deps.ownAccess, plan, {
      isFresh: false,
      nothing: 'Nothing was requested.',
    }).catch((error: unknown) => throwNoted(error, person, from, { text, effects: plan.effects }));
    return { plan: checked, resolved, verdict, asks: peopleAsked(facts, person, verdict.requirements) };
  }

  async function write(
    command: WriteDefinition,
    args: Args,
    text: string,
    person: Person,
    interaction: Interaction,
  ): Promise<Answer> {
    const delivery = deliveryOf(interaction);
    // A bot that was killed after it had stored the request may not have said so.
    const earlier = await deps.requests.ofDelivery(delivery);
    if (earlier) return recorded(earlier);
    const proposed = await propose(command, args, text, person, interaction);
    if ('card' in proposed) return { kind: 'card', card: proposed.card };
    const { plan, resolved, verdict, asks } = proposed;
    const { chat, conversation, thread, isPersonal } = interaction.location;
    const request: Omit<NewRequest, 'id'> = {
      command: command.name,
      args: resolved,
      text,
      ...(typeof args.reason === 'string' ? { reason: args.reason } : {}),
      requester: person,
      requesterAccount: accountOf(interaction.sender),
      origin: { chat, conversation, isPersonal, ...(thread === undefined ? {} : { thread }) },
      plan,
      digest: deps.ids.sha256(digestible(plan)),
      requirements: verdict.requirements,
      ...signInMark(verdict),
      ...reviewsOf(verdict),
      ...(asks === undefined ? {} : { asks }),
      rules: verdict.rules,
    };
    // A plan that was reviewed in a form needs no second review.
    const seen = interaction.kind === 'form' ? interaction.planDigest : undefined;
    // One that is no longer the plan that was reviewed is reviewed again.
    const isDraft = plan.confirm !== undefined || (seen === undefined ? isRisky(plan) : seen !== request.digest);
    for (;;) {
      const id = deps.ids.newRequestId();
      const now = deps.clock.now();
      const change = isDraft ? draft({ ...request, id }, now) : draftAndSubmit({ ...request, id }, verdict, now);
      const noted = withSource(change, person.key, sourceOf(interaction));
      const outcome = await deps.requests.insert(noted, waitingStates, deps.limits, delivery);
      if (typeof outcome === 'object' && 'exceeds' in outcome) {
        const limit = outcome.exceeds;
        const most = limit === 'open' ? deps.limits.openRequests : deps.limits.requestsPerHour;
        await note(person, interaction, { event: 'rate.refused', data: { limit, most } });
        throw tooManyRequests(limit, deps.limits);
      }
      if (typeof outcome === 'object' && 'made' in outcome) return recorded(outcome.made);
      if (typeof outcome === 'object') return { kind: 'card', card: waitingDuplicateCard(outcome.waiting) };
      if (outcome === 'inserted') {
        deps.log.info({ request: id, command: command.name, state: change.request.state }, 'request recorded');
        return recorded(change.request);
      }
    }
  }

  /** The refusal of a grant that is only too long: it offers the longest duration allowed. Undefined for other refusals. */
  function tooLong(
    command: WriteDefinition,
    args: Args,
    policy: Policy,
    facts: PolicyFacts,
    subject: PolicySubject,
  ): Fault | undefined {
    if (subject.effects.some(({ extensions }) => extensions !== undefined)) return undefined;
    const short = subject.effects.map((effect) => (effect.command === 'grant' ? { ...effect, durationMs: 0 } : effect));
    const verdict = judge(policy, facts, { ...subject, effects: short });
    if (verdict.kind !== 'allowed' || verdict.maxDurationMs === undefined || !('for' in command.params))
      return undefined;
    const longest = formatDuration(verdict.maxDurationMs);
    return new Fault(
      'not-allowed',
      `The policy allows this role at this scope for at most ${durationWords(verdict.maxDurationMs)}.`,
      {
        next: `${nothingChanged} Set a duration: --for ${longest} or less. Rule: “${verdict.rules.join('”, “')}”.`,
        param: 'for',
        isNoted: true,
        choices: [
          {
            label: `Request for ${durationWords(verdict.maxDurationMs)}`,
            command: formatLine(command, { ...args, for: verdict.maxDurationMs }, formatDuration),
          },
        ],
      },
    );
  }

  /** Throws the error, audited where it is a refusal. */
  async function throwNoted(
    error: unknown,
    person: Person,
    from: Interaction,
    data: { readonly text: string; readonly effects: readonly Effect[] },
  ): Promise<never> {
    if (!(error instanceof Fault) || error.isTransient || error.code === 'internal') throw error;
    await note(person, from, { event: 'request.refused', data: { ...data, reason: error.message, rule: null } });
    throw new Fault(error.code, error.message, { ...error.details, cause: error.cause, isNoted: true });
  }

  async function note({ key, name }: Person, from: Interaction, event: AuditEvent): Promise<void> {
    const at = deps.clock.now().toISOString();
    await deps.audit.append([{ at, actor: key, actorName: name, source: sourceOf(from), ...event }]);
  }

  return { propose, write };
}
