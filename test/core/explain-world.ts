// A world of four resource groups in which a line can be explained and nothing can be written.

import { addressFacts, rolePermissionsFrom } from '../../src/core/approvals/policy-facts.ts';
import { type Answer, type Card, cardOf, plainText } from '../../src/core/chat.ts';
import type { Dependencies } from '../../src/core/dependencies.ts';
import { createDispatcher } from '../../src/core/dispatch.ts';
import type { AuditEntry } from '../../src/core/model/audit.ts';
import type { RoleDefinition } from '../../src/core/model/azure.ts';
import type { Policy, Rule } from '../../src/core/model/policy.ts';
import { alex, dependencies, identity, megan, subscriptionId } from './authorise-world.ts';

export const scope = (group: string) => `/subscriptions/${subscriptionId}/resourceGroups/${group}`;
export const looking: Rule = { name: 'looking', commands: ['show', 'list'], who: ['anyone'], scopes: [scope('rg-a')] };
const noOwner: Rule = {
  name: 'no power',
  commands: ['grant', 'create'],
  who: ['anyone'],
  permits: ['Microsoft.Authorization/roleAssignments/write'],
  deny: 'Ask the platform team.',
};
const contractors: Rule = { name: 'contractors', commands: ['grant'], who: ['contractors'], deny: 'Not for you.' };
export const grants: Rule = {
  name: 'grants in a',
  commands: ['grant'],
  who: ['engineers'],
  scopes: [scope('rg-a')],
  approvals: [
    { count: 1, by: ['platform'] },
    { count: 1, by: ['security'] },
  ],
  stepUp: true,
  maxDurationMs: 8 * 3_600_000,
  expireAfterMs: 24 * 3_600_000,
};
export const auditors: Rule = { name: 'auditors', commands: ['explain-others'], who: ['auditors'] };
export const policy: Policy = {
  version: '0123456789ab',
  groups: {
    engineers: ['alex@x.y'],
    contractors: ['carl@x.y'],
    platform: ['megan@x.y', 'alex@x.y', 'adele@x.y'],
    security: ['nestor@x.y'],
    auditors: ['alex@x.y'],
  },
  channels: [],
  rules: [looking, noOwner, contractors, grants, auditors],
};

const role = (id: string, name: string, actions: readonly string[]): RoleDefinition => ({
  id,
  name,
  description: '',
  kind: 'built-in',
  permissions: [{ actions, notActions: [], dataActions: [], notDataActions: [] }],
});
const roles = [
  role('8e3af657-a8ff-443c-a75c-2fe8c4bcb635', 'Owner', ['*']),
  role('acdd72a7-3385-48ef-bd42-f606fba81ae7', 'Reader', ['*/read']),
];

/** The bot itself may do nothing in Azure. */
export const powerless: Dependencies['ownAccess'] = {
  self: async () => undefined,
  at: async () => ({ permissions: [], conditional: [], denials: [] }),
};

export function world(
  given: {
    policy?: Policy;
    names?: readonly [group: string, name: string][];
    ownAccess?: Dependencies['ownAccess'];
  } = {},
) {
  const audit: AuditEntry[] = [];
  const names = given.names ?? [['rg-a', 'uami-a']];
  const base = dependencies({
    policy: given.policy ?? policy,
    identities: names.map(([group, name]) => identity(group, name)),
  });
  const azure = {
    ...base.azure,
    roleDefinitions: async () => roles,
    roleDefinition: async (_scope: string, id: string) => roles.find((one) => one.id === id),
  };
  const deps: Dependencies = {
    ...base,
    ...(given.ownAccess ? { ownAccess: given.ownAccess } : {}),
    azure,
    factSources: { ...addressFacts, rolePermissions: rolePermissionsFrom(azure) },
    audit: { ...base.audit, append: async (entries) => void audit.push(...entries) },
    people: {
      resolvePerson: async () => alex,
      byEmail: async (email) => (email === 'megan@x.y' ? megan : undefined),
    },
  };
  const dispatcher = createDispatcher({ ...deps, suggestionReads: azure });
  let delivery = 0;
  const say = (text: string): Promise<Answer> => {
    delivery += 1;
    return dispatcher.handle({
      kind: 'text',
      text,
      sender: { chat: 'test', userId: 'U1', name: 'Alex' },
      location: { chat: 'test', conversation: 'C1', isPersonal: true },
      deliveryId: `d${delivery}`,
    });
  };
  const card = async (text: string): Promise<Card> => {
    const found = cardOf(await say(text));
    if (!found) throw new Error('no card');
    return found;
  };
  return { say, card, audit };
}

/** All words of a card. */
export function wordsOf(card: Card): string {
  const text = (value: unknown): string =>
    typeof value === 'string'
      ? value
      : Array.isArray(value) && value.every((one) => typeof one === 'string' || ('strong' in one && one.strong))
        ? plainText(value)
        : value && typeof value === 'object'
          ? Object.values(value).map(text).join('\n')
          : '';
  return [card.title, text(card.subtitle), text(card.blocks), text(card.buttons)].join('\n');
}
