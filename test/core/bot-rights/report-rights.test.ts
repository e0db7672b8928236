// What the log says at start of the bot's own identity and rights: enough for who sets it up, and never in the way.

import { expect, it } from 'vitest';
import { reportBotRights } from '../../../src/core/bot-rights/report-rights.ts';
import { Fault } from '../../../src/core/errors.ts';
import type { AccessFacts } from '../../../src/core/model/own-access.ts';

const subscriptions = ['one', 'two', 'three'].map((name) => ({ id: name, name, tenantId: 't' }));

function permitting(...actions: string[]): AccessFacts {
  const permissions = [{ actions, notActions: [], dataActions: [], notDataActions: [] }];
  return { permissions, conditional: [], denials: [] };
}

/** What is logged, as level and text with its fields. */
async function logged(self: object | undefined, at: (scope: string) => Promise<AccessFacts>): Promise<string[]> {
  const lines: string[] = [];
  const write = (level: string) => (fields: object, text: string) =>
    void lines.push(`${level} ${text} ${JSON.stringify(fields)}`);
  await reportBotRights({
    ownAccess: { self: async () => self as never, at },
    azure: { subscriptions: async () => subscriptions },
    log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
  });
  return lines;
}

it('names the identity, and in each subscription what it has no rights for', async () => {
  const lines = await logged({ principalId: 'p' }, async (scope) =>
    scope.endsWith('one')
      ? permitting('*')
      : scope.endsWith('two')
        ? permitting('*/read')
        : { ...permitting(), permissions: undefined },
  );
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatch(/^info .*"principalId":"p"/);
  expect(lines[1]).toMatch(/^info .*"two".*"create and delete","grant and revoke","create --create-group"/);
  expect(lines[1]).not.toContain('list and show');
  expect(lines[2]).toMatch(/^warn .*could not be read.*"three"/);
});

it('says that it does not know who it is', async () => {
  const [first] = await logged(undefined, async () => permitting('*'));
  expect(first).toMatch(/^warn does not know its own identity/);
});

it('does not throw where Azure is away', async () => {
  const lines = await logged({ principalId: 'p' }, async () => {
    throw new Fault('azure-unreachable', 'away');
  });
  expect(lines.at(-1)).toMatch(/^warn /);
});
