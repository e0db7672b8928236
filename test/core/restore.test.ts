// restore on memory: what was taken down before a deletion comes back, as far as it still can; what cannot is said.

import { beforeEach, describe, expect, it } from 'vitest';
import { cardOf } from '../../src/core/chat.ts';
import { policyOf } from '../support/core-world.ts';
import { createDispatchWorld, type DispatchWorld } from '../support/dispatch-world.ts';
import { groupId } from '../support/memory-azure.ts';

const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
let world: DispatchWorld;

function allow(...commands: readonly string[]) {
  const policy = policyOf('free');
  world.setPolicy({ ...policy, rules: policy.rules.map((rule) => ({ ...rule, commands })) });
}

beforeEach(() => {
  world = createDispatchWorld();
  allow('create', 'delete', 'grant', 'revoke', 'attach', 'detach', 'restore');
});

const newest = async () => {
  const [request] = await world.requests();
  if (!request) throw new Error('there is no request');
  return request;
};
const textOf = async (line: string) => JSON.stringify(cardOf(await world.say('alex', line)));

/** Submits the newest request, and lets it run to its end. */
async function run() {
  const { id, state } = await newest();
  if (state === 'draft') await world.click('alex', 'request.submit', id);
  await world.runDue();
  return newest();
}

/** An identity with a role and a resource, deleted. Returns the request that did it. */
async function deleted(name: string, condition?: string) {
  const made = world.azure.addIdentity(name, { team: 'orders' });
  const id = `${groupId}/providers/Microsoft.Authorization/roleAssignments/${name}`;
  const row = { id, scope: groupId, roleDefinitionId: reader, principalId: made.principalId };
  world.azure.assignments.set(id.toLowerCase(), condition === undefined ? row : { ...row, condition });
  const resource = world.azure.resources.add(`vm-${name}`, [made.id]);
  await world.say('alex', `delete ${name} --detach --remove-roles --confirm ${name}`);
  world.pass(1_000);
  const request = await run();
  expect(request.state).toBe('succeeded');
  world.pass(1_000);
  return { request, made, resource };
}

describe('what a deletion takes down', () => {
  it('is all that the identity was, and is kept with the request', async () => {
    const { request, made, resource } = await deleted('uami-gone');
    expect(request.snapshot).toMatchObject({
      key: 'uami-gone',
      identity: { id: made.id, clientId: made.clientId, tags: { team: 'orders' }, location: 'westeurope' },
      roles: [{ scope: groupId, roleDefinitionId: reader, roleName: 'Reader' }],
      attachments: [resource.id],
      credentials: [],
    });
  });

  it('is what it was before the first change, also where the run was interrupted in the middle', async () => {
    const made = world.azure.addIdentity('uami-torn');
    const resource = world.azure.resources.add('vm-torn', [made.id]);
    await world.say('alex', 'delete uami-torn --detach --confirm uami-torn');
    const { id } = await newest();
    await world.click('alex', 'request.submit', id);
    world.crash.arm(4, 'after');
    await world.runDue();
    world.crash.restart();
    await world.runDue();
    expect((await newest()).snapshot?.attachments).toEqual([resource.id]);
  });
});

describe('restore', () => {
  it.each(['name', 'id'] as const)(
    'by %s makes it again, with its role and on its resource, under new ids',
    async (by) => {
      const { request, made, resource } = await deleted('uami-gone');
      await world.say('alex', `restore ${by === 'name' ? 'UAMI-gone' : request.id}`);
      const asked = await newest();
      expect(asked.plan.steps.map(({ operation }) => operation.kind)).toEqual([
        ...['identity.create', 'role-assignment.create', 'attachment.add'],
      ]);
      expect(asked.plan.warnings.map(({ code }) => code)).toContain('gets-new-ids');
      expect((await run()).state).toBe('succeeded');
      const now = [...world.azure.identities.values()].find(({ name }) => name === 'uami-gone');
      expect(now?.tags).toEqual({ team: 'orders' });
      expect(now?.principalId).not.toBe(made.principalId);
      expect([...world.azure.assignments.values()].map(({ principalId }) => principalId)).toEqual([now?.principalId]);
      expect(world.azure.resources.get(resource.id)?.identities).toEqual([made.id]);
      expect(await textOf('restore uami-gone')).toContain('uami-gone exists in rg-payments');
    },
  );

  it('says what cannot come back, and is reviewed then: a role with a condition never comes back without it', async () => {
    const { resource } = await deleted('uami-gone', '(true)');
    world.azure.resources.delete(resource.id);
    await world.say('alex', 'restore uami-gone');
    const { state, plan } = await newest();
    expect(state).toBe('draft');
    expect(plan.steps.map(({ operation }) => operation.kind)).toEqual(['identity.create']);
    const lost = plan.warnings.find(({ code }) => code === 'not-restored');
    expect(lost?.params).toEqual({
      what: ['Reader on resource group rg-payments (has a condition)', 'vm-uami-gone (is gone)'],
    });
  });

  it('is what the policy says of creating, granting and attaching too', async () => {
    await deleted('uami-gone');
    for (const missing of ['create', 'grant', 'attach', 'restore']) {
      allow(...['create', 'delete', 'grant', 'revoke', 'attach', 'restore'].filter((one) => one !== missing));
      expect(await textOf('restore uami-gone')).toMatch(/policy does not allow|not allowed|No rule/);
    }
  });

  it('knows only what was deleted here', async () => {
    expect(await textOf('restore uami-never')).toContain('No deleted identity “uami-never” was found');
    expect(await textOf('restore R-000000')).toContain('No deletion “R-000000” was found');
  });
});
