// A scope by id, address or name: it is the one that was meant, or the bot asks which.

import { describe, expect, it } from 'vitest';
import type { AzureReader } from '../../src/core/azure-ports.ts';
import { findScope } from '../../src/core/commands/resolve-scope.ts';
import { Fault } from '../../src/core/errors.ts';
import type { AttachedResource, ResourceGroup, Subscription } from '../../src/core/model/azure.ts';
import { scopeLabel } from '../../src/core/model/scope-label.ts';
import { textTools } from '../../src/text-tools.ts';
import { argsOf, refusal } from '../support/grammar.ts';

const prod = '50bc0000-0000-4000-8000-000000000001';
const dev = '50bc0000-0000-4000-8000-000000000002';
const vault = `/subscriptions/${prod}/resourceGroups/rg-a/providers/Microsoft.KeyVault/vaults/kv-a`;
const scopeOf = (word: string) => argsOf(`grant uami-x --role Reader --scope ${word}`).scope;

describe('a scope as it is pasted', () => {
  const group = `/subscriptions/${prod}/resourceGroups/rg-a`;
  it.each([
    [group, group],
    [group.slice(1), group],
    [`${group}/`, `${group}/`],
    [`https://portal.azure.com/#@contoso.com/resource${group}/overview`, group],
    [`https://portal.azure.com/#@contoso.com/resource${vault}/overview`, vault],
    [`https://portal.azure.com/#@contoso.com/resource${vault}`, vault],
    [`https://portal.azure.com/#resource${vault}/access_policies?tab=x`, vault],
    [
      `https://ms.portal.azure.com/?feature.x=true#@contoso.com/resource/subscriptions/${prod}/users`,
      `/subscriptions/${prod}`,
    ],
    [
      `https://portal.azure.com/#view/Microsoft_Azure_Resources/ResourceMenuBlade/~/overview/resourceId/${encodeURIComponent(vault)}`,
      vault,
    ],
    [`https://portal.azure.us/#@x/resource/subscriptions/${prod}/resourceGroups`, `/subscriptions/${prod}`],
    [`https://management.azure.com${vault}?api-version=2023-07-01`, vault],
    [`https://management.azure.com/subscriptions/${prod}?api-version=2022-12-01`, `/subscriptions/${prod}`],
    ['rg-a', 'rg-a'],
    ['Contoso Production', 'Contoso Production'],
    ['"Contoso Production/rg-a"', 'Contoso Production/rg-a'],
  ])('%s', (word, id) => expect(scopeOf(word)).toBe(id));

  it.each([
    'https://example.com/subscriptions/x',
    'https://portal.azure.com/#home',
    'https://portal.azure.com.evil.example/#@x/resource/subscriptions/50bc0000-0000-4000-8000-000000000001',
    '/subscriptions/x',
    'a/b/c',
    'https://management.azure.com/%E0%A4%A',
  ])('not %s', (word) => expect(refusal(`grant uami-x --role Reader --scope ${word}`)).toContain('portal URL'));

  it('an identity too may be named by its portal address', () => {
    const id = `/subscriptions/${prod}/resourceGroups/rg-a/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uami-x`;
    expect(argsOf(`show https://portal.azure.com/#@contoso.com/resource${id}/overview`)).toEqual({ name: id });
    expect(argsOf(`delete ${id.slice(1)}`)).toEqual({ name: id });
  });
});

const subscriptions: Subscription[] = [
  { id: prod, name: 'Contoso Production', tenantId: 't' },
  { id: dev, name: 'Contoso Development', tenantId: 't' },
  { id: '50bc0000-0000-4000-8000-000000000003', name: 'rg-twin', tenantId: 't' },
];
const groupOf = (subscriptionId: string, name: string): ResourceGroup => ({
  id: `/subscriptions/${subscriptionId}/resourceGroups/${name}`,
  name,
  subscriptionId,
  location: 'westeurope',
});
const groups = [
  groupOf(prod, 'rg-a'),
  groupOf(prod, 'rg-both'),
  groupOf(dev, 'rg-both'),
  groupOf(dev, 'rg-twin'),
  groupOf(dev, 'shop'),
];
const resource = (id: string, type: string): AttachedResource => ({
  id,
  name: id.split('/').at(-1) ?? '',
  type,
  resourceGroup: 'rg-a',
  subscriptionId: prod,
});
const site = `/subscriptions/${prod}/resourceGroups/rg-a/providers/Microsoft.Web/sites`;
const resources = [
  resource(vault, 'microsoft.keyvault/vaults'),
  resource(`${site}/shop`, 'microsoft.web/sites'),
  resource(`${site}/web`, 'microsoft.web/sites'),
  resource(`/subscriptions/${dev}/resourceGroups/rg-b/providers/Microsoft.Web/sites/web`, 'microsoft.web/sites'),
];

function contextWith({ missing = [] as string[] } = {}) {
  const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
  const azure = {
    subscriptions: async () => subscriptions,
    resourceGroup: async (id: string, name: string) =>
      groups.find((group) => same(group.name, name) && group.subscriptionId === id),
    resourceGroups: async (id: string) => groups.filter((group) => group.subscriptionId === id),
    resourcesNamed: async (name: string) => ({
      items: missing.length > 0 ? [] : resources.filter((one) => same(one.name, name)),
      missing,
    }),
    exists: async (id: string) => resources.some((one) => same(one.id, id)),
  } as unknown as AzureReader;
  return { azure, textTools, rewrite: (param: string, value: string) => `${param}=${value}` };
}

async function fault(word: string, context = contextWith()): Promise<Fault> {
  const error = await findScope(context, word).then(
    (id) => new Error(`it found ${id}`),
    (reason: unknown) => reason,
  );
  if (error instanceof Fault) return error;
  throw error;
}

describe('a scope by name', () => {
  it.each([
    ['rg-a', groupOf(prod, 'rg-a').id],
    ['RG-A', groupOf(prod, 'rg-a').id],
    ['Contoso Production', `/subscriptions/${prod}`],
    [dev, `/subscriptions/${dev}`],
    ['kv-a', vault],
    ['Contoso Development/rg-both', groupOf(dev, 'rg-both').id],
    [`${prod}/rg-both`, groupOf(prod, 'rg-both').id],
    [vault, vault],
  ])('%s', async (word, id) => expect(await findScope(contextWith(), word)).toBe(id));

  it.each([
    ['rg-both', ['resource group rg-both, Contoso Production', 'resource group rg-both, Contoso Development']],
    ['rg-twin', ['subscription rg-twin', 'resource group rg-twin, Contoso Development']],
    ['shop', ['resource group shop, Contoso Development', 'web app shop in rg-a, Contoso Production']],
    ['web', ['web app web in rg-a, Contoso Production', 'web app web in rg-b, Contoso Development']],
  ])('%s stands for several: it asks which', async (word, labels) => {
    const { code, details } = await fault(word);
    expect(code).toBe('ambiguous');
    expect(details.choices?.map(({ label }) => label)).toEqual(labels);
    for (const { command } of details.choices ?? []) expect(command).toMatch(/^scope=\/subscriptions\//);
  });

  it('a choice of subscription keeps the group that was named', async () => {
    const { details } = await fault('Contoso/rg-both');
    expect(details.choices?.map(({ command }) => command)).toEqual([`scope=${prod}/rg-both`, `scope=${dev}/rg-both`]);
  });

  it('nothing of the name, a management group, a group that is not there: each says what to do', async () => {
    expect((await fault('rg-bot')).details.next).toContain('rg-both');
    expect((await fault('/providers/Microsoft.Management/managementGroups/corp')).message).toContain(
      'management group',
    );
    expect((await fault('Contoso Development/rg-a')).message).toContain('No resource group “rg-a”');
  });

  it('says where it could not look, and finds a group all the same', async () => {
    const context = contextWith({ missing: ['Azure Resource Graph: it is busy'] });
    expect((await fault('kv-a', context)).details.next).toContain('it is busy');
    expect(await findScope(context, 'rg-a')).toBe(groupOf(prod, 'rg-a').id);
  });
});

it('a scope has one label', () => {
  expect(scopeLabel(vault)).toBe('vault kv-a in rg-a');
  expect(scopeLabel(`/subscriptions/${prod}`, subscriptions)).toBe('subscription Contoso Production');
  expect(scopeLabel(`/subscriptions/${prod}`)).toBe(`subscription ${prod}`);
  expect(scopeLabel(groupOf(prod, 'rg-a').id)).toBe('resource group rg-a');
  expect(scopeLabel('/')).toBe('the whole tenant');
  expect(scopeLabel('nonsense')).toBe('nonsense');
});
