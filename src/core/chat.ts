// The platform-neutral messages between chat adapters and the core. An adapter decodes its platform's
// payload into an Interaction and renders the Answer for its platform; only the core interprets lines and cards.

import type { CardFile } from './card-file.ts';
import type { ChartBlock } from './chart.ts';
import type { LineReading } from './line-reading.ts';
import type { ChatName, Sender } from './model/person.ts';

/** Where an interaction took place. */
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
  /** When the person acted, by the platform's clock (ISO 8601). Absent: now. */
  readonly sentAt?: string;
}

/** A typed line, without the mention of the bot. */
export interface TextInteraction extends InteractionBase {
  readonly kind: 'text';
  readonly text: string;
  /** Words in a thread that were not said to the bot: a comment at most, never a command. */
  readonly isAside?: true;
  /** For a command button: the key of the only person who may use it (`Button.owner`). */
  readonly owner?: string;
}

/** The card that a person clicked on; it tells the core which revision of the plan they saw. */
export type SeenCard =
  /** `message` is the platform's id of the message whose button was pressed. */
  | { readonly kind: 'card'; readonly message: string }
  /** A card that is not recorded, such as a modal or an ephemeral one: its clicks count only for the first revision of the plan. */
  | { readonly kind: 'unknown' };

/** A click on a button of a request's card. */
export interface ClickInteraction extends InteractionBase {
  readonly kind: 'click';
  readonly verb: string; // request.approve …
  readonly requestId: string;
  readonly seen: SeenCard;
  /** What was typed into the card's fields, such as a comment. */
  readonly fields: Readonly<Record<string, string>>;
}

/** A submitted form. */
export interface FormInteraction extends InteractionBase {
  readonly kind: 'form';
  readonly command: string;
  readonly fields: Readonly<Record<string, string>>;
  /** The digest of the plan that the form has shown (`BotApi.preview`) before the person submitted it. */
  readonly planDigest?: string;
}

export type Interaction = TextInteraction | ClickInteraction | FormInteraction;

/** A part of a rich text. Strings are plain text: an adapter escapes them. */
export type RichTextSpan =
  | string
  | { readonly strong: string }
  | { readonly code: string }
  /** ISO 8601; shown in the reader's time zone and locale. */
  | { readonly time: string }
  | { readonly person: Mention };

/** A named person. In a line posted in a channel (`ChatMessenger.postReply`) they are mentioned, on a card only named. */
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
  | ChartBlock
  | { readonly kind: 'list'; readonly items: readonly RichText[] }
  | { readonly kind: 'code'; readonly text: string }
  | {
      readonly kind: 'steps';
      readonly steps: readonly { readonly state: 'todo' | 'doing' | 'done' | 'failed'; readonly text: RichText }[];
    }
  | { readonly kind: 'fields'; readonly fields: readonly Field[] }
  /** Collapsed until the reader opens it. */
  | { readonly kind: 'fold'; readonly title: string; readonly blocks: readonly Block[] };

export interface Field {
  readonly id: string;
  readonly label: string;
  readonly kind: 'line' | 'lines' | 'choice' | 'toggle';
  readonly value?: string;
  readonly placeholder?: string;
  readonly isRequired?: boolean;
  readonly choices?: readonly { readonly label: string; readonly value: string }[];
  /** The error of the value. */
  readonly error?: string;
  /** Values are suggested while typing (`BotApi.suggest`); other values are accepted as well. */
  readonly isSearchable?: true;
  /** The suggestions of other fields depend on it, so `BotApi.suggest` needs its value. */
  readonly isNarrowing?: true;
}

export type Button =
  /** An action on a request. `asks` is a field to fill in before the action is sent (the reason of a denial). */
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
   * The same as typing the command; parsed and authorised in the same way. The answer is a new message, or with `isInPlace`
   * replaces the card of the button (the next page of a list).
   */
  | {
      readonly kind: 'command';
      readonly command: string;
      readonly label: string;
      readonly style?: 'primary';
      readonly isInPlace?: true;
      /** The key of the only person who may use it: its label does not tell others what it would request in their name. */
      readonly owner?: string;
    }
  /** Submits the card's fields as a form of this command. */
  | { readonly kind: 'form'; readonly command: string; readonly label: string; readonly style?: 'primary' }
  | { readonly kind: 'link'; readonly url: string; readonly label: string };

export type Tone = 'plain' | 'waiting' | 'good' | 'bad' | 'caution';

export interface Card {
  readonly tone: Tone;
  readonly title: string;
  /** The status line under the title. */
  readonly subtitle?: RichText;
  readonly blocks: readonly Block[];
  readonly buttons: readonly Button[];
  /** The plain text for notifications and screen readers. */
  readonly fallback: string;
  /** Files that go with it. */
  readonly files?: readonly CardFile[];
  /** The plan that it shows. */
  readonly shows?: { readonly requestId: string; readonly revision: number };
}

/** The form of a command. The card has its fields and the submit button. */
export interface FormAnswer {
  readonly kind: 'form';
  readonly command: string;
  readonly card: Card;
  /** The command changes Azure, so its plan can be shown before it is submitted (`BotApi.preview`). */
  readonly hasPlan: boolean;
}

/** The answer of the core to an Interaction. */
export type Answer =
  /** Send it as a reply, or replace the card whose button was clicked. */
  | { readonly kind: 'card'; readonly card: Card }
  /** The same with a form, which a chat may open in a modal. A form that is returned shows its errors. */
  | FormAnswer
  /** An error or refusal, and what to do next. Shown like a card. */
  | { readonly kind: 'failed'; readonly card: Card }
  | { readonly kind: 'private'; readonly card: Card } // seen by nobody but the person who clicked or typed
  /** Shown only to the person who clicked or typed; the card stays as it is. */
  | { readonly kind: 'notice'; readonly text: string }
  /** The request was stored; the notify job sends and updates its cards. `card` shows the new state to the clicker at once. */
  | {
      readonly kind: 'recorded';
      readonly requestId: string;
      readonly card?: Card;
      /** For a new request: id, summary and status, for a conversation that does not get its card. */
      readonly summary?: RichText;
    }
  | { readonly kind: 'silence' }; // nothing that the bot was asked: send nothing

export type Handle = (interaction: Interaction) => Promise<Answer>;

/** What submitting a form would do. Nothing is stored and no approval is requested. */
export type Preview =
  /** `digest` belongs to the plan; it comes back when the form is submitted (`FormInteraction.planDigest`). */
  | { readonly kind: 'plan'; readonly card: Card; readonly digest: string }
  /** Nothing would change; the card says why. */
  | { readonly kind: 'nothing'; readonly card: Card }
  /** `field` is the field with the error, where there is one. */
  | { readonly kind: 'wrong'; readonly field?: string; readonly message: string; readonly next: string };

/** The API of the core for chat adapters. */
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
  /** The form of a command, filled with `values`. Undefined: there is no such command. */
  form(command: string, values: Readonly<Record<string, string>>): FormAnswer | undefined;
  /** The welcome card for a conversation that the bot was added to. */
  welcome(location: ChatLocation): Card;
  /** The person's home page: requests that need their approval, their own requests, and commands. Cards in display order. */
  home(sender: Sender): Promise<readonly Card[]>;
}

/** The card of an answer, for kinds that have one. */
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
