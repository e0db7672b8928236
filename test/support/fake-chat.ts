// A chat in memory: what was posted stands in it, and a test may come between the bot and the platform.

import { type Card, plainText } from '../../src/core/chat.ts';
import { emailsOf, type Person, personKey } from '../../src/core/model/person.ts';
import type { ChatMessenger, Conversation, Delivery } from '../../src/core/ports.ts';

interface Call {
  readonly what: 'post' | 'update' | 'postReply';
  readonly conversation: string;
}

interface To {
  readonly conversation: string;
  readonly thread?: string;
}

type Refused = Extract<Delivery, { ok: false }>;

/** How the platform refuses. */
export const refused = (why: Refused['why'], more: Partial<Refused> = {}): Refused => ({
  ok: false,
  why,
  detail: why,
  ...more,
});

export class FakeChat implements ChatMessenger {
  readonly chat: string;
  /** Cards with all that they showed, oldest first. */
  readonly cards: { readonly id: string; readonly to: To; readonly shown: Card[] }[] = [];
  /** Lines of text. */
  readonly lines: { readonly to: To; readonly text: string }[] = [];
  calls = 0;
  /** What comes of a call instead: a refusal, or a throw. Undefined: the platform takes it. */
  interfere: (call: Call, number: number) => Delivery | undefined = () => undefined;
  /** Who lets a chat be opened: address → conversation. */
  readonly reachable = new Map<string, string>();

  constructor(chat: string) {
    this.chat = chat;
  }

  #interfered(what: Call['what'], { conversation }: To): Delivery | undefined {
    this.calls += 1;
    return this.interfere({ what, conversation }, this.calls);
  }

  async post(to: To, card: Card): Promise<Delivery> {
    const instead = this.#interfered('post', to);
    if (instead) return instead;
    const id = `${this.chat}-${this.calls}`;
    this.cards.push({ id, to, shown: [card] });
    return { ok: true, message: id };
  }

  async update(at: { conversation: string; message: string }, card: Card): Promise<Delivery> {
    const instead = this.#interfered('update', at);
    if (instead) return instead;
    const found = this.cards.find(({ id, to }) => id === at.message && to.conversation === at.conversation);
    if (!found) return refused('gone');
    found.shown.push(card);
    return { ok: true, message: found.id };
  }

  async postReply(to: To, text: Parameters<ChatMessenger['postReply']>[1]): Promise<Delivery> {
    const instead = this.#interfered('postReply', to);
    if (instead) return instead;
    this.lines.push({ to, text: plainText(text) });
    return { ok: true, message: `${this.chat}-line-${this.lines.length}` };
  }

  async openPersonal(person: { entraId?: string; email?: string }): Promise<Conversation | undefined> {
    const id = this.reachable.get(person.email ?? '');
    return id === undefined
      ? undefined
      : { chat: this.chat, id, isPersonal: true, personKey: personKey(person), reference: {} };
  }

  async profile(): Promise<undefined> {
    return undefined;
  }

  /** Somebody with whom the bot may begin to talk, in a conversation of this name. */
  reach(person: Person, conversation: string): void {
    for (const email of emailsOf(person)) this.reachable.set(email, conversation);
  }

  /** Somebody deletes a card. */
  delete(id: string): void {
    this.cards.splice(
      this.cards.findIndex((card) => card.id === id),
      1,
    );
  }

  /** What stands in each conversation: its cards' newest titles and its lines, in order. */
  standing(): Record<string, string[]> {
    const all: Record<string, string[]> = {};
    const say = ({ conversation }: To, what: string) => {
      all[conversation] = [...(all[conversation] ?? []), what];
    };
    for (const { to, shown } of this.cards) say(to, `card: ${JSON.stringify(shown.at(-1))}`);
    for (const { to, text } of this.lines) say(to, `line: ${text}`);
    return all;
  }
}
