// Explains what the policy says of a line, for the one who asks or, where the policy lets them, for somebody else. The line takes the
// same path as a request and leaves nothing behind but an audit entry; a refused explanation tells no more than the request would.

import { type Explanation, explainVerdict } from './approvals/explanation.ts';
import { judge, mightUse } from './approvals/policy.ts';
import { gatherFacts } from './approvals/policy-facts.ts';
import { assess } from './assess.ts';
import { authorise } from './authorise.ts';
import { withBotRights } from './bot-rights/check-rights.ts';
import { refuseOwnAssets } from './bot-rights/own-assets.ts';
import type { AuthorisedContext } from './commands/context.ts';
import { explainOthers } from './commands/explain.ts';
import { findIdentity, type NamedIdentity } from './commands/resolve-identity.ts';
import { nothingRequested } from './common-texts.ts';
import type { ContextPort, Dependencies } from './dependencies.ts';
import { Fault } from './errors.ts';
import { formatDuration } from './format-text.ts';
import type { Args, CommandDefinition, ReadDefinition, WriteDefinition } from './grammar/define.ts';
import { formatLine, usage } from './grammar/format-line.ts';
import type { AuditSource } from './model/audit.ts';
import { fold } from './model/fold.ts';
import { emailsOf, type Person } from './model/person.ts';
import { operationsOf, type Plan } from './model/plan.ts';
import type { PolicySubject } from './model/policy.ts';
import { interpretLine } from './read-line.ts';
import { readIdentity } from './visibility.ts';

type Explainable = (ReadDefinition | WriteDefinition) & { readonly policyCommand: string };

/** Explains a line. `email`: for that person. Throws Fault. */
export type ExplainLine = (asker: Person, line: string, email?: string, source?: AuditSource) => Promise<Explanation>;

/** What explaining needs: readers, and the audit log. */
export type ExplainDependencies = Pick<Dependencies, ContextPort | 'factSources' | 'people' | 'ownAccess'>;

/** Builds `ExplainLine`. */
export function createExplainLine(deps: ExplainDependencies, commands: readonly CommandDefinition[]): ExplainLine {
  const sources = deps.factSources;
  const check = (plan: Plan) => refuseOwnAssets(deps, operationsOf(plan));

  /** What a command that only looks is judged as. */
  const reading = (who: Person, command: string, scope = '/'): PolicySubject => ({
    who,
    effects: [{ command, scope, action: readIdentity }],
    at: deps.clock.now(),
  });

  /** The command of a line. Throws Fault where the policy says nothing of it. */
  function read(line: string): { command: Explainable; args: Args } {
    const { meaning } = interpretLine(line, commands, deps);
    if (meaning.kind === 'fault') throw meaning.error;
    const { command } = meaning;
    if (meaning.kind === 'form') {
      throw new Fault('bad-input', `Enter the whole command to explain, not only “${command.name}”.`, {
        next: usage(command),
      });
    }
    if (command.writes === 'request' || command.writes === 'account' || command.policyCommand === undefined) {
      const named = commands.flatMap(({ policyCommand = [] }) => policyCommand);
      const why = command.writes === 'request' ? 'Who may do this depends on the request' : 'Everybody may use it';
      throw new Fault('bad-input', `The policy has no rules for ${command.name}. ${why}.`, {
        next: `Explain a line of ${named.join(', ')}. ${nothingRequested}`,
      });
    }
    return { command: command as Explainable, args: meaning.args };
  }

  async function somebodyElse(asker: Person, email: string): Promise<Person> {
    const policy = deps.policy();
    const subject = reading(asker, explainOthers);
    const verdict = judge(policy, await gatherFacts(policy, subject, sources), subject);
    // Nobody is asked for an explanation, so that only a rule without approvals allows it.
    if (verdict.kind === 'refused' || verdict.requirements.length > 0) {
      throw new Fault('not-allowed', 'The policy does not allow you to explain commands for other people.', {
        next: `${nothingRequested} Run explain without --as for yourself.`,
      });
    }
    const person = await deps.people.byEmail(fold(email));
    if (person) return person;
    throw new Fault('not-found', `The directory has no active user with the address ${email.slice(0, 100)}.`, {
      next: `${nothingRequested} Check the address.`,
      param: 'as',
    });
  }

  /** What the bot itself may not do. Nothing where that cannot be read just now: requesting will say so. */
  async function missingRights(plan: Plan): Promise<string | undefined> {
    try {
      await withBotRights(deps.ownAccess, plan, { isFresh: false, nothing: nothingRequested });
      return undefined;
    } catch (error) {
      return error instanceof Fault && error.code === 'azure-forbidden' ? error.message : undefined;
    }
  }

  /** The effects of a read and what is known of them: on the identity that it names, else on the whole tenant. */
  async function readEffects(context: AuthorisedContext, command: Explainable, args: Args) {
    const isOfOne = command.writes === false && command.looksAt === 'identity';
    const identity = isOfOne ? await findIdentity(context, args as unknown as NamedIdentity) : undefined;
    const subject = reading(context.person, command.policyCommand, identity?.id);
    return { subject, facts: await gatherFacts(context.policy, subject, sources) };
  }

  return async function explainLine(asker, line, email, source) {
    const isOther = email !== undefined && !emailsOf(asker).includes(fold(email));
    const { command, args } = read(line);
    const person = isOther ? await somebodyElse(asker, email) : asker;
    const typed = formatLine(command, args, formatDuration);
    const about = { person, isOther, line: typed };
    const policy = deps.policy();
    const explained = await explain();
    const { verdict } = explained;
    await deps.audit.append([
      {
        at: deps.clock.now().toISOString(),
        actor: asker.key,
        actorName: asker.name,
        ...(source === undefined ? {} : { source }),
        event: 'policy.explained',
        data: {
          text: line,
          for: person.key,
          verdict: verdict.kind,
          rules: verdict.kind === 'allowed' ? verdict.rules : verdict.rule === undefined ? [] : [verdict.rule],
        },
      },
    ]);
    return explained;

    async function explain(): Promise<Explanation> {
      const whole = reading(person, command.policyCommand);
      const facts = await gatherFacts(policy, whole, sources);
      // No name is looked up for whom no rule lets use the command at all: neither would a request.
      if (!mightUse(policy, facts, person, command.policyCommand)) {
        return { ...about, ...explainVerdict(policy, facts, whole), summary: typed, isNoChange: false };
      }
      // For a read, too, names are looked up as for a write: `show` would refuse before there is anything to explain.
      const context = await authorise(deps, person, { ...command, writes: true } as WriteDefinition, args);
      if (command.writes === true) {
        const { outcome, subject, facts: known } = await assess(context, command, args, { sources, check });
        const summary = 'card' in outcome ? outcome.card.title : outcome.plan.summary;
        const explanation = explainVerdict(context.policy, known, subject);
        // What is already so is only told to whom the policy would let change it.
        const isAllowed = explanation.verdict.kind === 'allowed' && !explanation.impossible;
        const isHidden = 'card' in outcome && !isAllowed;
        const botLacks = 'plan' in outcome && isAllowed ? await missingRights(outcome.plan) : undefined;
        return {
          ...about,
          ...explanation,
          ...(botLacks === undefined ? {} : { botLacks }),
          summary: isHidden ? typed : summary,
          isNoChange: 'card' in outcome && !isHidden,
        };
      }
      const { subject, facts: known } = await readEffects(context, command, args);
      return { ...about, ...explainVerdict(context.policy, known, subject), summary: typed, isNoChange: false };
    }
  };
}
