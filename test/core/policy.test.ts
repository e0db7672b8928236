import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMet, judge, mayDecide, type Policy, type Rule } from '../../src/core/approvals/policy.ts';
import type { Person } from '../../src/core/model/person.ts';
import type { Effect } from '../../src/core/model/plan.ts';
import { containsScope } from '../../src/core/model/scope.ts';
import { PolicyError, parsePolicy } from '../../src/policy-file.ts';
import { textTools } from '../../src/text-tools.ts';

const subscription = '/subscriptions/aaaaaaaa-0000-4000-8000-000000000000';
const other = '/subscriptions/bbbbbbbb-0000-4000-8000-000000000000';
const person = (name: string): Person => ({ key: `mail:${name}@contoso.com`, name, email: `${name}@contoso.com` });
const [alex, megan, adele] = [person('alex'), person('megan'), person('adele')];
const reader = { id: 'acdd72a7-3385-48ef-bd42-f606fba81ae7', name: 'Reader' };
const owner = { id: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635', name: 'Owner' };

const text = `version: 1
groups:
  platform: [Megan@contoso.com]
places:
  - approvers
rules:
  - name: nobody hands out Owner
    commands: [grant, create]
    roles: [Owner]
    deny: Ask the platform team.
  - name: playground is self-service
    commands: [create, delete, grant, revoke]
    scopes: [${subscription}]
    who: anyone
    approvals: none
    maxDuration: 7d
  - name: everything else
    commands: [create, delete, grant, revoke]
    who: anyone
    approvals: { count: 1, by: [platform] }
    expireAfter: 24h
`;
const policy = parsePolicy(text, 'policy.yaml', textTools);

const create = (scope: string): Effect => ({ command: 'create', scope: `${scope}/resourceGroups/rg/providers/x/y/z` });
const grant = (scope: string, role = reader, durationMs?: number): Effect => ({
  command: 'grant',
  scope,
  role,
  ...(durationMs === undefined ? {} : { durationMs }),
});

describe('the fold', () => {
  it('takes the first rule that matches, and refuses where none does', () => {
    expect(judge(policy, alex, [create(subscription)])).toMatchObject({ kind: 'allowed', requirements: [] });
    expect(judge(policy, alex, [create(other)])).toMatchObject({
      kind: 'allowed',
      requirements: [{ count: 1, by: ['platform'], rule: 'everything else' }],
    });
    expect(judge(policy, alex, [{ command: 'list', scope: '/' }])).toMatchObject({ kind: 'refused', why: 'no-rule' });
  });

  it('lets a deny win wherever it stands, also for a role that comes with a create', () => {
    expect(judge(policy, alex, [grant(subscription, owner)])).toMatchObject({
      kind: 'refused',
      why: 'denied',
      reason: 'Ask the platform team.',
    });
    expect(
      judge(policy, alex, [create(subscription), { ...grant(subscription, owner, 1), via: 'create' }]),
    ).toMatchObject({ kind: 'refused' });
  });

  it('asks of several effects the strictest', () => {
    const verdict = judge(policy, alex, [create(subscription), { ...grant(other, reader), via: 'create' }]);
    expect(verdict).toMatchObject({
      kind: 'allowed',
      requirements: [{ rule: 'everything else' }],
      maxDurationMs: 7 * 86_400_000,
    });
  });

  it('lets a rule that only names create open no door for a role', () => {
    const narrow: Policy = {
      ...policy,
      rules: [{ name: 'create', commands: ['create'], who: ['anyone'] }],
    };
    expect(judge(narrow, alex, [create(other)])).toMatchObject({ kind: 'allowed' });
    expect(judge(narrow, alex, [create(other), { ...grant(other), via: 'create' }])).toMatchObject({
      kind: 'refused',
      why: 'no-rule',
    });
  });

  it('holds the longest time, for grants alone', () => {
    expect(judge(policy, alex, [grant(subscription, reader, 8 * 86_400_000)])).toMatchObject({
      kind: 'refused',
      why: 'too-long',
    });
    expect(judge(policy, alex, [grant(subscription, reader)])).toMatchObject({ kind: 'refused', why: 'too-long' });
    expect(judge(policy, alex, [grant(subscription, reader, 7 * 86_400_000)])).toMatchObject({ kind: 'allowed' });
    expect(judge(policy, alex, [create(subscription)])).toMatchObject({ kind: 'allowed' });
  });

  it('refuses a role above a forbidden scope, because it holds there too', () => {
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
    expect(judge(guarded, alex, [grant(other)])).toMatchObject({ kind: 'refused', rule: 'not prod' });
    expect(judge(guarded, alex, [grant(`${other}/resourceGroups/PROD/providers/a/b/c`)])).toMatchObject({
      kind: 'refused',
    });
    expect(judge(guarded, alex, [grant(`${other}/resourceGroups/production`)])).toMatchObject({ kind: 'allowed' });
  });

  it('never lets anybody approve their own request, by whatever address or id', () => {
    const requirements = [{ count: 1, by: ['anyone', 'platform'], rule: 'x' }];
    const onEntra: Person = { key: 'entra:1', name: 'Megan', entraId: '1', email: 'megan@contoso.com' };
    expect(mayDecide(policy, megan, onEntra, requirements).may).toBe(false);
    expect(mayDecide(policy, { ...alex, aliases: ['megan@contoso.com'] }, megan, requirements).may).toBe(false);
    expect(mayDecide(policy, alex, megan, requirements).may).toBe(true);
    expect(mayDecide(policy, alex, adele, [{ count: 1, by: ['platform'], rule: 'x' }]).may).toBe(false);
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
    approvals: fc.record({
      count: fc.integer({ min: 1, max: 3 }),
      by: fc.constantFrom(['anyone'], ['megan@contoso.com']),
    }),
  },
  { requiredKeys: ['name', 'commands', 'who'] },
);
const effectArb: fc.Arbitrary<Effect> = fc.record({
  command: fc.constantFrom('grant' as const),
  scope: scopeArb,
  role: fc.constantFrom(reader, owner),
});

describe('properties of the fold', () => {
  it('whatever the rules: adding a deny never allows, and an allowed set is allowed one by one', () => {
    fc.assert(
      fc.property(
        fc.array(ruleArb, { maxLength: 6 }),
        ruleArb,
        fc.array(effectArb, { minLength: 1, maxLength: 3 }),
        (rules, extra, effects) => {
          const base: Policy = { groups: {}, channels: [], rules };
          const stricter: Policy = { ...base, rules: [...rules, { ...extra, deny: 'no' }] };
          const verdict = judge(base, alex, effects);
          if (verdict.kind === 'refused') expect(judge(stricter, alex, effects).kind).toBe('refused');
          const each = effects.map((effect) => judge(base, alex, [effect]));
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

  it('whatever the yeses: the asker’s own never counts, and no one’s counts twice', () => {
    const people = [alex, megan, adele];
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...people), { maxLength: 6 }),
        fc.integer({ min: 1, max: 3 }),
        (yeses, count) => {
          const met = isMet(policy, alex, { count, by: ['anyone'], rule: 'x' }, yeses);
          const distinct = new Set(yeses.filter((one) => one !== alex).map(({ key }) => key)).size;
          expect(met).toBe(distinct >= count);
        },
      ),
    );
  });

  it('scopes contain by whole segments, whatever the case', () => {
    fc.assert(
      fc.property(scopeArb, scopeArb, (outer, inner) => {
        const a = outer.toLowerCase().split('/');
        const b = inner.toLowerCase().split('/');
        expect(containsScope(outer, inner)).toBe(a.every((part, index) => part === b[index]));
      }),
    );
    expect(containsScope(`${subscription}/resourceGroups/rg-pay`, `${subscription}/resourcegroups/rg-payments`)).toBe(
      false,
    );
  });
});

describe('a policy file with a mistake', () => {
  const problemsOf = (source: string) => {
    try {
      parsePolicy(source, 'policy.yaml', textTools);
    } catch (error) {
      if (error instanceof PolicyError) return error.problems;
      throw error;
    }
    throw new Error('it was taken');
  };

  it.each([
    [text.replace('maxDuration: 7d', 'maxDuraton: 7d'), 'policy.yaml:16: ', 'no such key'],
    [text.replace('[platform] }', '[platfrom] }'), 'policy.yaml:20: ', 'did you mean platform?'],
    [text.replace('by: [platform]', 'by: [azure-rbac]'), 'policy.yaml:20: ', 'azure-rbac'],
    [text.replace('[Megan@contoso.com]', '["entra:6f1c"]'), 'policy.yaml:3: ', 'entra:'],
    [text.replace('[Megan@contoso.com]', '["slack:S0614TZR7"]'), 'policy.yaml:3: ', 'slack:'],
    [text.replace(subscription, '/subscription/x'), 'policy.yaml:13: ', 'no Azure scope'],
    [text.replace('24h', 'soon'), 'policy.yaml:21: ', 'no time'],
    [text.replace('commands: [grant, create]', 'commands: [grant, destroy]'), 'policy.yaml:8: ', 'list'],
    [text.replace('    who: anyone\n    approvals: none\n', ''), 'policy.yaml:11: ', 'needs who'],
    [text.replace('version: 1', 'version: 2'), 'policy.yaml:1: ', 'version: 1'],
    [
      text.replace('name: everything else', 'name: playground is self-service'),
      'policy.yaml:17: ',
      'stands there already',
    ],
    [text.replace('rules:', 'rules: ['), 'policy.yaml:', ''],
    [text.replace('  - approvers', '  - nowhere'), 'policy.yaml:5: ', 'approvers'],
    [`${text}version: 1\n`, 'policy.yaml:22: ', 'unique'],
    ['', 'policy.yaml:1: ', ''],
  ])('case %#: names its line and what is wrong', (source, where, part) => {
    const problems = problemsOf(source);
    const found = problems.find((problem) => problem.startsWith(where) && problem.includes(part));
    expect(found, problems.join('\n')).toBeDefined();
  });

  it('tells all of them at once', () => {
    expect(problemsOf(text.replace('24h', 'soon').replace('maxDuration: 7d', 'maxDuraton: 7d')).length).toBe(2);
  });
});

describe('a policy that could not be meant', () => {
  it.each([
    [text.replaceAll('platform', 'anyone'), 'word of the policy itself'],
    [text.replace('count: 1', 'count: 3'), 'there are only 1'],
    [text.replace(subscription, '/providers/Microsoft.Management/managementGroups/corp'), 'management group'],
    [text.replace('commands: [grant, create]', 'commands: [delete]'), 'only stand beside grant'],
    [text.replace('24h', '999999999999d'), 'no time'],
  ])('case %# is refused', (source, part) => {
    expect(() => parsePolicy(source, 'policy.yaml', textTools)).toThrow(part);
  });

  it('knows a role by its ARM id', () => {
    const byId = parsePolicy(
      text.replace('[Owner]', `[/providers/Microsoft.Authorization/roleDefinitions/${owner.id.toUpperCase()}]`),
      'p',
      textTools,
    );
    expect(judge(byId, alex, [grant(subscription, owner, 1)])).toMatchObject({ kind: 'refused', why: 'denied' });
  });
});
