// What one person may see, by the policy. Readers that show only that much, and nothing that tells of the rest: what may not be
// looked at is answered as if it were not there.

import { judge, mightUseOn, type Verdict } from './approvals/policy.ts';
import { type FactSources, gatherFacts } from './approvals/policy-facts.ts';
import { mayDecide } from './approvals/requirements.ts';
import type { AzureReader } from './azure-ports.ts';
import { seeWhoami } from './common-texts.ts';
import { Fault } from './errors.ts';
import type { Identity } from './model/azure.ts';
import { type Person, samePerson } from './model/person.ts';
import type { Policy } from './model/policy.ts';
import type { Request } from './model/request.ts';
import type { RequestQuery, Requests } from './ports.ts';

/** One person's visibility under the policy in force. */
interface Visibility {
  /** For each ARM id: what the policy says of this command there. */
  verdicts(command: string, ids: readonly string[]): Promise<ReadonlyMap<string, Verdict>>;
  /** Those of the identities that may be spoken of: by list or show, or because this command may be used on them. */
  nameable(command: string, ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Whether the person may decide on a request, at its turn. */
  mayDecide(request: Request): Promise<boolean>;
  /** Whose business a request is: its requester's, those who decide on it, and those who may look at all that it touches. */
  maySeeRequest(request: Request): Promise<boolean>;
}

/** The visibility of `person`. */
export function createVisibility(policy: Policy, sources: FactSources, person: Person): Visibility {
  const subjectOf = (command: string, ids: readonly string[]) => ({
    who: person,
    effects: ids.map((scope) => ({ command, scope })),
  });

  async function verdicts(command: string, ids: readonly string[]) {
    const facts = await gatherFacts(policy, subjectOf(command, ids), sources);
    return new Map(ids.map((id) => [id, judge(policy, facts, subjectOf(command, [id]))]));
  }

  async function isDecider({ requester, requirements }: Request): Promise<boolean> {
    const facts = await gatherFacts(policy, subjectOf('show', []), sources, { requirements });
    return mayDecide(facts, requester, person, requirements).may;
  }

  return {
    verdicts,
    mayDecide: isDecider,

    async nameable(command, ids) {
      const [listed, shown, facts] = await Promise.all([
        verdicts('list', ids),
        verdicts('show', ids),
        gatherFacts(policy, subjectOf(command, ids), sources),
      ]);
      const isNameable = (id: string) =>
        listed.get(id)?.kind === 'allowed' ||
        shown.get(id)?.kind === 'allowed' ||
        mightUseOn(policy, facts, person, command, id);
      return new Set(ids.filter(isNameable));
    },

    async maySeeRequest(request) {
      if (samePerson(person, request.requester) || (await isDecider(request))) return true;
      const looks = subjectOf(
        'show',
        request.plan.effects.map(({ scope }) => scope),
      );
      return judge(policy, await gatherFacts(policy, looks, sources), looks).kind === 'allowed';
    },
  };
}

/** How a command looks at identities, for the reader that it is given. */
export type IdentityAccess =
  /** Each identity that it is handed must be allowed for it: `list`. */
  | { readonly kind: 'each'; readonly command: string }
  /** It resolves a name among those that may be spoken of, and then looks at the one: `show`. */
  | { readonly kind: 'named'; readonly command: string }
  /** It resolves a name in order to change what is named; the plan is judged afterwards. */
  | { readonly kind: 'write'; readonly command: string }
  | { readonly kind: 'none' };

const isIdentity = (id: string) => /\/providers\/microsoft\.managedidentity\/userassignedidentities\/[^/]/i.test(id);

/** What the policy's refusal of a look is told as. */
function readRefused(reason: string): Fault {
  return new Fault('not-allowed', reason, { next: seeWhoami });
}

/** `azure` as far as identities may be seen through it. What may not be seen is undefined, or missing from its list. */
export function guardIdentities(azure: AzureReader, visibility: Visibility, look: IdentityAccess): AzureReader {
  /** Principals of identities that were looked at rightfully: their assignments may be read. */
  const principals = new Set<string>();

  /** Whether the identity may be looked into. Throws Fault 'not-allowed' where it may be spoken of, but no more. */
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

  async function identity(id: string): Promise<Identity | undefined> {
    // Judged before it is asked for: how long the answer takes must not tell whether there is one.
    if (!(await mayLookAt(id))) return undefined;
    const found = await azure.identity(id);
    if (found) principals.add(found.principalId);
    return found;
  }

  /** A part of an identity. A plan shows what it touches, so a write reads the parts of whatever it could resolve. */
  async function part<T>(isAllowed: () => boolean | Promise<boolean>, read: () => Promise<T>): Promise<T> {
    if (look.kind !== 'write' && !(await isAllowed())) throw readRefused('The policy does not allow you to view this.');
    return read();
  }

  return {
    // One by one, and no `...azure`: whoever adds a read has to say here what it may show.
    subscriptions: () => azure.subscriptions(),
    locations: (subscriptionId) => azure.locations(subscriptionId),
    resourceGroups: (subscriptionId) => azure.resourceGroups(subscriptionId),
    resourceGroup: (subscriptionId, name) => azure.resourceGroup(subscriptionId, name),
    roleDefinitions: (scope) => azure.roleDefinitions(scope),
    locks: (scope) => azure.locks(scope),
    identity,
    async identities(filter) {
      const { items, missing } = await azure.identities(filter);
      return { items: await visible(items), missing };
    },
    async resourcesNamed(name) {
      const { items, missing } = await azure.resourcesNamed(name);
      const seen = await Promise.all(items.map(async ({ id }) => !isIdentity(id) || (await mayLookAt(id))));
      return { items: items.filter((_item, index) => seen[index]), missing };
    },
    // A role may be given on an identity: as a scope, too, it is there only for whom it is there.
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
  };
}

/** `azure`, which names the roles of a scope only to whom `command` is allowed there. Throws Fault 'not-allowed'. */
export function guardRoles(azure: AzureReader, visibility: Visibility, command: string): AzureReader {
  return {
    ...azure,
    async roleDefinitions(scope) {
      const verdict = (await visibility.verdicts(command, [scope])).get(scope);
      if (verdict?.kind === 'refused') throw readRefused(verdict.reason);
      return azure.roleDefinitions(scope);
    },
  };
}

/** Reads of requests that tell of no others than those that may be seen. */
export interface VisibleRequests {
  get(id: string): Promise<Request | undefined>;
  /** As of the port; `total` counts what may be seen. `isCut`: only so many of the newest were looked through. */
  list(query: RequestQuery): Promise<{ requests: readonly Request[]; total: number; isCut: boolean }>;
}

/** As many requests as a list looks through, newest first, and how many it reads at a time. */
const maxLookedAt = 2_000;
const readAtOnce = 200;

/** `requests` as far as `person` may see them. */
export function guardRequests(requests: Requests, visibility: Visibility, person: Person): VisibleRequests {
  return {
    async get(id) {
      const found = await requests.get(id);
      return found && (await visibility.maySeeRequest(found)) ? found : undefined;
    },

    async list(query) {
      if (query.requesterKey === person.key) return { ...(await requests.list(query)), isCut: false };
      const { limit, offset: start = 0, ...which } = query;
      const seen: Request[] = [];
      let offset = 0;
      let all = Infinity;
      for (; offset < Math.min(all, maxLookedAt); offset += readAtOnce) {
        const page = await requests.list({ ...which, limit: readAtOnce, offset });
        all = page.total;
        const isSeen = await Promise.all(page.requests.map((one) => visibility.maySeeRequest(one)));
        seen.push(...page.requests.filter((_one, index) => isSeen[index]));
      }
      return { requests: seen.slice(start, start + limit), total: seen.length, isCut: all > offset };
    },
  };
}

/** What is said of a request that is not there, or not for this person to see: the same words. */
export function requestNotFound(id: string): Fault {
  return new Fault('not-found', `There is no request ${id}.`, { next: 'Run requests all to list requests.' });
}
