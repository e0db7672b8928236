// A request's run: in order, each operation written down before and after it, the policy and the world looked at again before each,
// and after an interruption only the rest.

import { beforeEach, describe, expect, it } from 'vitest';
import { createWorld, hour, minute, people, policyOf, type World } from '../support/core-world.ts';
import { reader, subscriptionId } from '../support/memory-azure.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});

/** A new group, a new identity in it, and a role for that: three operations, of which the last needs the second. */
const threeSteps = () => {
  const scope = `/subscriptions/${subscriptionId}/resourceGroups/rg-new`;
  return world.identity('uami-new', {
    resourceGroup: 'rg-new',
    createsGroup: true,
    role: { id: reader.id, scope },
    durationMs: hour,
  });
};

async function approved(command: string, args: Readonly<Record<string, unknown>>): Promise<string> {
  const id = await world.ask(command, args);
  await world.decide('approve', id, people.megan);
  return id;
}

const statesOf = async (id: string) => {
  const { state, operations } = await world.get(id);
  return [state, ...operations.map((record) => record.state)];
};

describe('a run', () => {
  it('does the operations in order, hands on what each gives, and writes each down before and after', async () => {
    const id = await approved('create', threeSteps());
    const seen: unknown[] = [];
    world.azure.onEffect(({ operation }) => {
      const { after } = world.store.made.at(-1) ?? {};
      seen.push([operation.kind, after?.state, after?.operations.map(({ state }) => state).join(' ')]);
    });
    await world.runDue();
    expect(seen).toEqual([
      ['resource-group.create', 'executing', 'started planned planned'],
      ['identity.create', 'executing', 'done started planned'],
      ['role-assignment.create', 'executing', 'done done started'],
    ]);
    expect(await statesOf(id)).toEqual(['succeeded', 'done', 'done', 'done']);
    const [identity] = world.azure.identities.values();
    expect([...world.azure.assignments.values()].map(({ principalId }) => principalId)).toEqual([
      identity?.principalId,
    ]);
    expect(await world.eventsOf(id)).toEqual([
      'request.drafted',
      'request.submitted',
      'request.approved',
      'request.executing',
      ...['operation.started', 'operation.done', 'operation.started', 'operation.done'],
      ...['operation.started', 'operation.done', 'grant.started'],
      'request.succeeded',
      'operation.listed',
    ]);
  });

  it('looks at what an operation relies on right before it, and stops where that has changed', async () => {
    const id = await approved('create', threeSteps());
    world.azure.onEffect(({ operation }) => {
      if (operation.kind === 'resource-group.create') world.azure.addIdentity('uami-new', { owner: 'other' }, 'rg-new');
    });
    await world.runDue();
    expect(await statesOf(id)).toEqual(['failed', 'done', 'failed', 'planned']);
    expect((await world.get(id)).failure?.code).toBe('stale');
    expect([...world.azure.identities.values()].map(({ tags }) => tags)).toEqual([{ owner: 'other' }]);
  });

  it('asks everybody again where the plan has changed since, and runs the new one once approved', async () => {
    const args = threeSteps();
    const id = await approved('create', args);
    world.azure.addGroup('rg-new');
    await world.runDue();
    expect(await world.get(id)).toMatchObject({
      state: 'pending',
      revision: 2,
      operations: [{ state: 'planned' }, {}],
    });
    expect(world.azure.effects).toEqual([]);
    // The old approval was for the old plan.
    expect((await world.decide('approve', id, people.megan)).state).toBe('approved');
    await world.runDue();
    expect(await statesOf(id)).toEqual(['succeeded', 'done', 'done']);
  });

  it('fails where there is nothing left to do', async () => {
    const args = world.role('uami-a');
    const [id, twin] = [await approved('grant', args), await approved('grant', args)];
    await world.execute(id);
    await world.execute(twin);
    expect([await statesOf(id), await statesOf(twin)]).toEqual([
      ['succeeded', 'done'],
      ['failed', 'planned'],
    ]);
    expect(world.azure.effects).toHaveLength(1);
  });
});

describe('the policy', () => {
  it.each(['two', 'closed'] as const)(
    'that has become “%s” before the first operation lets nothing happen',
    async (name) => {
      const id = await approved('create', threeSteps());
      world.setPolicy(policyOf(name));
      await world.runDue();
      expect(await statesOf(id)).toEqual([name === 'two' ? 'pending' : 'failed', 'planned', 'planned', 'planned']);
      expect(world.azure.effects).toEqual([]);
    },
  );

  it.each(['two', 'closed'] as const)(
    'that becomes “%s” in the middle stops the rest, and what was done is on record',
    async (name) => {
      const id = await approved('create', threeSteps());
      world.azure.onEffect(() => world.setPolicy(policyOf(name)));
      await world.runDue();
      expect(await statesOf(id)).toEqual(['failed', 'done', 'failed', 'planned']);
      expect(await world.get(id)).toMatchObject({
        failure: { code: 'not-allowed' },
        operations: [{ result: { outcome: 'created' } }, {}, {}],
      });
      expect(world.azure.effects).toHaveLength(1);
    },
  );

  it.each(['before', 'after'] as const)('is judged again after a restart %s an operation was done', async (when) => {
    const id = await approved('create', threeSteps());
    // execute, start, effect, done: the crash is at the effect of the first, which is taken up whatever the policy says.
    world.crash.arm(3, when);
    await world.runDue();
    world.crash.restart();
    expect(await statesOf(id)).toEqual(['executing', 'started', 'planned', 'planned']);
    world.setPolicy(policyOf('closed'));
    await world.runDue();
    expect(await statesOf(id)).toEqual(['failed', 'done', 'failed', 'planned']);
    expect(world.azure.effects.map(({ operation }) => operation.kind)).toEqual(['resource-group.create']);
  });
});

describe('a run that fails in the middle', () => {
  it('keeps what was done; a retry does only the rest', async () => {
    const id = await approved('create', threeSteps());
    world.azure.onEffect(({ operation }) => {
      if (operation.kind === 'resource-group.create') world.azure.fail('refused');
    });
    await world.runDue();
    expect(await statesOf(id)).toEqual(['failed', 'done', 'failed', 'planned']);
    expect((await world.get(id)).failure).toMatchObject({ code: 'azure-forbidden', isRetryable: true });
    world.azure.mend();
    await world.decide('retry', id, people.alex);
    await world.runDue();
    expect(await statesOf(id)).toEqual(['succeeded', 'done', 'done', 'done']);
    expect(await world.get(id)).toMatchObject({ attempt: 2 });
    expect((await world.get(id)).failure).toBeUndefined();
    const kinds = world.azure.effects.map(({ operation }) => operation.kind);
    expect(kinds).toEqual(['resource-group.create', 'identity.create', 'role-assignment.create']);
  });

  it('where Azure is busy goes on by itself, and fails after ten minutes of it', async () => {
    const id = await approved('grant', world.role('uami-a'));
    world.azure.fail('busy');
    for (const [after, state] of [
      [0, 'executing'],
      [5 * minute, 'executing'],
      [6 * minute, 'failed'],
    ] as const) {
      world.pass(after);
      await world.runDue();
      expect((await world.get(id)).state).toBe(state);
    }
    expect(world.azure.effects).toEqual([]);
  });

  it.each(['lost-before', 'lost-after'] as const)(
    'where the answer is lost (%s) never fails, and does it once',
    async (trouble) => {
      const id = await approved('grant', world.role('uami-a', hour));
      world.azure.fail(trouble, 1);
      await world.runDue();
      world.azure.fail('away');
      for (let round = 0; round < 5; round += 1) {
        world.pass(hour);
        await world.runDue();
      }
      expect(await world.get(id)).toMatchObject({ state: 'executing', failure: { code: 'azure-unreachable' } });
      expect((await world.eventsOf(id)).filter((event) => event === 'operation.unanswered')).toHaveLength(1);
      world.azure.mend();
      world.pass(minute);
      await world.runDue();
      expect(await statesOf(id)).toEqual(['succeeded', 'done']);
      expect((await world.get(id)).operations[0]?.result?.outcome).toBe('created');
      expect(world.azure.effects).toHaveLength(1);
    },
  );
});
