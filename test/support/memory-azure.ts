// An Azure in memory behind the core's ports, with a state, whose effects are counted; which can refuse, lose an answer or be away.
import type { AzureReader } from '../../src/core/azure-ports.ts';
import { Fault } from '../../src/core/errors.ts';
import type { Identity, ResourceGroup, RoleAssignment } from '../../src/core/model/azure.ts';
import { containsScope, identityScope, resourceGroupScope, sameScope } from '../../src/core/model/scope.ts';
import { type OperationResult, principalIdOf } from '../../src/core/operations/definition.ts';
import type { Operation } from '../../src/core/operations/registry.ts';
import type { AzureWriter, PerformOptions } from '../../src/core/ports.ts';
import { type CrashPoint, createCrashPoint } from './crash-point.ts';
import { createMemoryResources } from './memory-resources.ts';
import { createMemoryRoles, manyAssignments } from './memory-roles.ts';

export { reader, tagger } from './memory-roles.ts';

/**
 * refused, busy: a write is answered so, and did nothing. lost-before, lost-after: the answer to a write is lost, before or after its
 * effect. blind: nothing may be read. away: nothing is answered.
 */
export type Trouble = 'refused' | 'busy' | 'lost-before' | 'lost-after' | 'blind' | 'away';

/** A write that changed something. */
export interface Effect {
  readonly operation: Operation;
  /** The ARM id of what it changed, in lower case. */
  readonly subject: string;
  readonly outcome: OperationResult['outcome'];
  readonly marker: string;
  readonly isResumed: boolean;
}

export const subscriptionId = '11111111-0000-4000-8000-000000000001';
export const groupId = resourceGroupScope(subscriptionId, 'rg-payments');
export const identityIdOf = (name: string) => identityScope(subscriptionId, 'rg-payments', name);
const fault = (code: Fault['code']) => new Fault(code, `Azure: ${code}.`);
const key = (id: string) => id.toLowerCase();

/** An Azure with the group rg-payments in it. `pause` is passed before every call and before every answer to a write. */
export function createMemoryAzure(
  options: { readonly crash?: CrashPoint; readonly pause?: (what: string) => Promise<void> } = {},
) {
  const { crash = createCrashPoint(), pause = async () => {} } = options;
  const groups = new Map<string, ResourceGroup>();
  const identities = new Map<string, Identity>();
  const assignments = new Map<string, RoleAssignment>();
  const resources = createMemoryResources();
  const makers = new Map<string, string>(); // by ARM id: the request that made it
  const roles = createMemoryRoles();
  const [effects, listeners]: [Effect[], ((effect: Effect) => void)[]] = [[], []];
  let trouble: Trouble | undefined;
  let times = 0;
  let made = 0;

  function addGroup(name: string): void {
    const group = { id: resourceGroupScope(subscriptionId, name), name, subscriptionId, location: 'westeurope' };
    groups.set(key(group.id), group);
  }

  function addIdentity(
    name: string,
    tags: Readonly<Record<string, string>> = {},
    resourceGroup = 'rg-payments',
  ): Identity {
    made += 1;
    const id = identityScope(subscriptionId, resourceGroup, name);
    const principalId = `00000000-0000-4000-8000-${String(made).padStart(12, '0')}`;
    const ids = { principalId, clientId: `client-${made}`, tenantId: 'tenant' };
    const identity = { id, name, subscriptionId, resourceGroup, location: 'westeurope', tags, ...ids };
    identities.set(key(id), identity);
    makers.delete(key(id));
    return identity;
  }

  /** The trouble that the next call has, once it is known to be one that it is about. */
  function take(...about: readonly Trouble[]): Trouble | undefined {
    if (trouble === undefined || times <= 0 || !about.includes(trouble)) return undefined;
    times -= 1;
    return trouble;
  }

  async function read<T>(what: string, find: () => T): Promise<T> {
    await pause(what);
    crash.read();
    const met = take('blind', 'away');
    if (!met) return structuredClone(find());
    throw fault(met === 'blind' ? 'azure-forbidden' : 'azure-unreachable');
  }

  /** The look before a write. In a run that was interrupted it must be known what the one before has done. */
  async function look<T>(what: string, { isResumed }: PerformOptions, find: () => T): Promise<T> {
    return read(what, find).catch((error: unknown) => {
      throw isResumed && error instanceof Fault ? fault('azure-unreachable') : error;
    });
  }

  async function send(effect: Effect, ids: OperationResult['ids'], change: () => OperationResult['ids'] | undefined) {
    const met = take('refused', 'busy', 'lost-before', 'lost-after', 'away');
    if (met === 'refused' || met === 'busy') throw fault(met === 'busy' ? 'azure-busy' : 'azure-forbidden');
    if (met === 'lost-before' || met === 'away') throw fault('azure-unreachable');
    const more = crash.write(() => {
      for (const listen of listeners) listen(effect);
      effects.push(effect);
      return change();
    });
    await pause(`answer to ${effect.operation.kind}`);
    crash.read();
    if (met === 'lost-after') throw fault('azure-unreachable');
    return { outcome: effect.outcome, ids: { ...ids, ...more } } satisfies OperationResult;
  }

  async function perform(operation: Operation, given: PerformOptions): Promise<OperationResult> {
    const { marker, outputs, isResumed } = given;
    if (given.signal?.aborted) throw fault('azure-unreachable');
    const write: typeof send = async (...sent) => {
      if (given.isLookOnly) throw fault('stale');
      await given.beforeSend?.();
      return send(...sent);
    };
    const effect = (subject: string, outcome: Effect['outcome']): Effect => {
      return { operation, subject: key(subject), outcome, marker, isResumed };
    };
    switch (operation.kind) {
      case 'resource-group.create': {
        const id = resourceGroupScope(operation.subscriptionId, operation.name);
        if (await look('group', given, () => groups.has(key(id)))) {
          if (!isResumed || makers.get(key(id)) !== marker) throw fault('stale');
          return { outcome: 'created', ids: { id } };
        }
        return write(effect(id, 'created'), { id }, () => {
          addGroup(operation.name);
          makers.set(key(id), marker);
          return undefined;
        });
      }
      case 'identity.create': {
        const { id, name, tags, resourceGroup } = operation;
        const idsOf = ({ principalId, clientId }: Identity) => ({ id, principalId, clientId });
        const found = isResumed ? await look('identity', given, () => identities.get(key(id))) : undefined;
        if (found && makers.get(key(id)) !== marker) throw fault('stale');
        if (found) return { outcome: 'created', ids: idsOf(found) };
        await pause('identity.create');
        if (!groups.has(key(resourceGroupScope(subscriptionId, resourceGroup)))) throw fault('azure-refused');
        const old = identities.get(key(id));
        return write(effect(id, old ? 'updated' : 'created'), {}, () => {
          const now = old ? Object.assign(old, { tags }) : addIdentity(name, tags, resourceGroup);
          makers.set(key(id), marker);
          return idsOf(now);
        });
      }
      case 'identity.delete': {
        const { id, principalId } = operation;
        const found = await look('identity', given, () => identities.get(key(id)));
        if (!found) return { outcome: 'already-gone', ids: { id, principalId } };
        if (found.principalId !== principalId) throw fault('stale');
        return write(effect(id, 'deleted'), { id, principalId }, () => void identities.delete(key(id)));
      }
      case 'role-assignment.create': {
        const { scope, roleDefinitionId, identityId } = operation;
        const principalId = operation.principalId ?? outputs[principalIdOf(identityId)];
        if (principalId === undefined) throw fault('internal');
        const name = [marker, roleDefinitionId, principalId].join('-');
        const id = `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`;
        const ids = { assignmentId: id, principalId };
        if (isResumed && (await look('assignment', given, () => assignments.has(key(id))))) {
          return { outcome: 'already-there', ids };
        }
        await pause('role-assignment.create');
        const same = [...assignments.values()].find(
          (one) =>
            sameScope(one.scope, scope) && one.roleDefinitionId === roleDefinitionId && one.principalId === principalId,
        );
        if (same?.id === id) return { outcome: 'already-there', ids };
        if (same || ![...identities.values()].some((one) => one.principalId === principalId))
          throw fault('azure-refused');
        const description = `Identity Desk ${marker}`;
        return write(effect(id, 'created'), ids, () => {
          assignments.set(key(id), { id, scope, roleDefinitionId, principalId, description });
          return undefined;
        });
      }
      case 'role-assignment.delete': {
        const { assignmentId, principalId } = operation;
        const found = await look('assignment', given, () => assignments.get(key(assignmentId)));
        const ids = { assignmentId, principalId };
        if (!found) return { outcome: 'already-gone', ids };
        if (found.principalId !== principalId) throw fault('stale');
        // Of two that remove it at once, the second finds it gone.
        await pause('role-assignment.delete');
        if (!assignments.has(key(assignmentId))) return { outcome: 'already-gone', ids };
        return write(effect(assignmentId, 'deleted'), ids, () => void assignments.delete(key(assignmentId)));
      }
      case 'attachment.add':
      case 'attachment.remove':
        return resources.perform(
          operation,
          (find) => look('resource', given, find),
          (subject, ids, change) => write(effect(subject, 'updated'), ids, change),
        );
      default:
        throw fault('internal');
    }
  }

  const azure: AzureReader = {
    subscriptions: () => read('subscriptions', () => [{ id: subscriptionId, name: 'Contoso', tenantId: 'tenant' }]),
    locations: () => read('locations', () => [{ name: 'westeurope', displayName: 'West Europe' }]),
    resourceGroups: () => read('groups', () => [...groups.values()]),
    resourceGroup: (sub, name) => read('group', () => groups.get(key(resourceGroupScope(sub, name)))),
    identities: () => read('identities', () => ({ items: [...identities.values()], missing: [] })),
    identity: (id) => read('identity', () => identities.get(key(id))),
    federatedCredentials: () => read('credentials', () => []),
    roleDefinitions: () => read('roles', () => [...roles.values()]),
    roleDefinition: (_scope, id) => read('role', () => roles.get(id)),
    roleAssignments: (principalId) =>
      read('assignments', () => ({
        items: [...assignments.values()].filter((one) => one.principalId === principalId),
        missing: [],
      })),
    roleAssignmentsAt: (scope, principalId) =>
      read('assignments', () =>
        [...assignments.values()].filter((one) => one.principalId === principalId && sameScope(one.scope, scope)),
      ),
    ...manyAssignments(read, assignments, identities),
    endKeeper: async () => ({ keeper: 'unknown' }),
    roleAssignment: (id) => read('assignments', () => assignments.get(key(id))),
    ...resources.reads(read),
    ...{ locks: () => read('locks', () => []), locksIn: () => read('locks', () => []) },
    exists: (scope) =>
      read('exists', () => [...groups.keys(), ...identities.keys()].some((id) => containsScope(scope, id))),
  };
  addGroup('rg-payments');

  return {
    reader: azure,
    writer: { perform } satisfies AzureWriter,
    ...{ groups, identities, assignments, resources, roles },
    effects: effects as readonly Effect[],
    addGroup,
    addIdentity,
    /** Tells of each effect right before it happens. */
    onEffect: (listen: (effect: Effect) => void) => void listeners.push(listen),
    /** From now on, or so many times, calls that it is about meet this. */
    fail(met: Trouble, howOften = Infinity) {
      [trouble, times] = [met, howOften];
    },
    isUnread: () => times > 0 && (trouble === 'blind' || trouble === 'away'),
    mend() {
      trouble = undefined;
    },
  };
}
