// Random policies and questions in a small world that is known whole, and the facts of that world as the policy is given them.

import fc from 'fast-check';
import { type PermissionSet, rightKey } from '../../src/core/model/permission.ts';
import type { Person } from '../../src/core/model/person.ts';
import type { Effect } from '../../src/core/model/plan.ts';
import type { Member, Policy, PolicyFacts, Rule } from '../../src/core/model/policy.ts';
import { textTools } from '../../src/text-tools.ts';
import type { KnownWorld, Question } from './policy-oracle.ts';

const subscriptions = ['aaaaaaaa', 'bbbbbbbb'].map((one) => `/subscriptions/${one}-0000-4000-8000-000000000000`);
const groups = [
  `${subscriptions[0]}/resourceGroups/rg-a`,
  `${subscriptions[0]}/resourceGroups/rg-ab`,
  `${subscriptions[1]}/resourceGroups/rg-a`,
];
const identities = groups.map((group) => `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/u1`);
const vaults = groups.slice(0, 2).map((group) => `${group}/providers/Microsoft.KeyVault/vaults/v1`);
export const places = [...subscriptions, ...groups, ...identities, ...vaults];

const person = (name: string): Person => ({ key: `mail:${name}@x.y`, name, email: `${name}@x.y` });
export const people = ['alex', 'megan', 'adele', 'nestor'].map(person);
const names: readonly Member[] = ['g1', 'g2', 'anyone', 'alex@x.y', 'megan@x.y'];
const emails = people.map(({ email = '' }) => email);

/** Any two patterns that overlap do so in one of these. */
const actions = [
  'Microsoft.Authorization/roleAssignments/write',
  'Microsoft.Authorization/roleAssignments/read',
  'Microsoft.Authorization/roleDefinitions/write',
  'Microsoft.Authorization/elevateAccess/action',
  'Microsoft.ManagedIdentity/userAssignedIdentities/read',
  'Microsoft.ManagedIdentity/userAssignedIdentities/write',
  'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action',
  'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/read',
  'Microsoft.Storage/storageAccounts/read',
  'Microsoft.Storage/storageAccounts/listKeys/action',
  'Contoso.Things/things/write',
];
const patterns = [
  ...actions,
  '*',
  '*/read',
  '*/write',
  '*/action',
  'Microsoft.*/write',
  'Microsoft.Authorization/*',
  'Microsoft.Authorization/*/write',
  'microsoft.managedidentity/userassignedidentities/*/read',
  'Microsoft.ManagedIdentity/userAssignedIdentities/*',
];
const patternsArb = (most: number) => fc.uniqueArray(fc.constantFrom(...patterns), { maxLength: most });
const setArb: fc.Arbitrary<PermissionSet> = fc.record({
  actions: patternsArb(2),
  notActions: patternsArb(1),
  dataActions: fc.constant([]),
  notDataActions: fc.constant([]),
});
const roles = ['Reader', 'Owner', 'Our own'].map((name, index) => ({
  id: `${index}1111111-0000-4000-8000-000000000000`,
  name,
}));

const anyCase = (text: string) => fc.boolean().map((isUpper) => (isUpper ? text.toUpperCase() : text));
const scopeArb = fc.constantFrom(...places);
const memberArb = fc.uniqueArray(fc.constantFrom(...names, 'anyone', 'anyone'), { minLength: 1, maxLength: 2 });
const approverArb = fc.uniqueArray(fc.constantFrom(...names, 'azure-rbac'), { minLength: 1, maxLength: 2 });
const commands = ['show', 'create', 'grant', 'revoke'];
const tagsArb = fc.record(
  { env: fc.constantFrom('prod', 'dev'), Team: fc.constantFrom('x', 'y') },
  { requiredKeys: [] },
);

/** Most rules have few keys: with all of them, hardly anything is allowed. */
const rarely = <T>(arb: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: arb });

function ruleArbOf(withTags: boolean): fc.Arbitrary<Rule> {
  return fc
    .record({
      name: fc.uuid(),
      commands: fc.uniqueArray(fc.constantFrom(...commands), { minLength: 1, maxLength: 4 }),
      who: memberArb,
      scopes: fc.option(fc.array(scopeArb.chain(anyCase), { minLength: 1, maxLength: 2 }), { nil: undefined }),
      roles: rarely(fc.constantFrom(['reader'], ['owner'], [roles[2]?.id ?? ''])),
      permits: rarely(fc.uniqueArray(fc.constantFrom(...patterns), { minLength: 1, maxLength: 2 })),
      tags: withTags
        ? fc.option(
            tagsArb.filter((tags) => Object.keys(tags).length > 0),
            { nil: undefined, freq: 2 },
          )
        : fc.constant(undefined),
      hours: rarely(
        fc.record({
          days: fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 }),
          from: fc.constantFrom(0, 480, 1320),
          to: fc.constantFrom(360, 1080, 1440),
          timeZone: fc.constant('UTC'),
        }),
      ),
      requesterNeeds: rarely(fc.constant('azure-rbac' as const)),
      deny: rarely(fc.constant('no')),
      approvals: fc.option(
        fc.array(fc.record({ count: fc.integer({ min: 1, max: 2 }), by: approverArb }), { minLength: 1, maxLength: 2 }),
        { nil: undefined },
      ),
      reason: rarely(fc.constantFrom('INC-[0-9]+', '^go').map((source) => textTools.compilePattern(source))),
      breakGlass: rarely(fc.constant({ review: ['g2'], withinMs: 10 })),
      maxDurationMs: rarely(fc.constantFrom(10, 20)),
    })
    .map(
      (rule) => Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== undefined)) as unknown as Rule,
    );
}

export const ruleArb = ruleArbOf(true);

const policyArbOf = (rules: fc.Arbitrary<Rule>): fc.Arbitrary<Policy> =>
  fc.record({
    version: fc.constant('test'),
    groups: fc.record({ g1: fc.subarray(emails), g2: fc.subarray(emails) }),
    channels: fc.constant([]),
    // Half of the policies end with a rule for whatever is left, as most policies do.
    rules: fc
      .tuple(fc.array(rules, { maxLength: 7 }), fc.boolean())
      .map(([some, isOpen]) => (isOpen ? [...some, { name: 'the rest', commands, who: ['anyone'] }] : some)),
    freezes: rarely(
      fc.record({
        from: fc.constantFrom('2026-12-01T00:00:00Z', '2026-12-20T00:00:00Z'),
        to: fc.constant('2026-12-24T00:00:00Z'),
        except: fc.constant([]),
        deny: fc.constant('Frozen.'),
      }),
    ).map((freeze) => (freeze ? [freeze] : [])),
  });

const actionOf: Readonly<Record<string, string>> = {
  show: 'Microsoft.ManagedIdentity/userAssignedIdentities/read',
  create: 'Microsoft.ManagedIdentity/userAssignedIdentities/write',
  grant: 'Microsoft.Authorization/roleAssignments/write',
  revoke: 'Microsoft.Authorization/roleAssignments/delete',
};

const effectArb: fc.Arbitrary<Effect> = fc
  .record({
    command: fc.constantFrom('grant', 'grant', 'show', 'create', 'revoke'),
    scope: scopeArb.chain(anyCase),
    identity: fc.constantFrom(...identities),
    role: fc.constantFrom(...roles),
    tags: tagsArb,
    isVia: fc.boolean(),
    durationMs: fc.constantFrom(5, 15, undefined),
  })
  .map(({ command, scope, identity, role, tags, isVia, durationMs }) => ({
    command,
    scope,
    action: actionOf[command] ?? '',
    ...(command === 'create' ? { tags } : {}),
    ...(command === 'grant' && isVia ? { via: 'create' } : {}),
    ...(command === 'grant' || command === 'revoke' ? { identity, role } : {}),
    ...(command === 'grant' && durationMs !== undefined ? { durationMs } : {}),
  }));

const worldArb: fc.Arbitrary<KnownWorld> = fc
  .record({
    tags: fc.tuple(...places.map(() => fc.option(tagsArb, { nil: {}, freq: 2 }))),
    sets: fc.tuple(...roles.map(() => fc.array(setArb, { minLength: 1, maxLength: 2 }))),
    strong: fc.subarray(people),
  })
  .map(({ tags, sets, strong }) => ({
    places,
    actions,
    tags: new Map(places.map((place, index) => [place.toLowerCase(), tags[index] ?? {}])),
    roles: new Map(roles.map(({ id }, index) => [id, sets[index] ?? []])),
    // Some hold everything in the first subscription, and nothing elsewhere.
    holds: (one, _action, scope) => strong.includes(one) && scope.toLowerCase().startsWith(subscriptions[0] ?? '?'),
  }));

/** A question about a policy whose rules may name tags, or name none. */
export const questionArb = (withTags: boolean): fc.Arbitrary<Question> =>
  fc.record({
    policy: policyArbOf(withTags ? ruleArb : ruleArbOf(false)),
    world: worldArb,
    who: fc.constantFrom(...people),
    effects: fc.array(effectArb, { minLength: 1, maxLength: 2 }),
    reason: fc.constantFrom('', 'INC-7', 'go on'),
    now: fc
      .constantFrom('2026-12-21T09:00:00Z', '2026-12-10T23:30:00Z', '2026-12-05T05:00:00Z')
      .map((at) => new Date(at)),
  });

/** Everything about the world that the policy may ask, and for whom. */
export function factsOf({ policy, world, effects }: Question, about: readonly Person[] = people): PolicyFacts {
  const isIn = (one: Person, name: Member) => (policy.groups[name] ?? [name]).includes(one.email ?? '');
  const named = names.filter((name) => name !== 'anyone');
  const rights = effects.flatMap(({ action, scope }) => (action === undefined ? [] : [{ action, scope }]));
  const below = (place: string) =>
    [...world.tags].filter(([scope, tags]) => scope.startsWith(`${place}/`) && Object.keys(tags).length > 0);
  return {
    memberships: new Map(about.map((one) => [one.key, new Map(named.map((name) => [name, isIn(one, name)]))])),
    rosters: new Map(named.map((name) => [name, people.filter((one) => isIn(one, name))])),
    azureRights: new Map(
      rights.map((right) => [rightKey(right), people.filter((one) => world.holds(one, right.action, right.scope))]),
    ),
    tags: world.tags,
    tagsBelow: new Map([...world.tags.keys()].map((place) => [place, below(place).map(([, tags]) => tags)])),
    rolePermissions: world.roles,
  };
}

/** The facts with some of them forgotten. */
export function forgetting(facts: PolicyFacts, kept: readonly boolean[]): PolicyFacts {
  let index = 0;
  const some = <K, V>(map: ReadonlyMap<K, V> | undefined) =>
    new Map([...(map ?? [])].filter(() => kept[index++ % kept.length] === true));
  return {
    memberships: new Map([...(facts.memberships ?? [])].map(([key, known]) => [key, some(known)])),
    azureRights: some(facts.azureRights),
    tags: some(facts.tags),
    tagsBelow: some(facts.tagsBelow),
    rolePermissions: some(facts.rolePermissions),
  };
}
