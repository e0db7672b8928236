// What can go wrong: invalid input, people without permission, Azure refusing, throttling or not responding, changes in between, a
// database outage. Each has a clear answer, and nothing is lost.

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startAzure, type TestAzure } from '../support/azure.ts';
import { dataFolder, type RunningBot, startBot } from '../support/bot.ts';
import { buttonsOf, cardOf, Person, people, requestId, shown, textOf } from '../support/person.ts';

let azure: TestAzure;
let deps: RunningBot;
let alex: Person;
let megan: Person;
const folder = dataFolder();
const production = '50bc0000-0000-4000-8000-000000000001';

beforeAll(async () => {
  azure = await startAzure();
  deps = await startBot(folder.dir, azure.environment);
  [alex, megan] = await Promise.all([Person.open(deps.url, people.alex), Person.open(deps.url, people.megan)]);
});
afterEach(() => azure.simulator.control.faults.clear());
afterAll(async () => {
  await Promise.all([alex?.close(), megan?.close()]);
  await deps?.stop();
  await azure?.simulator.close();
  folder.remove();
});

const answerTo = async (text: string) => textOf(shown(await alex.say(text)));
const fault = (given: Parameters<TestAzure['simulator']['control']['faults']['add']>[0]) =>
  azure.simulator.control.faults.add(given);

describe('wrong words', () => {
  it.each([
    ['crate uami-a -g rg-payments', 'create'],
    ['create uami-a --resourcegroup rg-payments', '--resource-group'],
    ['create uami-a -g', 'needs a value'],
    ['create a! -g rg-payments', '3 to 128 letters'],
    ['create uami-a -g rg-paymets', 'rg-payments'],
    ['create uami-a -g rg-payments -l westeuropa', 'westeurope'],
    ['create uami-a -g rg-payments --tags =team', 'key=value'],
    ['create uami-a -g rg-payments --role Reader', '--scope is missing'],
    ['create uami-a -g rg-payments --subscription Contoso-Prod', 'Contoso Production'],
    ['create uami-checkout -g rg-payments', 'already exists'],
    ['create uami-a -g rg-new --create-group', 'needs a subscription'],
    ['create uami-a -g rg-new --create-group --subscription Contoso-Production', 'Contoso Production'],
    ['create uami-a -g rg-new --create-group --subscription "Contoso Production"', 'needs a location'],
    ['create uami-a -g rg-shared', 'matches 2 resource groups'],
    ['show uami-chekout', 'uami-checkout'],
    ['grant uami-checkout --role Reeder --scope rg-payments', 'Reader'],
    ['grant uami-checkout --role Reader --scope rg-payment', 'rg-payments'],
    ['grant uami-checkout --role Reader --scope /subscriptions/x', 'full Azure id'],
    [
      `grant uami-checkout --role Reader --scope /subscriptions/${production}/resourceGroups/rg-none`,
      'No resource group',
    ],
    ['grant uami-checkout --role Reader --scope rg-payments --for tomorrow', '8h'],
    ['grant uami-checkout --role Reader --scope / ', 'Roles cannot be assigned at the root'],
    ['request R-000000', 'no request R-000000'],
    ['approve R-000000', 'no request R-000000'],
    ['deny R-000000', 'Reason is missing'],
    ['roles unicorn', 'No role'],
    ['update uami-checkout --tags a=b', 'az identity update'],
    ['show uami-checkout -g rg-none', 'No resource group “rg-none” was found'],
    ['show uami-checkout --subscription Contoso-Prod', 'Contoso Production'],
    ['az identity show -n uami-checkout | jq .', 'is shell syntax'],
    ['grant uami-checkout --role Reader --scope rg-payments --until 2020-01-01', 'is in the past'],
    ['grant uami-checkout --role Reader --scope rg-payments --for 8h --until 18:00', 'not both'],
  ])('“%s” is answered with: %s', async (line, part) => {
    const text = await answerTo(line);
    expect(text).toContain(part);
  });

  it('gives back what was typed, and a form filled with it', async () => {
    const answer = await alex.say('create uami-a -g rg-paymets --tags team=a --reason for the shop');
    expect(textOf(shown(answer))).toContain('create uami-a -g rg-paymets --tags team=a --reason for the shop');
    const body = await alex.press(answer, 'Edit in form');
    const inputs = JSON.stringify(body);
    for (const value of ['"uami-a"', '"rg-paymets"', '"team=a"', '"for the shop"']) expect(inputs).toContain(value);
  });

  it('keeps a form’s fields when one of them is wrong, and takes it once it is right', async () => {
    const form = await alex.say('create');
    const again = await alex.press(form, 'Continue', {
      name: 'uami-form',
      resourceGroup: 'rg-paymets',
      tags: 'team=a, env=prod',
    });
    expect(textOf(again)).toContain('rg-payments');
    for (const value of ['uami-form', 'rg-paymets', 'team=a, env=prod']) expect(JSON.stringify(again)).toContain(value);
    const noted = await alex.press(form, 'Continue', {
      name: 'uami-form',
      resourceGroup: 'rg-payments',
      tags: 'team=a, env=prod',
    });
    const id = /R-[0-9A-Z]{6}/.exec(textOf(noted))?.[0] ?? '';
    const card = await alex.sees(id, 'Create identity uami-form in rg-payments', 'env=prod');
    await alex.press(card, 'Cancel');
  });

  it('asks which, and takes the answer by a button', async () => {
    const asked = await alex.say('list -g rg-shared');
    expect(textOf(shown(asked))).toContain('matches 2 resource groups');
    const [first] = buttonsOf(cardOf(shown(asked)));
    // Its label hides the command that it runs in the name of the person who selects it: only its owner may use it.
    const others = await megan.invoke(first?.verb ?? '', first?.data ?? {}, asked.id);
    expect(JSON.stringify(others)).toContain('Only the person who entered the command can use this button');
    expect(textOf(await alex.press(asked, first?.title ?? ''))).toMatch(/identit/);
  });

  it('pages a long list, and never cuts it in silence', async () => {
    const first = await alex.say('list');
    const total = Number(/(\d+) identities/.exec(textOf(shown(first)))?.[1]);
    expect(textOf(shown(first))).toContain('Page 1 of');
    const names = new Set<string>();
    let page: unknown = cardOf(shown(first));
    for (;;) {
      for (const name of textOf(page).match(/^uami-[\w-]+$/gm) ?? []) names.add(name);
      if (!buttonsOf(page).some(({ title }) => title === 'Next page')) break;
      const next = buttonsOf(page).find(({ title }) => title === 'Next page');
      page = await alex.invoke('command.run', next?.data ?? {}, first.id);
    }
    expect(names.size).toBeGreaterThan(total - 8);
  });

  it('answers what no chat should send without falling over', async () => {
    for (const body of ['{}', '{"type":123}', 'not json', '[]', '{"type":"message"}']) {
      const response = await fetch(`${deps.url}/api/messages`, { method: 'POST', body });
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.status).toBeLessThan(500);
    }
    expect(await answerTo('"unclosed')).toContain('is not closed');
    expect(await answerTo(`show ${'x'.repeat(5_000)}`)).toContain('is not valid for');
    expect(await answerTo('**list** <at>x</at> {{DATE(x)}}')).toContain('Unknown command');
  });
});

describe('an action that is typed', () => {
  /** What the bot has posted by the time that Teams has its response. */
  const saidTo = async (text: string): Promise<string> => {
    const before = alex.connector.messages.length;
    await alex.post({ type: 'message', text });
    return textOf(alex.connector.messages.slice(before).map(shown));
  };

  it('is answered by how the request stands, also where that has not changed', async () => {
    const id = requestId(await alex.say('create uami-typed -g rg-payments'));
    expect(await saidTo(`submit ${id}`)).toMatch(new RegExp(`${id}.*Create identity uami-typed.*Waiting for`));
    expect(await saidTo(`cancel ${id}`)).toContain('Cancelled');
    expect(await saidTo(`cancel ${id}`)).toContain('Cancelled');
    expect(await saidTo(`submit ${id}`)).toContain('was cancelled');
    expect(await saidTo(`retry ${id}`)).toContain('was cancelled');
  });

  it('is answered where it moves a draft on', async () => {
    const draft = await alex.say('delete uami-checkout --reason not needed');
    const id = requestId(draft);
    expect(buttonsOf(cardOf(shown(draft))).map(({ verb }) => verb)).toContain('request.submit');
    expect(await saidTo(`submit ${id}`)).toMatch(new RegExp(`${id}.*Waiting for`));
    await alex.sees(id, 'Delete identity uami-checkout', 'Waiting for');
    await saidTo(`cancel ${id}`);
  });
});

describe('wrong people', () => {
  it.each([
    [
      'a guest',
      { id: 'd1e60000-0000-4000-8000-000000000005', name: 'Diego Siciliani' },
      'Guest accounts cannot use Identity Desk',
    ],
    [
      'an account that is switched off',
      { id: '96ad0000-0000-4000-8000-000000000006', name: 'Grady Archie' },
      'disabled in the directory',
    ],
    [
      'somebody the directory does not know',
      { id: '00000000-0000-4000-8000-00000000dead', name: 'Nobody' },
      'could not be verified',
    ],
  ])('%s is refused with a reason', async (_who, who, part) => {
    const person = await Person.open(deps.url, who);
    expect(textOf(shown(await person.say('list')))).toContain(part);
    await person.close();
  });

  it('nobody decides while the directory is silent: it might have switched them off', async () => {
    const id = requestId(await alex.say('create uami-silent -g rg-payments'));
    const card = await megan.sees(id, 'Waiting for');
    fault({ path: 're:/v1\\.0/', status: 503 });
    expect(JSON.stringify(await megan.press(card, 'Approve'))).toContain('the directory is not responding');
    azure.simulator.control.faults.clear();
    await megan.press(card, 'Approve');
    await alex.sees(id, 'Done. Approved by');
  });

  it('nothing is requested while the directory is silent, and a look is answered still', async () => {
    fault({ path: 're:/v1\\.0/', status: 503 });
    expect(textOf(shown(await alex.say('create uami-unheard -g rg-payments')))).toContain(
      'the directory is not responding',
    );
    expect(textOf(shown(await alex.say('list --name uami-checkout')))).toContain('uami-checkout');
    azure.simulator.control.faults.clear();
    expect(textOf(shown(await alex.say('requests mine')))).not.toContain('uami-unheard');
  });

  it('somebody whom the policy does not name may not approve, and it is written down', async () => {
    const lynne = await Person.open(deps.url, { id: '1d00e000-0000-4000-8000-000000000004', name: 'Lynne Robbins' });
    const asked = await alex.say('create uami-lynne -g rg-payments');
    const id = requestId(asked);
    expect(textOf(await lynne.invoke('request.approve', { request: id }, 'x'))).toContain(
      'Only platform can approve or deny',
    );
    expect(textOf(await lynne.invoke('request.cancel', { request: id }, 'x'))).toContain('Only Alex Wilber');
    expect(textOf(await lynne.invoke('request.explode', { request: id }, 'x'))).toContain('Unknown button');
    expect(textOf(await lynne.invoke('request.approve', { request: "R-1'; drop table requests" }, 'x'))).toContain(
      'Unknown button',
    );
    await alex.press(asked, 'Cancel');
    await lynne.close();
  });
});

describe('an Azure that says no', () => {
  it('names the role that is missing, and for whom; what was done and not; and a retry does only the rest', async () => {
    const asked = await alex.say('create uami-forbidden -g rg-payments --role Reader --scope rg-payments');
    const id = requestId(asked);
    fault({
      method: 'PUT',
      path: 're:/roleAssignments/',
      status: 403,
      code: 'AuthorizationFailed',
      message: `The client 'identity-desk' with object id 'b0700000-0000-4000-8000-000000000001' does not have authorization to perform action 'Microsoft.Authorization/roleAssignments/write' over scope '/subscriptions/${production}/resourceGroups/rg-payments' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
    });
    await megan.press(await megan.sees(id, 'Waiting for'), 'Approve');
    const failed = await alex.sees(id, 'Partly completed');
    const text = textOf(shown(failed));
    expect(text).toContain('Identity uami-forbidden created');
    expect(text).toMatch(/Role Based Access Control Administrator/);
    azure.simulator.control.faults.clear();
    azure.simulator.control.clearRequests();
    await alex.press(failed, 'Retry');
    await alex.sees(id, 'Done. Approved by');
    const puts = azure.simulator.control.requests().filter(({ method }) => method === 'PUT');
    expect(puts.map(({ path }) => path.split('/').at(-2))).toEqual(['roleAssignments']);
  });

  it('waits out a throttling Azure', async () => {
    const asked = await alex.say('create uami-busy -g rg-payments');
    const id = requestId(asked);
    fault({
      method: 'PUT',
      path: 're:/userAssignedIdentities/',
      status: 429,
      code: 'TooManyRequests',
      message: 'slow down',
      headers: { 'retry-after': '1' },
      times: 2,
    });
    await megan.press(await megan.sees(id, 'Waiting for'), 'Approve');
    await alex.sees(id, 'Done. Approved by');
  });

  it('finds out what became of a call whose answer was lost', async () => {
    for (const after of [true, false]) {
      const asked = await alex.say(`create uami-lost-${after} -g rg-payments`);
      const id = requestId(asked);
      fault({ method: 'PUT', path: 're:/userAssignedIdentities/', drop: true, after, times: 1 });
      await megan.press(await megan.sees(id, 'Waiting for'), 'Approve');
      await alex.sees(id, 'Done. Approved by');
      azure.simulator.control.faults.clear();
    }
  });

  it('says so when a list cannot be read', async () => {
    fault({ path: '/', status: 503, code: 'ServerBusy', message: 'try later' });
    expect(await answerTo('list')).toMatch(/Azure|short/);
  });

  it('tells of a lock before anybody approves', async () => {
    const lockedName = await alex.say('delete uami-cert-rotation');
    expect(textOf(shown(lockedName))).toContain('keep-platform');
    expect(buttonsOf(cardOf(shown(lockedName))).map(({ verb }) => verb)).toContain('request.submit');
    await alex.press(lockedName, 'Cancel');
  });
});

describe('a world that changes', () => {
  it('does not run a plan that is no longer true: it shows the new one and asks again', async () => {
    const asked = await alex.say('delete uami-refunds');
    const id = requestId(asked);
    // A resource uses it, so the requester reviews the plan first.
    await alex.press(asked, 'Submit for approval');
    const card = await megan.sees(id, 'Waiting for');
    await addCredential(production, 'rg-payments', 'uami-refunds');
    const details = await megan.say(`request ${id}`);
    await megan.press(card, 'Approve');
    const anew = await megan.sees(id, 'needs a new approval', 'new-one');
    // A card that was an answer only still shows the old plan: an approval on it does not count.
    expect(textOf(await megan.press(details, 'Approve'))).toContain('The plan has changed');
    // Neither does one on a card that Teams does not identify.
    expect(textOf(await megan.invoke('request.approve', { request: id }))).toContain('The plan has changed');
    expect((await answerTo('show uami-refunds')).includes('User-assigned managed identity')).toBe(true);
    await megan.press(anew, 'Approve');
    await alex.sees(id, 'Done. Approved by');
  });

  it('shows the new plan to its asker where nobody has to approve it', async () => {
    const asked = await alex.say('delete uami-playground');
    const id = requestId(asked);
    await addCredential('50bc0000-0000-4000-8000-000000000003', 'rg-playground', 'uami-playground');
    await alex.press(asked, 'Submit');
    const anew = await alex.sees(id, 'Review the new plan', 'new-one');
    expect(await answerTo('show uami-playground')).toContain('User-assigned managed identity');
    await alex.press(anew, 'Submit');
    await alex.sees(id, 'Done. No approval was needed.');
  });

  it('does not take over a role that somebody gave in the meantime', async () => {
    const asked = await alex.say('grant uami-ledger --role "Storage Blob Data Reader" --scope rg-payments --for 1h');
    const id = requestId(asked);
    const card = await megan.sees(id, 'Waiting for');
    const second = await alex.say('grant uami-ledger --role "Storage Blob Data Reader" --scope rg-payments');
    await megan.press(await megan.sees(requestId(second), 'Waiting for'), 'Approve');
    await alex.sees(requestId(second), 'Done. Approved by');
    await megan.press(card, 'Approve');
    expect(textOf(shown(await alex.sees(id, 'Nothing was changed.')))).toContain(
      'already has Storage Blob Data Reader',
    );
    expect(await answerTo('show uami-ledger')).toContain('Storage Blob Data Reader');
  });
});

describe('a database that goes away', () => {
  it('is told to the one who asks, comes back by itself, and loses nothing', { timeout: 60_000 }, async () => {
    const asked = await alex.say('create uami-survivor -g rg-payments');
    const id = requestId(asked);
    const card = await megan.sees(id, 'Waiting for');
    const pidFile = findPidFile(folder.dir);
    const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
    execFileSync('kill', ['-9', String(pid)]);
    // Depending on timing the answer is an outage, or the database is back already.
    const during = JSON.stringify(await megan.press(card, 'Approve'));
    expect(during).toMatch(/database|Approved|approved/);
    const deadline = Date.now() + 20_000;
    while ((await fetch(`${deps.url}/readyz`)).status !== 200 && Date.now() < deadline)
      await new Promise((resolve) => setImmediate(resolve));
    if (!/Approved|approved/.test(during)) await megan.press(await megan.sees(id, 'Waiting for'), 'Approve');
    await alex.sees(id, 'Done. Approved by');
    expect((await fetch(`${deps.url}/healthz`)).status).toBe(200);
    expect(await (await fetch(`${deps.url}/metrics`)).text()).toContain('identity_desk_ready 1');
  });
});

function findPidFile(dir: string): string {
  const found = readdirSync(dir, { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith('postmaster.pid'));
  if (!found) throw new Error('no postmaster.pid');
  return `${dir}/${found}`;
}

/** Changes the identity without the bot. */
async function addCredential(subscription: string, group: string, name: string): Promise<void> {
  const { tokenEndpoint, identityHeader } = azure.simulator;
  const query = 'resource=https://management.azure.com&api-version=2019-08-01';
  const answer = await fetch(`${tokenEndpoint}?${query}`, { headers: { 'x-identity-header': identityHeader } });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  const identity = `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
  const status = await azureCall(
    'PUT',
    `${identity}/federatedIdentityCredentials/new-one?api-version=2024-11-30`,
    token,
    {
      properties: {
        issuer: 'https://token.actions.githubusercontent.com',
        subject: 'repo:contoso/x:ref:refs/heads/main',
        audiences: ['api://AzureADTokenExchange'],
      },
    },
  );
  expect(status).toBe(201);
}

async function azureCall(method: string, path: string, token: string, body: unknown): Promise<number> {
  const { request } = await import('node:https');
  return new Promise((resolve, reject) => {
    const call = request(
      `${azure.simulator.endpoint}${path}`,
      {
        method,
        ca: azure.simulator.caPem,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      },
    );
    call.on('error', reject);
    call.end(JSON.stringify(body));
  });
}
