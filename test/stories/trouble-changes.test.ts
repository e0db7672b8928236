// Changes between the request and its approval: each has a clear answer, and nothing is lost.

import { describe, expect, it } from 'vitest';
import type { TestAzure } from '../support/azure.ts';
import { type Person, requestId, shown, textOf } from '../support/person.ts';
import { useTeamsCompany } from '../support/use-teams-company.ts';

let azure: TestAzure;
let alex: Person;
let megan: Person;
useTeamsCompany((company) => {
  ({ azure, alex, megan } = company);
});

const production = '50bc0000-0000-4000-8000-000000000001';
const answerTo = async (text: string) => textOf(shown(await alex.say(text)));

describe('a world that changes', () => {
  it('does not run a plan that is no longer true: it shows the new one and asks again', async () => {
    const asked = await alex.say('delete uami-refunds --detach --remove-roles --confirm uami-refunds');
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
    const asked = await alex.say('delete uami-playground --detach --remove-roles --confirm uami-playground');
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
