// A company in Slack: the real bot in its sandbox, its cards in #approvals, Alex who asks and Megan who approves.

import { dataFolder, type RunningDesk, startDesk } from './desk.ts';
import { writePolicy } from './policy.ts';
import { FakeSlack, messagesIn, type SlackMessage, SlackPerson, slackButtons, slackSettings, textOf } from './slack.ts';

export const labels = ({ body }: SlackMessage) => slackButtons(body).map(({ label }) => label);

export class SlackCompany {
  readonly slack: FakeSlack;
  readonly desk: RunningDesk;
  readonly alex: SlackPerson;
  readonly megan: SlackPerson;
  readonly approvals: string;
  readonly deploys: string;
  readonly #remove: () => void;

  private constructor(slack: FakeSlack, desk: RunningDesk, remove: () => void) {
    this.slack = slack;
    this.desk = desk;
    this.#remove = remove;
    this.alex = new SlackPerson(desk.url, slack, 'alex');
    this.megan = new SlackPerson(desk.url, slack, 'megan');
    this.approvals = slack.channel('approvals');
    this.deploys = slack.channel('deploys');
  }

  static async start(): Promise<SlackCompany> {
    const folder = dataFolder();
    const slack = await FakeSlack.start();
    const policy = writePolicy(folder.dir, [`{ slack: ${slack.channel('approvals')} }`]);
    const desk = await startDesk(folder.dir, { ...slackSettings(slack), POLICY_FILE: policy });
    return new SlackCompany(slack, desk, folder.remove);
  }

  /** Stops all of it, and answers the bot's exit code. */
  async close(): Promise<number | null> {
    const code = await this.desk.stop();
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

  /** The cards of a request that stand in a channel. */
  cardsIn(channel: string, id: string): SlackMessage[] {
    return messagesIn(this.slack).filter(
      (one) => one.channel === channel && one.thread === undefined && textOf(one.body).includes(id),
    );
  }

  /** Megan says yes in #approvals; Alex's own card, once both say so. */
  async approve(id: string, done = 'Done. Approved by'): Promise<SlackMessage> {
    await this.megan.press(await this.megan.sees(this.approvals, id, 'Waiting for'), 'Approve');
    await this.megan.sees(this.approvals, id, done);
    return this.alex.sees('own', id, done);
  }
}
