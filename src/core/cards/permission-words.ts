// What a role permits, in plain words: by its real permissions, since a role may have any name.

import { joinNames } from '../format-text.ts';
import { fold } from '../model/fold.ts';
import { type PermissionSet, permitsAction } from '../model/permission.ts';
import { changesEverything, type Power, powersOf, powersOverAccess } from '../model/powers.ts';

const powerWords: Readonly<Record<Power, string>> = {
  'takes-over-identities': 'sign in as identities there by adding federated credentials',
  'uses-identities': 'run code as other identities there',
  'changes-guard-rails': 'change policies or locks there',
  'reads-secrets': 'read keys or secrets there',
};

/** Names of providers that are not told by their own; any other is shown as it is. */
const providers: Readonly<Record<string, string>> = {
  'microsoft.keyvault': 'Key Vault',
  'microsoft.documentdb': 'Cosmos DB',
  'microsoft.containerservice': 'Kubernetes Service',
  'microsoft.containerregistry': 'Container Registry',
  'microsoft.managedidentity': 'managed identities',
  'microsoft.operationalinsights': 'Log Analytics',
  'microsoft.insights': 'Monitor',
  'microsoft.servicebus': 'Service Bus',
  'microsoft.eventhub': 'Event Hubs',
  'microsoft.web': 'App Service',
  'microsoft.sql': 'SQL',
};

/** What is read of a role's patterns by provider, at most; the rest is counted. */
const mostProviders = 4;

const verbs: Readonly<Record<string, string>> = {
  read: 'read',
  write: 'create and change',
  delete: 'delete',
  '*': 'do everything',
};
const verbOrder = ['do everything', 'read', 'create and change', 'delete', 'run operations'];

function verbOf(pattern: string): string {
  return verbs[fold(pattern.split('/').at(-1) ?? '')] ?? 'run operations';
}

function providerOf(pattern: string): string {
  const [first = ''] = pattern.split('/');
  if (first === '*') return 'everything';
  return providers[fold(first)] ?? first.replace(/^Microsoft\./i, '');
}

/** By provider, what the patterns allow: “read and delete in Storage”. */
function byProvider(patterns: readonly string[], isData: boolean): string[] {
  const groups = Map.groupBy(patterns, providerOf);
  const told = [...groups].map(([provider, some]) => {
    const found = new Set(some.map(verbOf));
    const words = found.has('do everything') ? ['do everything'] : verbOrder.filter((verb) => found.has(verb));
    const where = provider === 'everything' ? (isData ? 'all data' : 'everything') : provider;
    if (provider === 'everything' && words.length === 1 && words[0] === 'read')
      return isData ? 'read all data' : 'read everything but data and secrets';
    return `${joinNames(words)} ${provider === 'everything' ? 'with' : 'in'} ${isData && provider !== 'everything' ? `data of ${where}` : where}`;
  });
  const more = told.length - mostProviders;
  return more > 0 ? [...told.slice(0, mostProviders), `more with ${more} other services`] : told;
}

/** What the sets permit, the gravest first: each follows “It can”. */
export function permissionWords(sets: readonly PermissionSet[]): readonly string[] {
  if (powersOverAccess(sets).length > 0) {
    const all = changesEverything(sets) ? ['change and delete everything there'] : [];
    return ['give anybody access there, itself too', ...all];
  }
  if (changesEverything(sets))
    return ['change and delete everything there', ...powersOf(sets).map((one) => powerWords[one])];
  const powers = powersOf(sets).map((one) => powerWords[one]);
  const actions = sets.flatMap((set) => set.actions).filter((one) => !one.includes('*') || permitsSomething(sets, one));
  return [
    ...powers,
    ...byProvider(actions, false),
    ...byProvider(
      sets.flatMap((set) => set.dataActions),
      true,
    ),
  ];
}

/** Whether a pattern of a set is not taken away whole again. */
function permitsSomething(sets: readonly PermissionSet[], pattern: string): boolean {
  return permitsAction(sets, pattern.replaceAll('*', 'x'));
}
