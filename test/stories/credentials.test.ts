// Federated credentials against a running bot with the simulated Azure, in both chats: by words, by form and by pasted az lines.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { textOf as textInSlack } from '../slack/blocks.ts';
import { FakeSlack } from '../slack/fake-slack.ts';
import { startAzure, type TestAzure } from '../support/azure.ts';
import { dataFolder, type RunningBot, startBot } from '../support/bot.ts';
import { buttonsOf, cardOf, Person, people, requestId, shown, textOf } from '../support/person.ts';
import { idIn } from '../support/slack-messages.ts';
import { SlackPerson } from '../support/slack-person.ts';
import { slackSettings } from '../support/slack-settings.ts';

const github = 'https://token.actions.githubusercontent.com';
const folder = dataFolder();
let azure: TestAzure;
let slack: FakeSlack;
let bot: RunningBot;
let alex: Person;
let megan: Person;
let inSlack: { alex: SlackPerson; megan: SlackPerson };

beforeAll(async () => {
  [azure, slack] = await Promise.all([startAzure(), FakeSlack.start()]);
  bot = await startBot(folder.dir, { ...azure.environment, ...slackSettings(slack) });
  [alex, megan] = await Promise.all([Person.open(bot.url, people.alex), Person.open(bot.url, people.megan)]);
  inSlack = { alex: new SlackPerson(bot.url, slack, 'alex'), megan: new SlackPerson(bot.url, slack, 'megan') };
}, 60_000);
afterAll(async () => {
  await Promise.all([alex?.close(), megan?.close()]);
  await bot?.stop();
  await Promise.all([azure?.simulator.close(), slack?.close()]);
  folder.remove();
});
afterEach(() => expect(slack.broken.splice(0)).toEqual([]));

const answerTo = async (text: string) => textOf(shown(await alex.say(text)));
const subjects = (name: string) =>
  azure.simulator.control
    .world()
    .identities.find((one) => one.name === name)
    ?.federatedCredentials.map(({ name, subject }) => `${name} ${subject}`) ?? [];

/** Asked for by Alex in Teams, and approved; the card before it was sent on. `isReviewed`: it had to be submitted first. */
async function approved(text: string): Promise<{ plan: string; isReviewed: boolean }> {
  const asked = await alex.say(text);
  const plan = textOf(shown(asked));
  const isReviewed = buttonsOf(cardOf(shown(asked))).some(({ verb }) => verb === 'request.submit');
  if (isReviewed) await alex.press(asked, 'Submit for approval');
  const id = requestId(asked);
  await megan.press(await megan.sees(id, 'Waiting for'), 'Approve');
  await alex.sees(id, 'Done. Approved by');
  return { plan, isReviewed };
}

describe('in Teams', () => {
  it('a repository gets a credential, which is listed, changed, and taken away again', async () => {
    const added = await approved('credential add uami-refunds --github contoso/refunds --environment production');
    expect(added.isReviewed).toBe(false);
    for (const part of [
      'Add federated credential github-contoso-refunds-environment-production to uami-refunds',
      'repo:contoso/refunds:environment:production',
      '1 of 20 afterwards',
    ])
      expect(added.plan).toContain(part);
    const name = 'github-contoso-refunds-environment-production';
    expect(subjects('uami-refunds')).toEqual([`${name} repo:contoso/refunds:environment:production`]);
    const list = await answerTo('credential list uami-refunds');
    for (const part of ['1 of 20', name, github]) expect(list).toContain(part);

    const changed = await approved(`credential update uami-refunds ${name} --github contoso/refunds --pull-request`);
    // Risky: it is looked at before anyone is asked.
    expect(changed.isReviewed).toBe(true);
    for (const part of ['Whoever can open a pull request', 'can no longer do so', ' → '])
      expect(changed.plan).toContain(part);
    expect(await answerTo('credential list uami-refunds')).toContain('Whoever can open a pull request');

    const removed = await approved(`credential remove uami-refunds ${name}`);
    expect(removed.isReviewed).toBe(true);
    expect(subjects('uami-refunds')).toEqual([]);
    expect(await answerTo('credential list uami-refunds')).toContain('0 of 20');
  });

  it('says what is wrong before anyone is asked', async () => {
    const trust = `--issuer ${github} --subject repo:contoso/refunds:environment:stage`;
    await approved(
      `az identity federated-credential create --name stage --identity-name uami-refunds -g rg-payments ${trust}`,
    );
    expect(await answerTo(`credential add uami-refunds --credential stage ${trust}`)).toContain('already');
    expect(await answerTo(`credential add uami-refunds --credential again ${trust}`)).toContain(
      'trusts this issuer and subject already, as stage',
    );
    expect(await answerTo('credential remove uami-refunds stag')).toContain('Did you mean stage?');
    expect(await answerTo('credential add uami-refunds --github contoso/refunds')).toContain('Add one of --branch');
    expect(await answerTo('credential')).toContain('needs a second word');
    expect(await answerTo('credential add')).toContain('GitHub repository');
    expect(await answerTo('help credential add')).toContain('--service-account');
  });

  it('twenty are the most', async () => {
    const world = azure.simulator.control.world();
    const many = Array.from({ length: 20 }, (_none, n) => ({
      name: `cred-${n}`,
      issuer: github,
      subject: `repo:contoso/many:environment:e${n}`,
      audiences: ['api://AzureADTokenExchange'],
    }));
    const identities = world.identities.map((one) =>
      one.name === 'uami-refunds' ? { ...one, federatedCredentials: many } : one,
    );
    azure.simulator.control.reset({ ...world, identities });
    expect(await answerTo('credential add uami-refunds --github contoso/refunds --branch main')).toContain(
      'has 20 federated credentials; Azure allows 20',
    );
  });
});

describe('in Slack', () => {
  it('a cluster’s service account gets a credential by words', async () => {
    const line =
      'credential add uami-ledger --kubernetes https://oidc.contoso.com/aks --namespace shop --service-account ledger';
    const id = idIn(await inSlack.alex.asks(line));
    const card = await inSlack.megan.sees('own', id, 'Waiting for');
    expect(textInSlack(card.body.blocks)).toContain('system:serviceaccount:shop:ledger');
    await inSlack.megan.press(card, 'Approve');
    await inSlack.alex.sees('own', id, 'Done. Approved by');
    expect(subjects('uami-ledger')).toContain('kubernetes-shop-ledger system:serviceaccount:shop:ledger');
  });

  it('and a pipeline by the form, whose plan is seen first and says what is risky', async () => {
    const { triggerId } = await inSlack.alex.command('credential add');
    const form = await inSlack.alex.modal(triggerId, 'GitLab project');
    const typed = { name: 'uami-ledger', gitlab: 'contoso/ledger', branch: 'feature-7' };
    const wrong = await inSlack.alex.submit(form, { ...typed, environment: 'prod' });
    expect(JSON.stringify(wrong.body.errors)).toContain('does not go with');
    const { body } = await inSlack.alex.submit(form, typed);
    const plan = body.view as Record<string, unknown>;
    const text = textInSlack(plan.blocks);
    expect(text).toContain('project_path:contoso/ledger:ref_type:branch:ref:feature-7');
    expect(text).toContain('Whoever can push to the branch feature-7 gets this access');
    expect((await inSlack.alex.submit({ id: form.id, view: plan })).body).toEqual({ response_action: 'clear' });
    const card = await inSlack.megan.sees('own', 'feature-7', 'Waiting for');
    await inSlack.megan.press(card, 'Approve');
    await inSlack.alex.sees('own', 'feature-7', 'Done. Approved by');
    expect(subjects('uami-ledger').join()).toContain('ref:feature-7');
  });
});
