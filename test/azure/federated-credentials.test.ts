// Federated credentials written at the same time: Azure refuses a second writer under one identity, so that one waits its turn.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { currentAzure, made, perform, useAzure } from '../operations/case.ts';
import { type Gateway, startGateway } from '../support/azure.ts';

let gateway: Gateway;

beforeAll(async () => {
  gateway = await startGateway();
  useAzure(gateway);
});
afterAll(() => gateway.close());

it('two of one identity at once are both made, one after the other', async () => {
  const { id: identityId, principalId } = await made();
  const issuer = 'https://token.actions.githubusercontent.com';
  const credential = (name: string) => ({
    kind: 'federated-credential.write' as const,
    identityId,
    principalId,
    name,
    issuer,
    subject: `repo:contoso/shop:environment:${name}`,
    audiences: ['api://AzureADTokenExchange'],
  });
  gateway.simulator.control.clearRequests();
  const names = ['blue', 'green'];
  const results = await Promise.all(names.map((name) => perform(credential(name))));
  expect(results.map(({ outcome }) => outcome)).toEqual(['updated', 'updated']);
  const refused = gateway.simulator.control
    .requests()
    .filter(({ method, status }) => method === 'PUT' && status === 409);
  expect(refused.length).toBeGreaterThan(0);
  const found = await currentAzure().reader.federatedCredentials(identityId);
  expect(found.map(({ name }) => name).sort()).toEqual(names);
});
