// The one path from something said to what comes of it: words or form → command → authorise → answer, request or refusal.

import { createMoves, type Verb, verbs } from './approvals/decide.ts';
import { mightUse } from './approvals/policy.ts';
import { createAsk } from './ask.ts';
import { answerCard, faultCard, formatDuration } from './cards/answer-cards.ts';
import { planCard, requestCard } from './cards/request-card.ts';
import type { Answer, Card, Face, Inbound, InboundClick, InboundForm, InboundText, Place, Preview } from './chat.ts';
import { formCard, wordsOnForm } from './commands/forms.ts';
import { overview } from './commands/help.ts';
import { contextFor, type Desk } from './desk.ts';
import { asFault, Fault } from './errors.ts';
import type { Args, CommandDefinition } from './grammar/define.ts';
import { findCommand, formatLine, ParseFault, parseFields, parseLine, readLoosely } from './grammar/parse.ts';
import { commands } from './grammar/registry.ts';
import { createHome } from './home.ts';
import { type Person, samePerson } from './model/person.ts';
import { createSuggest } from './suggest.ts';

/** The greeting for a conversation that the bot has just come into. */
export function welcome(place: Place): Card {
  const how = place.isPersonal ? 'Just write here.' : 'Mention me, then say what you need.';
  return overview(
    'Hello, I am Identity Desk',
    `I create, show and delete managed identities in Azure and give them roles, once the right people say yes. ${how}`,
    commands.filter(({ writes }) => writes !== 'request'),
  );
}

/** Text that a database can keep: no half characters, no NUL. */
function wellFormed<I extends Inbound>(inbound: I): I {
  const clean = (text: string) => text.toWellFormed().replaceAll('\u0000', '');
  if (inbound.kind === 'text') return { ...inbound, text: clean(inbound.text) };
  const fields = Object.fromEntries(Object.entries(inbound.fields).map(([name, value]) => [name, clean(value)]));
  return { ...inbound, fields };
}

export function createFace(desk: Desk): Face {
  const move = createMoves(desk);
  const { propose, write } = createAsk(desk);

  async function run(
    command: CommandDefinition,
    args: Args,
    text: string,
    person: Person,
    inbound: Inbound,
  ): Promise<Answer> {
    if (command.writes === 'request') {
      const { id, comment } = args;
      return moved(inbound, command.verb as Verb, String(id), typeof comment === 'string' ? comment : undefined);
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

  async function moved(inbound: Inbound, verb: Verb, requestId: string, comment?: string): Promise<Answer> {
    const message = inbound.kind === 'click' ? inbound.message : undefined;
    // What decides is worth a fresh look at who does it, however it is said.
    const by = await desk.people.place(inbound.speaker, inbound.place.conversation, true);
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
      return { kind: 'card', card: formCard(command, inbound.fields, fault, person.key) };
    }
  }

  async function onClick(inbound: InboundClick): Promise<Answer> {
    const verb = verbs.find((each) => each === inbound.verb);
    if (!verb || !/^R-[0-9A-Z]{6}$/.test(inbound.requestId)) {
      return { kind: 'notice', text: 'I do not know that button. Say help for what I can do.' };
    }
    const comment = inbound.fields.comment?.trim().slice(0, 1000);
    return moved(inbound, verb, inbound.requestId, comment === '' ? undefined : comment);
  }

  function logged(error: unknown): Fault {
    const fault = asFault(error);
    if (fault.code === 'internal') desk.log.error({ err: fault.cause }, 'a command failed');
    else desk.log.info({ code: fault.code, param: fault.details.param }, 'a command was answered with a fault');
    return fault;
  }

  function onFault(error: unknown, inbound: Inbound, person: Person | undefined): Answer {
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
        person?.key,
      ),
    };
  }

  async function handle(heard: Inbound): Promise<Answer> {
    const inbound = wellFormed(heard);
    let person: Person | undefined;
    try {
      if (inbound.kind !== 'click' && !(await desk.inbox.isNew(inbound.place.chat, inbound.deliveryId))) {
        return { kind: 'silence' };
      }
      person = await desk.people.place(inbound.speaker, inbound.place.conversation);
      if (inbound.kind === 'text' && inbound.owner !== undefined && inbound.owner !== person.key) {
        return {
          kind: 'notice',
          text: 'That button finishes what somebody else began, so I did nothing. Say yourself what you need.',
        };
      }
      if (inbound.kind === 'text') return await onText(inbound, person);
      if (inbound.kind === 'form') return await onForm(inbound, person);
      return await onClick(inbound);
    } catch (error) {
      return onFault(error, inbound, person);
    }
  }

  async function preview(heard: InboundForm): Promise<Preview> {
    const inbound = wellFormed(heard);
    const command = commands.find(({ name }) => name === inbound.command);
    if (!command) return { kind: 'wrong', message: 'I do not know that form any more.', next: 'Ask me for it again.' };
    try {
      const person = await desk.people.place(inbound.speaker, inbound.place.conversation);
      const args = parseFields(command, inbound.fields, desk.toolkit);
      if (command.writes === 'request')
        return { kind: 'wrong', message: 'That is said with a button or in words.', next: '' };
      if (command.writes !== true) {
        const answer = await run(command, args, formatLine(command, args, formatDuration), person, inbound);
        return answer.kind === 'card'
          ? { kind: 'nothing', card: answer.card }
          : { kind: 'wrong', message: 'Nothing to show.', next: '' };
      }
      const proposed = await propose(command, args, formatLine(command, args, formatDuration), person);
      if ('card' in proposed) return { kind: 'nothing', card: proposed.card };
      const reason = typeof args.reason === 'string' ? args.reason : undefined;
      return { kind: 'plan', card: planCard(proposed.plan, proposed.verdict.requirements, reason) };
    } catch (error) {
      const fault = logged(error);
      const { param, choices = [] } = fault.details;
      // A field has no buttons: what there is to choose from is said.
      const all = fault.code === 'ambiguous' ? choices.map(({ label }) => label).join('; ') : '';
      const next = wordsOnForm(command, [fault.details.next ?? '', all].filter(Boolean).join(' '));
      const field = param === undefined ? {} : { field: param };
      return { kind: 'wrong', message: wordsOnForm(command, fault.message), next, ...field };
    }
  }

  return {
    handle,
    preview,
    suggest: createSuggest(desk),
    home: createHome(desk),
    form(name, values) {
      const command = commands.find((one) => one.name === name);
      return command ? formCard(command, values) : undefined;
    },
  };
}
