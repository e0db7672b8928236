// Nothing that Teams is told was received is lost: on record before the response, answered by the next bot where this one is killed,
// and refused in words where it cannot be recorded.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorkload } from '../../src/chat/shared/workload.ts';
import { createTeams } from '../../src/chat/teams/adapter.ts';
import { eventually } from '../support/database.ts';
import { type Bench, cardOf, silentLog, simpleCard, startBench, TENANT } from './bench.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await startBench({ turnMs: 400 });
});
afterEach(() => bench.stop());

const words = 'This was not taken: the database is temporarily unavailable. Nothing was changed.';
const approve = { request: 'R-7K3F9Q' };

describe('what Teams is told was received', () => {
  it('is on record by then, and answered once however often it is delivered', async () => {
    bench.answer = () => ({ kind: 'card', card: simpleCard('Here') });
    let isRecorded = false;
    bench.inbox.before = async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      isRecorded = true;
    };
    const activity = bench.activity({ text: 'list' });
    expect([(await bench.postOnly(activity)).status, isRecorded]).toEqual([200, true]);
    await bench.post(activity);
    await bench.invoke('request.approve', approve, { id: 'click' });
    expect(await bench.invoke('request.approve', approve, { id: 'click' })).toMatchObject({
      value: 'This was received already.',
    });
    expect(bench.heard.map(({ kind }) => kind)).toEqual(['text', 'click']);
  });

  it('is refused in words where it cannot be recorded: a message by a reply, a click in its response', async () => {
    bench.inbox.isAway = true;
    bench.conversations.isAway = true;
    await bench.post(bench.activity({ text: 'list' }));
    expect(bench.connector.messages.map(({ activity }) => String(activity.text))).toEqual([
      expect.stringContaining(words),
    ]);
    const response = await bench.invoke('request.approve', approve);
    expect(response).toMatchObject({ statusCode: 200, value: expect.stringContaining(words) });
    expect(bench.heard).toEqual([]);
  });
});

describe('what a killed bot has left', () => {
  it('is answered in the conversation by the next one, a click too', async () => {
    bench.answer = () => new Promise(() => {});
    await bench.postOnly(bench.activity({ text: 'list' }));
    await bench.invoke('command.run', { command: 'help' });
    await eventually(() => bench.heard.length === 2);
    bench.inbox.kill();
    const next = createTeams({
      settings: { sandbox: true, tenantId: TENANT },
      botApi: {
        ...bench.botApi,
        handle: async ({ kind }) => ({ kind: 'card', card: simpleCard(`After the restart: ${kind}`) }),
      },
      conversations: bench.conversations,
      inbox: bench.inbox,
      workload: createWorkload(),
      onRefused: () => {},
      log: silentLog,
      botName: 'Identity Desk',
    });
    await next.open();
    await eventually(() => bench.inbox.open.size === 0);
    expect(bench.connector.messages).toHaveLength(2);
    for (const { activity } of bench.connector.messages) {
      expect(JSON.stringify(cardOf(activity))).toContain('After the restart: text');
    }
    await next.close();
  });
});
