// What single writes are held to: a role assignment that is changed, a custom role's actions, the names of tags, credentials.

import { describe, expect, it } from 'vitest';
import { codeOf, identityIn, playgroundGroup, useOwner } from './use-resources.ts';

const company = useOwner();
const { owner } = company;
const authorization = `${playgroundGroup}/providers/Microsoft.Authorization`;
const role = (id: string) => `/providers/Microsoft.Authorization/roleDefinitions/${id}`;
const reader = role('acdd72a7-3385-48ef-bd42-f606fba81ae7');

describe('a role assignment', () => {
  const put = (name: string, properties: object) =>
    owner({
      method: 'PUT',
      path: `${authorization}/roleAssignments/${name}?api-version=2022-04-01`,
      body: { properties },
    });
  const first = '88888888-0000-4000-8000-000000000001';
  const held = { principalId: '88888888-1111-4111-8111-111111111111', principalType: 'ServicePrincipal' };

  it('is changed under its name with 201, in its description and condition alone', async () => {
    expect((await put(first, { ...held, roleDefinitionId: reader })).status).toBe(201);
    const condition = "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})))";
    const changed = await put(first, {
      ...held,
      roleDefinitionId: reader,
      description: 'why',
      condition,
      conditionVersion: '2.0',
    });
    expect([changed.status, (changed.body as { properties: object }).properties]).toMatchObject([
      201,
      { description: 'why', condition },
    ]);
    const other = role('b24988ac-6180-42a0-ab88-20f7382dd24c');
    expect(codeOf(await put(first, { ...held, roleDefinitionId: other }))).toEqual([
      400,
      'RoleAssignmentUpdateNotPermitted',
    ]);
    expect(codeOf(await put(first.replace('1', '2'), { ...held, roleDefinitionId: reader }))).toEqual([
      409,
      'RoleAssignmentExists',
    ]);
  });

  it('names its role by an id, not by a GUID alone', async () => {
    const bare = { ...held, roleDefinitionId: 'acdd72a7-3385-48ef-bd42-f606fba81ae7' };
    expect(codeOf(await put('88888888-0000-4000-8000-000000000003', bare))).toEqual([400, 'BadRequestFormat']);
  });
});

it.each([
  ['Microsoft.Web/sites/reed', 400],
  ['Contoso.Nothing/things/read', 400],
  ['restart', 400],
  ['Microsoft.Web/sites/*', 201],
  ['*/read', 201],
  ['*', 201],
])('a custom role with the action %s is answered %i', async (action, status) => {
  const path = `${authorization}/roleDefinitions/99999999-0000-4000-8000-000000000009?api-version=2022-04-01`;
  const body = {
    properties: { roleName: 'Own', assignableScopes: [playgroundGroup], permissions: [{ actions: [action] }] },
  };
  const reply = await owner({ method: 'PUT', path, body });
  expect(codeOf(reply)).toEqual([status, status === 400 ? 'InvalidActionOrNotAction' : undefined]);
});

it.each([
  [{ microsoftTeam: 'x' }, 'InvalidTagName'],
  [{ Azure: 'x' }, 'InvalidTagName'],
  [{ Env: 'a', env: 'b' }, 'DuplicateTagName'],
])('the tags %j are refused as %s', async (tags, code) => {
  const reply = await owner({
    method: 'PATCH',
    path: `${identityIn('uami-demo')}?api-version=2024-11-30`,
    body: { tags },
  });
  expect(codeOf(reply)).toEqual([400, code]);
});

describe('a federated credential', () => {
  const put = (name: string, properties: object, version = '2024-11-30') => {
    const audiences = ['api://AzureADTokenExchange'];
    const path = `${identityIn('uami-demo')}/federatedIdentityCredentials/${name}?api-version=${version}`;
    return owner({
      method: 'PUT',
      path,
      body: { properties: { issuer: 'https://token.actions.githubusercontent.com', audiences, ...properties } },
    });
  };

  it('that is new says where it is', async () => {
    const made = await put('main', { subject: 'repo:contoso/demo:ref:refs/heads/main' });
    expect([made.status, made.headers.location]).toEqual([201, (made.body as { id: string }).id]);
    expect((await put('main', { subject: 'repo:contoso/demo:ref:refs/heads/main' })).headers.location).toBeUndefined();
  });

  it('has an expression in the place of a subject in the previews alone', async () => {
    const claimsMatchingExpression = {
      value: "claims['sub'] matches 'repo:contoso/demo:ref:refs/heads/*'",
      languageVersion: 1,
    };
    expect(codeOf(await put('any', { claimsMatchingExpression }))).toEqual([400, 'BadRequest']);
    expect(codeOf(await put('any', { claimsMatchingExpression, subject: 'x' }, '2025-01-31-preview'))).toEqual([
      400,
      'BadRequest',
    ]);
    const made = await put('any', { claimsMatchingExpression }, '2025-01-31-preview');
    expect((made.body as { properties: object }).properties).toEqual({
      issuer: 'https://token.actions.githubusercontent.com',
      claimsMatchingExpression,
      audiences: ['api://AzureADTokenExchange'],
    });
    expect(codeOf(await put('nothing', {}))).toEqual([400, 'BadRequest']);
  });
});
