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
    proxyAddresses: user.proxyAddresses ?? [],
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

/**
 * `mail eq 'x' or userPrincipalName eq 'x'`, `startswith(displayName,'x')`, `proxyAddresses/any(p:p eq 'smtp:x')`, joined by and/or,
 * not mixed. Text is compared whatever its case. Throws Graph's 400 for the rest; `endsWith` is an advanced query, which needs the
 * header ConsistencyLevel: eventual and $count=true. Source: Graph's “Advanced query capabilities on directory objects”.
 */
export function filterOf(call: Call): (object: Shown) => boolean {
  const text = call.query.get('$filter');
  if (text === undefined) return () => true;
  const isAdvanced =
    String(call.headers.consistencylevel ?? '').toLowerCase() === 'eventual' && call.query.get('$count') === 'true';
  const pieces = text.split(/\s+(and|or)\s+(?=(?:[^']*'[^']*')*[^']*$)/i);
  const joins = new Set(pieces.filter((_, index) => index % 2 === 1).map((word) => word.toLowerCase()));
  const tests = pieces.filter((_, index) => index % 2 === 0).map((piece) => testOf(piece.trim(), isAdvanced));
  if (joins.size > 1) throw unsupported();
  if (tests.length > mostClauses) throw tooMany(tests.length);
  return (object) => (joins.has('or') ? tests.some((test) => test(object)) : tests.every((test) => test(object)));
}

/** Properties with several values, asked about by any(). */
const severalValued = new Set(['proxyaddresses', 'serviceprincipalnames', 'alternativenames']);
/** Clauses that one filter may join. Source: the error that Graph answers beyond. */
const mostClauses = 15;

const comparisons: Readonly<Record<string, (actual: string, value: string) => boolean>> = {
  eq: (actual, value) => actual === value,
  startswith: (actual, value) => actual.startsWith(value),
  endswith: (actual, value) => actual.endsWith(value),
};

function testOf(text: string, isAdvanced: boolean): (object: Shown) => boolean {
  // Of a property with several values: any(p:…) of a clause about p.
  const any = /^(\w+)\/any\((\w+):(.*)\)$/is.exec(text);
  const clause = any?.[3]?.trim() ?? text;
  const among = /^id\s+in\s+\(\s*('[^']*'(?:\s*,\s*'[^']*')*)\s*\)$/i.exec(clause)?.[1];
  if (among !== undefined && !any) return isAmong(among);
  const equals = /^(\w+)\s+eq\s+(?:'((?:[^']|'')*)'|(true|false))$/i.exec(clause);
  const within = /^(startswith|endswith)\((\w+),\s*'((?:[^']|'')*)'\)$/i.exec(clause);
  const subject = equals?.[1] ?? within?.[2];
  const how = equals ? 'eq' : (within?.[1]?.toLowerCase() ?? '');
  const compare = comparisons[how];
  const property = any?.[1] ?? subject;
  if (!subject || !property || !compare) throw unsupported();
  const isSeveral = severalValued.has(property.toLowerCase());
  if (isSeveral !== (any !== null) || (any && subject !== any[2]) || (how === 'endswith' && !isAdvanced))
    throw unsupported();
  const value = (equals?.[2] ?? equals?.[3] ?? within?.[3] ?? '').replaceAll("''", "'").toLowerCase();
  return (object) => {
    const actual = object[property];
    return [actual].flat().some((one) => compare(String(one ?? '').toLowerCase(), value));
  };
}

/** `id in ('…','…')`. */
function isAmong(list: string): (object: Shown) => boolean {
  const ids = [...list.matchAll(/'([^']*)'/g)].map(([, id]) => (id ?? '').toLowerCase());
  if (ids.length > mostClauses) throw tooMany(ids.length);
  return ({ id }) => ids.includes(id);
}

function tooMany(count: number): ArmError {
  return new ArmError(
    400,
    'Request_UnsupportedQuery',
    `Too many child clauses specified in search filter expression containing 'OR' operators: ${count}. Max allowed: ${mostClauses}.`,
  );
}

function unsupported(): ArmError {
  return new ArmError(400, 'Request_UnsupportedQuery', 'Unsupported or invalid query filter clause specified.');
}
