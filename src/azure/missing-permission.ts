// The words for Azure's 403: which permission the bot's identity lacks, and which role to assign to it at which scope.

import type { FaultCode } from '../core/errors.ts';
import type { AzureError } from './azure-error.ts';

/** Code and texts of a Fault. */
export interface FaultWords {
  code: FaultCode;
  message: string;
  next: string;
}

/** What Azure's message has in single quotes, in order. */
export function quoted(message: string): string[] {
  return [...message.matchAll(/'([^']*)'/g)].map(([, name = '']) => name);
}

/**
 * The least privileged built-in role that allows an action.
 * Source: “Azure built-in roles”; creating and deleting identities: Managed Identity Contributor.
 */
export function roleFor(action: string): string {
  const name = action.toLowerCase();
  if (name.endsWith('/assign/action')) return 'Managed Identity Operator';
  if (/\/read$/.test(name)) return 'Reader';
  if (/^microsoft\.authorization\/roleassignments\//.test(name)) return 'Role Based Access Control Administrator';
  if (name.startsWith('microsoft.managedidentity/')) return 'Managed Identity Contributor';
  return 'Contributor';
}

/** The scope to assign the role at: the resource group of a new resource, the subscription of a new resource group. */
function scopeFor(action: string, scope: string): string {
  const own = scope.replace(/\/providers\/microsoft\.(authorization|managedidentity)\/.*$/i, '') || scope;
  const isGroup = /^microsoft\.resources\/subscriptions\/resourcegroups\/(write|delete)$/i.test(action);
  return isGroup ? own.replace(/\/resourcegroups\/.*$/i, '') : own;
}

function scopeWords(scope: string): string {
  const [, , subscription, groups, group] = scope.split('/');
  if (group !== undefined && groups?.toLowerCase() === 'resourcegroups' && scope.split('/').length === 5) {
    return `the resource group ${group}`;
  }
  return subscription !== undefined && scope.split('/').length === 3 ? `the subscription ${subscription}` : scope;
}

/** The fault for an AuthorizationFailed: the missing action, and the role to assign at which scope to which client. */
export function missingPermission(error: AzureError): FaultWords {
  const [client = '', objectId = '', action = '', scope = ''] = quoted(error.message);
  if (!action.includes('/')) {
    return {
      code: 'azure-forbidden',
      message: 'Identity Desk does not have permission for this operation in Azure.',
      next: 'Ask an Azure administrator to assign the required role to the identity of Identity Desk, then try again.',
    };
  }
  const who = client === objectId || objectId === '' ? client : `${client} (object id ${objectId})`;
  return {
    code: 'azure-forbidden',
    message: `Identity Desk does not have permission in Azure: the action ${action} is missing.`,
    next: `Ask an Azure administrator to assign the role “${roleFor(action)}” on ${scopeWords(scopeFor(action, scope))} to ${who}, then try again. A new role assignment takes up to ten minutes to take effect.`,
  };
}
