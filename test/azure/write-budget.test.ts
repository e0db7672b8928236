// Writes are paced by Azure's own budget: a burst goes through, a run of hundreds goes on at the rate of the refill.

import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { WriteBudget } from '../../src/azure/write-budget.ts';

const url = 'https://management.azure.com/subscriptions/50bc0000-0000-4000-8000-000000000001/resourceGroups/rg';
const other = url.replace('0001/', '0002/');
const headers = (remaining: string) => ({ get: (name: string) => (name.endsWith('-deletes') ? remaining : undefined) });

function paced() {
  let now = 0;
  const budget = new WriteBudget(() => now);
  return {
    budget,
    /** Sends one as the call policy does: after the wait. */
    send(method = 'DELETE', to = url) {
      now += budget.take(method, to);
      return now;
    },
    pass: (ms: number) => {
      now += ms;
    },
  };
}

it('never sends more than the bucket holds and is refilled with', () => {
  void fc.assert(
    fc.property(fc.array(fc.nat(300), { minLength: 1, maxLength: 600 }), (pauses) => {
      const { send, pass } = paced();
      let sent = 0;
      for (const pause of pauses) {
        pass(pause);
        const at = send();
        sent += 1;
        expect(sent).toBeLessThanOrEqual(200 + (at / 1_000) * 10);
      }
    }),
  );
});

it('a run of 500 deletes goes on at ten a second after its burst, and reads are never held back', () => {
  const { send } = paced();
  let at = 0;
  for (let index = 0; index < 500; index += 1) at = send();
  expect(at).toBeGreaterThan(29_000);
  expect(at).toBeLessThan(33_000);
  expect(send('GET')).toBe(at);
  expect(send('DELETE', other)).toBe(at);
  expect(send('PUT')).toBe(at);
});

it('goes by what Azure says that remains, where somebody else uses the budget up', () => {
  const { budget, send } = paced();
  expect(send()).toBe(0);
  budget.learn('DELETE', url, headers('3'));
  expect(send()).toBeGreaterThan(500);
  const more = paced();
  more.budget.learn('DELETE', url, headers('no number'));
  expect(more.send()).toBe(0);
});
