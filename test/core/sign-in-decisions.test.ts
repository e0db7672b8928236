// Approvals that a fresh sign-in confirms, and decisions that their owner disowns, by the core at work: requests, policy, runs and
// grants as they are, on a store and an Azure in memory.

import { beforeEach, describe, expect, it } from 'vitest';
import { createDisownRequest } from '../../src/core/approvals/disown-request.ts';
import { SignInNeeded } from '../../src/core/approvals/sign-in-checks.ts';
import { requestCard } from '../../src/core/cards/request-card.ts';
import type { Person } from '../../src/core/model/person.ts';
import type { Policy } from '../../src/core/model/policy.ts';
import { createWorld, hour, people, policyOf, type World } from '../support/core-world.ts';

const { alex, megan, adele, nestor } = people;
const proof = { authTime: '2026-03-01T10:00:00.000Z', sessionHash: 'session', amr: ['mfa'] };
const withSignIn = (policy: Policy): Policy => ({
  ...policy,
  rules: policy.rules.map((rule) => ({ ...rule, stepUp: true })),
});

let world: World;
beforeEach(() => {
  world = createWorld();
});

const disown = (
  id: string,
  by: Person,
  verb: 'request.disown' | 'request.unfreeze' = 'request.disown',
  account = by.key,
) => createDisownRequest(world.deps)({ verb, requestId: id, by, account: { chat: 'x', userId: account } });

describe('an approval that a sign-in confirms', () => {
  beforeEach(() => world.setPolicy(withSignIn(policyOf('one'))));

  it('does not count by the click alone, and counts with the sign-in for this very plan', async () => {
    const id = await world.ask('create', world.identity('uami-a'));
    const { digest } = await world.get(id);
    await expect(world.decide('approve', id, megan)).rejects.toBeInstanceOf(SignInNeeded);
    expect((await world.get(id)).decisions).toEqual([]);
    await expect(
      world.decide('approve', id, megan, { signIn: { digest: `${digest}0`, revision: 1, proof } }),
    ).rejects.toMatchObject({ code: 'stale' });
    const approved = await world.decide('approve', id, megan, { signIn: { digest, revision: 1, proof } });
    expect(approved.state).toBe('approved');
    expect(approved.decisions[0]?.proof).toEqual(proof);
    const entry = (await world.store.audit.of(id)).find(({ event }) => event === 'request.approved');
    expect(entry?.data).toMatchObject({ proof, digest });
  });

  it('is for those who may approve: a sign-in gives no right', async () => {
    const id = await world.ask('create', world.identity('uami-a'));
    const { digest } = await world.get(id);
    // Lynne may not even see it.
    for (const [by, code] of [
      [alex, 'not-allowed'],
      [people.lynne, 'not-found'],
    ] as const) {
      const signIn = { digest, revision: 1, proof };
      await expect(world.decide('approve', id, by, { signIn })).rejects.toMatchObject({ code });
      await expect(world.decide('approve', id, by)).rejects.toMatchObject({ code });
    }
  });

  it('is not asked of a denial', async () => {
    const id = await world.ask('create', world.identity('uami-a'));
    expect((await world.decide('deny', id, megan, { comment: 'no' })).state).toBe('denied');
  });
});

describe('“that was not me”', () => {
  it('takes the approval back before anything runs: the same plan waits again, and the account decides nothing more', async () => {
    const id = await world.ask('create', world.identity('uami-a'));
    const before = await world.get(id);
    await world.decide('approve', id, megan);
    const after = await disown(id, megan, 'request.disown', 'another account of hers');
    expect(after).toMatchObject({ state: 'pending', digest: before.digest, revision: before.revision, decisions: [] });
    await world.runDue();
    expect((await world.get(id)).state).toBe('pending');
    expect(world.azure.identities.size).toBe(0);
    await expect(world.decide('approve', id, megan)).rejects.toThrow('do not count');
    await expect(world.decide('deny', id, megan, { comment: 'no' })).rejects.toThrow('do not count');
    // Once is enough, and it stays so.
    const version = (await world.get(id)).version;
    expect((await disown(id, megan)).version).toBe(version);
    expect(await world.eventsOf(id)).toContain('account.frozen');
    await world.decide('approve', id, adele);
    await world.runDue();
    expect((await world.get(id)).state).toBe('succeeded');
  });

  it('of one of two takes that one back alone', async () => {
    world.setPolicy(policyOf('two'));
    const id = await world.ask('create', world.identity('uami-a'));
    await world.decide('approve', id, megan);
    await world.decide('approve', id, adele);
    const after = await disown(id, megan);
    expect([after.state, after.decisions.map(({ by }) => by.name)]).toEqual(['pending', ['adele']]);
    expect((await world.decide('approve', id, nestor)).state).toBe('approved');
  });

  it('ends the temporary access that it gave, tells of the rest, and offers to undo it', async () => {
    const id = await world.ask('grant', world.role('uami-b', 8 * hour));
    await world.decide('approve', id, megan);
    await world.runDue();
    expect(world.azure.assignments.size).toBe(1);
    world.pass(hour);
    const after = await disown(id, megan);
    expect(after.state).toBe('succeeded');
    await world.runDue();
    expect(world.azure.assignments.size).toBe(0);
    expect((await world.get(id)).grants.map(({ state }) => state)).toEqual(['ended']);
    const lasting = await world.ask('grant', world.role('uami-b'));
    await world.decide('approve', lasting, adele);
    await world.runDue();
    const card = requestCard(await disown(lasting, adele), 'everyone');
    expect(card.buttons.map(({ label }) => label)).toContain('Remove role Reader');
    expect(JSON.stringify(card.blocks)).toContain('was not theirs');
  });

  it('of a denial changes nothing of it, but holds the account back', async () => {
    const id = await world.ask('create', world.identity('uami-a'));
    await world.decide('deny', id, megan, { comment: 'no' });
    const after = await disown(id, megan);
    expect([after.state, after.disowned?.length]).toEqual(['denied', 1]);
    const other = await world.ask('create', world.identity('uami-c'));
    await expect(world.decide('approve', other, megan)).rejects.toThrow('do not count');
  });

  it('is nobody’s to say but theirs, and tells others nothing of the request', async () => {
    const id = await world.ask('create', world.identity('uami-a'));
    await world.decide('approve', id, megan);
    const none = await disown('R-ZZZZZZ', adele).catch((error: unknown) => String(error));
    for (const by of [alex, adele]) {
      const said = await disown(id, by).catch((error: unknown) => String(error));
      expect(said).toBe(String(none).replaceAll('R-ZZZZZZ', id));
    }
    expect((await world.get(id)).state).toBe('approved');
    expect(await world.eventsOf(id)).toContain('click.refused');
  });

  it('is lifted by another approver, never by the person or the requester', async () => {
    const id = await world.ask('create', world.identity('uami-a'));
    await world.decide('approve', id, megan);
    await disown(id, megan);
    for (const by of [megan, alex, people.lynne]) await expect(disown(id, by, 'request.unfreeze')).rejects.toThrow();
    await expect(world.decide('approve', id, megan)).rejects.toThrow('do not count');
    await disown(id, adele, 'request.unfreeze');
    await expect(disown(id, adele, 'request.unfreeze')).rejects.toMatchObject({ code: 'stale' });
    expect((await world.decide('approve', id, megan)).state).toBe('approved');
  });
});

describe('a run whose approval is taken back', () => {
  it('stops before its next change, and says what was done', async () => {
    let isTaken = false;
    const pause = async () => {
      const isHalfway = world.store.made.at(-1)?.after.operations[0]?.state === 'done';
      if (!isHalfway || isTaken) return;
      isTaken = true;
      await disown(id, megan);
    };
    world = createWorld({ pause });
    const id = await world.ask('create', world.identity('uami-a', { resourceGroup: 'rg-new', createsGroup: true }));
    await world.decide('approve', id, megan);
    await world.runDue();
    const after = await world.get(id);
    expect([after.state, after.operations.map(({ state }) => state)]).toEqual(['failed', ['done', 'failed']]);
    expect(world.azure.identities.size).toBe(0);
    expect(after.disowned?.[0]?.effect).toBe('stopped');
  });
});
