// The words of a plan's warnings.

import type { LockedAction, Warning } from '../model/warning.ts';
import { count, series } from './answer-cards.ts';

const prevented: Readonly<Record<LockedAction, string>> = {
  'create-there': 'prevents creating anything there',
  'delete-identity': 'prevents deleting the identity',
  'assign-role': 'prevents role assignments there',
  'remove-role': 'prevents removing role assignments there',
  'end-grant': 'prevents removing the role at its end',
  change: 'prevents this change',
};

/** What a person reads: what it means, in one sentence or two. */
export function warningWords({ code, params }: Warning): string {
  switch (code) {
    case 'locked-against':
      return `The lock “${params.lock}” on ${params.scope} ${prevented[params.prevents]}. Remove the lock first.`;
    case 'role-assigns-roles':
      return `${params.role} can assign roles: whoever controls this identity can give itself any access there.`;
    case 'role-changes-everything':
      return `${params.role} can change and delete everything there.`;
    case 'holds-in-whole-subscription':
      return 'Applies to every resource group of the subscription, including those created later.';
    case 'shorter-than-propagation':
      return 'Azure takes up to 10 minutes to apply a role: so short a grant may have little effect.';
    case 'resources-lose-access': {
      const { resources } = params;
      return `${count(resources.length, 'resource uses it and loses', 'resources use it and lose')} access: ${series(resources, 10)}.`;
    }
    case 'resources-not-seen-everywhere':
      return 'What uses it could not be read everywhere.';
    case 'roles-not-seen-everywhere':
      return 'Its role assignments could not be read everywhere.';
    case 'role-assignments-stay-behind':
      return `${count(params.count, 'role assignment')} of it will stay behind in Azure without effect. Use revoke first to remove them.`;
    case 'federated-credentials-go-too': {
      const { names } = params;
      return `${count(names.length, 'federated credential is', 'federated credentials are')} deleted with it: ${series(names)}.`;
    }
    case 'nothing-uses-it':
      return 'No visible resource uses it, and it holds no role.';
    case 'stored-words':
      return params.text;
  }
}
