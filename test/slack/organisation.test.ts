// A bot in an organisation of many workspaces.

import { describe, expect, it } from 'vitest';
import { startBench } from './bench.ts';
import type { Json } from './fake-slack.ts';

describe('an organisation of many workspaces', () => {
  it('is served in each of them where the token is its own, and knows a person as one in all', async () => {
    const grid = await startBench((slack) => {
      slack.canned = (method) =>
        method === 'auth.test'
          ? {
              body: {
                ok: true,
                is_enterprise_install: true,
                enterprise_id: 'E0ORG',
                team_id: 'E0ORG',
                user_id: 'U0BOT',
              },
            }
          : undefined;
    });
    const said = (team: string, enterprise: string) =>
      grid.command('list', { team_id: team, enterprise_id: enterprise, channel_id: grid.slack.channel('deploys') });
    expect((await said('T0ONE', 'E0ORG')).status).toBe(200);
    expect((await said('T0TWO', 'E0ORG')).status).toBe(200);
    expect((await said('T0ONE', 'E0OTHER')).status).toBe(403);
    expect((await said('T0TWO', '')).status).toBe(403);
    await grid.slack.response(2);
    expect(new Set(grid.botApi.heard.map(({ sender }) => sender.userId))).toEqual(
      new Set([`E0ORG:${grid.slack.user('alex')}`]),
    );
    // users.info of a member of that organization, in any of its workspaces.
    const of = (more: Json) => {
      grid.slack.canned = () => ({ body: { ok: true, user: { id: 'U1', team_id: 'T0ONE', profile: {}, ...more } } });
      return grid.bot.messenger.profile({ chat: 'slack', userId: 'E0ORG:U1', name: 'x' }, 'C1');
    };
    expect(await of({ enterprise_user: { enterprise_id: 'E0ORG' } })).toMatchObject({ isGuest: false });
    expect(await of({ enterprise_user: { enterprise_id: 'E0OTHER' } })).toMatchObject({ isGuest: true });
    await grid.close();
  });
});
