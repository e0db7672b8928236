// Writes that go on after their answer: the operation that a client polls, by Azure-AsyncOperation or Location, and the refusal of a
// second write meanwhile. An operation is told by its own id, which has the resource and the time of its end: nothing is kept.

import { ArmError } from '../errors.ts';
import { type Answer, type Call, param, type Simulation } from '../exchange.ts';
import { key } from '../ids.ts';
import { type ResourceKind, resourceKinds } from '../resource-kinds.ts';
import type { Route } from '../router.ts';
import type { Resource } from '../world/types.ts';

/** What a kind calls its operations: App has a name for each of the two ways to poll. */
function pathsOf(type: string): { status: string; result: string } {
  if (type === 'Microsoft.App/containerApps')
    return { status: 'containerappOperationStatuses', result: 'containerappOperationResults' };
  if (type === 'Microsoft.App/jobs') return { status: 'jobOperationStatuses', result: 'jobOperationResults' };
  return { status: 'operations', result: 'operationResults' };
}

/** The headers of an answer whose work goes on until the resource is no longer busy. */
export function pollingHeaders(
  simulation: Simulation,
  call: Call,
  kind: ResourceKind,
  row: Resource,
  id: string,
  isAccepted: boolean,
) {
  const endsAt = row.busyUntil ?? simulation.now();
  const operation = Buffer.from(`${endsAt} ${id}`).toString('base64url');
  const version = call.query.get('api-version') ?? '';
  const { status, result } = pathsOf(kind.type);
  const base = `${simulation.endpoint}/subscriptions/${row.subscriptionId}/providers/${kind.type.split('/')[0]}/locations/${row.location}`;
  return {
    'azure-asyncoperation': `${base}/${status}/${operation}?api-version=${version}`,
    ...(isAccepted ? { location: `${base}/${result}/${operation}?api-version=${version}` } : {}),
    'retry-after': retryAfter(simulation, endsAt),
  };
}

function retryAfter(simulation: Simulation, endsAt: number): string {
  return String(Math.min(15, Math.max(1, Math.ceil((endsAt - simulation.now()) / 1000))));
}

/** Throws the 409 of a kind while an earlier write is under way. The texts are recorded; those of other kinds own words. */
export function demandIdle(simulation: Simulation, kind: ResourceKind, row: Resource): void {
  if ((row.busyUntil ?? 0) <= simulation.now()) return;
  if (kind.type === 'Microsoft.ContainerService/managedClusters') {
    throw new ArmError(
      409,
      'OperationNotAllowed',
      'Operation is not allowed because there is an in progress update managed cluster operation on the managed cluster. Please wait for it to finish before starting a new operation.',
    );
  }
  if (kind.type.startsWith('Microsoft.App/')) {
    throw new ArmError(
      409,
      'ContainerAppOperationInProgress',
      `Cannot modify a container app '${row.name}' because there is an ongoing provisioning operation in progress.`,
    );
  }
  throw new ArmError(
    409,
    'Conflict',
    'The request failed due to conflict with a concurrent request. To resolve it, please refer to https://aka.ms/activitylog to get more details on the conflicting requests.',
  );
}

function read(call: Call): { endsAt: number; id: string } {
  const name = param(call, 'operation');
  const [, time, id] = /^(\d+) (\/.*)$/.exec(Buffer.from(name, 'base64url').toString('utf8')) ?? [];
  if (time === undefined || id === undefined)
    throw new ArmError(404, 'OperationNotFound', `The operation '${name}' could not be found.`);
  return { endsAt: Number(time), id };
}

function statusOf(simulation: Simulation, call: Call): Answer {
  const { endsAt } = read(call);
  const isDone = simulation.now() >= endsAt;
  const body = {
    id: `/${call.segments.join('/')}`,
    name: param(call, 'operation'),
    status: isDone ? 'Succeeded' : 'InProgress',
  };
  if (!isDone) return { status: 200, headers: { 'retry-after': retryAfter(simulation, endsAt) }, body };
  return { status: 200, body: { ...body, endTime: new Date(endsAt).toISOString() } };
}

/** Where `Location` leads: 202 while it goes on, the resource after it. */
function resultOf(show: (simulation: Simulation, row: Resource) => unknown) {
  return (simulation: Simulation, call: Call): Answer => {
    const { endsAt, id } = read(call);
    if (simulation.now() < endsAt) {
      const path = `/${call.segments.join('/')}?api-version=${call.query.get('api-version') ?? ''}`;
      return {
        status: 202,
        headers: { location: `${simulation.endpoint}${path}`, 'retry-after': retryAfter(simulation, endsAt) },
      };
    }
    const row = simulation.world.resources.get(key(id));
    return row ? { status: 200, body: show(simulation, row) } : { status: 204 };
  };
}

/** The operations of every kind that has some. `show`: the resource as its own GET answers it. */
export function operationRoutes(show: (simulation: Simulation, row: Resource) => unknown): readonly Route[] {
  const ofPath = new Map<string, Route>();
  for (const kind of resourceKinds) {
    if (kind.put === 'now' && kind.patch !== 'tracked' && kind.patch !== 'accepted') continue;
    const { status, result } = pathsOf(kind.type);
    const base = `/subscriptions/{subscription}/providers/${kind.type.split('/')[0]}/locations/{location}`;
    const common = { method: 'GET', versions: kind.versions, type: kind.type } as const;
    ofPath.set(`${base}/${status}`, { ...common, path: `${base}/${status}/{operation}`, handle: statusOf });
    ofPath.set(`${base}/${result}`, { ...common, path: `${base}/${result}/{operation}`, handle: resultOf(show) });
  }
  return [...ofPath.values()];
}
