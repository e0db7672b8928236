// Directory objects in Graph's shape, and its query options $select, $top and $filter.

import { ArmError } from '../errors.ts';
import type { Answer, Call, Simulation } from '../exchange.ts';
import type { DirectoryGroup, User } from '../world/types.ts';

export type Shown = Readonly<Record<string, unknown>> & { id: string };

export function showUser(user: User): Shown {
  const [givenName = '', ...rest] = user.displayName.split(' ');
  return {
    '@odata.type': '#microsoft.graph.user',
    id: user.id,
    displayName: user.displayName,
    givenName,
    surname: rest.join(' '),
    mail: user.mail,
    userPrincipalName: user.userPrincipalName,
    userType: user.userType,
    accountEnabled: user.accountEnabled,
  };
}

export function showGroup(group: DirectoryGroup): Shown {
  return {
    '@odata.type': '#microsoft.graph.group',
    id: group.id,
    displayName: group.displayName,
    securityEnabled: true,
    mailEnabled: false,
    groupTypes: [],
  };
}

/** Any directory object by its id: person, group, application, or a managed identity that the directory knows by now. */
export function showObject(simulation: Simulation, id: string): Shown | undefined {
  const { world, settings } = simulation;
  const wanted = id.toLowerCase();
  const user = world.users.get(wanted);
  if (user) return showUser(user);
  const group = world.directoryGroups.get(wanted);
  if (group) return showGroup(group);
  const common = { '@odata.type': '#microsoft.graph.servicePrincipal', accountEnabled: true };
  const application = world.servicePrincipals.get(wanted);
  if (application) {
    const { id: objectId, appId, displayName } = application;
    const kind = { servicePrincipalType: 'Application', servicePrincipalNames: [appId], alternativeNames: [] };
    return { ...common, id: objectId, appId, displayName, ...kind };
  }
  const identity = world.identities.one('principal', wanted);
  if (!identity || identity.createdAt + settings.replicationDelay > simulation.now()) return undefined;
  const { principalId, clientId, subscriptionId, resourceGroup, name } = identity;
  const arm = `/subscriptions/${subscriptionId}/resourcegroups/${resourceGroup}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
  return {
    ...common,
    id: principalId,
    appId: clientId,
    displayName: name,
    servicePrincipalType: 'ManagedIdentity',
    servicePrincipalNames: [clientId],
    alternativeNames: ['isExplicit=True', arm],
  };
}

/** One object, with $select. */
export function entity(simulation: Simulation, call: Call, kind: string, object: Shown): Answer {
  const { '@odata.type': _, ...plain } = object;
  const context = `${simulation.endpoint}/${call.segments[0]}/$metadata#${kind}/$entity`;
  return { status: 200, body: { '@odata.context': context, ...selected(call, plain) } };
}

/** A list of objects, with $select and $top. */
export function collection(simulation: Simulation, call: Call, kind: string, objects: readonly Shown[]): Answer {
  const top = Math.min(Number(call.query.get('$top')) || 100, 999);
  const skip = Number(call.query.get('$skiptoken')) || 0;
  const shown = objects.slice(skip, skip + top);
  const query = [...call.query]
    .filter(([name]) => name !== '$skiptoken')
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const next = `${simulation.endpoint}/${call.segments.join('/')}?${[...query, `$skiptoken=${skip + top}`].join('&')}`;
  return {
    status: 200,
    body: {
      '@odata.context': `${simulation.endpoint}/${call.segments[0]}/$metadata#${kind}`,
      ...(call.query.get('$count') === 'true' ? { '@odata.count': objects.length } : {}),
      ...(skip + top < objects.length ? { '@odata.nextLink': next } : {}),
      value: shown.map((object) => selected(call, object)),
    },
  };
}

function selected(call: Call, object: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const select = call.query
    .get('$select')
    ?.split(',')
    .map((name) => name.trim());
  if (!select) return object;
  return Object.fromEntries(
    Object.entries(object).filter(([name]) => name.startsWith('@') || name === 'id' || select.includes(name)),
  );
}

export function notFound(id: string): ArmError {
  return new ArmError(
    404,
    'Request_ResourceNotFound',
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  );
}

/** What may be asked of a list by any(). */
const lists = ['serviceprincipalnames', 'alternativenames'];

/** `mail eq 'x' or userPrincipalName eq 'x'`, `startswith(displayName,'x')`, `servicePrincipalNames/any(c:c eq 'x')`, joined by and/or, not mixed. Throws Graph's 400 for the rest. */
export function filterOf(call: Call): (object: Shown) => boolean {
  const text = call.query.get('$filter');
  if (text === undefined) return () => true;
  const pieces = text.split(/\s+(and|or)\s+(?=(?:[^']*'[^']*')*[^']*$)/i);
  const joins = new Set(pieces.filter((_, index) => index % 2 === 1).map((word) => word.toLowerCase()));
  const tests = pieces.filter((_, index) => index % 2 === 0).map((piece) => testOf(piece.trim()));
  if (joins.size > 1) throw unsupported();
  return (object) => (joins.has('or') ? tests.some((test) => test(object)) : tests.every((test) => test(object)));
}

function testOf(text: string): (object: Shown) => boolean {
  const equals = /^(\w+)\s+eq\s+(?:'((?:[^']|'')*)'|(true|false))$/i.exec(text);
  const starts = /^startswith\((\w+),\s*'((?:[^']|'')*)'\)$/i.exec(text);
  const any = /^(\w+)\/any\(\s*(\w+)\s*:\s*\2\s+eq\s+'((?:[^']|'')*)'\s*\)$/i.exec(text);
  if (any && lists.includes((any[1] ?? '').toLowerCase())) {
    const wanted = (any[3] ?? '').replaceAll("''", "'").toLowerCase();
    return (object) => {
      const values = Object.entries(object).find(([name]) => name.toLowerCase() === any[1]?.toLowerCase())?.[1];
      return Array.isArray(values) && values.some((value) => String(value).toLowerCase() === wanted);
    };
  }
  const property = equals?.[1] ?? starts?.[1];
  if (!property) throw unsupported();
  const value = (equals?.[2] ?? equals?.[3] ?? starts?.[2] ?? '').replaceAll("''", "'").toLowerCase();
  return (object) => {
    const actual = String(object[property] ?? '').toLowerCase();
    return equals ? actual === value : actual.startsWith(value);
  };
}

function unsupported(): ArmError {
  return new ArmError(400, 'Request_UnsupportedQuery', 'Unsupported or invalid query filter clause specified.');
}
