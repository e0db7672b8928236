// What the core relies on of changes that concern several requests: their grants gave the same thing.

import { expect, test } from 'vitest';
import type { Grant } from '../../src/core/model/grant.ts';
import type { Change, Job, Request } from '../../src/core/model/request.ts';
import type { Audit, Requests } from '../../src/core/ports.ts';
import { aChange, aRequest, grown } from './fixtures/request.ts';

interface StoreUnderTest {
  readonly requests: Requests;
  readonly audit: Audit;
  jobsOf(id: string): readonly Job[];
}

/** The contract. `aGrant` makes a grant of the thing with the given ARM id. */
export function sharingContract(
  open: () => StoreUnderTest,
  aGrant: (requestId: string, subjectId: string) => Grant,
): void {
  const write = async (id: string, subjectId: string, extra: Partial<Grant> = {}) => {
    const request = aRequest(id, { state: 'succeeded', grants: [{ ...aGrant(id, subjectId), ...extra }] });
    expect(await open().requests.insert(aChange(request))).toBe('inserted');
  };
  const grantOf = async (id: string) => (await open().requests.get(id))?.grants[0];
  const ended = (request: Request): Change =>
    aChange(grown(request, { grants: request.grants.map((one) => ({ ...one, state: 'ended' as const })) }));

  test('a change is given those that share the thing, whatever its case, and makes all changes as one', async () => {
    await write('R-SHAR01', '/Shared/1');
    await write('R-SHAR02', '/shared/1');
    await write('R-SHAR03', '/shared/1', { state: 'ended' });
    await write('R-SHAR04', '/shared/4');
    const after = await open().requests.changeSharing('R-SHAR01', '/SHARED/1', (current, sharing) => {
      expect([current.id, ...sharing.map(({ id }) => id)]).toEqual(['R-SHAR01', 'R-SHAR02']);
      return [current, ...sharing].map((one) => ended(one));
    });
    expect(after).toMatchObject({ id: 'R-SHAR01', version: 2 });
    expect([(await grantOf('R-SHAR01'))?.state, (await grantOf('R-SHAR02'))?.state]).toEqual(['ended', 'ended']);
    expect((await open().audit.of('R-SHAR02')).length).toBe(2);
    expect((await grantOf('R-SHAR04'))?.state).toBe('active');
  });

  test('a change that is wrong in one of them changes none', async () => {
    await write('R-SHAR05', '/shared/5');
    await write('R-SHAR06', '/shared/5');
    const work = open().requests.changeSharing('R-SHAR05', '/shared/5', (current, sharing) => [
      ended(current),
      ...sharing.map((one) => aChange({ ...one, version: 7 })),
    ]);
    await expect(work).rejects.toThrow();
    expect([(await grantOf('R-SHAR05'))?.state, (await grantOf('R-SHAR06'))?.state]).toEqual(['active', 'active']);
    expect(await open().requests.changeSharing('R-SHAR05', '/shared/5', () => undefined)).toMatchObject({ version: 1 });
    expect(await open().requests.changeSharing('R-NONE01', '/shared/5', () => [])).toBeUndefined();
  });

  test('of many that end at once exactly one finds no other: it removes what they shared', async () => {
    const ids = ['R-SHAR10', 'R-SHAR11', 'R-SHAR12', 'R-SHAR13', 'R-SHAR14', 'R-SHAR15'];
    for (const id of ids) await write(id, '/shared/10');
    const removing: string[] = [];
    await Promise.all(
      ids.map((id) =>
        open().requests.changeSharing(id, '/shared/10', (current, sharing) => {
          const others = sharing.flatMap(({ grants }) => grants).filter(({ state }) => state === 'active');
          if (others.length === 0) removing.push(id);
          return [ended(current)];
        }),
      ),
    );
    expect(removing).toHaveLength(1);
  });
}
