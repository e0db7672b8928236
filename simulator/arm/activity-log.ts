// The activity log: who wrote what, when, by which call of the client. It tells late, by `activityDelay`, as Azure's does by minutes.
// Source: Azure Monitor REST API, ActivityLogs_List 2015-04-01; its filter must name a start and may name one resource.

import type { Activity } from '../activities.ts';
import { versions } from '../api-versions.ts';
import { ArmError } from '../errors.ts';
import { type Answer, type Call, longTime, param, type Simulation } from '../exchange.ts';
import { key } from '../ids.ts';
import type { Route } from '../router.ts';

const subStatus: Readonly<Record<number, string>> = { 200: 'OK', 201: 'Created', 202: 'Accepted', 204: 'NoContent' };

function show(activity: Activity) {
  const { at, method, resourceId, action, status, caller, clientRequestId, callId } = activity;
  return {
    caller,
    correlationId: clientRequestId || callId,
    eventTimestamp: longTime(at),
    httpRequest: { clientRequestId, clientIpAddress: '127.0.0.1', method },
    operationName: { value: action, localizedValue: action },
    resourceId,
    status: { value: 'Succeeded', localizedValue: 'Succeeded' },
    subStatus: { value: subStatus[status] ?? '', localizedValue: '' },
  };
}

function list(simulation: Simulation, call: Call): Answer {
  const filter = call.query.get('$filter') ?? '';
  const time = (name: string) =>
    Date.parse(new RegExp(`eventTimestamp ${name} '([^']+)'`, 'i').exec(filter)?.[1] ?? '');
  const since = time('ge');
  if (Number.isNaN(since))
    throw new ArmError(400, 'BadRequest', 'The filter must name the start of the time: eventTimestamp ge.');
  const until = time('le');
  const resource = /resourceUri eq '([^']+)'/i.exec(filter)?.[1];
  const subscription = `/subscriptions/${param(call, 'subscription').toLowerCase()}`;
  const value = simulation.activities
    .list()
    .filter(({ at }) => at >= since && !(at > until) && at + simulation.settings.activityDelay <= simulation.now())
    .filter(({ resourceId }) => key(resourceId).startsWith(subscription))
    .filter(({ resourceId }) => resource === undefined || key(resourceId) === key(resource));
  return { status: 200, body: { value: value.map(show) } };
}

export const activityLogRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/subscriptions/{subscription}/providers/Microsoft.Insights/eventtypes/management/values',
    type: 'Microsoft.Insights/eventtypes',
    versions: versions.activityLog,
    action: 'Microsoft.Insights/eventtypes/values/read',
    handle: list,
  },
];
