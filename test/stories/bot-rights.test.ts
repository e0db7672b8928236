// What the bot itself may not do is told before anybody is asked; what it may no longer do, or what a role no longer is, does not run.

import { expect, it } from 'vitest';
import type { TestAzure } from '../support/azure.ts';
import { denyAll, giveBot } from '../support/bot-rights.ts';
import { type Person, requestId, shown, textOf } from '../support/person.ts';
import { useTeamsCompany } from '../support/use-teams-company.ts';

let azure: TestAzure;
let alex: Person;
let megan: Person;
useTeamsCompany((company) => {
  ({ azure, alex, megan } = company);
});

const production = '/subscriptions/50bc0000-0000-4000-8000-000000000001';
const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
const answerTo = async (text: string) => textOf(shown(await alex.say(text)));
const writes = () => azure.simulator.control.requests().filter(({ method }) => method === 'PUT' || method === 'DELETE');

it('a right that the bot lacks is named with the line that gives it, and nobody is asked', async () => {
  const text = await answerTo('create uami-nowhere -g rg-legacy-staging');
  expect(text).toContain('Identity Desk itself lacks Microsoft.ManagedIdentity/userAssignedIdentities/write');
  expect(text).toContain('Nothing was requested.');
  expect(text).toContain('az role assignment create');
  expect(await answerTo('requests all')).not.toContain('uami-nowhere');
});

it('a deny assignment is told as one', async () => {
  denyAll(azure.simulator, `${production}/resourceGroups/rg-web-prod`, ['Microsoft.ManagedIdentity/*/write']);
  const text = await answerTo('create uami-denied -g rg-web-prod');
  expect(text).toContain('Managed by a stack');
  expect(text).not.toContain('lacks');
});

it('a right that is lost after the approval stops the run before anything is done, and a retry does it', async () => {
  const asked = await alex.say('create uami-later -g rg-payments');
  const id = requestId(asked);
  const card = await megan.sees(id, 'Waiting for');
  const restore = giveBot(azure.simulator, [{ scope: production, role: reader }]);
  azure.simulator.control.clearRequests();
  await megan.press(card, 'Approve');
  const failed = await alex.sees(id, 'itself lacks');
  expect(textOf(shown(failed))).toContain('Nothing was changed.');
  expect(writes()).toEqual([]);
  restore();
  await alex.press(failed, 'Retry');
  await alex.sees(id, 'Done. Approved by');
});

it('a custom role that was edited after it was asked for is asked for again, and not assigned before', async () => {
  const asked = await alex.say('grant uami-checkout --role "Contoso Deployment Operator" --scope rg-payments --for 8h');
  const id = requestId(asked);
  const card = await megan.sees(id, 'Waiting for');
  const world = azure.simulator.control.world();
  const roleDefinitions = world.roleDefinitions.map((role) =>
    role.roleName === 'Contoso Deployment Operator'
      ? {
          ...role,
          permissions: role.permissions.map((set) => ({ ...set, actions: [...set.actions, 'Microsoft.Web/*'] })),
        }
      : role,
  );
  azure.simulator.control.reset({ ...world, roleDefinitions });
  azure.simulator.control.clearRequests();
  await megan.press(card, 'Approve');
  await alex.sees(id, 'changed');
  expect(writes()).toEqual([]);
});
