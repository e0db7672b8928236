// Granted is told apart from listed: the card says what Azure shows, and when.

import { beforeEach, describe, expect, it } from 'vitest';
import { requestCard } from '../../src/core/cards/request-card.ts';
import { plainText } from '../../src/core/chat.ts';
import { createWorld, hour, minute, policyOf, type World } from '../support/core-world.ts';

let world: World;
let id: string;

beforeEach(() => {
  world = createWorld();
  world.setPolicy(policyOf('free'));
});

const cardText = async () =>
  requestCard(await world.get(id), 'requester')
    .blocks.map((block) => ('text' in block ? plainText(block.text) : ''))
    .join('\n');

/** Azure accepts assignments and lists none of them for now. */
async function grantedUnlisted(durationMs?: number) {
  const { deps } = world;
  const listing = { isLate: true };
  const read = deps.azure.roleAssignmentsAt;
  Object.assign(deps.azure, {
    roleAssignmentsAt: async (...of: Parameters<typeof read>) => (listing.isLate ? [] : read(...of)),
  });
  id = await world.ask('grant', world.role('uami-a', durationMs));
  await world.runDue();
  expect((await world.get(id)).state).toBe('succeeded');
  return listing;
}

describe('a role that was assigned', () => {
  it('is said to be listed once Azure lists it', async () => {
    const listing = await grantedUnlisted();
    expect(await cardText()).toContain('Azure accepted this and does not list it yet.');
    world.pass(minute);
    await world.runDue();
    expect(await cardText()).toContain('does not list it yet');
    listing.isLate = false;
    world.pass(minute);
    await world.runDue();
    expect(await cardText()).toMatch(/Azure lists this since 2026-03-01 10:02 UTC\. It can take up to 10 minutes/);
    expect(await world.eventsOf(id)).toContain('operation.listed');
    expect(world.store.jobs.has(`watch ${id}`)).toBe(false);
  });

  it('that Azure does not list for long is said to be so, and is watched no more', async () => {
    await grantedUnlisted();
    world.pass(16 * minute);
    await world.runDue();
    expect(await cardText()).toContain('did not list it within 15 minutes');
    expect(world.store.jobs.has(`watch ${id}`)).toBe(false);
  });

  it('for a time, is said nothing of once it has ended', async () => {
    const listing = await grantedUnlisted(10 * minute);
    world.pass(10 * minute);
    await world.runDue();
    listing.isLate = false;
    expect(await cardText()).not.toContain('Azure lists');
    world.pass(hour);
    await world.runDue();
    expect(await world.eventsOf(id)).not.toContain('operation.listed');
  });
});
