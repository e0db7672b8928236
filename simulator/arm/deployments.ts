// Deployments of templates at any scope: taken and then carried out, read, listed with their operations, validated, foretold, cancelled.
// Source: Azure/azure-rest-api-specs, Microsoft.Resources deployments.

import { randomUUID } from 'node:crypto';
import { versions } from '../api-versions.ts';
import {
  type Deployment,
  deploymentId,
  deploymentsOf,
  isOf,
  showDeployment,
  showOperation,
} from '../deployments/deployment.ts';
import { type Prepared, prepared, shownParameters } from '../deployments/prepare.ts';
import { armCall, Run } from '../deployments/run.ts';
import { ArmError } from '../errors.ts';
import { type Answer, type Call, param, type Simulation } from '../exchange.ts';
import { key } from '../ids.ts';
import { page } from '../paging.ts';
import type { Route } from '../router.ts';
import { demandScope } from './existence.ts';

const type = 'Microsoft.Resources/deployments';

function at({ world }: Simulation, call: Call): Deployment {
  const name = param(call, 'deployment');
  const found = deploymentsOf(world).get(key(deploymentId(param(call, 'scope'), name)));
  if (!found) throw new ArmError(404, 'DeploymentNotFound', `Deployment '${name}' could not be found.`);
  return found;
}

function put(simulation: Simulation, call: Call): Answer {
  const name = param(call, 'deployment');
  if (!/^[-\w._()]{1,64}$/.test(name)) {
    throw new ArmError(
      400,
      'InvalidDeploymentName',
      `The deployment name '${name}' is invalid. The name can only be 1 to 64 letters, digits, '-', '.', '(', ')' or '_'.`,
    );
  }
  const all = deploymentsOf(simulation.world);
  const id = key(deploymentId(param(call, 'scope'), name));
  const old = all.get(id);
  if (old && !old.endedAt) {
    throw new ArmError(
      409,
      'DeploymentActive',
      `Unable to edit or replace deployment '${name}': previous deployment from '${new Date(old.startedAt).toISOString()}' is still active. Please see https://aka.ms/arm-deploy for usage details.`,
    );
  }
  const ready = prepared(simulation, call);
  const row: Deployment = {
    name,
    scope: ready.scope,
    location: ready.location,
    tags: ready.tags,
    mode: 'Incremental',
    template: ready.template,
    parameters: shownParameters(ready),
    state: 'Accepted',
    startedAt: simulation.now(),
    endedAt: undefined,
    operationId: randomUUID(),
    operations: [],
    resources: ready.plan.resources.filter((one) => !one.isSkipped && !one.isExisting).map((one) => one.id),
  };
  all.set(id, row);
  setImmediate(() => void carryOut(simulation, call, row, ready));
  const version = call.query.get('api-version') ?? '';
  const operation = `${simulation.endpoint}${deploymentId(ready.scope, name)}/operationStatuses/${row.operationId}?api-version=${version}`;
  return {
    status: old ? 200 : 201,
    headers: { 'azure-asyncoperation': operation, 'retry-after': '1' },
    body: showDeployment(row, simulation.now()),
  };
}

async function carryOut(
  simulation: Simulation,
  call: Call,
  row: Deployment,
  { plan, template }: Prepared,
): Promise<void> {
  if (row.state === 'Canceled') return;
  row.state = 'Running';
  const run = new Run(simulation, call.caller, plan);
  row.operations = run.operations;
  const { outputs, errors } = await run.all(template.outputs ?? {});
  row.endedAt = simulation.now();
  // Cancelled meanwhile: it stays so, whatever was written.
  if ((row.state as Deployment['state']) === 'Canceled') return;
  if (errors.length === 0) {
    row.state = 'Succeeded';
    row.outputs = outputs;
    return;
  }
  row.state = 'Failed';
  row.error = {
    code: 'DeploymentFailed',
    target: deploymentId(row.scope, row.name),
    message:
      'At least one resource deployment operation failed. Please list deployment operations for details. Please see https://aka.ms/arm-deployment-operations for usage details.',
    details: errors,
  };
}

function operationStatus(simulation: Simulation, call: Call): Answer {
  const { state, error } = at(simulation, call);
  const isDone = !/^(Accepted|Running)$/.test(state);
  return {
    status: 200,
    headers: isDone ? {} : { 'retry-after': '1' },
    body: { status: state, ...(error ? { error } : {}) },
  };
}

function get(simulation: Simulation, call: Call): Answer {
  return { status: 200, body: showDeployment(at(simulation, call), simulation.now()) };
}

function head(simulation: Simulation, call: Call): Answer {
  return {
    status: deploymentsOf(simulation.world).has(key(deploymentId(param(call, 'scope'), param(call, 'deployment'))))
      ? 204
      : 404,
  };
}

function list(simulation: Simulation, call: Call): Answer {
  const scope = param(call, 'scope');
  demandScope(simulation.world, scope);
  const state = /^provisioningState eq '(\w+)'$/i.exec(call.query.get('$filter') ?? '')?.[1]?.toLowerCase();
  const rows = [...deploymentsOf(simulation.world)]
    .filter(([, row]) => isOf(row, scope) && (state === undefined || row.state.toLowerCase() === state))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return page(
    simulation,
    call,
    rows,
    ([id]) => id,
    ([, row]) => showDeployment(row, simulation.now()),
    Number(call.query.get('$top')) || undefined,
  );
}

function remove(simulation: Simulation, call: Call): Answer {
  const id = key(deploymentId(param(call, 'scope'), param(call, 'deployment')));
  deploymentsOf(simulation.world).delete(id);
  return { status: 204 };
}

function operations(simulation: Simulation, call: Call): Answer {
  const row = at(simulation, call);
  return page(
    simulation,
    call,
    row.operations,
    ({ id }) => id,
    (one) => showOperation(row, one, simulation.now()),
  );
}

function cancel(simulation: Simulation, call: Call): Answer {
  const row = at(simulation, call);
  if (row.endedAt)
    throw new ArmError(
      409,
      'DeploymentCannotBeCancelled',
      `The deployment '${row.name}' is in terminal state '${row.state}' and cannot be cancelled.`,
    );
  row.state = 'Canceled';
  return { status: 204 };
}

function exportTemplate(simulation: Simulation, call: Call): Answer {
  return { status: 200, body: { template: at(simulation, call).template } };
}

function validate(simulation: Simulation, call: Call): Answer {
  const ready = prepared(simulation, call);
  const { scope, plan } = ready;
  const name = param(call, 'deployment');
  const validatedResources = plan.resources.filter((one) => !one.isSkipped).map(({ id }) => ({ id }));
  const properties = {
    parameters: shownParameters(ready),
    mode: 'Incremental',
    provisioningState: 'Succeeded',
    validatedResources,
  };
  return { status: 200, body: { id: deploymentId(scope, name), name, type, properties } };
}

/** What would be made and what is there already; what would change within it is not told. */
async function whatIf(simulation: Simulation, call: Call): Promise<Answer> {
  const { plan } = prepared(simulation, call);
  const changes = [];
  for (const { id, apiVersion, isSkipped, isExisting } of plan.resources) {
    if (isSkipped || isExisting) continue;
    const before = await armCall(simulation, call.caller, 'GET', id, apiVersion).then(
      ({ body }) => body,
      () => undefined,
    );
    changes.push(
      before === undefined
        ? { resourceId: id, changeType: 'Create', after: { id } }
        : { resourceId: id, changeType: 'Deploy', before },
    );
  }
  return { status: 200, body: { status: 'Succeeded', properties: { correlationId: call.id, changes } } };
}

const path = `/{scope*}/providers/${type}`;
const one = `${path}/{deployment}`;
const common = { versions: versions.resources, type } as const;
const read = { ...common, method: 'GET', action: `${type}/read` } as const;

export const deploymentRoutes: readonly Route[] = [
  { ...read, path, handle: list },
  { ...read, path: one, handle: get },
  { ...read, path: one, method: 'HEAD', handle: head },
  { ...common, path: one, method: 'PUT', action: `${type}/write`, handle: put },
  { ...common, path: one, method: 'DELETE', action: `${type}/delete`, handle: remove },
  { ...read, path: `${one}/operations`, action: `${type}/operations/read`, handle: operations },
  {
    ...read,
    path: `${one}/operationStatuses/{operation}`,
    action: `${type}/operationstatuses/read`,
    handle: operationStatus,
  },
  { ...common, path: `${one}/validate`, method: 'POST', action: `${type}/validate/action`, handle: validate },
  { ...common, path: `${one}/whatIf`, method: 'POST', action: `${type}/whatIf/action`, handle: whatIf },
  { ...common, path: `${one}/cancel`, method: 'POST', action: `${type}/cancel/action`, handle: cancel },
  {
    ...common,
    path: `${one}/exportTemplate`,
    method: 'POST',
    action: `${type}/exportTemplate/action`,
    handle: exportTemplate,
  },
  // The Azure CLI asks for them by a path of before there were providers.
  {
    ...read,
    path: '/{scope*}/deployments/{deployment}/operations',
    action: `${type}/operations/read`,
    handle: operations,
  },
];
