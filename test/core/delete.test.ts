// delete on memory, spoken to as a chat does: what hangs on the identity is shown, who deletes says what becomes of it and enters its
// name, and nothing that cannot come back runs before its plan was seen.

import { beforeEach, describe, expect, it } from 'vitest';
import { warningWords } from '../../src/core/cards/warning-words.ts';
import { cardOf } from '../../src/core/chat.ts';
import { policyOf } from '../support/core-world.ts';
import { createDispatchWorld, type DispatchWorld } from '../support/dispatch-world.ts';
import { groupId, identityIdOf } from '../support/memory-azure.ts';

const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
let world: DispatchWorld;

/** Anybody may do anything without approval. */
const free = () => {
  const policy = policyOf('free');
  const commands = ['create', 'delete', 'grant', 'revoke', 'attach', 'detach'];
  return { ...policy, rules: policy.rules.map((rule) => ({ ...rule, commands })) };
};

beforeEach(() => {
  world = createDispatchWorld();
  world.setPolicy(free());
});

function identity(name: string, { roles = 0, resources = 0 } = {}) {
  const made = world.azure.addIdentity(name);
  for (let index = 0; index < roles; index += 1) {
    const id = `${groupId}/providers/Microsoft.Authorization/roleAssignments/${name}-${index}`;
    const row = { id, scope: groupId, roleDefinitionId: reader, principalId: made.principalId };
    world.azure.assignments.set(id.toLowerCase(), row);
  }
  for (let index = 0; index < resources; index += 1) world.azure.resources.add(`vm-${name}-${index}`, [made.id]);
  return made;
}

const textOf = (card: ReturnType<typeof cardOf>) => JSON.stringify(card);
async function answer(line: string) {
  const said = await world.say('alex', line);
  return { said, text: textOf(cardOf(said)) };
}
const only = async () => {
  const [request, ...more] = await world.requests();
  expect(more).toEqual([]);
  if (!request) throw new Error('there is no request');
  return request;
};

describe('an identity on which nothing hangs', () => {
  it('is deleted without a name, but not before its plan was seen, self-service or not', async () => {
    identity('uami-idle');
    expect((await answer('delete uami-idle')).said.kind).toBe('recorded');
    const request = await only();
    expect([request.state, request.plan.confirm]).toEqual(['draft', undefined]);
    await world.runDue();
    expect(world.azure.effects).toEqual([]);
    await world.click('alex', 'request.submit', request.id);
    await world.runDue();
    const done = await only();
    expect([done.state, done.remains]).toEqual(['succeeded', []]);
    expect((await world.eventsOf(done.id)).at(-1)).toBe('request.succeeded');
  });
});

describe('an identity that is in use', () => {
  it('is not requested to be deleted unless it is said what becomes of that', async () => {
    identity('uami-used', { roles: 2, resources: 1 });
    for (const line of ['delete uami-used', 'delete uami-used --detach', 'delete uami-used --remove-roles']) {
      const { said, text } = await answer(line);
      expect(said.kind).toBe('card');
      for (const part of [
        'uami-used is in use',
        'Reader on',
        'vm-uami-used-0',
        '--detach --remove-roles',
        'do nothing',
      ])
        expect(text).toContain(part);
    }
    expect(await world.requests()).toEqual([]);
  });

  it('is deleted last, once its name was entered', async () => {
    const { id } = identity('uami-used', { roles: 2, resources: 2 });
    await answer('delete uami-used --detach --remove-roles');
    const { id: requestId, plan } = await only();
    expect(plan.confirm).toBe('uami-used');
    expect(plan.steps.map(({ operation }) => operation.kind)).toEqual([
      ...['attachment.remove', 'attachment.remove', 'role-assignment.delete', 'role-assignment.delete'],
      'identity.delete',
    ]);
    for (const name of [undefined, 'uami-other', ' ']) {
      const refused = await world.click('alex', 'request.submit', requestId, name);
      expect(refused).toMatchObject({ kind: 'notice' });
      expect((await only()).state).toBe('draft');
    }
    await world.click('alex', 'request.submit', requestId, ' UAMI-used ');
    await world.runDue();
    const done = await only();
    expect([done.state, done.remains]).toEqual(['succeeded', []]);
    expect(world.azure.identities.has(id.toLowerCase())).toBe(false);
    expect(world.azure.assignments.size).toBe(0);
    expect(world.azure.effects.at(-1)?.operation.kind).toBe('identity.delete');
  });

  it('is confirmed by --confirm, whose plan still waits to be submitted; another name is refused', async () => {
    identity('uami-used', { roles: 1 });
    expect((await answer('delete uami-used --remove-roles --confirm uami-us')).text).toContain('is not the name');
    await answer('delete uami-used --remove-roles --confirm uami-used');
    const request = await only();
    expect([request.state, request.plan.confirm]).toEqual(['draft', undefined]);
  });

  it('typed, it is submitted with its name', async () => {
    identity('uami-used', { roles: 1 });
    await answer('delete uami-used --remove-roles');
    const { id } = await only();
    await answer(`request ${id}`);
    expect((await answer(`submit ${id}`)).text).toContain('was not entered');
    await world.say('alex', `submit ${id} uami-used`);
    expect((await only()).state).not.toBe('draft');
  });

  it('by a form, wants the name in its field', async () => {
    identity('uami-used', { roles: 1 });
    const fields = { name: 'uami-used', removeRoles: 'true' };
    const preview = await world.preview('alex', 'delete', fields);
    expect(preview).toMatchObject({ kind: 'wrong', field: 'confirm' });
    const good = await world.preview('alex', 'delete', { ...fields, confirm: 'uami-used' });
    expect(good.kind).toBe('plan');
    await world.submit('alex', 'delete', { ...fields, confirm: 'uami-used' }, good.kind === 'plan' ? good.digest : '');
    expect((await only()).state).toBe('approved');
  });

  it('keeps its warnings on every card', async () => {
    identity('uami-used', { resources: 1 });
    await answer('delete uami-used --detach --confirm uami-used');
    const { id, plan } = await only();
    await world.click('alex', 'request.submit', id);
    await world.runDue();
    const { text } = await answer(`request ${id}`);
    expect(text).toContain('Done.');
    for (const warning of plan.warnings) expect(text).toContain(warningWords(warning));
    expect(text).toContain('Nothing in Azure refers to it any more');
  });

  it('that gets another use while it is deleted: that is told', async () => {
    const made = identity('uami-used', { roles: 1 });
    world.azure.onEffect(({ operation }) => {
      if (operation.kind === 'identity.delete') world.azure.resources.add('vm-late', [made.id]);
    });
    await answer('delete uami-used --remove-roles --confirm uami-used');
    const { id } = await only();
    await world.click('alex', 'request.submit', id);
    await world.runDue();
    const done = await only();
    expect(done.remains).toMatchObject([{ kind: 'resource' }]);
    expect((await answer(`request ${id}`)).text).toContain('still refers to it: virtual machine vm-late');
  });

  it('whose use changed after the approval is not deleted by it', async () => {
    const made = identity('uami-used', { roles: 1 });
    await answer('delete uami-used --remove-roles --confirm uami-used');
    const { id } = await only();
    await world.click('alex', 'request.submit', id);
    world.azure.resources.add('vm-new', [made.id]);
    await world.runDue();
    expect((await only()).state).toBe('failed');
    expect(world.azure.effects).toEqual([]);
    expect(world.azure.identities.has(identityIdOf('uami-used').toLowerCase())).toBe(true);
  });
});
