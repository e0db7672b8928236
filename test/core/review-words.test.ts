// Reviews of break glass where people meet them: on the home page, in typed words, and refused where nobody could do one.

import { beforeEach, expect, it } from 'vitest';
import { policyOf } from '../support/core-world.ts';
import { createDispatchWorld, type DispatchWorld } from '../support/dispatch-world.ts';

const line = 'grant uami-a --role Reader --scope rg-payments --for 8h --reason INC-1';
let world: DispatchWorld;
beforeEach(() => {
  world = createDispatchWorld();
  world.azure.addIdentity('uami-a');
});

/** Anyone breaks the glass; these review it. */
function reviewedBy(platform: readonly string[]): void {
  const glass = policyOf('glass');
  const looks = { name: 'looks', commands: ['list', 'show'], who: ['anyone'] };
  world.setPolicy({ ...glass, groups: { platform }, rules: [...glass.rules, looks] });
}

const homeOf = async (name: string) =>
  (await world.botApi.home({ chat: 'x', userId: name, name })).map(({ title }) => title);

it('one that needs somebody is on their home page, and on nobody else’s', async () => {
  reviewedBy(['megan@x.y', 'alex@x.y']);
  await world.say('alex', line);
  await world.runDue();
  expect(await homeOf('megan')).toContain('Needs your review');
  expect(await homeOf('alex')).not.toContain('Needs your review');
  expect(await homeOf('lynne')).not.toContain('Needs your review');
});

it('that is not OK is said in words, by a reviewer alone, and ends the access', async () => {
  reviewedBy(['megan@x.y']);
  await world.say('alex', line);
  await world.runDue();
  const [request] = await world.requests();
  const id = request?.id ?? '';
  await world.say('alex', `not-ok ${id} I changed my mind`);
  expect((await world.get(id)).reviews?.[0]?.done).toBeUndefined();
  await world.say('megan', `not-ok ${id} no incident needed this`);
  await world.runDue();
  expect(await world.get(id)).toMatchObject({
    reviews: [{ done: { outcome: 'ended', comment: 'no incident needed this' } }],
    grants: [{ state: 'ended' }],
  });
  expect(await homeOf('megan')).not.toContain('Needs your review');
});

it('that nobody but the requester could do is refused, and nothing runs', async () => {
  reviewedBy(['alex@x.y']);
  const answer = JSON.stringify(await world.say('alex', line));
  expect(answer).toContain('Nobody but you could review this afterwards');
  expect(await world.requests()).toEqual([]);
});
