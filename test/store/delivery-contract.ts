// Of the store's contract: what a delivery of a chat has caused once it never causes again.

import { expect, test } from 'vitest';
import type { Requests } from '../../src/core/ports.ts';
import { aChange, aRequest, grown } from './fixtures/request.ts';

export function deliveryContract(open: () => Requests): void {
  test('a delivery makes or changes a request once, however often it is worked on', async () => {
    const requests = open();
    const asked = { chat: 'teams', id: 'contract-asked' };
    const clicked = { chat: 'teams', id: 'contract-clicked' };
    expect(await requests.ofDelivery(asked)).toBeUndefined();
    expect(await requests.insert(aChange(aRequest('R-DLV001')), [], undefined, asked)).toBe('inserted');
    const again = await requests.insert(aChange(aRequest('R-DLV002')), [], undefined, asked);
    expect(again).toMatchObject({ made: { id: 'R-DLV001' } });
    expect(await requests.get('R-DLV002')).toBeUndefined();
    expect((await requests.ofDelivery(asked))?.id).toBe('R-DLV001');
    const grow = () => requests.change('R-DLV001', (current) => aChange(grown(current)), clicked);
    expect([(await grow())?.version, (await grow())?.version]).toEqual([2, 2]);
    // One that has changed nothing may still do so.
    const refused = { chat: 'teams', id: 'contract-refused' };
    await requests.change('R-DLV001', () => undefined, refused);
    expect((await requests.change('R-DLV001', (current) => aChange(grown(current)), refused))?.version).toBe(3);
  });
}
