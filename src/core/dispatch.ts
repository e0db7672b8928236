// The one path from something said to what comes of it: words or form → command → authorise → answer, request or refusal.

import { createMoves, type Verb, verbs } from './approvals/decide.ts';
import { ask, draft, type NewRequest } from './approvals/lifecycle.ts';
import { canBeMet, judge, mightUse, type Policy } from './approvals/policy.ts';
import { answerCard, faultCard, formatDuration, spell } from './cards/answer-cards.ts';
import { requestCard } from './cards/request-card.ts';
import type { Answer, Card, Handle, Inbound, InboundClick, InboundForm, InboundText, Place } from './chat.ts';
import type { CommandContext } from './commands/context.ts';
import { formCard } from './commands/forms.ts';
import { overview } from './commands/help.ts';
import { asFault, Fault } from './errors.ts';
import type { Args, CommandDefinition, WriteDefinition } from './grammar/define.ts';
import { findCommand, formatLine, ParseFault, parseFields, parseLine, readLoosely } from './grammar/parse.ts';
import { commands } from './grammar/registry.ts';
import type { Person } from './model/person.ts';
import { samePerson } from './model/person.ts';
import { digestible, type Effect, isRisky } from './model/plan.ts';
import type { People } from './people.ts';
import type { Audit, AzureReader, Inbox, Log, Requests, SentMessages, Toolkit } from './ports.ts';

export interface Desk {
  readonly azure: AzureReader;
  readonly requests: Requests;
  readonly audit: Audit;
  readonly messages: SentMessages;
  readonly inbox: Inbox;
  readonly people: People;
  /** The policy in force. Required: without one everything is refused by the caller not starting at all. */
  readonly policy: () => Policy;
  readonly toolkit: Toolkit;
  readonly log: Log;
}

/** The greeting for a conversation that the bot has just come into. */
export function welcome(place: Place): Card {
  const how = place.isPersonal ? 'Just write here.' : 'Mention me, then say what you need.';
  return overview(
    'Hello, I am Identity Desk',
    `I create, show and delete managed identities in Azure and give them roles, once the right people say yes. ${how}`,
    commands.filter(({ writes }) => writes !== 'request'),
  );
}

/** What a command may use, for this person and this line. */
export function contextFor(
  desk: Pick<Desk, 'azure' | 'requests' | 'audit' | 'toolkit' | 'policy'>,
  person: Person,
  command?: CommandDefinition,
  args: Args = {},
): CommandContext {
  const { azure, requests, audit, toolkit } = desk;
  return {
    azure,
    requests,
    audit,
    toolkit,
    person,
    commands,
    policy: desk.policy(),
    rewrite: (param, value) => (command ? formatLine(command, { ...args, [param]: value }, formatDuration) : value),
  };
}

export function createDispatch(desk: Desk): Handle {
  const move = createMoves(desk);

  async function write(
    command: WriteDefinition,
    args: Args,
    text: string,
    person: Person,
    inbound: Inbound,
  ): Promise<Answer> {
    const context = contextFor(desk, person, command, args);
    const resolved = await command.resolve(context, args);
    const outcome = await command.plan(context, resolved);
    if ('card' in outcome) return { kind: 'card', card: outcome.card };
    const { plan } = outcome;
    const verdict = judge(context.policy, person, plan.effects);
    if (verdict.kind === 'refused') {
      await note(person, 'request.refused', {
        text,
        reason: verdict.reason,
        rule: verdict.rule ?? null,
        effects: plan.effects,
      });
      throw (
        tooLong(command, args, context, person, plan.effects) ??
        new Fault('not-allowed', `The policy says no: ${verdict.reason}`, {
          next: `Nothing was done.${verdict.rule ? ` It is the rule “${verdict.rule}”.` : ''} Ask whoami for what you may do.`,
        })
      );
    }
    const impossible = verdict.requirements.find((requirement) => !canBeMet(context.policy, person, requirement));
    if (impossible) {
      throw new Fault(
        'not-allowed',
        `Nobody but you could approve this: the rule “${impossible.rule}” asks for ${impossible.count} of ${impossible.by.join(', ')}.`,
        {
          next: 'Nobody approves their own request. Have someone else ask, or have the policy name more people.',
        },
      );
    }
    const { reason } = args;
    const request: Omit<NewRequest, 'id'> = {
      command: command.name,
      args: resolved,
      text,
      ...(typeof reason === 'string' ? { reason } : {}),
      requester: person,
      origin: {
        chat: inbound.place.chat,
        conversation: inbound.place.conversation,
        isPersonal: inbound.place.isPersonal,
        ...(inbound.place.thread === undefined ? {} : { thread: inbound.place.thread }),
      },
      plan,
      digest: desk.toolkit.sha256(digestible(plan)),
      requirements: verdict.requirements,
      rules: verdict.rules,
    };
    for (;;) {
      const id = desk.toolkit.newRequestId();
      const now = desk.toolkit.now();
      const change = isRisky(plan) ? draft({ ...request, id }, now) : ask({ ...request, id }, verdict, now);
      if (await desk.requests.insert(change)) {
        desk.log.info({ request: id, command: command.name, state: change.request.state }, 'request recorded');
        return { kind: 'recorded', requestId: id };
      }
    }
  }

  /** A grant that only lasts too long: the refusal offers the longest that would pass. */
  function tooLong(
    command: WriteDefinition,
    args: Args,
    context: CommandContext,
    person: Person,
    effects: readonly Effect[],
  ): Fault | undefined {
    const short = effects.map((effect) => (effect.command === 'grant' ? { ...effect, durationMs: 0 } : effect));
    const verdict = judge(context.policy, person, short);
    if (verdict.kind !== 'allowed' || verdict.maxDurationMs === undefined || !('for' in command.params))
      return undefined;
    const longest = formatDuration(verdict.maxDurationMs);
    return new Fault('not-allowed', `The policy allows this role there for at most ${spell(verdict.maxDurationMs)}.`, {
      next: `Nothing was done. Give it an end: --for ${longest}, or less. It is the rule “${verdict.rules.join('”, “')}”.`,
      param: 'for',
      choices: [
        {
          label: `Ask for ${spell(verdict.maxDurationMs)}`,
          command: formatLine(command, { ...args, for: verdict.maxDurationMs }, formatDuration),
        },
      ],
    });
  }

  async function note(person: Person, event: string, data: Readonly<Record<string, unknown>>): Promise<void> {
    await desk.audit.append([
      { at: desk.toolkit.now().toISOString(), actor: person.key, actorName: person.name, event, data },
    ]);
  }

  async function run(
    command: CommandDefinition,
    args: Args,
    text: string,
    person: Person,
    inbound: Inbound,
  ): Promise<Answer> {
    if (command.writes === 'request') {
      const { id, comment } = args;
      return moved(
        inbound,
        person,
        command.verb as Verb,
        String(id),
        typeof comment === 'string' ? comment : undefined,
      );
    }
    const { policyCommand } = command;
    if (policyCommand !== undefined && !mightUse(desk.policy(), person, policyCommand)) {
      throw new Fault('not-allowed', `No rule of the policy lets you ${command.name} anything.`, {
        next: 'Nothing was done. Ask whoami for what you may do.',
      });
    }
    if (command.writes) return write(command, args, text, person, inbound);
    return { kind: 'card', card: await command.run(contextFor(desk, person, command, args), args) };
  }

  async function moved(inbound: Inbound, by: Person, verb: Verb, requestId: string, comment?: string): Promise<Answer> {
    const message = inbound.kind === 'click' ? inbound.message : undefined;
    const request = await move({
      verb,
      requestId,
      by,
      chat: inbound.place.chat,
      ...(comment === undefined ? {} : { comment }),
      ...(message === undefined ? {} : { card: { conversation: inbound.place.conversation, message } }),
    });
    desk.log.info({ request: requestId, verb, state: request.state }, 'request moved');
    if (inbound.kind !== 'click' && request.origin.conversation === inbound.place.conversation) {
      return { kind: 'recorded', requestId };
    }
    const audience = !inbound.place.isPersonal ? 'everyone' : samePerson(by, request.requester) ? 'asker' : 'approvers';
    const card = requestCard(request, audience);
    return inbound.kind === 'click' ? { kind: 'recorded', requestId, card } : { kind: 'card', card };
  }

  async function onText(inbound: InboundText, person: Person): Promise<Answer> {
    const line = inbound.text.trim();
    const form = /^\/?form\s+(\S[\s\S]*)$/i.exec(line)?.[1];
    if (form !== undefined) {
      const [verb = ''] = form.split(/\s/, 1);
      const command = findCommand(verb, commands, desk.toolkit);
      return { kind: 'card', card: formCard(command, readLoosely(form, command, desk.toolkit)) };
    }
    const parsed = parseLine(line === '' ? 'help' : line, commands, desk.toolkit);
    if (parsed.kind === 'form') return { kind: 'card', card: formCard(parsed.command) };
    return run(parsed.command, parsed.args, line, person, inbound);
  }

  async function onForm(inbound: InboundForm, person: Person): Promise<Answer> {
    const command = findCommand(inbound.command, commands, desk.toolkit);
    try {
      const args = parseFields(command, inbound.fields, desk.toolkit);
      const answer = await run(command, args, formatLine(command, args, formatDuration), person, inbound);
      if (answer.kind !== 'recorded') return answer;
      // The form has done its work: it makes room for a line that names what came of it.
      const card = answerCard('Noted', ['Your request is ', { strong: answer.requestId }, '; its card is below.'], []);
      return { ...answer, card };
    } catch (error) {
      const fault = logged(error);
      return { kind: 'card', card: formCard(command, inbound.fields, fault) };
    }
  }

  async function onClick(inbound: InboundClick, person: Person): Promise<Answer> {
    const verb = verbs.find((each) => each === inbound.verb);
    if (!verb || !/^R-[0-9A-Z]{6}$/.test(inbound.requestId)) {
      return { kind: 'notice', text: 'I do not know that button. Say help for what I can do.' };
    }
    const comment = inbound.fields.comment?.trim().slice(0, 1000);
    return moved(inbound, person, verb, inbound.requestId, comment === '' ? undefined : comment);
  }

  function logged(error: unknown): Fault {
    const fault = asFault(error);
    if (fault.code === 'internal') desk.log.error({ err: fault.cause }, 'a command failed');
    else desk.log.info({ code: fault.code, param: fault.details.param }, 'a command was answered with a fault');
    return fault;
  }

  function onFault(error: unknown, inbound: Inbound): Answer {
    const fault = logged(error);
    if (inbound.kind === 'click')
      return { kind: 'notice', text: `${fault.message} ${fault.details.next ?? ''}`.trim() };
    const typed = inbound.kind === 'text' ? inbound.text : undefined;
    const verb = typed?.trim().split(/\s/, 1)[0]?.toLowerCase();
    const command = commands.find(({ name, writes }) => name === verb && writes === true);
    const canMend =
      command !== undefined &&
      (fault instanceof ParseFault || fault.code === 'bad-input' || fault.code === 'not-found');
    return {
      kind: 'card',
      card: faultCard(
        fault,
        typed,
        [],
        canMend && !fault.details.choices
          ? [{ kind: 'command', label: 'Mend it in the form', command: `form ${typed?.trim()}`, isInPlace: true }]
          : [],
      ),
    };
  }

  return async function handle(inbound) {
    try {
      if (inbound.kind !== 'click' && !(await desk.inbox.isNew(inbound.place.chat, inbound.deliveryId)))
        return { kind: 'silence' };
      // The click that decides is worth a fresh look at who clicks.
      const person = await desk.people.place(inbound.speaker, inbound.place.conversation, inbound.kind === 'click');
      if (inbound.kind === 'text') return await onText(inbound, person);
      if (inbound.kind === 'form') return await onForm(inbound, person);
      return await onClick(inbound, person);
    } catch (error) {
      return onFault(error, inbound);
    }
  };
}
