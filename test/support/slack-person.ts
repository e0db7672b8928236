// A person in Slack: types /identity, selects buttons, submits modals, opens the Home tab. Interactions are posted signed, as Slack
// does; tests assert what the bot sent to the fake Slack (test/slack/fake-slack.ts).

import { textOf } from '../slack/blocks.ts';
import type { FakeSlack, Json } from '../slack/fake-slack.ts';
import { form, payload, signed } from '../slack/signed.ts';
import {
  messagesIn,
  type SlackButton,
  type SlackMessage,
  type SlackView,
  slackButtons,
  submittedState,
} from './slack-messages.ts';

export interface Posted {
  readonly status: number;
  readonly body: Json;
  /** Milliseconds until the acknowledgement. */
  readonly ms: number;
}

export class SlackPerson {
  readonly #bot: string;
  readonly slack: FakeSlack;
  readonly name: string;
  #next = 0;

  /** `name` is the handle, which is also the address before @contoso.com. */
  constructor(bot: string, slack: FakeSlack, name: string) {
    this.#bot = bot;
    this.slack = slack;
    this.name = name;
  }

  get id(): string {
    return this.slack.user(this.name);
  }

  async post(body: string, options: Parameters<typeof signed>[1] = {}): Promise<Posted> {
    const started = performance.now();
    const response = await fetch(`${this.#bot}/slack/events`, signed(body, options));
    const text = await response.text();
    return {
      status: response.status,
      body: text.startsWith('{') ? (JSON.parse(text) as Json) : {},
      ms: performance.now() - started,
    };
  }

  #base(triggerId: string): Json {
    return {
      user: { id: this.id, name: this.name, team_id: this.slack.team },
      team: { id: this.slack.team, domain: 'contoso' },
      trigger_id: triggerId,
    };
  }

  /** The response_url of this person's n-th interaction. */
  #respondTo(): { path: string; url: string } {
    const path = `/respond/${this.name}/${++this.#next}`;
    return { path, url: `${this.slack.url}${path}` };
  }

  /** Types a slash command; does not wait for its answer. */
  async command(text: string, channel = this.slack.channel('deploys'), more: Json = {}) {
    const respond = this.#respondTo();
    const triggerId = await this.slack.trigger(this.id);
    const posted = await this.post(
      form({
        command: '/identity',
        text,
        user_id: this.id,
        user_name: this.name,
        team_id: this.slack.team,
        channel_id: channel,
        response_url: respond.url,
        trigger_id: triggerId,
        ...more,
      }),
    );
    return { ...posted, path: respond.path, triggerId };
  }

  /** Types a slash command. Returns the final ephemeral answer; the “working” message is skipped. */
  async asks(text: string, channel?: string): Promise<Json> {
    const { path, status } = await this.command(text, channel);
    if (status !== 200) throw new Error(`the command was answered with ${status}`);
    return this.answer(path);
  }

  answer(path: string): Promise<Json> {
    return this.slack.until(
      ({ responses }) =>
        responses.findLast((one) => one.path === path && !textOf(one.body.blocks).includes('Working on it'))?.body,
      20_000,
    );
  }

  /** Waits for a message whose latest version contains all of the texts; `where` is a channel, or 'own' for the direct message. */
  async sees(where: string | 'own', ...words: string[]): Promise<SlackMessage> {
    const fits = ({ channel, body }: SlackMessage) =>
      (where === 'own' ? this.#isOwn(channel) : channel === where) &&
      words.every((word) => textOf(body.blocks).includes(word));
    try {
      return await this.slack.until((slack) => messagesIn(slack).findLast(fits), 20_000);
    } catch {
      const last = messagesIn(this.slack).slice(-4);
      throw new Error(
        `${this.name} does not see ${words.join(' + ')} in ${where}; the last messages are:\n${last.map(({ channel, body }) => `${channel}: ${textOf(body.blocks)}`).join('\n---\n')}`,
      );
    }
  }

  #isOwn(channel: string): boolean {
    return this.slack
      .called('conversations.open')
      .some(({ body, answer }) => body.users === this.id && (answer.channel as Json | undefined)?.id === channel);
  }

  /** Selects a button of a message by its label. */
  press(on: SlackMessage, label: string, more: Json = {}) {
    const found = slackButtons(on.body);
    const button = found.find((one) => one.label === label);
    if (!button) throw new Error(`there is no button ${label}, only ${found.map((one) => one.label).join(', ')}`);
    return this.click(button, {
      channel: { id: on.channel },
      container: { type: 'message', message_ts: on.ts, channel_id: on.channel, is_ephemeral: false },
      message: { ts: on.ts, ...(on.thread === undefined ? {} : { thread_ts: on.thread }) },
      ...more,
    });
  }

  /** Selects a button of an ephemeral message. */
  pressPrivate(body: Json, label: string, channel = this.slack.channel('deploys')) {
    const button = slackButtons(body).find((one) => one.label === label);
    if (!button) throw new Error(`there is no button ${label}, only ${slackButtons(body).map((one) => one.label)}`);
    return this.click(button, {
      channel: { id: channel },
      container: { type: 'message', message_ts: '1700000000.000001', channel_id: channel, is_ephemeral: true },
    });
  }

  /** Selects a button of a modal or of the Home tab. */
  pressIn({ id, view }: SlackView, label: string) {
    const button = slackButtons(view).find((one) => one.label === label);
    if (!button) throw new Error(`there is no button ${label}, only ${slackButtons(view).map((one) => one.label)}`);
    return this.click(button, { container: { type: 'view', view_id: id }, view: { ...view, id } }, false);
  }

  async click(button: Omit<SlackButton, 'label'>, more: Json, hasResponse = true) {
    const respond = this.#respondTo();
    const triggerId = await this.slack.trigger(this.id);
    const posted = await this.post(
      payload({
        type: 'block_actions',
        ...this.#base(triggerId),
        ...(hasResponse ? { response_url: respond.url } : {}),
        actions: [
          {
            type: 'button',
            action_id: button.actionId,
            value: button.value,
            action_ts: (Date.now() / 1000).toFixed(6),
            ...(button.blockId === undefined ? {} : { block_id: button.blockId }),
          },
        ],
        ...more,
      }),
    );
    return { ...posted, path: respond.path, triggerId };
  }

  /** The modal opened with a trigger_id, once it contains all of the texts. */
  modal(triggerId: string, ...words: string[]): Promise<SlackView> {
    return this.slack.until(({ calls }) => {
      const opened = calls.find(
        ({ method, body, answer }) =>
          /^views\.(open|push)$/.test(method) && body.trigger_id === triggerId && answer.ok === true,
      );
      if (!opened) return undefined;
      const id = String((opened.answer.view as Json).id);
      const last = calls.findLast(
        ({ method, body, answer }) => method === 'views.update' && body.view_id === id && answer.ok,
      );
      const view = (last ?? opened).body.view as Json;
      return words.every((word) => textOf([view.title, view.blocks]).includes(word)) ? { id, view } : undefined;
    }, 20_000);
  }

  /** Submits a modal with these values by field id, and its initial ones. Returns the acknowledgement. */
  async submit({ id, view }: SlackView, fields: Readonly<Record<string, string>> = {}): Promise<Posted> {
    const triggerId = await this.slack.trigger(this.id);
    return this.post(
      payload({
        type: 'view_submission',
        ...this.#base(triggerId),
        view: { ...view, id, hash: `${Date.now()}.${++this.#next}`, state: submittedState(view, fields) },
      }),
    );
  }

  /** The suggestions of a modal's field for a query. */
  async suggestions({ id, view }: SlackView, field: string, query: string, values: Json = {}) {
    const posted = await this.post(
      payload({
        type: 'block_suggestion',
        ...this.#base(await this.slack.trigger(this.id)),
        action_id: 'suggest',
        block_id: `field:${field}`,
        value: query,
        container: { type: 'view', view_id: id },
        view: { ...view, id, state: { values } },
      }),
    );
    const options = (posted.body.options as Json[] | undefined) ?? [];
    return { ...posted, labels: options.map(({ text }) => String((text as Json).text)), options };
  }

  event(event: Json, more: Json = {}, options: Parameters<typeof signed>[1] = {}): Promise<Posted> {
    return this.post(
      JSON.stringify({
        type: 'event_callback',
        team_id: this.slack.team,
        event_id: `Ev${this.name}${Date.now()}${++this.#next}`,
        event: { user: this.id, ...event },
        ...more,
      }),
      { type: 'application/json', ...options },
    );
  }

  /** Opens the Home tab. */
  openHome(): Promise<Posted> {
    return this.event({ type: 'app_home_opened', tab: 'home', channel: 'D0HOME' });
  }

  /** The latest Home tab, once it contains all of the texts. */
  home(...words: string[]): Promise<SlackView> {
    return this.slack.until(({ calls }) => {
      const last = calls.findLast(({ method, body }) => method === 'views.publish' && body.user_id === this.id);
      const view = last?.body.view as Json | undefined;
      if (!view || !words.every((word) => textOf(view.blocks).includes(word))) return undefined;
      return { id: 'V0HOME', view };
    }, 20_000);
  }
}
