// A bot that runs as one of the identities that it manages: whoever asks, under a policy that allows everything, and by whatever name,
// it is not changed through the bot.

import { beforeEach, expect, it } from 'vitest';
import type { RunningSimulator } from '../../simulator/server.ts';
import type { Azure } from '../../src/azure/azure.ts';
import { addressFacts, rolePermissionsFrom } from '../../src/core/approvals/policy-facts.ts';
import { createDispatcher } from '../../src/core/dispatch.ts';
import type { AuditEntry } from '../../src/core/model/audit.ts';
import type { Policy } from '../../src/core/model/policy.ts';
import { sameScope } from '../../src/core/model/scope.ts';
import { ids } from '../../src/ids.ts';
import { textTools } from '../../src/text-tools.ts';
import { createFakeStore, FakeClock, silent, someone } from '../support/fake-ports.ts';
import { production, useGateway } from './gateway-world.ts';

let simulator: RunningSimulator;
let azure: Azure;

useGateway({}, (gateway) => {
  ({ simulator, azure } = gateway);
});

const id = `/subscriptions/${production}/resourceGroups/rg-payments/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uami-refunds`;
const commands = ['create', 'delete', 'grant', 'revoke', 'list', 'show', 'roles'];
const everything: Policy = {
  version: 'test',
  groups: {},
  channels: [],
  rules: [{ name: 'all', commands, who: ['anyone'] }],
};

const own = () => {
  const found = simulator.control.world().identities.find(({ name }) => name === 'uami-refunds');
  if (!found) throw new Error('there is no uami-refunds');
  return found;
};

/** Before the first call: the bot remembers who it is. */
beforeEach(() => {
  const world = simulator.control.world();
  const { principalId } = own();
  const rename = <T extends { principalId: string }>(row: T) =>
    row.principalId === world.botId ? { ...row, principalId } : row;
  simulator.control.reset({ ...world, botId: principalId, roleAssignments: world.roleAssignments.map(rename) });
});

function bot() {
  const store = createFakeStore();
  const alex = someone('alex');
  const clock = new FakeClock('2026-03-01T10:00:00.000Z');
  const deps = {
    ...store,
    azure: azure.reader,
    ownAccess: azure.ownAccess,
    people: { resolvePerson: async () => alex, byEmail: async () => undefined },
    policy: () => everything,
    factSources: { ...addressFacts, rolePermissions: rolePermissionsFrom(azure.reader) },
    clock,
    ids,
    textTools,
    log: silent,
  };
  const dispatcher = createDispatcher({ ...deps, suggestionReads: azure.reader } as never);
  let number = 0;
  const say = (text: string) =>
    dispatcher.handle({
      kind: 'text',
      text,
      deliveryId: `${number++}`,
      sender: { chat: 'x', userId: 'alex', name: 'Alex' },
      location: { chat: 'x', conversation: 'alex', isPersonal: true },
    });
  return { store, say };
}

it('knows that it is that identity', async () => {
  const { principalId, clientId } = own();
  const { resourceId = '', ...rest } = (await azure.ownAccess.self()) ?? {};
  expect(rest).toEqual({ principalId, clientId });
  expect(sameScope(resourceId, id)).toBe(true);
});

const asked: readonly [string, () => string][] = [
  ['its name', () => 'delete uami-refunds'],
  ['its name in capitals', () => 'delete UAMI-REFUNDS -g RG-PAYMENTS'],
  ['its resource id', () => `delete --ids ${id}`],
  [
    'its resource id in another case',
    () => `delete --ids ${id.toUpperCase().replace('/SUBSCRIPTIONS/', '/subscriptions/')}`,
  ],
  ['az', () => `az identity delete --ids ${id}`],
  ['az with a name', () => 'az identity delete -n uami-refunds -g rg-payments'],
  ['a grant', () => 'grant uami-refunds --role Contributor --scope rg-payments'],
  [
    'a temporary grant by object id',
    () => `grant ${own().principalId} --role Contributor --scope rg-payments --for 8h`,
  ],
  [
    'az by client id',
    () =>
      `az role assignment create --assignee ${own().clientId} --role Contributor --scope ${id.split('/providers')[0]}`,
  ],
  ['its own scope', () => `grant uami-ledger --role "Managed Identity Operator" --scope ${id}`],
  ['a revoke', () => 'revoke uami-refunds --role Reader --scope rg-payments'],
  ['a revoke by its id', () => `revoke --ids ${id} --role Reader --scope rg-payments`],
  [
    'az',
    () =>
      `az role assignment delete --assignee ${own().principalId} --role Reader --scope ${id.split('/providers')[0]}`,
  ],
];

it.each(asked)('by %s it is refused, noted, and nothing is recorded', async (_how, line) => {
  const { store, say } = bot();
  const noted: AuditEntry[] = [];
  store.audit.append = async (entries) => void noted.push(...entries);
  simulator.control.clearRequests();
  const answer = await say(line());
  expect(JSON.stringify(answer)).toContain('identity that Identity Desk itself runs as');
  expect(answer.kind).toBe('failed');
  expect((await store.requests.list({ limit: 10 })).total).toBe(0);
  expect(noted.map(({ event }) => event)).toEqual(['request.refused']);
  expect(simulator.control.requests().filter(({ method }) => method !== 'GET' && method !== 'POST')).toEqual([]);
});

it('another identity is changed as ever', async () => {
  const { say } = bot();
  expect((await say('grant uami-ledger --role Reader --scope rg-payments')).kind).toBe('recorded');
});
