// What the kill test kills, and all that it talks to: the real bot and its database as processes, an Azure, a Slack, a Teams client.

import { readdirSync, readFileSync } from 'node:fs';
import { FakeSlack } from '../slack/fake-slack.ts';
import { startAzure, type TestAzure } from '../support/azure.ts';
import { dataFolder, type RunningBot, startBot } from '../support/bot.ts';
import { Person, people } from '../support/person.ts';
import { writePolicy } from '../support/policy.ts';
import { familyOf } from '../support/processes.ts';
import { SlackPerson } from '../support/slack-person.ts';
import { slackSettings } from '../support/slack-settings.ts';

/** Creates in rg-payments are self-service, so that what is done in Azure follows a command with nobody in between. */
const rules = `
  - name: payments is self-service
    commands: [create]
    scopes: [/subscriptions/11111111-0000-4000-8000-000000000001/resourceGroups/rg-payments]
    who: anyone
    approvals: none
  - name: everything else
    commands: [create, delete, grant, revoke]
    who: anyone
    approvals: { count: 1, by: [platform] }
    expireAfter: 24h`;

export interface KillWorld {
  readonly azure: TestAzure;
  readonly slack: FakeSlack;
  readonly approvals: string;
  readonly alex: SlackPerson;
  readonly megan: SlackPerson;
  /** Alex's direct message with the bot in Slack. */
  readonly directMessage: string;
  /** Alex in Teams. */
  readonly teams: Person;
  bot: RunningBot;
  /** Kills the bot at once. */
  killBot(): Promise<void>;
  /** Kills the database: one of its processes, or all. */
  killDatabase(random: () => number): void;
  /** Starts the bot where it is not running, and waits until it is ready. */
  revive(): Promise<void>;
  close(): Promise<void>;
}

/** A port that stays the bot's over its restarts, or the requests of people would go astray. */
const portOf = (url: string) => new URL(url).port;

/** Starts all of it. */
export async function startKillWorld(): Promise<KillWorld> {
  const folder = dataFolder();
  const [azure, slack] = await Promise.all([startAzure(), FakeSlack.start()]);
  const approvals = slack.channel('approvals');
  const environment = {
    ...slackSettings(slack),
    ...azure.environment,
    POLICY_FILE: writePolicy(folder.dir, [`{ slack: ${approvals} }`], rules),
  };
  let bot = await startBot(folder.dir, environment);
  let isKilled = false;
  const port = portOf(bot.url);
  const alex = new SlackPerson(bot.url, slack, 'alex');
  const opened = await slack.api('conversations.open', { users: alex.id });
  const teams = await Person.open(bot.url, people.alex);

  function postmaster(): number {
    const file = readdirSync(folder.dir, { recursive: true, encoding: 'utf8' }).find((name) =>
      name.endsWith('postmaster.pid'),
    );
    return file === undefined ? 0 : Number(readFileSync(`${folder.dir}/${file}`, 'utf8').split('\n')[0]);
  }

  return {
    ...{ azure, slack, approvals, alex, teams },
    directMessage: String((opened.channel as { id: string }).id),
    megan: new SlackPerson(bot.url, slack, 'megan'),
    get bot() {
      return bot;
    },
    async killBot() {
      isKilled = true;
      await bot.kill();
    },
    killDatabase(random) {
      const pid = postmaster();
      if (pid === 0) return;
      const family = familyOf(pid);
      const one = family[Math.floor(random() * family.length)];
      for (const victim of random() < 0.5 ? family : one ? [one] : []) {
        try {
          process.kill(victim.pid, 'SIGKILL');
        } catch {
          // It has ended by itself.
        }
      }
    },
    async revive() {
      if (isKilled) bot = await startBot(folder.dir, { ...environment, PORT: port });
      isKilled = false;
      const deadline = Date.now() + 30_000;
      while ((await fetch(`${bot.url}/readyz`).catch(() => undefined))?.status !== 200) {
        if (Date.now() > deadline) throw new Error('the bot is not ready again within 30 s');
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async close() {
      await bot.stop();
      await teams.close();
      await azure.simulator.close();
      await slack.close();
      folder.remove();
    },
  };
}
