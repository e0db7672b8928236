// export against a running bot with the simulated Azure: identities and requests, in every language, and what one may not see.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAzure, type TestAzure } from '../support/azure.ts';
import { dataFolder, type RunningBot, startBot } from '../support/bot.ts';
import { Person, people, shown, textOf } from '../support/person.ts';

let azure: TestAzure;
let bot: RunningBot;
let alex: Person;
const folder = dataFolder();

beforeAll(async () => {
  azure = await startAzure();
  bot = await startBot(folder.dir, azure.environment);
  alex = await Person.open(bot.url, people.alex);
});
afterAll(async () => {
  await alex?.close();
  await bot?.stop();
  await azure?.simulator.close();
  folder.remove();
});

const answerTo = async (text: string) => textOf(shown(await alex.say(text)));

describe('an identity', () => {
  it.each([
    ['az', 'az identity create', 'bash uami-checkout.sh'],
    ['powershell', 'New-AzUserAssignedIdentity', 'pwsh ./uami-checkout.ps1'],
    ['arm', '"$schema"', 'az deployment group create'],
    ['bicep', 'targetScope', 'az deployment group create'],
    ['terraform', 'terraform {', 'terraform init'],
    ['portal', 'https://portal.azure.com/#', 'Access control (IAM)'],
  ])('as %s', async (name, code, run) => {
    const text = await answerTo(`export uami-checkout -g rg-payments --as ${name}`);
    expect(text).toContain(code);
    expect(text).toContain(run);
  });

  it('in no language that there is not', async () => {
    expect(await answerTo('export uami-checkout -g rg-payments --as pulumi')).toMatch(/terraform/);
    expect(await answerTo('export uami-nobody --as az')).toContain('No identity “uami-nobody”');
  });
});

describe('a request', () => {
  it('is exported as it was planned, with what ends', async () => {
    const planned = await answerTo('grant uami-checkout -g rg-payments --role Reader --scope rg-web-prod --for 8h');
    const id = /R-[0-9A-Z]{6}/.exec(planned)?.[0] ?? '';
    const text = await answerTo(`export ${id.toLowerCase()} --as az`);
    expect(text).toContain('az role assignment create');
    expect(text).toContain('Identity Desk ends it after 8 hours, this script does not');
    expect(await answerTo('export R-ZZZZZZ')).toContain('There is no request R-ZZZZZZ');
  });

  it('of a removal has nothing to say in a template', async () => {
    const planned = await answerTo('delete uami-refunds --detach --remove-roles --confirm uami-refunds');
    const id = /R-[0-9A-Z]{6}/.exec(planned)?.[0] ?? '';
    expect(await answerTo(`export ${id} --as bicep`)).toContain('Nothing of it can be written as Bicep');
    expect(await answerTo(`export ${id} --as az`)).toContain('az identity delete');
  });
});
