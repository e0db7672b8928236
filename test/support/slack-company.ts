// A test company in Slack: the real bot in its sandbox, cards in #approvals, Alex as requester and Megan as approver.

import { textOf } from '../slack/blocks.ts';
import { FakeSlack } from '../slack/fake-slack.ts';
import { dataFolder, type RunningBot, startBot } from './bot.ts';
import { writePolicy } from './policy.ts';
import { messagesIn, type SlackMessage, slackButtons } from './slack-messages.ts';
import { SlackPerson } from './slack-person.ts';
import { slackSettings } from './slack-settings.ts';

export const labels = ({ body }: SlackMessage) => slackButtons(body).map(({ label }) => label);

export class SlackCompany {
  readonly slack: FakeSlack;
  readonly deps: RunningBot;
  readonly alex: SlackPerson;
  readonly megan: SlackPerson;
  readonly approvals: string;
  readonly deploys: string;
  readonly #remove: () => void;

  private constructor(slack: FakeSlack, deps: RunningBot, remove: () => void) {
    this.slack = slack;
    this.deps = deps;
    this.#remove = remove;
    this.alex = new SlackPerson(deps.url, slack, 'alex');
    this.megan = new SlackPerson(deps.url, slack, 'megan');
    this.approvals = slack.channel('approvals');
    this.deploys = slack.channel('deploys');
  }

  /** `rules`: of the policy, as for `writePolicy`. */
  static async start(rules?: string): Promise<SlackCompany> {
    const folder = dataFolder();
    const slack = await FakeSlack.start();
    const policy = writePolicy(folder.dir, [`{ slack: ${slack.channel('approvals')} }`], rules);
    const deps = await startBot(folder.dir, { ...slackSettings(slack), POLICY_FILE: policy });
    return new SlackCompany(slack, deps, folder.remove);
  }

  /** Stops everything. Returns the bot's exit code. */
  async close(): Promise<number | null> {
    const code = await this.deps.stop();
    await this.slack.close();
    this.#remove();
    return code;
  }

  /** The replies under a card, oldest first. */
  thread({ channel, ts }: SlackMessage): SlackMessage[] {
    return messagesIn(this.slack).filter((one) => one.channel === channel && one.thread === ts);
  }

  lines(card: SlackMessage): string[] {
    return this.thread(card).map(({ body }) => textOf(body.blocks));
  }

  /** The cards of a request in a channel. */
  cardsIn(channel: string, id: string): SlackMessage[] {
    return messagesIn(this.slack).filter(
      (one) => one.channel === channel && one.thread === undefined && textOf(one.body).includes(id),
    );
  }

  /** Megan approves in #approvals. Returns Alex's card once both cards show it. */
  async approve(id: string, done = 'Done. Approved by'): Promise<SlackMessage> {
    await this.megan.press(await this.megan.sees(this.approvals, id, 'Waiting for'), 'Approve');
    await this.megan.sees(this.approvals, id, done);
    return this.alex.sees('own', id, done);
  }
}
