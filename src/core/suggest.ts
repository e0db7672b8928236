// Values for a form's field while somebody types: from what Azure has, within what the policy lets that person see. It asks
// only for what is cached or quickly read, and answers with nothing rather than late or wrong.

import { isMember, judge, type Policy } from './approvals/policy.ts';
import type { Face } from './chat.ts';
import { scopeLabel } from './commands/resolve.ts';
import type { Kind } from './grammar/kinds.ts';
import { commands } from './grammar/registry.ts';
import type { Person } from './model/person.ts';
import { subscriptionScope } from './model/scope.ts';
import type { People } from './people.ts';
import type { AzureReader, Log } from './ports.ts';

interface Option {
  readonly label: string;
  readonly value: string;
}

/** Those that begin with the query first, then those that contain it. */
function fitting(options: readonly Option[], query: string, most: number): readonly Option[] {
  const wanted = query.trim().toLowerCase();
  const at = ({ label }: Option) => label.toLowerCase().indexOf(wanted);
  return options
    .filter((option) => at(option) >= 0)
    .toSorted((a, b) => Math.sign(at(a)) - Math.sign(at(b)) || a.label.localeCompare(b.label))
    .slice(0, most);
}

async function groupsOf(azure: AzureReader): Promise<(Option & { readonly scope: string })[]> {
  const subscriptions = await azure.subscriptions();
  const lists = await Promise.all(
    subscriptions.map(async ({ id, name }) =>
      (await azure.resourceGroups(id)).map((group) => ({
        label: `${group.name} (${name})`,
        value: group.name,
        scope: group.id,
      })),
    ),
  );
  return lists.flat();
}

async function optionsFor(
  azure: AzureReader,
  kind: Kind,
  query: string,
  mayList: (scope: string) => boolean,
): Promise<readonly Option[]> {
  const subscriptions = await azure.subscriptions();
  switch (kind) {
    case 'identity': {
      const { items } = await azure.identities(query.trim() === '' ? {} : { name: query.trim() });
      const visible = items.filter(({ id }) => mayList(id));
      const isTwice = (name: string) => visible.filter((one) => one.name === name).length > 1;
      return visible.map(({ name, resourceGroup, id }) => ({
        label: `${name} (${resourceGroup})`,
        value: isTwice(name) ? id : name,
      }));
    }
    case 'subscription':
      return subscriptions.map(({ id, name }) => ({ label: name, value: id }));
    case 'group':
      return groupsOf(azure);
    case 'location': {
      const first = subscriptions[0];
      const all = first ? await azure.locations(first.id) : [];
      return all.map(({ name, displayName }) => ({ label: `${displayName} (${name})`, value: name }));
    }
    case 'role': {
      const first = subscriptions[0];
      const all = first ? await azure.roleDefinitions(subscriptionScope(first.id)) : [];
      return all.map(({ name }) => ({ label: name, value: name }));
    }
    case 'scope':
      return [
        ...(await groupsOf(azure)).map(({ label, scope }) => ({ label, value: scope })),
        ...subscriptions.map(({ id }) => ({
          label: scopeLabel(subscriptionScope(id), subscriptions),
          value: subscriptionScope(id),
        })),
      ];
    default:
      return [];
  }
}

function mayAsk(policy: Policy, person: Person): boolean {
  return policy.rules.some(({ deny, who }) => deny === undefined && isMember(person, who, policy));
}

export function createSuggest(desk: {
  azure: AzureReader;
  people: People;
  policy: () => Policy;
  log: Log;
}): Face['suggest'] {
  return async function suggest({ speaker, place }, { command, field, query, most }) {
    const param = commands.find(({ name }) => name === command)?.params[field];
    if (!param) return [];
    try {
      const person = await desk.people.place(speaker, place.conversation);
      if (!mayAsk(desk.policy(), person)) return [];
      const mayList = (scope: string) => judge(desk.policy(), person, [{ command: 'list', scope }]).kind === 'allowed';
      return fitting(await optionsFor(desk.azure, param.kind, query, mayList), query, most);
    } catch (err) {
      desk.log.warn({ err, command, field }, 'values for a field could not be looked up');
      return [];
    }
  };
}
