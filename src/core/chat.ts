// What comes in from a chat and what goes out to one, in words that no platform owns. An adapter decodes its platform's
// payload into an Interaction and delivers the Answer in its platform's shape; what a line or a card means only the core says.

import type { ChatName, Sender } from './model/person.ts';

/** Where something was said. */
export interface ChatLocation {
  readonly chat: ChatName;
  readonly conversation: string;
  readonly thread?: string;
  readonly isPersonal: boolean;
}

interface InteractionBase {
  readonly sender: Sender;
  readonly location: ChatLocation;
  /** The platform's id of this delivery, the same when it is delivered again. */
  readonly deliveryId: string;
}

/** A line that somebody typed, without the mention of the bot. */
export interface TextInteraction extends InteractionBase {
  readonly kind: 'text';
  readonly text: string;
  /** Of a button: whose it is alone (`Button.owner`). */
  readonly owner?: string;
}

/** Which card somebody had before them when they clicked; from it the core learns which revision of the plan they saw. */
export type SeenCard =
  /** `message` is the platform's id of the message whose button was pressed. */
  | { readonly kind: 'card'; readonly message: string }
  /** A card that is on no record, such as a modal or one that only one person sees: it counts while there has been but one plan. */
  | { readonly kind: 'unknown' };

/** A button of a request's card. */
export interface ClickInteraction extends InteractionBase {
  readonly kind: 'click';
  readonly verb: string; // request.approve …
  readonly requestId: string;
  readonly seen: SeenCard;
  /** What was typed into the card's fields, such as a comment. */
  readonly fields: Readonly<Record<string, string>>;
}

/** A form that was filled in. */
export interface FormInteraction extends InteractionBase {
  readonly kind: 'form';
  readonly command: string;
  readonly fields: Readonly<Record<string, string>>;
  /** True where the form has shown its plan (`BotApi.preview`) and the person said go on. */
  readonly isPlanSeen?: true;
}

export type Interaction = TextInteraction | ClickInteraction | FormInteraction;

/** A piece of a line. Strings are plain text: an adapter escapes them. */
export type RichTextSpan =
  | string
  | { readonly strong: string }
  | { readonly code: string }
  /** ISO 8601; shown in the reader's own zone and words. */
  | { readonly time: string }
  | { readonly person: Mention };

/** Somebody who is named. In a line posted in a channel (`ChatMessenger.postReply`) they are mentioned, on a card only named. */
export interface Mention {
  readonly name: string;
  readonly entraId?: string;
  readonly email?: string;
}

export type RichText = string | readonly RichTextSpan[];

export type Block =
  | { readonly kind: 'text'; readonly text: RichText; readonly style?: 'normal' | 'subtle' | 'heading' }
  | { readonly kind: 'notice'; readonly level: 'note' | 'caution' | 'danger'; readonly text: RichText }
  | { readonly kind: 'facts'; readonly facts: readonly { readonly label: string; readonly value: RichText }[] }
  | {
      readonly kind: 'table';
      readonly columns: readonly { readonly title: string; readonly width: number }[];
      readonly rows: readonly (readonly RichText[])[];
    }
  | { readonly kind: 'list'; readonly items: readonly RichText[] }
  | { readonly kind: 'code'; readonly text: string }
  | {
      readonly kind: 'steps';
      readonly steps: readonly { readonly state: 'todo' | 'doing' | 'done' | 'failed'; readonly text: RichText }[];
    }
  | { readonly kind: 'fields'; readonly fields: readonly Field[] }
  /** Shown only when the reader opens it. */
  | { readonly kind: 'fold'; readonly title: string; readonly blocks: readonly Block[] };

export interface Field {
  readonly id: string;
  readonly label: string;
  readonly kind: 'line' | 'lines' | 'choice' | 'toggle';
  readonly value?: string;
  readonly placeholder?: string;
  readonly isRequired?: boolean;
  readonly choices?: readonly { readonly label: string; readonly value: string }[];
  /** What is wrong with the value. */
  readonly error?: string;
  /** Values for it can be looked up while one types (`BotApi.suggest`); what is typed freely is taken as well. */
  readonly isSearchable?: true;
  /** What other fields offer depends on it: `BotApi.suggest` wants to know its value. */
  readonly isNarrowing?: true;
}

export type Button =
  /** A move of a request. `asks` is a field that opens before the click counts (why it is denied). */
  | {
      readonly kind: 'request';
      readonly verb: string;
      readonly requestId: string;
      readonly label: string;
      readonly style?: 'primary' | 'danger';
      readonly asks?: Field;
      readonly needsWholeCard?: true; // offered only where every fact, change and warning is shown
    }
  /**
   * The same as typing the command; it is parsed and authorised as if it were. The answer is a new message, or with `isInPlace`
   * takes the place of the card that bears the button (the next page of a list).
   */
  | {
      readonly kind: 'command';
      readonly command: string;
      readonly label: string;
      readonly style?: 'primary';
      readonly isInPlace?: true;
      /** The key of the one person for whom it works: its label tells others too little of what it would do in their name. */
      readonly owner?: string;
    }
  /** Sends the card's fields as a form of this command. */
  | { readonly kind: 'form'; readonly command: string; readonly label: string; readonly style?: 'primary' }
  | { readonly kind: 'link'; readonly url: string; readonly label: string };

export type Tone = 'plain' | 'waiting' | 'good' | 'bad' | 'caution';

export interface Card {
  readonly tone: Tone;
  readonly title: string;
  /** One line under the title: where things stand. */
  readonly subtitle?: RichText;
  readonly blocks: readonly Block[];
  readonly buttons: readonly Button[];
  /** What a notification and a screen reader say. */
  readonly fallback: string;
}

/** A command's form. The card has its fields and the button that sends them. */
export interface FormAnswer {
  readonly kind: 'form';
  readonly command: string;
  readonly card: Card;
  /** What it comes to can be looked at before it is sent (`BotApi.preview`): it changes something in Azure. */
  readonly hasPlan: boolean;
}

/** What the core answers to an Interaction. */
export type Answer =
  /** Send it as a reply, or put it in the place of the card whose button was pressed. */
  | { readonly kind: 'card'; readonly card: Card }
  /** The same with a form, which a chat may open in a window. A form that came back says in its card what is wrong. */
  | FormAnswer
  /** What was refused or went wrong, and what to do next: nothing came of it. Shown as a card is. */
  | { readonly kind: 'failed'; readonly card: Card }
  /** Tell only the one who clicked or typed; the card stays as it is. */
  | { readonly kind: 'notice'; readonly text: string }
  /** Recorded: the cards are sent and brought up to date by the notify job. `card` shows the new state to the clicker at once. */
  | {
      readonly kind: 'recorded';
      readonly requestId: string;
      readonly card?: Card;
      /** Of a new request: what it is and how it stands, for where its card stands elsewhere. */
      readonly summary?: RichText;
    }
  /** Heard before (a redelivery): say nothing. */
  | { readonly kind: 'silence' };

export type Handle = (interaction: Interaction) => Promise<Answer>;

/** What a filled-in form would come to. Nothing is recorded and nobody is asked. */
export type Preview =
  | { readonly kind: 'plan'; readonly card: Card }
  /** There is nothing to do, and why. */
  | { readonly kind: 'nothing'; readonly card: Card }
  /** `field` is the one at fault, where it is one. */
  | { readonly kind: 'wrong'; readonly field?: string; readonly message: string; readonly next: string };

/** What a typed line would be taken for. Nothing is executed or authorised by reading it. */
export interface LineReading {
  /** The line to hand on: without the `--public` at its end. */
  readonly text: string;
  /** It asks for a change in Azure, so its request has a card of its own somewhere. */
  readonly isWrite: boolean;
  /** It ends with `--public`: its request's card stands, or its answer is shown, where everybody sees it. */
  readonly isPublic: boolean;
  /** A read with `--public`: the answer itself is for everybody. */
  readonly isShown: boolean;
  /** The command whose form is meant: the verb stands alone, and it needs more. */
  readonly form?: string;
}

/** All that a chat may ask of the core. */
export interface BotApi {
  readonly handle: Handle;
  readonly preview: (interaction: FormInteraction) => Promise<Preview>;
  /** Reads a line with the parser that `handle` uses. Never throws. */
  readLine(text: string): LineReading;
  /**
   * Values for a field that begin with or contain the query, at most `most`, of those that go with the other fields' `values`.
   * Empty for whoever may not ask; never throws.
   */
  suggest(
    requester: { readonly sender: Sender; readonly location: ChatLocation },
    wanted: {
      readonly command: string;
      readonly field: string;
      readonly query: string;
      readonly most: number;
      readonly values: Readonly<Record<string, string>>;
    },
  ): Promise<readonly { readonly label: string; readonly value: string }[]>;
  /** The form of a command, filled with what is known. Undefined: there is no such command. */
  form(command: string, values: Readonly<Record<string, string>>): FormAnswer | undefined;
  /** The greeting for a conversation that the bot has just come into. */
  welcome(location: ChatLocation): Card;
  /** A person's own page: what waits for them, what they asked for, what they may start. Cards, most urgent first. */
  home(sender: Sender): Promise<readonly Card[]>;
}

/** The card of an answer that is shown as one, whatever kind it is of. */
export function cardOf(answer: Answer): Card | undefined {
  return answer.kind === 'notice' || answer.kind === 'silence' ? undefined : answer.card;
}

/** The plain text of rich text, for a fallback or a log line. */
export function plainText(text: RichText): string {
  if (typeof text === 'string') return text;
  return text
    .map((span) => {
      if (typeof span === 'string') return span;
      if ('strong' in span) return span.strong;
      if ('code' in span) return span.code;
      if ('time' in span) return span.time.replace('T', ' ').replace(/:\d\d(\.\d+)?Z$/, ' UTC');
      return span.person.name;
    })
    .join('');
}
