// Invalid input: each has a clear answer, and nothing that was typed is lost.

import { describe, expect, it } from 'vitest';
import type { RunningBot } from '../support/bot.ts';
import { buttonsOf, cardOf, type Person, requestId, shown, textOf } from '../support/person.ts';
import { useTeamsCompany } from '../support/use-teams-company.ts';

let deps: RunningBot;
let alex: Person;
let megan: Person;
useTeamsCompany((company) => {
  ({ deps, alex, megan } = company);
});

const production = '50bc0000-0000-4000-8000-000000000001';
const answerTo = async (text: string) => textOf(shown(await alex.say(text)));

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
  /** What the bot posts next. */
  const saidTo = async (text: string): Promise<string> => {
    const before = alex.connector.messages.length;
    await alex.post({ type: 'message', text });
    await alex.connector.until(() => alex.connector.messages.length > before, 20_000);
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
    const draft = await alex.say(
      'delete uami-checkout --detach --remove-roles --confirm uami-checkout --reason not needed',
    );
    const id = requestId(draft);
    expect(buttonsOf(cardOf(shown(draft))).map(({ verb }) => verb)).toContain('request.submit');
    expect(await saidTo(`submit ${id}`)).toMatch(new RegExp(`${id}.*Waiting for`));
    await alex.sees(id, 'Delete identity uami-checkout', 'Waiting for');
    await saidTo(`cancel ${id}`);
  });
});
