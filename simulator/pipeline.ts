// What happens to a call, in Azure's order: token, route, subscription, api-version, throttle, permission, work.
// One place, so that every kind of resource is guarded alike.

import { randomUUID } from 'node:crypto';
import { missingApiVersion, unknownApiVersion } from './api-versions.ts';
import { demandSubscription } from './arm/existence.ts';
import { demandNotDeleting, finishDeletions } from './arm/group-deletion.ts';
import { isRegional } from './arm/providers.ts';
import { ArmError, resourceNamespaceInvalid, resourceTypeNotFound } from './errors.ts';
import type { Answer, Call, Simulation } from './exchange.ts';
import { isGuid, key } from './ids.ts';
import { demand } from './permissions.ts';
import { settleSchedules } from './pim/settle.ts';
import { type Match, type Route, Router } from './router.ts';
import { routes } from './routes.ts';
import type { Throttle } from './throttle.ts';

const router = new Router(routes);

/** Answers an ARM call whose token was read. Throws ArmError for what Azure would refuse. */
export async function armAnswer(
  simulation: Simulation,
  throttle: Throttle,
  call: Omit<Call, 'params'>,
): Promise<Answer> {
  finishDeletions(simulation.world, simulation.now());
  const found = routeOf(call);
  const subscription = subscriptionIn(call.segments);
  if (subscription !== undefined) {
    if (!isGuid(subscription)) {
      throw new ArmError(
        400,
        'InvalidSubscriptionId',
        `The provided subscription identifier '${subscription}' is malformed or invalid.`,
        { 'x-ms-failure-cause': 'gateway' },
      );
    }
    demandSubscription(simulation.world, subscription);
  }
  checkVersion(simulation, call, found.route);
  const headers = simulation.settings.throttling ? throttled(simulation, throttle, call, found.route) : {};
  settleSchedules(simulation);
  const { circumstances, handle } = found.route;
  const routed = { ...call, params: found.params };
  const action = typeof found.route.action === 'function' ? found.route.action(routed) : found.route.action;
  if (action) {
    demand(simulation.world, call.caller, action, scopeOf(call.segments), circumstances?.(simulation, routed));
  }
  if (!['GET', 'HEAD', 'DELETE'].includes(call.method))
    demandNotDeleting(simulation.world, `/${call.segments.join('/')}`);
  const answer = await handle(simulation, routed);
  if (found.isHead) return { status: 204, headers };
  if (action && call.method !== 'GET' && call.method !== 'HEAD' && answer.status < 300) {
    simulation.activities.note({
      at: simulation.now(),
      method: call.method,
      resourceId: `/${call.segments.join('/')}`,
      action,
      status: answer.status,
      caller: call.caller.objectId,
      clientRequestId: String(call.headers['x-ms-client-request-id'] ?? ''),
      callId: call.id,
    });
  }
  return { ...answer, headers: { ...headers, ...answer.headers } };
}

function throttled(simulation: Simulation, throttle: Throttle, call: Omit<Call, 'params'>, route: Route) {
  const now = simulation.now();
  const { objectId } = call.caller;
  if (route.type === 'Microsoft.ResourceGraph/resources') return throttle.graph(objectId, now).headers;
  const subscription = subscriptionIn(call.segments)?.toLowerCase();
  const operation = `${call.method}/${call.segments.join('/')}`.toUpperCase();
  const { headers } = throttle.arm({ method: call.method, subscription, objectId, operation }, now);
  if (subscription && call.method === 'PUT' && /\/userAssignedIdentities\/\{identity\}$/.test(route.path)) {
    throttle.creation(subscription, now);
  }
  return headers;
}

function subscriptionIn(segments: readonly string[]): string | undefined {
  return segments[0]?.toLowerCase() === 'subscriptions' ? segments[1] : undefined;
}

/** The route of a call. Whether a single thing is there can be asked by HEAD, too, where it can be got. */
function routeOf(call: Omit<Call, 'params'>): Match & { isHead: boolean } {
  const found = router.find(call.method, call.segments);
  if (!('allowed' in found)) return { ...found, isHead: false };
  const got = call.method === 'HEAD' ? router.find('GET', call.segments) : found;
  if ('allowed' in got || !got.route.path.endsWith('}')) throw notFound(call, found.allowed);
  return { ...got, isHead: true };
}

function checkVersion({ world }: Simulation, call: Omit<Call, 'params'>, route: Route): void {
  const version = call.query.get('api-version');
  if (route.versions === 'none') return;
  if (!version) throw missingApiVersion();
  if (route.versions.includes(version.toLowerCase())) return;
  const id = key(`/${call.segments.join('/')}`);
  const resource = world.resources.get(id) ?? world.identities.get(id);
  throw unknownApiVersion(route, version, isRegional(route.type ?? '') ? (resource?.location ?? 'global') : undefined);
}

/** What a call is about, for its permission: the thing itself, or where the list is asked. */
function scopeOf(segments: readonly string[]): string {
  const at = segments.findLastIndex((segment) => segment.toLowerCase() === 'providers');
  if (at === -1) return `/${segments.join('/')}`;
  const pairs = segments.length - at - 2;
  const kept = pairs % 2 === 0 ? segments : segments.slice(0, pairs === 1 ? at : -1);
  return `/${kept.join('/')}`;
}

function notFound(call: Omit<Call, 'params'>, allowed: readonly string[]): ArmError {
  if (allowed.length > 0) {
    return new ArmError(
      405,
      'MethodNotAllowed',
      `The http method '${call.method}' is not supported for '/${call.segments.join('/')}'.`,
      { allow: [...new Set(allowed)].join(', ') },
    );
  }
  const at = call.segments.findLastIndex((segment) => segment.toLowerCase() === 'providers');
  const [namespace, ...rest] = at === -1 ? [] : call.segments.slice(at + 1);
  const known = namespace === undefined ? undefined : namespaceNamed(namespace);
  if (namespace !== undefined && known === undefined) return resourceNamespaceInvalid(namespace);
  const type = rest.filter((_name, index) => index % 2 === 0).join('/');
  const version = call.query.get('api-version');
  if (known !== undefined && version !== undefined) return resourceTypeNotFound(`${known}/${type}`, version);
  return new ArmError(
    404,
    'InvalidResourceType',
    `The resource type could not be found for the path '/${call.segments.join('/')}'. The simulator does not have it.`,
    { 'x-ms-failure-cause': 'gateway' },
  );
}

/** Those that the routes name, and ARM's own, which they do not. */
const namespaces = new Map(
  [...routes, { type: 'Microsoft.Resources/resources' }].flatMap(({ type }) => {
    const [namespace = ''] = type?.split('/') ?? [];
    return namespace === '' ? [] : [[namespace.toLowerCase(), namespace] as const];
  }),
);

/** As Azure writes it; undefined where there is no such namespace. */
function namespaceNamed(text: string): string | undefined {
  return namespaces.get(text.toLowerCase());
}

/** ARM's error body. */
export function armErrorBody(error: ArmError): unknown {
  const details = error.details.length > 0 ? { details: error.details } : {};
  return { error: { code: error.code, message: error.message, ...details } };
}

/** The headers of every answer of ARM. */
export function armHeaders(callId: string, correlation: string | undefined, now: number): Record<string, string> {
  const time = `${new Date(now).toISOString().replace(/[-:]/g, '').slice(0, 15)}Z`;
  const correlationId = correlation ?? randomUUID();
  return {
    'cache-control': 'no-cache',
    pragma: 'no-cache',
    expires: '-1',
    'x-ms-request-id': callId,
    'x-ms-correlation-request-id': correlationId,
    'x-ms-routing-request-id': `WESTEUROPE:${time}:${callId}`,
    'strict-transport-security': 'max-age=31536000; includeSubDomains',
    'x-content-type-options': 'nosniff',
  };
}
