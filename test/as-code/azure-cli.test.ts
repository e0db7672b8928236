// The exported script of the Azure CLI, run by the real one against the simulator: what it makes is what was exported.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSimulator, startSimulator } from '../../simulator/server.ts';
import { codeFormats } from '../../src/core/as-code/formats.ts';
import type { CodeItem, IdentityItem } from '../../src/core/as-code/items.ts';
import { type ArmCall, asker, type Reply } from '../simulator/ask.ts';
import { production } from '../simulator/use-simulator.ts';
import { type AzureCli, hasAzureCli, signIn } from '../support/azure-cli.ts';
import { awkward, subject } from './samples.ts';

const group = `/subscriptions/${production}/resourceGroups/rg-payments`;
const identityId = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uami-exported`;
const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
const identity: IdentityItem = {
  kind: 'identity',
  id: identityId,
  subscriptionId: production,
  resourceGroup: 'rg-payments',
  name: 'uami-exported',
  location: 'westeurope',
  tags: { owner: `o'neil "and" $co`, empty: '' },
  exists: false,
};
const items: CodeItem[] = [
  identity,
  {
    kind: 'credential',
    identityId,
    name: 'github-main',
    issuer: 'https://token.actions.githubusercontent.com',
    subject: "repo:contoso/orders:environment:it's $prod",
    audiences: ['api://AzureADTokenExchange'],
    exists: false,
  },
  {
    kind: 'role',
    scope: group,
    roleDefinitionId: reader,
    roleName: 'Reader',
    identityId,
    description: awkward.replaceAll('\n', ' '),
  },
];

const formatOf = (wanted: string) => {
  const format = codeFormats.find(({ name }) => name === wanted);
  if (!format) throw new Error(`there is no format ${wanted}`);
  return format;
};
const az = (of: readonly CodeItem[]) => formatOf('az').write(of, subject)[0]?.text ?? '';

/** The role on a scope, without what the simulator's company has no use for. */
const roleOf = (identityId: string, scope: string): CodeItem => ({
  kind: 'role',
  scope,
  roleDefinitionId: reader,
  roleName: 'Reader',
  identityId,
});

describe.skipIf(!hasAzureCli)('the exported script, run by the Azure CLI', () => {
  let simulator: RunningSimulator;
  let cli: AzureCli;
  let ask: (call: ArmCall) => Promise<Reply>;
  beforeAll(async () => {
    simulator = await startSimulator({ settings: { throttling: false } });
    ask = await asker(simulator);
    cli = await signIn(simulator);
  }, 120_000);
  afterAll(async () => {
    cli?.remove();
    await simulator?.close();
  });

  it('makes the identity with its tags, credential and role, then takes them away', { timeout: 240_000 }, async () => {
    const made = await cli.bash(az(items));
    expect(made.status, made.output).toBe(0);
    const path = `${identityId}?api-version=2023-01-31`;
    const found = (await ask({ method: 'GET', path })).body as { tags: unknown; properties: { principalId: string } };
    expect(found.tags).toEqual({ owner: `o'neil "and" $co`, empty: '' });
    const credentials = `${identityId}/federatedIdentityCredentials`;
    const credential = await ask({ method: 'GET', path: `${credentials}/github-main?api-version=2023-01-31` });
    expect(credential.body).toMatchObject({ properties: { subject: "repo:contoso/orders:environment:it's $prod" } });
    const filter = `api-version=2022-04-01&$filter=principalId eq '${found.properties.principalId}'`.replaceAll(
      ' ',
      '%20',
    );
    const roles = await ask({
      method: 'GET',
      path: `${group}/providers/Microsoft.Authorization/roleAssignments?${filter}`,
    });
    const assignments = (roles.body as { value: { id: string; properties: unknown }[] }).value;
    expect(assignments).toMatchObject([{ properties: { scope: group, description: awkward.replaceAll('\n', ' ') } }]);
    const removed = await cli.bash(
      az([
        { kind: 'role-removal', id: assignments[0]?.id ?? '' },
        { kind: 'credential-removal', id: `${credentials}/github-main` },
        { kind: 'identity-removal', id: identityId },
      ]),
    );
    expect(removed.status, removed.output).toBe(0);
    expect((await ask({ method: 'GET', path })).status).toBe(404);
  });

  /** Writes the template's files, and runs the lines that are given with them. */
  async function deploy(of: readonly CodeItem[]) {
    const dir = mkdtempSync(join(tmpdir(), 'desk-arm-'));
    try {
      const texts = formatOf('arm').write(of, subject);
      for (const { fileName, text } of texts) writeFileSync(join(dir, fileName), text);
      return await cli.bash(`set -e\n${formatOf('arm').howToRun(texts, of)}`, dir);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  }

  /** The scopes that an identity has a role on. */
  async function scopesOf(id: string): Promise<string[]> {
    const found = await ask({ method: 'GET', path: `${id}?api-version=2023-01-31` });
    const { principalId } = (found.body as { properties: { principalId: string } }).properties;
    const filter = `$filter=assignedTo('${principalId}')`;
    const path = `/subscriptions/${production}/providers/Microsoft.Authorization/roleAssignments`;
    const { body } = await ask({ method: 'GET', path: `${path}?api-version=2022-04-01&${filter}` });
    return (body as { value: { properties: { scope: string } }[] }).value.map((one) => one.properties.scope).toSorted();
  }

  it('deploys the template to a resource group, and by it to others', { timeout: 240_000 }, async () => {
    const scopes = [
      group,
      `/subscriptions/${production}/resourceGroups/rg-web-prod`,
      `${group}/providers/Microsoft.KeyVault/vaults/kv-payments-prod`,
      `/subscriptions/${production}`,
    ];
    const deployed = await deploy([...items.slice(0, 2), ...scopes.map((scope) => roleOf(identityId, scope))]);
    expect(deployed.status, deployed.output).toBe(0);
    expect(await scopesOf(identityId)).toEqual(scopes.toSorted());
  });

  it('deploys the template with a new resource group to the subscription', { timeout: 240_000 }, async () => {
    const newGroup = `/subscriptions/${production}/resourceGroups/rg-exported`;
    const id = identityId.replace(group, newGroup);
    const scopes = [newGroup, group, `/subscriptions/${production}`];
    const deployed = await deploy([
      { kind: 'group', subscriptionId: production, name: 'rg-exported', location: 'westeurope' },
      { ...identity, id, resourceGroup: 'rg-exported' },
      ...scopes.map((scope) => roleOf(id, scope)),
    ]);
    expect(deployed.status, deployed.output).toBe(0);
    expect(await scopesOf(id)).toEqual(scopes.toSorted());
  });
});
