// How a command is defined. The parser, the help, the forms and the manifests all read this one record.

import type { Answer, Card } from '../chat.ts';
import type { AuthorisedContext, CommandContext } from '../commands/context.ts';
import type { Effect, Plan } from '../model/plan.ts';
import type { AccountContext } from '../sign-in/account-context.ts';
import type { Kind, Value, ValueOf } from './kinds.ts';

export interface Param {
  readonly kind: Kind;
  /** The label of its form field. */
  readonly label: string;
  /** Its description in help, forms and errors. */
  readonly about: string;
  /** Flags that set it; the first long one is the one that is shown. */
  readonly flags?: readonly string[];
  /** Flags that set it by a full resource id, as az's --ids does. */
  readonly idFlags?: readonly string[];
  /** Its place among the words without a flag. The last such parameter takes all that are left where its kind takes many. */
  readonly position?: number;
  readonly isRequired?: boolean;
  readonly example?: string;
  readonly choices?: readonly string[];
  /** Narrows the lookup of another parameter, for typed lines. A form, where one picks from a list, shows it only if it has a value. */
  readonly isLineOnly?: true;
  /** Suggest only roles or scopes that the identity already has. */
  readonly isHeld?: true;
}

export type Params = Readonly<Record<string, Param>>;

type Required<P extends Params> = { [N in keyof P]: P[N] extends { isRequired: true } ? N : never }[keyof P];

/** The arguments that a command's parameters parse to. */
export type ArgsOf<P extends Params> = { readonly [N in Required<P>]: ValueOf<P[N]['kind']> } & {
  readonly [N in Exclude<keyof P, Required<P>>]?: ValueOf<P[N]['kind']>;
};

export type Args = Readonly<Record<string, Value>>;

interface DefinitionBase {
  readonly name: string;
  /** One line that starts with a verb. */
  readonly summary: string;
  readonly examples: readonly string[];
  readonly params: Params;
  /** The name of the command in policy rules; none: everybody may use it. */
  readonly policyCommand?: string;
  /** A policy's rules for this command hold for it too, as long as no rule of the policy names it by its own name: it shows no more. */
  readonly policyLike?: string;
}

/**
 * What a read command reads; core/authorise.ts gives it readers for that, filtered to what the person may see.
 * 'identities': the policy must allow `policyCommand` for each one returned. 'identity': it resolves a name, then reads
 * one. 'roles': those of a scope where `policyCommand` is allowed. 'audit': the record, as far as `policyCommand` is allowed on what
 * it is about. Every command can read the requests that are visible to the person.
 */
type Looks =
  | { readonly looksAt: 'identities' | 'identity' | 'roles' | 'audit'; readonly policyCommand: string }
  /** 'line': the policy's answer to another line. */
  | { readonly looksAt: 'requests' | 'line' | 'nothing'; readonly policyCommand?: string };

/** A command that only reads: it answers with a card. */
export type ReadDefinition = Omit<DefinitionBase, 'policyCommand'> & {
  readonly writes: false;
  run(context: AuthorisedContext, args: Args): Promise<Card>;
} & Looks;

/** The result of planning: a plan, or a card where there is nothing to change. */
export type PlanOutcome =
  | { readonly plan: Plan }
  /** `effects` are those of the requested change: the card reveals the current state, so it is shown only if the policy allows them. */
  | {
      readonly card: Card;
      readonly effects: readonly Effect[];
      /** What would be done once the person has chosen: where that is refused whatever the policy says, the card is not shown. */
      readonly wouldBe?: Plan;
    };

/** A command that changes Azure: names are resolved once, and the plan can be made again from the resolved arguments. */
export interface WriteDefinition extends DefinitionBase {
  readonly writes: true;
  readonly policyCommand: string;
  /** The arguments with every name resolved to an id, as plain JSON. Throws Fault. */
  resolve(context: AuthorisedContext, args: Args): Promise<Readonly<Record<string, unknown>>>;
  /** The plan for resolved arguments and the current state of Azure. Throws Fault. */
  plan(context: CommandContext, resolved: Readonly<Record<string, unknown>>): Promise<PlanOutcome>;
}

/** A command for an action on a request. */
export interface RequestActionDefinition extends DefinitionBase {
  readonly writes: 'request';
  /** The action id of the button that does the same, and the submit label of its form. */
  readonly verb: string;
  readonly label: string;
}

/** A command about the chat account that speaks. It runs before anybody is identified, and its answer is for the account alone. */
export interface AccountDefinition extends DefinitionBase {
  readonly writes: 'account';
  /** Throws Fault. */
  run(context: AccountContext, args: Args): Promise<Answer>;
}

export type CommandDefinition = ReadDefinition | WriteDefinition | RequestActionDefinition | AccountDefinition;

/** Defines a read with its arguments typed by its parameters. */
export function defineRead<const P extends Params>(
  definition: Omit<DefinitionBase, 'params' | 'policyCommand'> &
    Looks & {
      readonly params: P;
      run(context: AuthorisedContext, args: ArgsOf<P>): Promise<Card>;
    },
): ReadDefinition {
  return { ...definition, writes: false } as unknown as ReadDefinition;
}

/** Defines a write. `parse` gives back the type of what `resolve` made, from its JSON. */
export function defineWrite<const P extends Params, R extends object>(
  definition: Omit<WriteDefinition, 'resolve' | 'plan' | 'params' | 'writes'> & {
    readonly params: P;
    parse(json: unknown): R;
    resolve(context: AuthorisedContext, args: ArgsOf<P>): Promise<R>;
    plan(context: CommandContext, resolved: R): Promise<PlanOutcome>;
  },
): WriteDefinition {
  const { parse, plan } = definition;
  return {
    ...definition,
    writes: true,
    plan: (context: CommandContext, json: unknown) => plan(context, parse(json)),
  } as unknown as WriteDefinition;
}
