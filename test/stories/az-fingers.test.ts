// Azure CLI habits against a running bot with the simulated Azure: pasted lines, az's flags, scopes by name and URL.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAzure, type TestAzure } from '../support/azure.ts';
import { dataFolder, type RunningBot, startBot } from '../support/bot.ts';
import { Person, people, shown, textOf } from '../support/person.ts';

let azure: TestAzure;
let bot: RunningBot;
let alex: Person;
const folder = dataFolder();
const production = '50bc0000-0000-4000-8000-000000000001';
const group = `/subscriptions/${production}/resourceGroups/rg-payments`;
const checkout = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uami-checkout`;
const vault = `${group}/providers/Microsoft.KeyVault/vaults/kv-payments-prod`;

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

describe('looking', () => {
  it.each([
    'show uami-checkout -g rg-payments',
    'show -n uami-checkout -g rg-payments --subscription "Contoso Production" -o table',
    `show --ids ${checkout}`,
    'az identity show -n uami-checkout -g rg-payments --query clientId -o tsv',
    'Get-AzUserAssignedIdentity -Name uami-checkout -ResourceGroupName rg-payments',
    'az role assignment list --assignee uami-checkout --all',
    `show https://portal.azure.com/#@contoso.com/resource${checkout}/overview`,
  ])('%s', async (line) => {
    const text = await answerTo(line);
    expect(text).toContain('User-assigned managed identity');
    expect(text).toContain('Key Vault Secrets User');
  });

  it('an identity that is elsewhere is not taken for the one that is meant', async () => {
    expect(await answerTo('show uami-checkout -g rg-web-prod')).toContain('Only rg-web-prod was searched');
    expect(await answerTo('show uami-chekout -g rg-payments')).toContain('uami-checkout');
    expect(await answerTo(`show ${checkout} -g rg-web-prod`)).toContain('do not match');
  });

  it('tags whatever their case, and by name alone', async () => {
    expect(await answerTo('list --tags TEAM=Payments -g rg-payments')).toMatch(/7 identities/);
    expect(await answerTo('list --tags Cost-Center -g rg-payments')).toMatch(/7 identities/);
    expect(await answerTo('list --tags team=payments,env=staging -g rg-payments')).toContain('No identities');
    expect(await answerTo('list --tags nonsense')).toContain('No identities');
  });
});

describe('asking', () => {
  it.each([
    ['grant uami-refunds --role Reader --scope kv-payments-prod --until 2099-01-01', 'more than 365 days ahead'],
    ['grant uami-refunds --role Reader --scope kv-payments', 'No scope “kv-payments”'],
    ['grant uami-refunds --role Reader --scope rg-shared', 'matches 2 scopes'],
    [
      `az role assignment create --assignee uami-checkout --role "Key Vault Secrets User" --scope ${vault}`,
      'already has',
    ],
    [`grant uami-checkout --role "Key Vault Secrets User" --scope kv-payments-prod`, 'already has'],
    [
      `New-AzRoleAssignment -ObjectId uami-checkout -RoleDefinitionName "Key Vault Secrets User" -Scope ${vault.slice(1)}`,
      'already has',
    ],
    [
      `grant uami-checkout --role "Key Vault Secrets User" --scope https://management.azure.com${vault}?api-version=2023-07-01`,
      'vault kv-payments-prod in rg-payments',
    ],
    ['az role assignment delete --assignee uami-checkout --role Reader -g rg-payments', 'does not have Reader on'],
  ])('%s → %s', async (line, part) => expect(await answerTo(line)).toContain(part));

  it('an end at a time is said with its zone', async () => {
    const at = new Date(Date.now() + 3 * 3600_000).toISOString();
    const text = await answerTo(
      `grant uami-payout-jobs --role Reader --scope stpaymentsprod --until ${at.slice(0, 16)}`,
    );
    expect(text).toContain(`${at.slice(11, 16)} UTC (2 hours`);
  });

  it('a line that is too long is refused at once, and the bot answers on', async () => {
    expect(await answerTo('word '.repeat(4_000))).toContain('the limit is 8,000');
    expect(await answerTo('az identity create')).toContain('Resource group');
  });
});
