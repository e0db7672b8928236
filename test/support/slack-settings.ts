// How a bot finds the fake Slack.

import { botToken, type FakeSlack } from '../slack/fake-slack.ts';
import { secret } from '../slack/signed.ts';

/** The settings of a bot for this fake. */
export function slackSettings(slack: FakeSlack): Readonly<Record<string, string>> {
  return { SLACK_BOT_TOKEN: botToken, SLACK_SIGNING_SECRET: secret, SLACK_API_URL: slack.apiUrl };
}
