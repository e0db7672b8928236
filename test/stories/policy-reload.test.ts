// An operator corrects the policy while the bot runs: without a restart, and a mistake takes nothing away.

import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dataFolder, type RunningBot, startBot } from '../support/bot.ts';
import { Person, people, shown, textOf } from '../support/person.ts';
import { writePolicy } from '../support/policy.ts';

const folder = dataFolder();
let deps: RunningBot;
let alex: Person;
const file = writePolicy(folder.dir, ['approvers'], '');

beforeAll(async () => {
  deps = await startBot(folder.dir, { POLICY_FILE: file });
  alex = await Person.open(deps.url, people.alex);
});
afterAll(async () => {
  await alex?.close();
  await deps?.stop();
  folder.remove();
});

const ready = async () => (await (await fetch(`${deps.url}/readyz`)).json()) as Record<string, unknown>;
const said = (message: string) => deps.log.filter(({ msg }) => String(msg).includes(message)).length;

it('takes a good policy for the next decision, and keeps it when a broken one follows', async () => {
  const first = await ready();
  expect(first).toMatchObject({ status: 'ready', policyProblems: 0 });
  const create = 'create uami-reload -g rg-payments';
  expect(textOf(shown(await alex.say(create)))).toContain('does not allow you to use create');

  writePolicy(folder.dir, ['approvers']);
  deps.child.kill('SIGHUP');
  // The change is seen by itself; who signals is told again.
  await expect.poll(() => said('policy in effect'), { timeout: 10_000 }).toBeGreaterThan(1);
  expect((await ready()).policy).not.toBe(first.policy);
  expect(textOf(shown(await alex.say(create)))).toContain('Waiting for approval');

  const { policy } = await ready();
  writeFileSync(file, readFileSync(file, 'utf8').replace('approvals: none', 'aprovals: none'));
  await expect.poll(() => said('is not valid'), { timeout: 10_000 }).toBe(1);
  expect(await ready()).toMatchObject({ status: 'ready', policy, policyProblems: 2 });
  const metrics = await (await fetch(`${deps.url}/metrics`)).text();
  expect(metrics).toContain('identity_desk_policy_problems 2');
  expect(metrics).toContain('identity_desk_policy_reads_total{outcome="refused"} 1');
  expect(textOf(shown(await alex.say('list')))).toContain('identities');
});
