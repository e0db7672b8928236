// A company in Slack for the stories of one file.

import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { SlackCompany } from './slack-company.ts';

/** One company for all stories of a file; a story fails where the bot sent something invalid for Slack. */
export function useCompany(give: (company: SlackCompany) => void): void {
  let company: SlackCompany;
  beforeAll(async () => {
    company = await SlackCompany.start();
    give(company);
  }, 60_000);
  afterAll(async () => expect(await company?.close()).toBe(0));
  afterEach(() => {
    company.slack.canned = () => undefined;
    expect(company.slack.broken.splice(0)).toEqual([]);
  });
}
