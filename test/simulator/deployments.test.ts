// Templates deployed at a group and at a subscription: what they write, in which order, what is told of it.

import { describe, expect, it } from 'vitest';
import { asker } from './ask.ts';
import { credential, deployer, deploymentAt, identity, identityType, type Shown, template } from './use-deployments.ts';
import { codeOf, identityIn, messageOf, playgroundGroup, useOwner } from './use-resources.ts';
import { sandbox } from './use-simulator.ts';

const company = useOwner();
const { owner, get } = company;
const { deploy, done } = deployer(company);
const subscription = `/subscriptions/${sandbox}`;
const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';

describe('a deployment', () => {
  it('writes an identity, its credentials and its role, each after what it needs, and tells the outputs', async () => {
    const role = `[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '${reader}')]`;
    const whole = template(
      [
        {
          type: 'Microsoft.Authorization/roleAssignments',
          apiVersion: '2022-04-01',
          name: "[guid(resourceGroup().id, parameters('name'))]",
          properties: {
            roleDefinitionId: "[variables('role')]",
            principalType: 'ServicePrincipal',
            principalId: `[reference(resourceId('${identityType}', parameters('name')), '2024-11-30').principalId]`,
          },
        },
        identity("[parameters('name')]", { tags: { by: "[format('{0}/{1}', deployment().name, toLower('ME'))]" } }),
        {
          ...credential('x', 'y'),
          name: "[format('{0}/fic-{1}', parameters('name'), copyIndex(1))]",
          dependsOn: ["[parameters('name')]"],
          copy: { name: 'credentials', count: "[length(variables('subjects'))]", mode: 'serial', batchSize: 1 },
          properties: {
            issuer: 'https://token.actions.githubusercontent.com',
            subject: "[variables('subjects')[copyIndex()]]",
            audiences: ['api://AzureADTokenExchange'],
          },
        },
        identity('uami-left-out', { condition: "[and(equals(1, 2), not(empty('')))]" }),
        {
          type: 'Microsoft.Authorization/roleAssignments',
          apiVersion: '2022-04-01',
          scope: `[format('${identityType}/{0}', parameters('name'))]`,
          name: "[guid('on', parameters('name'))]",
          dependsOn: [`[resourceId('${identityType}', parameters('name'))]`],
          properties: {
            roleDefinitionId: "[variables('role')]",
            principalType: 'User',
            principalId: 'a1ec0000-0000-4000-8000-000000000001',
          },
        },
      ],
      {
        parameters: { name: { type: 'string' } },
        variables: { role, subjects: ['repo:a/b:1', 'repo:a/b:2'] },
        outputs: { client: { type: 'string', value: "[reference(parameters('name')).clientId]" } },
      },
    );
    const reply = await deploy('whole', whole, { name: 'uami-deployed' });
    expect([reply.status, (reply.body as Shown).properties.provisioningState]).toEqual([201, 'Accepted']);
    const { provisioningState, outputs, error, outputResources } = await done('whole');
    expect([provisioningState, error]).toEqual(['Succeeded', undefined]);
    const made = (await get(`${identityIn('uami-deployed')}?api-version=2024-11-30`)).body as {
      properties: { clientId: string };
      tags: object;
    };
    expect(outputs?.client).toEqual({ type: 'String', value: made.properties.clientId });
    expect(made.tags).toEqual({ by: 'whole/me' });
    expect(outputResources).toHaveLength(5);
    const listed = await get(
      `${identityIn('uami-deployed')}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&$filter=atScope()`,
    );
    expect(JSON.stringify(listed.body)).toContain('a1ec0000-0000-4000-8000-000000000001');
    expect((await get(`${identityIn('uami-left-out')}?api-version=2024-11-30`)).status).toBe(404);
    const operations = (await get(deploymentAt(playgroundGroup, 'whole', '/operations'))).body as {
      value: { properties: { provisioningState: string } }[];
    };
    expect(operations.value.map((one) => one.properties.provisioningState)).toEqual(
      Array.from({ length: 5 }, () => 'Succeeded'),
    );
    const poll = String(reply.headers['azure-asyncoperation']).replace(company.simulator.endpoint, '');
    expect((await get(poll)).body).toEqual({ status: 'Succeeded' });
  });

  it('at a subscription makes a group and what is nested in it', async () => {
    const inner = template([identity("[parameters('name')]")], {
      parameters: { name: { type: 'string' } },
      outputs: { id: { type: 'string', value: `[resourceId('${identityType}', parameters('name'))]` } },
    });
    const outer = template([
      {
        type: 'Microsoft.Resources/resourceGroups',
        apiVersion: '2022-09-01',
        name: 'rg-nested',
        location: '[deployment().location]',
      },
      {
        type: 'Microsoft.Resources/deployments',
        apiVersion: '2022-09-01',
        name: 'inner',
        resourceGroup: 'rg-nested',
        dependsOn: ["[subscriptionResourceId('Microsoft.Resources/resourceGroups', 'rg-nested')]"],
        properties: {
          mode: 'Incremental',
          expressionEvaluationOptions: { scope: 'inner' },
          parameters: { name: { value: 'uami-nested' } },
          template: inner,
        },
      },
    ]);
    await deploy('outer', outer, {}, subscription);
    expect((await done('outer', subscription)).provisioningState).toBe('Succeeded');
    const nested = await done('inner', `${subscription}/resourceGroups/rg-nested`);
    expect(nested.outputs?.id?.value).toBe(
      `${subscription}/resourceGroups/rg-nested/providers/${identityType}/uami-nested`,
    );
  });

  it('that fails says where and why, and what does not hang on it is written', async () => {
    await deploy('half', template([identity('u'), identity('uami-fine'), credential('u', 'never')]));
    const { provisioningState, error } = await done('half');
    expect([provisioningState, error?.code, error?.details.map(({ code }) => code)]).toEqual([
      'Failed',
      'DeploymentFailed',
      ['InvalidResourceName'],
    ]);
    expect(error?.details[0]?.target).toBe(identityIn('u'));
    expect((await get(`${identityIn('uami-fine')}?api-version=2024-11-30`)).status).toBe(200);
  });

  it('fails where two credentials of one identity do not wait for each other, as in Azure', async () => {
    await deploy(
      'at-once',
      template([identity('uami-two'), credential('uami-two', 'one'), credential('uami-two', 'two')]),
    );
    expect((await done('at-once')).error?.details.map(({ code }) => code)).toEqual([
      'ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity',
    ]);
  });

  it('needs the right to every write before the first', async () => {
    const alex = await asker(company.simulator, 'alex@contoso.com');
    const role = {
      type: 'Microsoft.Authorization/roleAssignments',
      apiVersion: '2022-04-01',
      name: "[guid('a')]",
      properties: {},
    };
    const reply = await deploy('not-mine', template([identity('uami-never'), role]), {}, playgroundGroup, alex);
    expect(codeOf(reply)).toEqual([403, 'InvalidTemplateDeployment']);
    expect(messageOf(reply)).toContain(
      "does not have permission to perform action 'Microsoft.Authorization/roleAssignments/write'",
    );
    expect((await get(`${identityIn('uami-never')}?api-version=2024-11-30`)).status).toBe(404);
  });

  it('is validated and foretold without writing', async () => {
    const body = {
      properties: { mode: 'Incremental', template: template([identity('uami-maybe'), identity('uami-demo')]) },
    };
    const validated = await owner({ method: 'POST', path: deploymentAt(playgroundGroup, 'maybe', '/validate'), body });
    expect([validated.status, (validated.body as Shown).properties.provisioningState]).toEqual([200, 'Succeeded']);
    const foretold = (await owner({ method: 'POST', path: deploymentAt(playgroundGroup, 'maybe', '/whatIf'), body }))
      .body as {
      properties: { changes: { changeType: string }[] };
    };
    expect(foretold.properties.changes.map(({ changeType }) => changeType)).toEqual(['Create', 'Deploy']);
    expect((await get(`${identityIn('uami-maybe')}?api-version=2024-11-30`)).status).toBe(404);
    expect(codeOf(await get(deploymentAt(playgroundGroup, 'maybe')))).toEqual([404, 'DeploymentNotFound']);
  });
});
