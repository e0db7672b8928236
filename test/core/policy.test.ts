import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge as fold } from '../../src/core/approvals/policy.ts';
import { addressFacts, gatherFacts } from '../../src/core/approvals/policy-facts.ts';
import { isMet, mayDecide } from '../../src/core/approvals/requirements.ts';
import { policyCommands } from '../../src/core/grammar/registry.ts';
import type { Person } from '../../src/core/model/person.ts';
import type { Effect } from '../../src/core/model/plan.ts';
import type { Policy, Rule } from '../../src/core/model/policy.ts';
import type { Requirement } from '../../src/core/model/requirement.ts';
import { parsePolicy } from '../../src/policy-file/read.ts';
import { textTools } from '../../src/text-tools.ts';
import { builtinPermissions } from '../support/builtin-roles.ts';
import { policyOf } from '../support/policy.ts';

const subscription = '/subscriptions/aaaaaaaa-0000-4000-8000-000000000000';
const text = policyOf(subscription);
const other = '/subscriptions/bbbbbbbb-0000-4000-8000-000000000000';
const person = (name: string): Person => ({ key: `mail:${name}@contoso.com`, name, email: `${name}@contoso.com` });
const [alex, megan, adele] = [person('alex'), person('megan'), person('adele')];
const reader = { id: 'acdd72a7-3385-48ef-bd42-f606fba81ae7', name: 'Reader' };
const owner = { id: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635', name: 'Owner' };

const policy = parsePolicy(text, 'policy.yaml', textTools, policyCommands);

/** As every caller does it: gather, then judge. */
async function judge(given: Policy, who: Person, effects: readonly Effect[]) {
  const subject = { who, effects };
  const facts = await gatherFacts(given, subject, { ...addressFacts, rolePermissions: async () => builtinPermissions });
  return fold(given, facts, subject);
}
const factsOf = (people: readonly Person[], requirements: readonly Requirement[]) =>
  gatherFacts(policy, { who: alex, effects: [] }, addressFacts, { people, requirements });

const create = (scope: string): Effect => ({ command: 'create', scope: `${scope}/resourceGroups/rg/providers/x/y/z` });
const grant = (scope: string, role = reader, durationMs?: number): Effect => ({
  command: 'grant',
  scope,
  role,
  ...(durationMs === undefined ? {} : { durationMs }),
});

describe('the fold', () => {
  it('takes no name or address for another that only looks alike: a Kelvin sign is no K', async () => {
    const open = parsePolicy(
      `version: 1
places: [approvers]
rules:
  - { name: keys, commands: [grant], roles: [Key Vault Reader], scopes: [${subscription}/resourceGroups/rg-key], who: [kim@contoso.com], approvals: none }
`,
      'policy.yaml',
      textTools,
      policyCommands,
    );
    const ask = (name: string, scope: string, who: string) =>
      judge(open, person(who), [grant(`${subscription}/resourceGroups/${scope}`, { id: reader.id, name })]);
    expect(await ask('KEY vault reader', 'RG-KEY', 'kim')).toMatchObject({ kind: 'allowed' });
    expect(await ask('\u212aey Vault Reader', 'rg-key', 'kim')).toMatchObject({ kind: 'refused' });
    expect(await ask('Key Vault Reader', 'rg-\u212aey', 'kim')).toMatchObject({ kind: 'refused' });
    expect(await ask('Key Vault Reader', 'rg-key', '\u212aim')).toMatchObject({ kind: 'refused' });
  });

  it('takes the first rule that matches, and refuses where none does', async () => {
    expect(await judge(policy, alex, [create(subscription)])).toMatchObject({ kind: 'allowed', requirements: [] });
    expect(await judge(policy, alex, [create(other)])).toMatchObject({
      kind: 'allowed',
      requirements: [{ rule: 'everything else', stages: [{ count: 1, by: ['platform'] }] }],
    });
    expect(await judge(policy, alex, [{ command: 'list', scope: '/' }])).toMatchObject({
      kind: 'refused',
      why: 'no-rule',
    });
  });

  it('lets a deny win wherever it stands, also for a role that comes with a create', async () => {
    expect(await judge(policy, alex, [grant(subscription, owner)])).toMatchObject({
      kind: 'refused',
      why: 'denied',
      reason: 'Ask the platform team.',
    });
    expect(
      await judge(policy, alex, [create(subscription), { ...grant(subscription, owner, 1), via: 'create' }]),
    ).toMatchObject({ kind: 'refused' });
  });

  it('asks of several effects the strictest', async () => {
    const verdict = await judge(policy, alex, [create(subscription), { ...grant(other, reader), via: 'create' }]);
    expect(verdict).toMatchObject({
      kind: 'allowed',
      requirements: [{ rule: 'everything else' }],
      maxDurationMs: 7 * 86_400_000,
    });
  });

  it('lets a rule that only names create open no door for a role', async () => {
    const narrow: Policy = {
      ...policy,
      rules: [{ name: 'create', commands: ['create'], who: ['anyone'] }],
    };
    expect(await judge(narrow, alex, [create(other)])).toMatchObject({ kind: 'allowed' });
    expect(await judge(narrow, alex, [create(other), { ...grant(other), via: 'create' }])).toMatchObject({
      kind: 'refused',
      why: 'no-rule',
    });
  });

  it('holds the longest time, for grants alone', async () => {
    expect(await judge(policy, alex, [grant(subscription, reader, 8 * 86_400_000)])).toMatchObject({
      kind: 'refused',
      why: 'too-long',
    });
    expect(await judge(policy, alex, [grant(subscription, reader)])).toMatchObject({
      kind: 'refused',
      why: 'too-long',
    });
    expect(await judge(policy, alex, [grant(subscription, reader, 7 * 86_400_000)])).toMatchObject({ kind: 'allowed' });
    expect(await judge(policy, alex, [create(subscription)])).toMatchObject({ kind: 'allowed' });
  });

  it('refuses a role above a forbidden scope, because it holds there too', async () => {
    const guarded: Policy = {
      ...policy,
      rules: [
        {
          name: 'not prod',
          commands: ['grant'],
          scopes: [`${other}/resourceGroups/prod`],
          who: ['anyone'],
          deny: 'No.',
        },
        ...policy.rules,
      ],
    };
    expect(await judge(guarded, alex, [grant(other)])).toMatchObject({ kind: 'refused', rule: 'not prod' });
    expect(await judge(guarded, alex, [grant(`${other}/resourceGroups/PROD/providers/a/b/c`)])).toMatchObject({
      kind: 'refused',
    });
    expect(await judge(guarded, alex, [grant(`${other}/resourceGroups/production`)])).toMatchObject({
      kind: 'allowed',
    });
  });

  it('never lets anybody approve their own request, by whatever address or id', async () => {
    const one = (by: string[]): Requirement[] => [{ rule: 'x', stages: [{ count: 1, by }] }];
    const requirements = one(['anyone', 'platform']);
    const onEntra: Person = { key: 'entra:1', name: 'Megan', entraId: '1', email: 'megan@contoso.com' };
    const facts = await factsOf([onEntra, megan, adele], requirements);
    expect(mayDecide(facts, megan, onEntra, requirements).may).toBe(false);
    expect(mayDecide(facts, { ...alex, aliases: ['megan@contoso.com'] }, megan, requirements).may).toBe(false);
    expect(mayDecide(facts, alex, megan, requirements).may).toBe(true);
    expect(mayDecide(facts, alex, adele, one(['platform'])).may).toBe(false);
  });
});

const scopeArb = fc
  .array(fc.constantFrom('a', 'ab', 'A', 'b', 'resourceGroups', 'rg'), { maxLength: 4 })
  .map((context) => `${subscription}${context.map((part) => `/${part}`).join('')}`);
const ruleArb: fc.Arbitrary<Rule> = fc.record(
  {
    name: fc.uuid(),
    commands: fc.constantFrom<Rule['commands'][]>(
      ['grant'],
      ['create'],
      ['grant', 'create'],
    ) as unknown as fc.Arbitrary<Rule['commands']>,
    who: fc.constantFrom(['anyone'], ['alex@contoso.com'], ['megan@contoso.com']),
    scopes: fc.array(scopeArb, { minLength: 1, maxLength: 2 }),
    roles: fc.constantFrom(['reader'], ['owner']),
    deny: fc.constant('no'),
    approvals: fc.tuple(
      fc.record({ count: fc.integer({ min: 1, max: 3 }), by: fc.constantFrom(['anyone'], ['megan@contoso.com']) }),
    ),
  },
  { requiredKeys: ['name', 'commands', 'who'] },
);
const effectArb: fc.Arbitrary<Effect> = fc.record({
  command: fc.constantFrom('grant' as const),
  scope: scopeArb,
  role: fc.constantFrom(reader, owner),
});

describe('properties of the fold', () => {
  it('whatever the rules: adding a deny never allows, and an allowed set is allowed one by one', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(ruleArb, { maxLength: 6 }),
        ruleArb,
        fc.array(effectArb, { minLength: 1, maxLength: 3 }),
        async (rules, extra, effects) => {
          const base: Policy = { version: 'test', groups: {}, channels: [], rules };
          const stricter: Policy = { ...base, rules: [...rules, { ...extra, deny: 'no' }] };
          const verdict = await judge(base, alex, effects);
          if (verdict.kind === 'refused') expect((await judge(stricter, alex, effects)).kind).toBe('refused');
          const each = await Promise.all(effects.map((effect) => judge(base, alex, [effect])));
          expect(verdict.kind === 'allowed').toBe(each.every(({ kind }) => kind === 'allowed'));
          if (verdict.kind === 'allowed') {
            for (const one of each) {
              if (one.kind === 'allowed')
                for (const need of one.requirements) expect(verdict.requirements).toContainEqual(need);
            }
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('whatever the yeses: the asker’s own never counts, and no one’s counts twice', async () => {
    const people = [alex, megan, adele];
    const facts = await factsOf(people, []);
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...people), { maxLength: 6 }),
        fc.integer({ min: 1, max: 3 }),
        (yeses, count) => {
          const met = isMet(facts, alex, { rule: 'x', stages: [{ count, by: ['anyone'] }] }, yeses);
          const distinct = new Set(yeses.filter((one) => one !== alex).map(({ key }) => key)).size;
          expect(met).toBe(distinct >= count);
        },
      ),
    );
  });
});
