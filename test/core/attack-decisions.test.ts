// Attacks on what decisions add up to: approvals that count for one part of the bot and not for another, and a decision that is
// disowned while what it allowed is under way.

import { beforeEach, describe, expect, it } from 'vitest';
import { createDisownRequest } from '../../src/core/approvals/disown-request.ts';
import { requestStatus } from '../../src/core/cards/request-status.ts';
import { plainText } from '../../src/core/chat.ts';
import type { Person } from '../../src/core/model/person.ts';
import { createWorld, hour, minute, people, policyOf, type World } from '../support/core-world.ts';

const { megan, adele, nestor } = people;
const proof = { authTime: '2026-03-01T10:00:00.000Z', sessionHash: 'session', amr: ['mfa'] };
const two = policyOf('two');
const twoWithSignIn = { ...two, rules: two.rules.map((rule) => ({ ...rule, stepUp: true })) };

let world: World;
const disown = (requestId: string, by: Person) =>
  createDisownRequest(world.deps)({
    verb: 'request.disown',
    requestId,
    by,
    account: { chat: 'x', userId: by.key },
  });
const stateOf = async (id: string) => (await world.get(id)).state;

describe('an approval that the run would not count', () => {
  beforeEach(() => {
    world = createWorld();
    world.setPolicy(two);
  });

  it('is not counted by the next approval either, where the policy asks for a sign-in by now; it can be given again', async () => {
    const id = await world.ask('create', world.identity('id-a'));
    await world.decide('approve', id, megan);
    world.setPolicy(twoWithSignIn);
    const { digest } = await world.get(id);
    const signIn = { digest, revision: 1, proof };
    const half = await world.decide('approve', id, adele, { signIn });
    expect(half.state).toBe('pending');
    // Nor is it shown as one.
    expect(plainText(requestStatus(half))).toContain('1 of 2 so far');
    // Hers stands there without a sign-in: she is sent to one, and is not told that she has approved already.
    await expect(world.decide('approve', id, megan)).rejects.toMatchObject({ name: 'SignInNeeded' });
    expect((await world.decide('approve', id, megan, { signIn })).state).toBe('approved');
    await world.runDue();
    expect(await stateOf(id)).toBe('succeeded');
  });

  it('is not counted by the next one where its approver has left', async () => {
    const id = await world.ask('create', world.identity('id-a'));
    await world.decide('approve', id, megan);
    world.left.add(megan.key);
    expect((await world.decide('approve', id, adele)).state).toBe('pending');
    expect((await world.decide('approve', id, nestor)).state).toBe('approved');
    await world.runDue();
    expect(await stateOf(id)).toBe('succeeded');
  });

  it('is refused where the requester has left', async () => {
    const id = await world.ask('create', world.identity('id-a'));
    world.left.add((await world.get(id)).requester.key);
    await expect(world.decide('approve', id, megan)).rejects.toThrow('no longer active');
  });

  it('does not count while its account is held back for another request, before the last approval and after it', async () => {
    const [first, waiting, complete] = [
      await world.ask('create', world.identity('id-a')),
      await world.ask('create', world.identity('id-b')),
      await world.ask('create', world.identity('id-c')),
    ];
    for (const id of [first, waiting, complete]) await world.decide('approve', id, megan);
    await world.decide('approve', complete, adele);
    await disown(first, megan);
    expect((await world.decide('approve', waiting, adele)).state).toBe('pending');
    await world.runDue();
    expect(await stateOf(complete)).toBe('pending');
    expect(world.azure.identities.size).toBe(0);
  });
});

describe('“that was not me” while the change is under way', () => {
  it('keeps a change from being sent once more whose answer was lost, and which is not there', async () => {
    world = createWorld();
    const id = await world.ask('grant', world.role('uami-a'));
    await world.decide('approve', id, megan);
    world.azure.fail('lost-before', Infinity);
    await world.runDue();
    expect((await world.get(id)).operations[0]?.state).toBe('started');
    expect((await disown(id, megan)).disowned?.[0]?.effect).toBe('stopped');
    world.azure.mend();
    // What was sent may still arrive: nobody says yet that it was not done.
    await world.execute(id).catch(() => undefined);
    expect(await stateOf(id)).toBe('executing');
    world.pass(2 * minute);
    await world.runDue();
    expect(await stateOf(id)).toBe('failed');
    expect(world.azure.assignments.size).toBe(0);
  });

  it('ends what it gives for a time as soon as Azure has given it', async () => {
    let isSaid = false;
    const pause = async (what: string) => {
      const { operations, id } = world.store.made.at(-1)?.after ?? {};
      if (
        isSaid ||
        !what.startsWith('answer to role-assignment.create') ||
        operations?.[0]?.state !== 'started' ||
        id === undefined
      )
        return;
      isSaid = true;
      await disown(id, megan);
    };
    world = createWorld({ pause });
    const id = await world.ask('grant', world.role('uami-a', 8 * hour));
    await world.decide('approve', id, megan);
    await world.runDue();
    expect(isSaid).toBe(true);
    const after = await world.get(id);
    expect(after.disowned?.[0]?.effect).toBe('stopped');
    expect(after.grants.map(({ state }) => state)).toEqual(['ended']);
    expect(world.azure.assignments.size).toBe(0);
  });
});
