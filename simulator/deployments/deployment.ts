// A deployment as it is kept and as ARM prints it. Kept in memory: a simulator that is started again has none.

import { guidFrom, key } from '../ids.ts';
import type { World } from '../world/world.ts';
import type { Template } from './plan.ts';
import type { Operation } from './run.ts';

export interface Deployment {
  name: string;
  scope: string;
  location: string | undefined;
  tags: Readonly<Record<string, string>> | undefined;
  mode: string;
  template: Template;
  parameters: Readonly<Record<string, { type: string; value?: unknown }>>;
  state: 'Accepted' | 'Running' | 'Succeeded' | 'Failed' | 'Canceled';
  startedAt: number;
  endedAt: number | undefined;
  operationId: string;
  operations: readonly Operation[];
  outputs?: Readonly<Record<string, { type: string; value: unknown }>> | undefined;
  error?:
    | { code: string; message: string; target?: string; details?: readonly { code: string; message: string }[] }
    | undefined;
  /** Ids of what it writes. */
  resources: readonly string[];
}

const kept = new WeakMap<World, Map<string, Deployment>>();

/** The deployments of a world, by id in comparable form. */
export function deploymentsOf(world: World): Map<string, Deployment> {
  const all = kept.get(world) ?? new Map<string, Deployment>();
  kept.set(world, all);
  return all;
}

export function deploymentId(scope: string, name: string): string {
  return `${scope === '/' ? '' : scope}/providers/Microsoft.Resources/deployments/${name}`;
}

/** Milliseconds as ARM writes a duration: PT1.5S. */
function lasted(from: number, to: number): string {
  return `PT${((to - from) / 1000).toFixed(7).replace(/\.?0+$/, '')}S`;
}

function providersOf(template: Template, location: string | undefined) {
  const types = new Map<string, Set<string>>();
  for (const { type } of Object.values(template.resources)) {
    const [namespace = '', ...rest] = type.split('/');
    types.set(namespace, (types.get(namespace) ?? new Set()).add(rest.join('/')));
  }
  return [...types].map(([namespace, names]) => ({
    namespace,
    resourceTypes: [...names].map((resourceType) => ({ resourceType, locations: [location ?? null] })),
  }));
}

export function showDeployment(row: Deployment, now: number) {
  const id = deploymentId(row.scope, row.name);
  return {
    id,
    name: row.name,
    type: 'Microsoft.Resources/deployments',
    ...(row.location === undefined ? {} : { location: row.location }),
    ...(row.tags ? { tags: row.tags } : {}),
    properties: {
      templateHash: String(BigInt(`0x${guidFrom(JSON.stringify(row.template)).replaceAll('-', '').slice(0, 15)}`)),
      parameters: row.parameters,
      mode: row.mode,
      provisioningState: row.state,
      timestamp: new Date(row.endedAt ?? now).toISOString(),
      duration: lasted(row.startedAt, row.endedAt ?? now),
      correlationId: guidFrom(`correlation ${row.operationId}`),
      providers: providersOf(row.template, row.location),
      dependencies: [],
      ...(row.outputs ? { outputs: row.outputs } : {}),
      ...(row.state === 'Succeeded' ? { outputResources: row.resources.map((one) => ({ id: one })) } : {}),
      ...(row.error ? { error: row.error } : {}),
    },
  };
}

const words: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  400: 'BadRequest',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
};

export function showOperation(row: Deployment, operation: Operation, now: number) {
  const { planned, state, status, error, startedAt, endedAt } = operation;
  const isDone = state !== 'Running';
  return {
    id: `${deploymentId(row.scope, row.name)}/operations/${operation.id}`,
    operationId: operation.id,
    properties: {
      provisioningOperation: 'Create',
      provisioningState: state,
      timestamp: new Date(isDone ? endedAt : now).toISOString(),
      duration: lasted(startedAt, isDone ? endedAt : now),
      trackingId: guidFrom(`tracking ${operation.id}`),
      statusCode: words[status] ?? String(status),
      ...(error ? { statusMessage: { error } } : {}),
      targetResource: { id: planned.id, resourceType: planned.type, resourceName: planned.name.split('/').at(-1) },
    },
  };
}

/** Whether something belongs to a deployment's own scope: its list shows no other's. */
export function isOf(row: Deployment, scope: string): boolean {
  return key(row.scope) === key(scope);
}
