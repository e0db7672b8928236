// Suggests values for a form field while the person types: from Azure, filtered by the other fields of the form and by what the
// policy lets the person see.

import { authorise } from './authorise.ts';
import type { BotApi, ChatLocation } from './chat.ts';
import type { AuthorisedContext } from './commands/context.ts';
import { parseGroup } from './commands/resolve-group.ts';
import type { Dependencies } from './dependencies.ts';
import { asFault } from './errors.ts';
import type { CommandDefinition, Param } from './grammar/define.ts';
import { narrowingKinds } from './grammar/field-dependencies.ts';
import type { Kind } from './grammar/kinds.ts';
import { formatUntil } from './grammar/parse-until.ts';
import { commands } from './grammar/registry.ts';
import { isOpen } from './grants/find-grant.ts';
import type { Identity, Subscription } from './model/azure.ts';
import { fold, sameName } from './model/fold.ts';
import type { Grant } from './model/grant.ts';
import type { Sender } from './model/person.ts';
import { parseScope, resourceGroupScope, resourceName, subscriptionScope } from './model/scope.ts';
import { scopeLabel, shortScopeLabel } from './model/scope-label.ts';
import { definitionOf, plannedWords } from './operations/registry.ts';

interface Option {
  readonly label: string;
  readonly value: string;
}

/** The options that match the query: first those that begin with it, then those that contain it. */
function fitting(options: readonly Option[], query: string, most: number): readonly Option[] {
  const wanted = fold(query.trim());
  const found: { option: Option; at: number }[] = [];
  for (const option of options) {
    const at = fold(option.label).indexOf(wanted);
    if (at >= 0) found.push({ option, at: Math.sign(at) });
  }
  return found
    .sort((a, b) => a.at - b.at || (a.option.label < b.option.label ? -1 : 1))
    .slice(0, most)
    .map(({ option }) => option);
}

/** The values of other fields that narrow this one (grammar/field-dependencies.ts). */
interface Known {
  readonly subscription?: Subscription;
  readonly group?: string;
  /** An ARM id. */
  readonly scope?: string;
  readonly identity?: string;
  readonly role?: string;
}

function knownFrom(
  command: CommandDefinition,
  wanted: Param,
  values: Readonly<Record<string, string>>,
  subscriptions: readonly Subscription[],
): Known {
  const counts = narrowingKinds(wanted);
  const of = (kind: Kind) => {
    if (!counts.has(kind)) return undefined;
    const field = Object.entries(command.params).find(([, param]) => param.kind === kind)?.[0];
    const value = field === undefined ? undefined : values[field]?.trim();
    return value ? value : undefined;
  };
  const named = of('subscription');
  const subscription = subscriptions.find(({ id, name }) => sameName(id, named) || sameName(name, named));
  const [group, scope, identity, role] = [of('group'), of('scope'), of('identity'), of('role')];
  const { name, subscriptionId } = parseGroup(group ?? '');
  const home = subscription ?? subscriptions.find(({ id }) => id === subscriptionId);
  return {
    ...(home ? { subscription: home } : {}),
    ...(group === undefined ? {} : { group: name }),
    ...(scope !== undefined && parseScope(scope) ? { scope } : {}),
    ...(identity === undefined ? {} : { identity }),
    ...(role === undefined ? {} : { role }),
  };
}

/** Builds the lookup of field values, with the readers of the person who fills in the form. */
function createOptions({ azure, mayShow }: AuthorisedContext) {
  async function groups({ subscription }: Known) {
    const all = subscription ? [subscription] : await azure.subscriptions();
    const lists = await Promise.all(
      all.map(async ({ id, name }) =>
        (await azure.resourceGroups(id)).map((group) => ({
          label: `${group.name} (${name})`,
          value: group.name,
          scope: group.id,
        })),
      ),
    );
    const found = lists.flat();
    const times = Map.groupBy(found, ({ value }) => value);
    return found.map((one) => ((times.get(one.value)?.length ?? 0) > 1 ? { ...one, value: one.scope } : one));
  }

  async function identities({ subscription, group }: Known): Promise<readonly Identity[]> {
    const filter = {
      ...(subscription ? { subscriptionId: subscription.id } : {}),
      ...(group === undefined ? {} : { resourceGroup: group }),
    };
    return (await azure.identities(filter)).items;
  }

  /** The identity in the form, where it is exactly one, and its person may see what it has. */
  async function identityIn({ identity: word }: Known): Promise<Identity | undefined> {
    if (word === undefined) return undefined;
    const named = (await identities({})).filter(({ id, name }) => sameName(id, word) || sameName(name, word));
    const [identity] = named;
    return named.length === 1 && identity && (await mayShow(identity.id)) ? identity : undefined;
  }

  /** The resources that it is attached to: only these can be detached. */
  async function carriersOf(known: Known) {
    const identity = await identityIn(known);
    return identity ? (await azure.resourcesUsing(identity.id)).items : [];
  }

  /** The role assignments of the identity in the form: only these can be removed. Undefined without exactly one visible identity. */
  async function held(known: Known) {
    const identity = await identityIn(known);
    if (!identity) return undefined;
    const { items } = await azure.roleAssignments(identity.principalId);
    return Promise.all(
      items.map(async ({ scope, roleDefinitionId }) => {
        const roles = await azure.roleDefinitions(scope);
        return { scope, role: roles.find(({ id }) => id === roleDefinitionId)?.name ?? roleDefinitionId };
      }),
    );
  }

  async function roleNames({ scope, subscription, group }: Known): Promise<readonly Option[]> {
    const where = subscription ?? (await azure.subscriptions())[0];
    const at =
      scope ?? (where && (group && subscription ? resourceGroupScope(where.id, group) : subscriptionScope(where.id)));
    if (at === undefined) return [];
    // A scope that was typed may not exist; the roles of the subscription are a good substitute.
    const roles = await azure
      .roleDefinitions(at)
      .catch(() => (where ? azure.roleDefinitions(subscriptionScope(where.id)) : []));
    return roles.map(({ name }) => ({ label: name, value: name }));
  }

  return async function optionsFor(
    command: CommandDefinition,
    param: Param,
    values: Readonly<Record<string, string>>,
    query: string,
  ): Promise<readonly Option[]> {
    const subscriptions = await azure.subscriptions();
    const known = knownFrom(command, param, values, subscriptions);
    const label = (scope: string) => scopeLabel(scope, subscriptions);
    const holdings = param.isHeld && param.kind !== 'resource' ? await held(known) : undefined;
    switch (param.kind) {
      case 'identity': {
        const visible = await identities(known);
        const times = new Map<string, number>();
        for (const { name } of visible) times.set(name, (times.get(name) ?? 0) + 1);
        return visible.map(({ name, resourceGroup, id }) => ({
          label: `${name} (${resourceGroup})`,
          value: times.get(name) === 1 ? name : id,
        }));
      }
      case 'subscription':
        return subscriptions.map(({ id, name }) => ({ label: name, value: id }));
      case 'group':
        return groups(known);
      case 'location': {
        const { id } = known.subscription ?? subscriptions[0] ?? {};
        const all = id === undefined ? [] : await azure.locations(id);
        return all.map(({ name, displayName }) => ({ label: `${displayName} (${name})`, value: name }));
      }
      case 'role': {
        if (!holdings) return roleNames(known);
        const there = holdings.filter(({ scope }) => known.scope === undefined || scope === known.scope);
        return [...new Set(there.map(({ role }) => role))].map((role) => ({ label: role, value: role }));
      }
      case 'scope': {
        if (holdings) {
          const there = holdings.filter(({ role }) => known.role === undefined || sameName(role, known.role));
          return [...new Set(there.map(({ scope }) => scope))].map((scope) => ({ label: label(scope), value: scope }));
        }
        return [
          ...(await groups({})).map((group) => ({ label: group.label, value: group.scope })),
          ...subscriptions.map(({ id }) => ({ label: label(subscriptionScope(id)), value: subscriptionScope(id) })),
        ];
      }
      case 'resource': {
        const found = param.isHeld ? await carriersOf(known) : await azure.resourcesLike(query.trim());
        return found
          .map(({ id, resourceGroup, name }) => ({ label: label(id), value: `${resourceGroup}/${name}`, id }))
          .map((option, _index, all) =>
            all.filter(({ value }) => value === option.value).length > 1 ? { ...option, value: option.id } : option,
          );
      }
      default:
        return [];
    }
  };
}

/** Most temporary roles of a person that are looked at. */
const mostGrants = 100;

type GrantQuery = [sender: Sender, location: ChatLocation, query: string, most: number];

/** What it gave, until when, and its id. What tells it from others comes first: a chat may cut the rest. */
function grantOption({ id, operation, endsAt }: Grant): Option {
  const change = definitionOf(operation).identityChange(operation);
  const end = `ends ${formatUntil(endsAt)}`;
  if (change?.kind !== 'gained') return { label: `${plannedWords(operation)}, ${end} (${id})`, value: id };
  const { name, scope } = change.role;
  const label = `${resourceName(change.identityId)}: ${name}, ${end}, on ${shortScopeLabel(scope)} (${id})`;
  return { label, value: id };
}

/** Builds `BotApi.suggest`. Returns no values to people who may not use the command. */
export function createSuggest(
  /** `azure`: lists may be a little old, since they are only shown to choose from. */
  deps: Dependencies,
): BotApi['suggest'] {
  /** The person's own temporary roles: only a line names those of others. */
  async function grantOptions(...[sender, { conversation }, query, most]: GrantQuery) {
    try {
      const { key: requesterKey } = await deps.people.resolvePerson(sender, conversation);
      const grants = await deps.grants.list({ state: 'active', requesterKey, limit: mostGrants });
      return fitting(grants.filter(isOpen).map(grantOption), query, most);
    } catch (err) {
      deps.log.warn({ err }, 'temporary roles could not be looked up');
      return [];
    }
  }

  return async function suggest({ sender, location }, { command: name, field, query, most, values }) {
    const command = commands.find((one) => one.name === name);
    if (field === 'id' && command?.params.id?.kind === 'grant') return grantOptions(sender, location, query, most);
    const param = command && Object.hasOwn(command.params, field) ? command.params[field] : undefined;
    if (!command || !param || command.writes === 'request' || command.writes === 'account') return [];
    try {
      const person = await deps.people.resolvePerson(sender, location.conversation);
      const optionsFor = createOptions(await authorise(deps, person, command, {}));
      return fitting(await optionsFor(command, param, values, query), query, most);
    } catch (err) {
      if (asFault(err).code === 'not-allowed') return [];
      deps.log.warn({ err, command: name, field }, 'values for a field could not be looked up');
      return [];
    }
  };
}
