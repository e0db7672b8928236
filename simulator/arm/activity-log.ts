// The activity log: who wrote what, when, by which call of the client. It tells late, by `activityDelay`, as Azure's does by minutes.
// Source: Azure Monitor REST API, ActivityLogs_List 2015-04-01: the filter names a start and may name what it is about; the fields are
// those of its example. The Azure CLI asks with resourceId and eventChannels besides.

import type { Activity } from '../activities.ts';
import { versions } from '../api-versions.ts';
import { badRequest } from '../errors.ts';
import { type Answer, type Call, longTime, param, type Simulation } from '../exchange.ts';
import { key, resourceGroupOf } from '../ids.ts';
import { page } from '../paging.ts';
import type { Route } from '../router.ts';
import type { World } from '../world/world.ts';

const subStatus: Readonly<Record<number, string>> = { 200: 'OK', 201: 'Created', 202: 'Accepted', 204: 'NoContent' };
/** As long as Azure keeps it. */
const keptMs = 90 * 86_400_000;
const pageSize = 200;

type Test = (activity: Activity) => boolean;

const providerOf = ({ action }: Activity) => action.split('/')[0] ?? '';
const correlationOf = ({ clientRequestId, callId }: Activity) => clientRequestId || callId;

/** What a filter may compare, each with a text. */
const comparisons: Readonly<Record<string, (value: string) => Test>> = {
  resourceuri: (value) => (one) => key(one.resourceId) === key(value),
  resourceid: (value) => (one) => key(one.resourceId) === key(value),
  resourcegroupname: (value) => (one) => resourceGroupOf(one.resourceId) === value.toLowerCase(),
  resourceprovider: (value) => (one) => providerOf(one).toLowerCase() === value.toLowerCase(),
  correlationid: (value) => (one) => correlationOf(one) === value,
  caller: (value) => (one) => one.caller.toLowerCase() === value.toLowerCase(),
  status: (value) => () => value.toLowerCase() === 'succeeded',
  // Everything here is of the one channel and level.
  eventchannels: (value) => () => /admin|operation/i.test(value),
  levels: (value) => () => /informational/i.test(value),
};

interface Filter {
  since: number;
  until: number;
  tests: readonly Test[];
}

/** A time without a zone is UTC. */
function timeOf(text: string): number {
  return Date.parse(/(z|[+-]\d\d:?\d\d)$/i.test(text) || !text.includes('T') ? text : `${text}Z`);
}

/** The values stand in quotes or, as the Azure CLI sends some, without. Throws the 400 for a filter without a start, and for one of another form. */
function filterOf(filter: string, now: number): Filter {
  const tests: Test[] = [];
  let since = Number.NaN;
  let until = now;
  for (const term of filter.split(/\s+and\s+(?=(?:[^']*'[^']*')*[^']*$)/i).filter((one) => one.trim() !== '')) {
    const [, name = '', operator = '', value = ''] =
      /^\s*(\w+)\s+(eq|ge|le)\s+('(?:[^']|'')*'|[^\s']+)\s*$/i.exec(term) ?? [];
    const text = value.startsWith("'") ? value.slice(1, -1).replaceAll("''", "'") : value;
    const isTime = name.toLowerCase() === 'eventtimestamp';
    const comparison = comparisons[name.toLowerCase()];
    if (isTime && operator.toLowerCase() === 'ge') since = timeOf(text);
    else if (isTime && operator.toLowerCase() === 'le') until = timeOf(text);
    else if (comparison && operator.toLowerCase() === 'eq') tests.push(comparison(text));
    else throw badRequest(`The filter '${term.trim()}' is not supported.`);
  }
  if (Number.isNaN(since) || Number.isNaN(until))
    throw badRequest('The filter must name the start of the time: eventTimestamp ge.');
  if (since < now - keptMs) throw badRequest('Start time cannot be more than 90 days in the past.');
  if (until < since) throw badRequest('The end of the time is before its start.');
  return { since, until, tests };
}

function show(world: World, activity: Activity) {
  const { at, method, resourceId, action, status, caller, clientRequestId, callId } = activity;
  const subscriptionId = resourceId.split('/')[2] ?? '';
  const named = (value: string) => ({ value, localizedValue: value });
  const id = `${resourceId}/events/${callId}/ticks/${at}0000`;
  return {
    authorization: { action, scope: resourceId },
    caller: world.users.get(caller)?.userPrincipalName ?? caller,
    claims: { 'http://schemas.microsoft.com/identity/claims/objectidentifier': caller },
    channels: 'Operation',
    category: named('Administrative'),
    correlationId: correlationOf(activity),
    description: '',
    eventDataId: callId,
    eventName: { value: 'EndRequest', localizedValue: 'End request' },
    eventTimestamp: longTime(at),
    httpRequest: { clientRequestId, clientIpAddress: '127.0.0.1', method },
    id,
    level: 'Informational',
    operationId: correlationOf(activity),
    operationName: named(action),
    properties: { statusCode: subStatus[status] ?? String(status) },
    resourceGroupName: resourceId.split('/')[4] ?? '',
    resourceId,
    resourceProviderName: named(providerOf(activity)),
    resourceType: named(action.split('/').slice(0, -1).join('/')),
    status: named('Succeeded'),
    subStatus: { value: subStatus[status] ?? '', localizedValue: '' },
    submissionTimestamp: longTime(at),
    subscriptionId,
    tenantId: world.tenant.id,
  };
}

function list(simulation: Simulation, call: Call): Answer {
  const now = simulation.now();
  const { since, until, tests } = filterOf(call.query.get('$filter') ?? '', now);
  const subscription = `/subscriptions/${param(call, 'subscription').toLowerCase()}`;
  const wanted = call.query
    .get('$select')
    ?.split(',')
    .map((name) => name.trim().toLowerCase());
  const rows = simulation.activities
    .list()
    .filter(({ at }) => at >= since && at <= until && at + simulation.settings.activityDelay <= now)
    .filter(({ resourceId }) => `${key(resourceId)}/`.startsWith(`${subscription}/`))
    .filter((one) => tests.every((test) => test(one)))
    .map((one, index) => ({ one, place: String(index).padStart(6, '0') }));
  return page(
    simulation,
    call,
    rows,
    ({ place }) => place,
    ({ one }) => {
      const shown = show(simulation.world, one);
      if (!wanted) return shown;
      return Object.fromEntries(Object.entries(shown).filter(([name]) => wanted.includes(name.toLowerCase())));
    },
    pageSize,
  );
}

export const activityLogRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/subscriptions/{subscription}/providers/Microsoft.Insights/eventtypes/management/values',
    type: 'Microsoft.Insights/eventtypes/values',
    versions: versions.activityLog,
    action: 'Microsoft.Insights/eventtypes/values/read',
    handle: list,
  },
];
