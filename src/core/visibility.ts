// Filters what a person sees by the policy. The guarded readers return only what the person may see and do not reveal the rest:
// what is not visible is answered like what does not exist.

import { judge, mightUseOn } from './approvals/policy.ts';
import { type FactSources, forShowing, gatherFacts } from './approvals/policy-facts.ts';
import { mayDecide } from './approvals/requirements.ts';
import { asRequirements } from './approvals/review-transitions.ts';
import type { Verdict } from './approvals/verdict.ts';
import type { AssignmentCount, AzureReader } from './azure-ports.ts';
import { seeWhoami } from './common-texts.ts';
import { Fault } from './errors.ts';
import type { Found, Identity, RoleAssignment } from './model/azure.ts';
import { type Person, samePerson } from './model/person.ts';
import type { Policy } from './model/policy.ts';
import type { Request } from './model/request.ts';
import { subscriptionScope } from './model/scope.ts';

/** What one person may see under the current policy. */
export interface Visibility {
  /** The policy verdict on reading each ARM id by the command. `action`: what Azure requires for that; by default, reading an identity. */
  verdicts(command: string, ids: readonly string[], action?: string): Promise<ReadonlyMap<string, Verdict>>;
  /** The identities whose name the person may learn: by list or show, or because they may use this command on them. */
  nameable(command: string, ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Whether the person may approve or deny the request, now or in a later stage. */
  mayDecide(request: Request): Promise<boolean>;
  /** True for its requester, its approvers, and those who may view everything that it touches. */
  maySeeRequest(request: Request): Promise<boolean>;
}

/** What Azure requires to see an identity. */
export const readIdentity = 'Microsoft.ManagedIdentity/userAssignedIdentities/read';
const readAssignments = 'Microsoft.Authorization/roleAssignments/read';

/** What `person` may see under `policy`. Without the time `at`, a rule that holds for some hours is unknown, and shows nothing. */
export function createVisibility(policy: Policy, given: FactSources, person: Person, at?: Date): Visibility {
  const sources = forShowing(given);
  const whoIsIn = { withRosters: false };
  const subjectOf = (command: string, ids: readonly string[], action = readIdentity) => ({
    who: person,
    effects: ids.map((scope) => ({ command, scope, action })),
    ...(at === undefined ? {} : { at }),
  });

  async function verdicts(command: string, ids: readonly string[], action?: string) {
    const facts = await gatherFacts(policy, subjectOf(command, ids, action), sources, whoIsIn);
    return new Map(ids.map((id) => [id, judge(policy, facts, subjectOf(command, [id], action))]));
  }

  async function isDecider({ requester, requirements }: Pick<Request, 'requester' | 'requirements'>): Promise<boolean> {
    const facts = await gatherFacts(policy, subjectOf('show', []), sources, { requirements, ...whoIsIn });
    return mayDecide(facts, requester, person, requirements).may;
  }

  return {
    verdicts,
    mayDecide: isDecider,

    async nameable(command, ids) {
      const [listed, shown, facts] = await Promise.all([
        verdicts('list', ids),
        verdicts('show', ids),
        gatherFacts(policy, subjectOf(command, ids), sources, whoIsIn),
      ]);
      const isNameable = (id: string) =>
        listed.get(id)?.kind === 'allowed' ||
        shown.get(id)?.kind === 'allowed' ||
        mightUseOn(policy, facts, person, command, id);
      return new Set(ids.filter(isNameable));
    },

    async maySeeRequest(request) {
      if (samePerson(person, request.requester) || (await isDecider(request))) return true;
      const { requester, reviews = [] } = request;
      if (reviews.length > 0 && (await isDecider({ requester, requirements: asRequirements(reviews) }))) return true;
      const looks = subjectOf(
        'show',
        request.plan.effects.map(({ scope }) => scope),
      );
      return judge(policy, await gatherFacts(policy, looks, sources, whoIsIn), looks).kind === 'allowed';
    },
  };
}

/** How a command reads identities, which decides how its reader is filtered. */
export type IdentityAccess =
  /** The policy must allow the command for each identity returned: `list`. */
  | { readonly kind: 'each'; readonly command: string }
  /** It resolves a name among the identities whose names are visible, then reads one: `show`. */
  | { readonly kind: 'named'; readonly command: string }
  /** It resolves the name of an identity to change; the policy is evaluated on the plan afterwards. */
  | { readonly kind: 'write'; readonly command: string }
  | { readonly kind: 'none' };

const never = () => false;
/** Principals whose identities are read by their ids; of more, all identities are read. */
const mostNamed = 200;
/** Identities that are read to fill a page. */
const mostRead = 200_000;
const isIdentity = (id: string) => /\/providers\/microsoft\.managedidentity\/userassignedidentities\/[^/]/i.test(id);

/** The error for a read that the policy refuses. */
export function readRefused(reason: string): Fault {
  return new Fault('not-allowed', reason, { next: seeWhoami });
}

/** `azure` with invisible identities left out: undefined, or missing from lists. */
export function guardIdentities(azure: AzureReader, visibility: Visibility, look: IdentityAccess): AzureReader {
  /** Principals of identities that this reader has returned: their assignments may be read. */
  const principals = new Set<string>();

  /** Whether the identity may be read. Throws Fault 'not-allowed' where only its name is visible. */
  async function mayLookAt(id: string): Promise<boolean> {
    if (look.kind === 'none') return false;
    if (look.kind === 'write') return (await visibility.nameable(look.command, [id])).has(id);
    const verdict = (await visibility.verdicts(look.command, [id])).get(id);
    if (verdict?.kind === 'allowed') return true;
    const isNameable = look.kind === 'named' && (await visibility.nameable(look.command, [id])).has(id);
    if (isNameable && verdict) throw readRefused(verdict.reason);
    return false;
  }

  async function visible(items: readonly Identity[]): Promise<readonly Identity[]> {
    if (look.kind === 'none') return [];
    const ids = items.map(({ id }) => id);
    if (look.kind !== 'each') {
      const named = await visibility.nameable(look.command, ids);
      return items.filter(({ id }) => named.has(id));
    }
    const verdicts = await visibility.verdicts(look.command, ids);
    const allowed = items.filter(({ id }) => verdicts.get(id)?.kind === 'allowed');
    for (const { principalId } of allowed) principals.add(principalId);
    return allowed;
  }

  /** The assignments of identities that may be read. */
  async function heldByVisible({ items, missing }: Found<RoleAssignment>): Promise<Found<RoleAssignment>> {
    if (look.kind !== 'each') return { items: [], missing: [] };
    const unknown = [...new Set(items.map(({ principalId }) => principalId))].filter((id) => !principals.has(id));
    const read = await azure.identities(unknown.length > mostNamed ? {} : { principalIds: unknown });
    await visible(read.items);
    return {
      items: items.filter(({ principalId }) => principals.has(principalId)),
      missing: [...missing, ...read.missing],
    };
  }

  async function identity(id: string): Promise<Identity | undefined> {
    // Checked before Azure is called: the response time must not reveal whether the identity exists.
    if (!(await mayLookAt(id))) return undefined;
    const found = await azure.identity(id);
    if (found) principals.add(found.principalId);
    return found;
  }

  /** Reads a part of an identity. A plan shows what it touches, so a write may read every identity that it could resolve. */
  async function part<T>(isAllowed: () => boolean | Promise<boolean>, read: () => Promise<T>): Promise<T> {
    if (look.kind !== 'write' && !(await isAllowed())) throw readRefused('The policy does not allow you to view this.');
    return read();
  }

  return {
    // Listed one by one, without `...azure`, so that each new read needs a decision here on what it may show.
    subscriptions: () => azure.subscriptions(),
    locations: (subscriptionId) => azure.locations(subscriptionId),
    resourceGroups: (subscriptionId) => azure.resourceGroups(subscriptionId),
    resourceGroup: (subscriptionId, name) => azure.resourceGroup(subscriptionId, name),
    roleDefinitions: (scope) => azure.roleDefinitions(scope),
    roleDefinition: (scope, id) => azure.roleDefinition(scope, id),
    locks: (scope) => azure.locks(scope),
    endKeeper: (of) => azure.endKeeper(of),
    identity,
    async identities(filter) {
      const { items, missing } = await azure.identities(filter);
      return { items: await visible(items), missing };
    },
    async firstIdentities(filter, atLeast) {
      // Of what is read, some may be hidden: then more is read, until there is enough or no more.
      for (let wanted = atLeast; ; wanted *= 2) {
        const { items, ...rest } = await azure.firstIdentities(filter, wanted);
        const shown = await visible(items);
        if (rest.isAll || shown.length >= atLeast || wanted > mostRead) return { ...rest, items: shown };
      }
    },
    async resourcesNamed(name) {
      const { items, missing } = await azure.resourcesNamed(name);
      const seen = await Promise.all(items.map(async ({ id }) => !isIdentity(id) || (await mayLookAt(id))));
      return { items: items.filter((_item, index) => seen[index]), missing };
    },
    resource: async (id) => (isIdentity(id) ? undefined : azure.resource(id)),
    resourcesLike: (text) => azure.resourcesLike(text),
    locksIn: (subscriptionId) => azure.locksIn(subscriptionId),
    // An identity can be the scope of a role, so its existence is filtered here as well.
    exists: async (scope) => (!isIdentity(scope) || (await mayLookAt(scope))) && azure.exists(scope),
    federatedCredentials: (id) =>
      part(
        () => mayLookAt(id),
        () => azure.federatedCredentials(id),
      ),
    resourcesUsing: (id) =>
      part(
        () => mayLookAt(id),
        () => azure.resourcesUsing(id),
      ),
    carriedIdentities: (ids) =>
      part(
        async () =>
          look.kind === 'each' &&
          [...(await visibility.verdicts(look.command, ids)).values()].every(({ kind }) => kind === 'allowed'),
        () => azure.carriedIdentities(ids),
      ),
    async assignmentCounts() {
      if (look.kind !== 'each') return { items: [], missing: [] };
      const { items, missing } = await azure.assignmentCounts();
      const scopeOf = ({ subscriptionId }: AssignmentCount) => subscriptionScope(subscriptionId);
      const verdicts = await visibility.verdicts(look.command, items.map(scopeOf), readAssignments);
      return { items: items.filter((one) => verdicts.get(scopeOf(one))?.kind === 'allowed'), missing };
    },
    usesOf: (identity) =>
      part(
        () => mayLookAt(identity.id),
        () => azure.usesOf(identity),
      ),
    roleAssignments: (principalId) =>
      part(
        () => principals.has(principalId),
        () => azure.roleAssignments(principalId),
      ),
    roleAssignmentsAt: (scope, principalId) =>
      part(
        () => principals.has(principalId),
        () => azure.roleAssignmentsAt(scope, principalId),
      ),
    assignmentsReaching: async (scope) => heldByVisible(await azure.assignmentsReaching(scope)),
    allAssignments: async (ids) => heldByVisible(await azure.allAssignments(ids)),
    async orphanedAssignments() {
      if (look.kind !== 'each') return { items: [], missing: [] };
      const { items, missing } = await azure.orphanedAssignments();
      const scopes = [...new Set(items.map(({ scope }) => scope))];
      const verdicts = await visibility.verdicts(look.command, scopes, readAssignments);
      return { items: items.filter(({ scope }) => verdicts.get(scope)?.kind === 'allowed'), missing };
    },
    gonePrincipals: (ids) => part(never, () => azure.gonePrincipals(ids)),
    roleAssignment: (id) => part(never, () => azure.roleAssignment(id)),
  };
}
