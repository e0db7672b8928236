// Dispatches every interaction from a chat: line, form or click → command → authorisation → answer, request or error.

import { type ActVerb, actVerb, createActOnRequest } from './act-on-request.ts';
import { sourceOf } from './audit-context.ts';
import { authorise } from './authorise.ts';
import type { AzureReader } from './azure-ports.ts';
import { answerCard, errorCard } from './cards/answer-cards.ts';
import { formCard, replaceFlagsByLabels } from './cards/form-card.ts';
import { planCard } from './cards/request-card.ts';
import {
  type Answer,
  type BotApi,
  type Card,
  type ClickInteraction,
  cardOf,
  type FormAnswer,
  type FormInteraction,
  type Interaction,
  type Preview,
  type TextInteraction,
} from './chat.ts';
import { end } from './commands/end.ts';
import { nothingChanged, seeHelp } from './common-texts.ts';
import type { Dependencies } from './dependencies.ts';
import { createEndAccess } from './end-access.ts';
import { asFault, type Fault } from './errors.ts';
import { createExplainLine } from './explain-line.ts';
import { formatDuration } from './format-text.ts';
import type { AccountDefinition, Args, CommandDefinition } from './grammar/define.ts';
import { formatLine } from './grammar/format-line.ts';
import { findCommand, parseFields } from './grammar/parse.ts';
import { ParseFault } from './grammar/parse-fault.ts';
import { commands } from './grammar/registry.ts';
import { createHome } from './home.ts';
import type { Person } from './model/person.ts';
import { digestible } from './model/plan.ts';
import { noteRefusal } from './note-refusal.ts';
import { interpretLine, readingOf } from './read-line.ts';
import { createRecordComment } from './record-comment.ts';
import { createSubmitRequest } from './submit-request.ts';
import { createSuggest } from './suggest.ts';
import { welcome } from './welcome.ts';
import { wellFormed } from './well-formed.ts';

function formAnswer(command: CommandDefinition, card: Card): FormAnswer {
  return { kind: 'form', command: command.name, card, hasPlan: command.writes === true };
}

/** Builds the API that the chat adapters call. `suggestionReads` reads the lists that form fields are filled from; it may be cached. */
export function createDispatcher(deps: Dependencies & { readonly suggestionReads: AzureReader }): BotApi {
  const { act, noteShown } = createActOnRequest(deps);
  const recordComment = createRecordComment(deps);
  const { propose, write } = createSubmitRequest(deps);
  const explainLine = createExplainLine(deps, commands);
  const endAccess = createEndAccess(deps, (command, args, person, interaction) =>
    write(command, args, formatLine(command, args, formatDuration), person, interaction),
  );

  async function runCommand(
    command: CommandDefinition,
    args: Args,
    text: string,
    person: Person,
    interaction: Interaction,
  ): Promise<Answer> {
    if (command.writes === 'request') {
      const { id, comment } = args;
      if (command === end) return endAccess(String(id), interaction);
      return act(interaction, command.verb as ActVerb, String(id), typeof comment === 'string' ? comment : undefined);
    }
    if (command.writes === 'account') return runForAccount(command, args, interaction);
    if (command.writes) {
      // Whom the directory has switched off a moment ago, or says nothing of just now, changes nothing.
      const { sender, location } = interaction;
      const now = await deps.people.resolvePerson(sender, location.conversation, true);
      return write(command, args, text, now, interaction);
    }
    const context = await authorise(deps, person, command, args);
    if (command.looksAt !== 'line') return { kind: 'card', card: await command.run(context, args) };
    const explain = (line: string, email?: string) => explainLine(person, line, email, sourceOf(interaction));
    return { kind: 'card', card: await command.run({ ...context, explainLine: explain }, args) };
  }

  const run: typeof runCommand = (command, args, text, person, interaction) =>
    runCommand(command, args, text, person, interaction).catch(async (error: unknown) => {
      await noteRefusal(deps, error, { command, text, person, interaction });
      throw error;
    });

  /** A command about the account itself: whoever is behind it need not be known. */
  function runForAccount(command: AccountDefinition, args: Args, { sender, location }: Interaction): Promise<Answer> {
    const { conversation } = location;
    const signIn = deps.signIn && { signIn: deps.signIn.linkAccount };
    return command.run({ sender, conversation, accountName: `${sender.name} (${sender.userId})`, ...signIn }, args);
  }

  async function forAccount(interaction: Interaction): Promise<Answer | undefined> {
    if (interaction.kind !== 'text') return undefined;
    const { meaning } = interpretLine(interaction.text, commands, deps);
    if (meaning.kind !== 'command' || meaning.command.writes !== 'account') return undefined;
    return runForAccount(meaning.command, meaning.args, interaction);
  }

  async function onText(interaction: TextInteraction, person: Person): Promise<Answer> {
    if (interaction.isAside) return (await recordComment(interaction, person)) ?? { kind: 'silence' };
    const { text, meaning } = interpretLine(interaction.text, commands, deps);
    if (meaning.kind === 'fault') {
      const noted = meaning.command === undefined && (await recordComment(interaction, person, meaning.error));
      if (noted) return noted;
      throw meaning.error;
    }
    if (meaning.kind === 'form') return formAnswer(meaning.command, formCard(meaning.command, meaning.values));
    return run(meaning.command, meaning.args, text.trim(), person, interaction);
  }

  async function onForm(interaction: FormInteraction, person: Person): Promise<Answer> {
    const command = findCommand(interaction.command, commands, deps);
    try {
      const args = parseFields(command, interaction.fields, deps);
      const answer = await run(command, args, formatLine(command, args, formatDuration), person, interaction);
      if (answer.kind !== 'recorded') return answer;
      // The form is replaced by a line that names the request.
      const card = answerCard(
        'Request created',
        ['Request ', { strong: answer.requestId }, ' was created. See its card below.'],
        [],
      );
      return { ...answer, card };
    } catch (error) {
      const fault = logFault(error);
      return formAnswer(command, formCard(command, interaction.fields, fault, person.key));
    }
  }

  async function onClick(interaction: ClickInteraction): Promise<Answer> {
    const verb = actVerb(interaction.verb);
    if (!verb || !/^R-[0-9A-Z]{6}$/.test(interaction.requestId)) {
      return { kind: 'notice', text: `Unknown button. ${seeHelp}` };
    }
    const comment = interaction.fields.comment?.trim().slice(0, 1000);
    return act(interaction, verb, interaction.requestId, comment === '' ? undefined : comment);
  }

  function logFault(error: unknown): Fault {
    const fault = asFault(error);
    if (fault.code === 'internal') deps.log.error({ err: fault.cause }, 'a command failed');
    else deps.log.info({ code: fault.code, param: fault.details.param }, 'a command was answered with a fault');
    return fault;
  }

  function onFault(error: unknown, interaction: Interaction, person: Person | undefined): Answer {
    const fault = logFault(error);
    if (interaction.kind === 'click')
      return { kind: 'notice', text: `${fault.message} ${fault.details.next ?? ''}`.trim() };
    const typed = interaction.kind === 'text' ? interaction.text : undefined;
    const command = typed === undefined ? undefined : interpretLine(typed, commands, deps).meaning.command;
    const canEditInForm =
      command?.writes === true &&
      (fault instanceof ParseFault || fault.code === 'bad-input' || fault.code === 'not-found');
    return {
      kind: 'failed',
      card: errorCard(
        fault,
        typed,
        [],
        canEditInForm && !fault.details.choices
          ? [{ kind: 'command', label: 'Edit in form', command: `form ${typed?.trim()}`, isInPlace: true }]
          : [],
        person?.key,
      ),
    };
  }

  async function handle(received: Interaction): Promise<Answer> {
    const interaction = wellFormed(received);
    let person: Person | undefined;
    try {
      const own = await forAccount(interaction);
      if (own) return own;
      person = await deps.people.resolvePerson(interaction.sender, interaction.location.conversation);
      if (interaction.kind === 'text' && interaction.owner !== undefined && interaction.owner !== person.key) {
        return {
          kind: 'notice',
          text: `Only the person who entered the command can use this button. ${nothingChanged} Enter the command yourself.`,
        };
      }
      const answer =
        interaction.kind === 'text'
          ? await onText(interaction, person)
          : interaction.kind === 'form'
            ? await onForm(interaction, person)
            : await onClick(interaction);
      await noteShown(cardOf(answer), person, interaction.location);
      return answer;
    } catch (error) {
      return onFault(error, interaction, person);
    }
  }

  async function preview(received: FormInteraction): Promise<Preview> {
    const interaction = wellFormed(received);
    const command = commands.find(({ name }) => name === interaction.command);
    if (!command) return { kind: 'wrong', message: 'This form is no longer available.', next: 'Open it again.' };
    try {
      const person = await deps.people.resolvePerson(interaction.sender, interaction.location.conversation);
      const args = parseFields(command, interaction.fields, deps);
      if (command.writes === 'request' || command.writes === 'account')
        return { kind: 'wrong', message: 'This command has no preview.', next: 'Submit the form.' };
      if (command.writes !== true) {
        const answer = await run(command, args, formatLine(command, args, formatDuration), person, interaction);
        return answer.kind === 'card'
          ? { kind: 'nothing', card: answer.card }
          : { kind: 'wrong', message: 'There is nothing to preview.', next: '' };
      }
      const proposed = await propose(command, args, formatLine(command, args, formatDuration), person, interaction);
      if ('card' in proposed) return { kind: 'nothing', card: proposed.card };
      const reason = typeof args.reason === 'string' ? args.reason : undefined;
      const { plan, verdict, asks } = proposed;
      const digest = deps.ids.sha256(digestible(plan));
      return { kind: 'plan', card: planCard(plan, verdict.requirements, reason, asks), digest };
    } catch (error) {
      const fault = logFault(error);
      const { param, choices = [], lines = [] } = fault.details;
      // A field error has no buttons, so the choices are listed in the text.
      const all = fault.code === 'ambiguous' ? choices.map(({ label }) => label).join('; ') : '';
      const next = replaceFlagsByLabels(command, [fault.details.next ?? '', all, ...lines].filter(Boolean).join(' '));
      const field = param === undefined ? {} : { field: param };
      return { kind: 'wrong', message: replaceFlagsByLabels(command, fault.message), next, ...field };
    }
  }

  return {
    handle,
    preview,
    suggest: createSuggest({ ...deps, azure: deps.suggestionReads }),
    home: createHome(deps),
    welcome,
    readLine: (text) => readingOf(interpretLine(text, commands, deps)),
    form(name, values) {
      const command = commands.find((one) => one.name === name);
      return command && formAnswer(command, formCard(command, values));
    },
  };
}
