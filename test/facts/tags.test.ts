// Tags as the policy compares them: of a thing, of what is above it, and of everything below a scope.

import { describe, expect, it } from 'vitest';
import type { Azure } from '../../src/azure/azure.ts';
import { gatherFacts } from '../../src/core/approvals/policy-facts.ts';
import type { Effect } from '../../src/core/model/plan.ts';
import type { Policy } from '../../src/core/model/policy.ts';
import { useGateway } from '../azure/gateway-world.ts';
import { checkout, factsOf, payments, personOf, production, type RunningSimulator, roles } from './facts-world.ts';

let simulator: RunningSimulator;
let azure: Azure;
useGateway({}, (gateway) => {
  ({ simulator, azure } = gateway);
});

const policy: Policy = {
  version: 'test',
  groups: {},
  channels: [],
  rules: [
    { name: 'production', commands: ['delete', 'grant', 'list'], tags: { env: 'prod' }, who: ['anyone'], deny: 'No.' },
  ],
};
const gather = (...effects: Effect[]) => gatherFacts(policy, { who: personOf('alex'), effects }, factsOf(azure));
const reader = { id: roles.reader, name: 'Reader' };

describe('tags', () => {
  it('are those of the thing and of each scope above it, by ids in lower case', async () => {
    const { tags, unread } = await gather({ command: 'delete', scope: checkout });
    expect(unread).toBeUndefined();
    expect(Object.fromEntries(tags ?? [])).toMatchObject({
      [checkout.toLowerCase()]: { env: 'prod', team: 'payments' },
      [payments.toLowerCase()]: { env: 'prod' },
      [production.toLowerCase()]: {},
    });
  });

  it('are none of what does not exist, and unknown of what cannot be read', async () => {
    const scope = checkout.replace('uami-checkout', 'uami-new');
    expect((await gather({ command: 'delete', scope })).tags?.get(scope.toLowerCase())).toEqual({});
    simulator.control.faults.add({ path: 're:tags/default', status: 403, code: 'AuthorizationFailed', message: 'no' });
    const { tags, unread } = await gather({ command: 'delete', scope });
    expect(tags?.size).toBe(0);
    expect(unread?.join()).toContain('The tags of uami-new');
  });

  it('below a grant’s scope are those of everything there', async () => {
    const { tagsBelow } = await gather({ command: 'grant', scope: production, role: reader });
    const below = tagsBelow?.get(production.toLowerCase()) ?? [];
    expect(below.some(({ team }) => team === 'network')).toBe(true);
    expect(below.filter(({ env }) => env === 'prod').length).toBe(below.length);
    const group = (await gather({ command: 'grant', scope: payments, role: reader })).tagsBelow;
    expect(group?.get(payments.toLowerCase())?.every(({ env }) => env === 'prod')).toBe(true);
  });

  it('below a resource are those of its parts: a role on a server reaches its databases', async () => {
    const server = `${payments}/providers/Microsoft.Sql/servers/sql-payments`;
    const seed = simulator.control.world();
    const [first] = seed.resources;
    if (!first) throw new Error('the seed has no resources');
    const database = {
      ...first,
      resourceGroup: 'rg-payments',
      type: 'Microsoft.Sql/servers',
      identities: [],
    };
    const rows = ['sql-payments/databases/orders', 'sql-other/databases/stock'].map((name) => ({
      ...database,
      name,
      tags: { env: name },
    }));
    simulator.control.reset({ ...seed, resources: [...seed.resources, ...rows] });
    const { tagsBelow } = await gather({ command: 'grant', scope: server, role: reader });
    simulator.control.reset(seed);
    expect(tagsBelow?.get(server.toLowerCase())).toEqual([{ env: 'sql-payments/databases/orders' }]);
  });

  it('are unknown where one of many may not be read, as where one alone may not', async () => {
    const many = (await azure.reader.identities({})).items.map(({ id }) => id);
    const hidden = checkout.replace('uami-checkout', 'uami-hidden');
    simulator.control.faults.add({
      path: 're:uami-hidden.*tags/default',
      status: 403,
      code: 'AuthorizationFailed',
      message: 'no',
    });
    const { tags, unread } = await gather(...[...many, hidden].map((scope) => ({ command: 'list', scope })));
    expect(tags?.size).toBe(0);
    expect(unread?.join()).toContain('does not have permission');
  });

  it('of many things are read by few calls', async () => {
    const identities = await azure.reader.identities({});
    simulator.control.clearRequests();
    const { tags } = await gather(...identities.items.map(({ id }) => ({ command: 'list', scope: id })));
    expect(simulator.control.requests().length).toBeLessThan(12);
    for (const { id, tags: own } of identities.items) expect(tags?.get(id.toLowerCase())).toEqual(own);
  });

  it('are not asked for where no rule compares any', async () => {
    const plain = { ...policy, rules: policy.rules.map(({ tags: _, ...rule }) => rule) };
    const subject = { who: personOf('alex'), effects: [{ command: 'delete', scope: checkout }] };
    const facts = await gatherFacts(plain, subject, factsOf(azure));
    expect(facts).not.toHaveProperty('tags');
  });
});
