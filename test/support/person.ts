// A person in Teams: sends messages to the bot, sees its cards, selects buttons. The client is a connector with state
// (test/teams/fake-connector.ts); tests assert its state.

import { FakeConnector, type Posted } from '../teams/fake-connector.ts';

export const people = {
  alex: { id: 'a1ec0000-0000-4000-8000-000000000001', name: 'Alex Wilber' },
  megan: { id: '3e9a0000-0000-4000-8000-000000000002', name: 'Megan Bowen' },
  adele: { id: 'ade1e000-0000-4000-8000-000000000003', name: 'Adele Vance' },
} as const;

type Json = Record<string, unknown>;

/** All text of a card or message, in reading order. */
export function textOf(value: unknown): string {
  const words: string[] = [];
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(walk);
    if (node === null || typeof node !== 'object' || Array.isArray(node)) return;
    const { text, title, value: inner, label, placeholder } = node as Json;
    for (const one of [title, text, label, placeholder, inner]) if (typeof one === 'string') words.push(one);
    for (const child of Object.values(node)) if (typeof child === 'object') walk(child);
  };
  walk(value);
  return words.join('\n').replaceAll('\\', '');
}

/** The latest version of a message. */
export function shown(posted: Posted): Json {
  return posted.updates.at(-1) ?? posted.activity;
}

export function cardOf(activity: Json): Json | undefined {
  const attachments = activity.attachments as { content?: Json }[] | undefined;
  return attachments?.[0]?.content;
}

/** The buttons of a card, including those inside Action.ShowCard. */
export function buttonsOf(value: unknown): { title: string; verb: string; data: Json }[] {
  const found: { title: string; verb: string; data: Json }[] = [];
  const walk = (node: unknown): void => {
    if (node === null || typeof node !== 'object') return;
    const { type, title, verb, data } = node as Json;
    if (type === 'Action.Execute') found.push({ title: String(title), verb: String(verb), data: (data ?? {}) as Json });
    for (const child of Object.values(node)) walk(child);
  };
  walk(value);
  return found;
}

export class Person {
  readonly #bot: string;
  readonly #who: { id: string; name: string };
  readonly conversation: string;
  readonly connector: FakeConnector;
  #next = 1;

  private constructor(bot: string, who: { id: string; name: string }, connector: FakeConnector, conversation: string) {
    this.#bot = bot;
    this.#who = who;
    this.connector = connector;
    this.conversation = conversation;
  }

  /** Opens the client, and the person's one-to-one chat with the bot. */
  static async open(bot: string, who: { id: string; name: string }, conversation = `chat-${who.id}`): Promise<Person> {
    const person = new Person(bot, who, await FakeConnector.start(), conversation);
    await person.post({ type: 'conversationUpdate', membersAdded: [{ id: '28:bot' }] });
    await person.connector.until((posted) => posted.length > 0, 15_000);
    return person;
  }

  close(): Promise<void> {
    return this.connector.stop();
  }

  /** For a bot restarted at another address. */
  at(bot: string): Person {
    return new Person(bot, this.#who, this.connector, this.conversation);
  }

  async post(more: Json): Promise<{ status: number; body: unknown }> {
    const activity = {
      id: `${this.#who.id}-${Date.now()}-${this.#next++}`,
      channelId: 'msteams',
      serviceUrl: this.connector.url,
      from: { id: `29:${this.#who.id}`, name: this.#who.name, aadObjectId: this.#who.id },
      recipient: { id: '28:bot', name: 'Identity Desk' },
      conversation: { id: this.conversation, conversationType: 'personal', isGroup: false },
      ...more,
    };
    const response = await fetch(`${this.#bot}/api/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(activity),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  }

  /** Sends a message and waits for the bot's next card; lines about other requests are skipped. */
  async say(text: string, more: Json = {}): Promise<Posted> {
    const before = this.connector.messages.length;
    const next = () => this.connector.messages.slice(before).find(({ activity }) => cardOf(activity) !== undefined);
    await this.post({ type: 'message', text, textFormat: 'plain', ...more });
    await this.connector.until(() => next() !== undefined, 20_000);
    return next() as Posted;
  }

  /** Waits for a message that contains all of the texts. Returns it. */
  async sees(...words: string[]): Promise<Posted> {
    const fits = (posted: Posted) => words.every((word) => textOf(shown(posted)).includes(word));
    try {
      await this.connector.until(() => this.connector.messages.some(fits), 20_000);
    } catch {
      const last = this.connector.messages.slice(-3).map((posted) => textOf(shown(posted)));
      throw new Error(
        `${this.#who.name} does not see ${words.join(' + ')}; the last messages are:\n${last.join('\n---\n')}`,
      );
    }
    return this.connector.messages.findLast(fits) as Posted;
  }

  /** Selects a button of a message by its title. Returns the invoke's response body. */
  async press(on: Posted, title: string, inputs: Json = {}): Promise<Json> {
    const button = buttonsOf(cardOf(shown(on))).find((one) => one.title === title);
    if (!button)
      throw new Error(`there is no button ${title}, only ${buttonsOf(cardOf(shown(on))).map((one) => one.title)}`);
    return this.invoke(button.verb, { ...button.data, ...inputs }, on.id);
  }

  /** Without `replyToId`, as where Teams does not identify the card. */
  async invoke(verb: string, data: Json, replyToId?: string): Promise<Json> {
    const { status, body } = await this.post({
      type: 'invoke',
      name: 'adaptiveCard/action',
      ...(replyToId === undefined ? {} : { replyToId }),
      value: { action: { type: 'Action.Execute', verb, data }, trigger: 'manual' },
    });
    if (status !== 200) throw new Error(`the invoke was answered with ${status}`);
    return body as Json;
  }
}

/** The id of the request that a message is about. */
export function requestId(posted: Posted): string {
  const id = /R-[0-9A-Z]{6}/.exec(textOf(shown(posted)))?.[0];
  if (!id) throw new Error(`no request’s id in: ${textOf(shown(posted))}`);
  return id;
}
