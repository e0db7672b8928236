// The audit as events of the Open Cybersecurity Schema Framework, version 1.3.0, category Identity & Access Management. A role that was
// assigned or removed is User Access Management (3005), an identity that was created or deleted Account Change (3001); all else is
// about a request or who may ask: Entity Management (3004).

import type { AuditEntry, AuditEventName } from '../core/model/audit.ts';
import type { Operation } from '../core/operations/registry.ts';
import { azureCallsOf } from './export-csv.ts';
import type { AuditRow } from './record.ts';

interface OcsfClass {
  readonly class_uid: number;
  readonly class_name: string;
  readonly activity_id: number;
  readonly activity_name: string;
}

const severities = { informational: 1, low: 2, medium: 3 } as const;

const entityManagement = (activity_id: number, activity_name: string): OcsfClass => ({
  class_uid: 3004,
  class_name: 'Entity Management',
  activity_id,
  activity_name,
});
const userAccess = (activity_id: number, activity_name: string): OcsfClass => ({
  class_uid: 3005,
  class_name: 'User Access Management',
  activity_id,
  activity_name,
});
const accountChange = (activity_id: number, activity_name: string): OcsfClass => ({
  class_uid: 3001,
  class_name: 'Account Change',
  activity_id,
  activity_name,
});

/** What a change in Azure is to OCSF: its class, and the class's required attributes. */
function changeOf(operation: Operation): { of: OcsfClass; attributes: object } | undefined {
  switch (operation.kind) {
    case 'role-assignment.create':
    case 'role-assignment.delete': {
      const isNew = operation.kind === 'role-assignment.create';
      // Of a principal that is gone, only its object id is known.
      const uid = operation.identityId ?? operation.principalId ?? '';
      const user = { name: nameIn(uid), uid, type_id: 3, type: 'System' };
      const privileges = [`${operation.roleName} at ${operation.scope}`];
      const of = isNew ? userAccess(1, 'Assign Privileges') : userAccess(2, 'Revoke Privileges');
      return { of, attributes: { user, privileges, resource: { uid: operation.scope } } };
    }
    case 'identity.create':
    case 'identity.delete': {
      const user = { name: nameIn(operation.id), uid: operation.id, type_id: 3, type: 'System' };
      return {
        of: operation.kind === 'identity.create' ? accountChange(1, 'Create') : accountChange(6, 'Delete'),
        attributes: { user },
      };
    }
    default:
      return undefined;
  }
}

const nameIn = (id: string) => id.split('/').at(-1) ?? id;

/** Something was refused or went wrong. */
const failures: ReadonlySet<AuditEventName> = new Set([
  'request.refused',
  'click.refused',
  'command.refused',
  'access.refused',
  'request.failed',
  'grant.overdue',
]);

/** The event of a row. */
export function ocsfEvent(row: AuditRow): object {
  const entry = JSON.parse(row.entry) as AuditEntry;
  const { of, attributes } = describe(entry);
  const isFailure = failures.has(entry.event);
  const [call] = azureCallsOf(entry);
  return {
    ...of,
    category_uid: 3,
    category_name: 'Identity & Access Management',
    type_uid: of.class_uid * 100 + of.activity_id,
    type_name: `${of.class_name}: ${of.activity_name}`,
    time: Date.parse(entry.at),
    severity_id: isFailure ? severities.medium : severities.informational,
    status_id: isFailure ? 2 : 1,
    status: isFailure ? 'Failure' : 'Success',
    metadata: {
      version: '1.3.0',
      product: { name: 'Identity Desk', vendor_name: 'Identity Desk' },
      uid: row.key,
      sequence: row.seq,
      event_code: entry.event,
      logged_time: Date.parse(row.writtenAt),
      log_name: 'audit',
      ...(call?.correlationId === undefined ? {} : { correlation_uid: call.correlationId }),
    },
    actor: { user: { uid: entry.actor, name: entry.actorName, type_id: entry.actor === 'bot' ? 3 : 1 } },
    ...attributes,
    unmapped: {
      data: entry.data,
      source: entry.source,
      plan: entry.plan,
      policy: entry.policy,
      previous: row.previous,
      hash: row.hash,
    },
  };
}

function describe(entry: AuditEntry): { of: OcsfClass; attributes: object } {
  if (entry.event === 'operation.done') {
    const change = changeOf(entry.data.operation);
    if (change) return change;
  }
  // The end of a grant undoes what its operation did.
  if (entry.event === 'grant.ended') {
    const change = changeOf(entry.data.operation);
    if (change) return { ...change, of: userAccess(2, 'Revoke Privileges') };
  }
  const { requestId, event, data } = entry;
  const entity =
    requestId === undefined
      ? { name: event, type: event.split('.')[0], uid: 'account' in data ? data.account : entry.actor }
      : { name: requestId, type: 'access request', uid: requestId };
  const isNew = event === 'request.drafted';
  return { of: isNew ? entityManagement(1, 'Create') : entityManagement(3, 'Update'), attributes: { entity } };
}
