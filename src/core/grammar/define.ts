// How a command is defined. The parser, the help, the forms and the manifests all read this one record.

import type { Card } from '../chat.ts';
import type { AuthorisedContext, CommandContext } from '../commands/context.ts';
import type { Effect, Plan } from '../model/plan.ts';
import type { Kind, Value, ValueOf } from './kinds.ts';

export interface Param {
  readonly kind: Kind;
  /** What a form calls it. */
  readonly label: string;
  /** What the help says of it. */
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
  /** Narrows what another names, for those who type. A form, where one chooses from a list, shows it only when it holds something. */
  readonly isLineOnly?: true;
  /** A role or scope that the named identity has already: only those are offered. */
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
  /** The command by which the policy's rules name it; none: everybody may use it. */
  readonly policyCommand?: string;
}

/**
 * What a read looks at; core/authorise.ts gives it readers that show that much, and only what this person may see.
 * 'identities': each one that it is handed must be allowed by `policyCommand`. 'identity': it resolves a name, then looks at the
 * one. 'roles': those of a scope where `policyCommand` is allowed. Requests are shown as far as they may be seen, to every command.
 */
type Looks =
  | { readonly looksAt: 'identities' | 'identity' | 'roles'; readonly policyCommand: string }
  | { readonly looksAt: 'requests' | 'nothing'; readonly policyCommand?: string };

/** A command that only reads: it answers with a card. */
export type ReadDefinition = Omit<DefinitionBase, 'policyCommand'> & {
  readonly writes: false;
  run(context: AuthorisedContext, args: Args): Promise<Card>;
} & Looks;

/** What a write's arguments come to: a plan to show, or a card that says that there is nothing to do. */
export type PlanOutcome =
  | { readonly plan: Plan }
  /** `effects` is what was asked for: the card tells of it, so whoever may not ask for it may not read the card. */
  | { readonly card: Card; readonly effects: readonly Effect[] };

/** A command that changes something: it resolves names once, and plans from what they resolved to as often as it is asked. */
export interface WriteDefinition extends DefinitionBase {
  readonly writes: true;
  readonly policyCommand: string;
  /** Every name replaced by the id that it stands for, as plain JSON. Throws Fault. */
  resolve(context: AuthorisedContext, args: Args): Promise<Readonly<Record<string, unknown>>>;
  /** From what `resolve` gave, and the world as it is now. Throws Fault. */
  plan(context: CommandContext, resolved: Readonly<Record<string, unknown>>): Promise<PlanOutcome>;
}

/** A command that moves a request on. */
export interface RequestActionDefinition extends DefinitionBase {
  readonly writes: 'request';
  /** The button that says the same, and what it is called on a form. */
  readonly verb: string;
  readonly label: string;
}

export type CommandDefinition = ReadDefinition | WriteDefinition | RequestActionDefinition;

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
