// What was seen travels with what is decided, through the core as a chat speaks to it: typed approvals of whom was shown nothing, and
// forms whose world changed between the plan and Submit.

import { beforeEach, describe, expect, it } from 'vitest';
import { cardOf } from '../../src/core/chat.ts';
import { hour } from '../support/core-world.ts';
import { createDispatchWorld, type DispatchWorld } from '../support/dispatch-world.ts';

let world: DispatchWorld;
beforeEach(() => {
  world = createDispatchWorld();
});

describe('approve, typed', () => {
  it('by one who was not shown the plan shows it, and counts when it is entered again', async () => {
    const id = await world.ask('grant', world.role('uami-a', hour));
    const first = await world.say('megan', `approve ${id}`);
    expect(JSON.stringify(cardOf(first))).toContain('This plan has not been shown to you yet.');
    expect(cardOf(first)?.buttons).toContainEqual(expect.objectContaining({ verb: 'request.approve' }));
    expect((await world.get(id)).decisions).toEqual([]);
    await world.say('megan', `approve ${id}`);
    expect((await world.get(id)).state).toBe('approved');
  });

  it('counts after the request was looked at', async () => {
    const id = await world.ask('grant', world.role('uami-a', hour));
    await world.say('megan', `request ${id}`);
    await world.say('megan', `approve ${id}`);
    expect((await world.get(id)).state).toBe('approved');
  });
});

describe('a form', () => {
  const fields = { name: 'uami-n', resourceGroup: 'rg-new', createGroup: 'true', location: 'westeurope' };

  it('whose plan is the one that was reviewed is submitted', async () => {
    const shown = await world.preview('alex', 'create', fields);
    if (shown.kind !== 'plan') throw new Error(JSON.stringify(shown));
    await world.submit('alex', 'create', fields, shown.digest);
    expect((await world.requests()).map(({ state }) => state)).toEqual(['pending']);
  });

  it('whose world changed in between asks nobody: its new plan is reviewed first', async () => {
    const shown = await world.preview('alex', 'create', fields);
    if (shown.kind !== 'plan') throw new Error(JSON.stringify(shown));
    world.azure.addGroup('rg-new');
    const answer = await world.submit('alex', 'create', fields, shown.digest);
    expect(answer.kind).toBe('recorded');
    const [request] = await world.requests();
    expect(request?.state).toBe('draft');
    expect(request?.plan.steps.map(({ operation }) => operation.kind)).toEqual(['identity.create']);
  });
});
