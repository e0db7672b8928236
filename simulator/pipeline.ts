// What happens to a call, in Azure's order: token, route, subscription, api-version, throttle, permission, work.
// One place, so that every kind of resource is guarded alike.

import { randomUUID } from 'node:crypto';
import { missingApiVersion, unknownApiVersion } from './api-versions.ts';
import { demandSubscription } from './arm/existence.ts';
import { ArmError } from './errors.ts';
import type { Answer, Call, Simulation } from './exchange.ts';
import { isGuid } from './ids.ts';
import { demand } from './permissions.ts';
import { settleSchedules } from './pim/settle.ts';
import { type Route, Router } from './router.ts';
import { routes } from './routes.ts';
import type { Throttle } from './throttle.ts';

const router = new Router(routes);

/** Answers an ARM call whose token was read. Throws ArmError for what Azure would refuse. */
export async function armAnswer(
  simulation: Simulation,
  throttle: Throttle,
  call: Omit<Call, 'params'>,
): Promise<Answer> {
  const found = router.find(call.method, call.segments);
  if ('allowed' in found) throw notFound(call, found.allowed);
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
  checkVersion(found.route, call.query.get('api-version'));
  const headers = simulation.settings.throttling ? throttled(simulation, throttle, call, found.route) : {};
  settleSchedules(simulation);
  const { circumstances, handle } = found.route;
  const routed = { ...call, params: found.params };
  const action = typeof found.route.action === 'function' ? found.route.action(routed) : found.route.action;
  if (action) {
    demand(simulation.world, call.caller, action, scopeOf(call.segments), circumstances?.(simulation, routed));
  }
  const answer = await handle(simulation, routed);
  if (action && call.method !== 'GET' && answer.status < 300) {
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

function checkVersion(route: Route, version: string | undefined): void {
  if (route.versions === 'none') return;
  if (!version) throw missingApiVersion();
  if (!route.versions.includes(version.toLowerCase())) throw unknownApiVersion(route, version);
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
  return new ArmError(
    404,
    'InvalidResourceType',
    `The resource type could not be found for the path '/${call.segments.join('/')}'. The simulator does not have it.`,
    { 'x-ms-failure-cause': 'gateway' },
  );
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
