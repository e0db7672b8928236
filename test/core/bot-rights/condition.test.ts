// Conditions of role assignments: Azure's own templates say yes or no, what is not known is told as unknown, and the simulator's
// evaluator, which is written apart, never disagrees.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignmentAttributes } from '../../../simulator/rbac/assignment-conditions.ts';
import { holds } from '../../../simulator/rbac/condition-evaluation.ts';
import { type Attempt, isFulfilled } from '../../../src/core/bot-rights/condition.ts';

const owner = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635';
const accessAdministrator = '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9';
const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
const principal = '11111111-1111-4111-8111-111111111111';
const write = 'Microsoft.Authorization/roleAssignments/write';
const remove = 'Microsoft.Authorization/roleAssignments/delete';

/** As the portal's templates write it: an expression for what is assigned, and for what is removed. */
const template = (expression: (attribute: (name: string) => string) => string) =>
  (['write', 'delete'] as const)
    .map((verb) => {
      const source = verb === 'write' ? 'Request' : 'Resource';
      const inner = expression((name) => `@${source}[Microsoft.Authorization/roleAssignments:${name}]`);
      return `(\n (\n  !(ActionMatches{'Microsoft.Authorization/roleAssignments/${verb}'})\n )\n OR\n (\n  ${inner}\n )\n)`;
    })
    .join('\nAND\n');

const except = template(
  (of) => `${of('RoleDefinitionId')} ForAnyOfAllValues:GuidNotEquals {${owner}, ${accessAdministrator}}`,
);
const only = template((of) => `${of('RoleDefinitionId')} ForAnyOfAnyValues:GuidEquals {${reader}}`);
const onlyServices = template(
  (of) =>
    `${of('RoleDefinitionId')} ForAnyOfAnyValues:GuidEquals {${reader}} AND ${of('PrincipalType')} ForAnyOfAnyValues:StringEqualsIgnoreCase {'serviceprincipal'}`,
);
const onlyWhom = template((of) => `${of('PrincipalId')} ForAnyOfAnyValues:GuidEquals {${principal}}`);

const attempt = (roleDefinitionId: string, more: object = {}, action = write): Attempt => ({
  action,
  assignment: { roleDefinitionId, principalId: principal, principalType: 'ServicePrincipal', ...more },
});

describe('the templates of the portal', () => {
  it.each([
    ['all roles except', except, attempt(reader), true],
    ['all roles except', except, attempt(owner), false],
    ['all roles except, in other spelling', except, attempt(owner.toUpperCase().replaceAll('-', '')), false],
    ['all roles except, on removal', except, attempt(accessAdministrator, {}, remove), false],
    ['only some roles', only, attempt(reader), true],
    ['only some roles', only, attempt(owner), false],
    ['only to service principals', onlyServices, attempt(reader), true],
    ['only to service principals', onlyServices, attempt(reader, { principalType: 'User' }), false],
    ['only to some principals', onlyWhom, attempt(reader), true],
    ['only to some principals', onlyWhom, attempt(reader, { principalId: owner }), false],
    [
      'only to some principals, one that is not known yet',
      onlyWhom,
      attempt(reader, { principalId: undefined }),
      undefined,
    ],
    ['another action', only, { action: 'Microsoft.ManagedIdentity/userAssignedIdentities/write' }, true],
  ])('%s', (_name, condition, given, expected) => {
    expect(isFulfilled(condition, given)).toBe(expected);
  });
});

describe('what cannot be told', () => {
  it.each([
    [
      'an attribute of another kind',
      "@Principal[Microsoft.Directory/CustomSecurityAttributes/Id:team] StringEquals 'a'",
    ],
    ['the time', "@Environment[UtcNow] DateTimeLessThan '2030-01-01T00:00:00Z'"],
    ['an operator of another kind', "@Request[Microsoft.Authorization/roleAssignments:PrincipalType] StringLike 'S*'"],
    ['a name that every object has', "@Request[Microsoft.Authorization/roleAssignments:constructor] GuidEquals 'a'"],
    ['an operator by such a name', "@Request[Microsoft.Authorization/roleAssignments:PrincipalType] constructor 'a'"],
    ['and beside or', `${"(ActionMatches{'*'})"} AND (ActionMatches{'*'}) OR (ActionMatches{'*'})`],
    ['no condition', 'nonsense (('],
    ['nothing', ''],
    ['too deep', `${'('.repeat(200)}ActionMatches{'*'}${')'.repeat(200)}`],
    ['something behind it', "ActionMatches{'*'} ActionMatches{'*'}"],
  ])('%s', (_name, condition) => {
    expect(isFulfilled(condition, attempt(reader))).toBeUndefined();
  });

  it('does not matter where the rest decides', () => {
    const unknown = "@Environment[UtcNow] DateTimeLessThan '2030-01-01T00:00:00Z'";
    expect(isFulfilled(`(${unknown}) OR (ActionMatches{'${write}'})`, attempt(reader))).toBe(true);
    expect(isFulfilled(`(${unknown}) AND (!(ActionMatches{'${write}'}))`, attempt(reader))).toBe(false);
  });
});

it('never says yes or no where an evaluator that was written apart says otherwise', () => {
  const roles = [owner, accessAdministrator, reader];
  const role = fc.constantFrom(...roles);
  const attribute = fc.constantFrom('RoleDefinitionId', 'PrincipalId');
  const comparison = fc
    .tuple(
      fc.constantFrom('Request', 'Resource'),
      attribute,
      fc.constantFrom('ForAnyOfAnyValues', 'ForAllOfAnyValues', 'ForAnyOfAllValues', 'ForAllOfAllValues'),
      fc.constantFrom('GuidEquals', 'GuidNotEquals', 'guidequals'),
      fc.array(role, { minLength: 1, maxLength: 3 }),
    )
    .map(
      ([source, name, quantifier, operator, values]) =>
        `@${source}[Microsoft.Authorization/roleAssignments:${name}] ${quantifier}:${operator} {${values.join(', ')}}`,
    );
  const action = fc
    .constantFrom(write, remove, 'Microsoft.Authorization/*', 'Microsoft.Authorization/roleAssignments/*')
    .map((one) => `ActionMatches{'${one}'}`);
  const { tree } = fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      comparison,
      action,
      tie('tree').map((one) => `!(${one})`),
      fc
        .tuple(fc.constantFrom(' AND ', ' OR ', '&&'), fc.array(tie('tree'), { minLength: 2, maxLength: 3 }))
        .map(([joiner, parts]) => parts.map((one) => `(${one})`).join(joiner)),
    ),
  }));
  let told = 0;
  fc.assert(
    fc.property(tree, role, role, fc.constantFrom(write, remove), (condition, roleDefinitionId, principalId, verb) => {
      const assignment = { roleDefinitionId, principalId };
      const attributes = assignmentAttributes(assignment);
      const there = verb === write ? { request: attributes } : { resource: attributes };
      const truth = isFulfilled(condition, { action: verb, assignment });
      if (truth === undefined) return;
      told += 1;
      expect(holds(condition, { action: verb, ...there })).toBe(truth);
    }),
    { numRuns: 2_000 },
  );
  expect(told).toBeGreaterThan(500);
});
