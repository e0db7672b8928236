// What a person sends is answered in order, but for what only takes away: whoever has taken the account may have sent much.

import { describe, expect, it } from 'vitest';
import type { Answer } from '../../src/core/chat.ts';
import { eventually } from '../support/database.ts';
import { type Bench, useBench } from './bench.ts';

let bench: Bench;
useBench((made) => {
  bench = made;
});

describe('“that was not me”', () => {
  it('does not wait behind whatever else was sent from that account', async () => {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    bench.botApi.answer = () => promise;
    await bench.press({ action_id: 'request.approve', value: 'R-7K3F9Q' });
    await bench.press({ action_id: 'request.cancel', value: 'R-7K3F9Q' });
    await bench.press({ action_id: 'request.disown', value: 'R-7K3F9Q' });
    const verbs = () => bench.botApi.heard.map((one) => one.kind === 'click' && one.verb);
    await eventually(() => verbs().length >= 2);
    expect(verbs()).toEqual(['request.approve', 'request.disown']);
    resolve({ kind: 'silence' });
    await eventually(() => bench.inbox.open.size === 0);
    expect(verbs()).toHaveLength(3);
  });
});
