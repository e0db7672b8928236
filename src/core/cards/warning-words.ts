// The text of a plan's warnings.

import { count, joinNames } from '../format-text.ts';
import type { Power } from '../model/powers.ts';
import { shortScopeLabel } from '../model/scope-label.ts';
import type { LockedAction, Warning } from '../model/warning.ts';
import { credentialRiskWords } from './credential-words.ts';

const prevented: Readonly<Record<LockedAction, string>> = {
  'create-there': 'prevents creating anything there',
  'delete-identity': 'prevents deleting the identity',
  'assign-role': 'prevents role assignments there',
  'remove-role': 'prevents removing role assignments there',
  'end-grant': 'prevents removing the role at its end',
  change: 'prevents this change',
};

const powerWords: Readonly<Record<Power, string>> = {
  'takes-over-identities':
    'can add federated credentials to identities there: whoever controls this identity can sign in as any of them.',
  'uses-identities': 'can run code as other identities there, and so do what they may do.',
  'changes-guard-rails': 'can change policies or locks there that protect against mistakes.',
  'reads-secrets': 'can read keys or secrets there, and so do what those allow.',
};

/** The text of a warning: its consequence, in one or two sentences. */
export function warningWords({ code, params }: Warning): string {
  switch (code) {
    case 'locked-against':
      return `The lock “${params.lock}” on ${params.scope} ${prevented[params.prevents]}. Remove the lock first.`;
    case 'role-assigns-roles':
      return `${params.role} can assign roles: whoever controls this identity can give itself any access there.`;
    case 'role-changes-everything':
      return `${params.role} can change and delete everything there.`;
    case 'role-has-power':
      return `${params.role} ${powerWords[params.power]}`;
    case 'holds-in-all-subscriptions':
      return 'Applies to every subscription below, including those added later.';
    case 'holds-in-whole-subscription':
      return 'Applies to every resource group in the subscription, including those created later.';
    case 'shorter-than-propagation':
      return 'Azure can take up to 10 minutes to apply a role, so this grant may end before it takes effect.';
    case 'resources-lose-access': {
      const { resources } = params;
      return `${count(resources.length, 'resource uses', 'resources use')} this identity and will lose access: ${joinNames(resources, 10)}.`;
    }
    case 'resources-not-seen-everywhere':
      return 'Resources that use this identity could not be looked up everywhere: there may be others.';
    case 'roles-not-seen-everywhere':
      return 'Not all of its role assignments could be read.';
    case 'role-assignments-stay-behind':
      return `${count(params.count, 'role assignment')} will remain in Azure without effect. To remove ${params.count === 1 ? 'it' : 'them'}, run revoke first.`;
    case 'federated-credentials-go-too': {
      const { names } = params;
      return `${count(names.length, 'federated credential is', 'federated credentials are')} deleted with it: ${joinNames(names)}.`;
    }
    case 'replaces-identity':
      return `${params.resource} carries one identity only: this takes the place of ${params.identity}, and what relies on that loses its access.`;
    case 'credential-risk':
      return credentialRiskWords(params);
    case 'workload-loses-access':
      return `What signs in as ${params.subject} can no longer do so by this credential.`;
    case 'tags-replaced':
      return `As in az, the given tags replace all tags. Removed: ${joinNames(params.removed, 12)}. To keep the others, use update NAME --tags.`;
    case 'instances-need-upgrade':
      return `The instances of ${params.resource} change only when somebody upgrades them: its upgrade policy is manual.`;
    case 'resource-loses-identity':
      return `What runs on ${params.resource} can no longer sign in as ${params.identity}.`;
    case 'cannot-be-undone':
      return `This cannot be undone: a new identity with the name ${params.name} gets new ids, and has none of its roles.`;
    case 'named-in-settings': {
      const { resources } = params;
      return `${count(resources.length, 'resource names', 'resources name')} it in settings that Identity Desk does not change: ${joinNames(resources, 10)}. They stop working with it; change them first.`;
    }
    case 'gets-new-ids':
      return `${params.name} gets a new client id and a new principal id. Whatever holds the old ones has to be told: workloads that sign in by the client id, SQL users, group memberships and permissions in Microsoft Graph.`;
    case 'not-restored':
      return `${count(params.what.length, 'thing does', 'things do')} not come back: ${joinNames(params.what, 12)}. Add what is still needed afterwards.`;
    case 'nothing-uses-it':
      return 'No visible resource uses this identity, and it has no role assignments.';
    case 'bot-may-be-refused':
      return `Azure may refuse this: Identity Desk’s own access to ${shortScopeLabel(params.scope)} has a ${params.why === 'deny' ? 'deny assignment' : 'condition'} that cannot be checked beforehand.`;
    case 'bot-rights-not-read':
      return `Whether Identity Desk itself may do this on ${shortScopeLabel(params.scope)} could not be read from Azure.`;
    case 'stored-words':
      return params.text;
  }
}
