// Rules for a management group: it contains what Azure says is in it, and where Azure does not say, nothing is allowed by it.

import { beforeEach, describe, expect, it } from 'vitest';
import type { Azure } from '../../src/azure/azure.ts';
import { judge, mightUseOn } from '../../src/core/approvals/policy.ts';
import { gatherFacts } from '../../src/core/approvals/policy-facts.ts';
import type { Effect } from '../../src/core/model/plan.ts';
import type { Policy, PolicyFacts, Rule } from '../../src/core/model/policy.ts';
import { useGateway } from '../azure/gateway-world.ts';
import {
  assignment,
  checkout,
  factsOf,
  managementGroup,
  payments,
  personOf,
  production,
  type RunningSimulator,
  roles,
} from './facts-world.ts';

let simulator: RunningSimulator;
let azure: Azure;
useGateway({}, (gateway) => {
  ({ simulator, azure } = gateway);
});

const alex = personOf('alex');
const inGroup: Rule = {
  name: 'in the group',
  commands: ['delete', 'grant', 'show'],
  scopes: [managementGroup],
  who: ['anyone'],
};
const denied: Rule = { ...inGroup, name: 'not there', deny: 'No.' };
const open: Rule = { name: 'open', commands: ['delete', 'grant', 'show'], who: ['anyone'] };
const policyOf = (...rules: readonly Rule[]): Policy => ({ version: 'test', groups: {}, channels: [], rules });
const at = new Date('2026-03-02T10:00:00Z');
const remove = (scope: string): Effect => ({ command: 'delete', scope, action: 'x/delete' });
const grant = (scope: string): Effect => ({
  command: 'grant',
  scope,
  action: 'x/write',
  role: { id: roles.reader, name: 'Reader' },
});

async function verdictOf(policy: Policy, effect: Effect) {
  const subject = { who: alex, effects: [effect], at };
  const facts = await gatherFacts(policy, subject, factsOf(azure), { withRosters: false });
  const verdict = judge(policy, facts, subject);
  return verdict.kind === 'allowed' ? verdict.rules.join() : verdict.why;
}
/** What docs/azure.md asks for such rules: the bot may read the group. */
beforeEach(() => {
  const world = simulator.control.world();
  const reader = assignment(900, {
    scope: managementGroup,
    roleDefinitionId: roles.reader,
    principalId: world.botId,
    principalType: 'ServicePrincipal',
  });
  simulator.control.reset({ ...world, roleAssignments: [...world.roleAssignments, reader] });
});

const outside = '/subscriptions/50bc0000-0000-4000-8000-0000000000ff';

describe('a rule for a management group', () => {
  it('decides about what is in it, and about nothing else', async () => {
    expect(await verdictOf(policyOf(inGroup), remove(checkout))).toBe('in the group');
    expect(await verdictOf(policyOf(inGroup), grant(payments))).toBe('in the group');
    expect(await verdictOf(policyOf(inGroup), remove(managementGroup))).toBe('in the group');
    expect(await verdictOf(policyOf(inGroup), remove(outside))).toBe('no-rule');
    expect(await verdictOf(policyOf(denied, open), remove(checkout))).toBe('denied');
    expect(await verdictOf(policyOf(denied, open), remove(outside))).toBe('open');
  });

  it('holds for a group in it as well, and besides others for what may contain it', async () => {
    const seed = simulator.control.world();
    const id = outside.split('/').at(-1) ?? '';
    const team = { id: 'team', name: 'Team', parent: 'contoso', subscriptions: [id] };
    const more = seed.subscriptions.slice(0, 1).map((one) => ({ ...one, id, name: 'Contoso Team' }));
    simulator.control.reset({
      ...seed,
      managementGroups: [...seed.managementGroups, team],
      subscriptions: [...seed.subscriptions, ...more],
    });
    expect(await verdictOf(policyOf(inGroup), remove(outside))).toBe('in the group');
    expect(await verdictOf(policyOf(denied, open), grant(managementGroup.replace('contoso', 'team')))).toBe('denied');
    simulator.control.reset(seed);
    expect(await verdictOf(policyOf(denied, open), grant('/'))).toBe('denied');
    const below = { ...denied, scopes: [production] };
    expect(await verdictOf(policyOf(below, open), grant(managementGroup))).toBe('denied');
  });

  it('allows nothing where Azure does not say what is in it, or has no such group', async () => {
    const ghost = { ...inGroup, scopes: [managementGroup.replace('contoso', 'ghost')] };
    expect(await verdictOf(policyOf(ghost), remove(checkout))).toBe('unknown');
    simulator.control.faults.add({ path: 're:descendants', status: 403, code: 'AuthorizationFailed', message: 'no' });
    expect(await verdictOf(policyOf(inGroup), remove(checkout))).toBe('unknown');
    expect(await verdictOf(policyOf(inGroup, open), remove(checkout))).toBe('unknown');
    expect(await verdictOf(policyOf(open, denied), remove(checkout))).toBe('unknown');
  });

  it('is asked about only where a rule names one', async () => {
    simulator.control.clearRequests();
    await verdictOf(policyOf(open), remove(checkout));
    expect(simulator.control.requests().filter(({ path }) => path.includes('descendants'))).toEqual([]);
  });

  it('shows the name of nothing that it may not contain', () => {
    const known = (ids: readonly string[] | undefined): PolicyFacts => ({
      ...(ids && { managementGroups: new Map([[managementGroup.toLowerCase(), new Set(ids)]]) }),
    });
    const mayName = (facts: PolicyFacts, ...rules: Rule[]) =>
      mightUseOn(policyOf(...rules), facts, alex, 'show', checkout);
    expect(mayName(known([production.toLowerCase()]), inGroup)).toBe(true);
    expect(mayName(known([]), inGroup)).toBe(false);
    expect(mayName(known(undefined), inGroup)).toBe(false);
    expect(mayName(known(undefined), denied, open)).toBe(false);
  });
});
