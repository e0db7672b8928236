// The words for Azure's 403: which permission the bot's identity lacks, and which role to assign to it at which scope; or that
// no role would help, because of a condition or a deny assignment.

import { leastRole } from '../core/bot-rights/least-role.ts';
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

/** The bot's identity in a message of Azure: its client id, and its object id where that is another. */
function clientWords([client = '', objectId = '']: readonly string[]): string {
  if (client === '') return 'the identity of Identity Desk';
  return client === objectId || objectId === '' ? client : `${client} (object id ${objectId})`;
}

/**
 * The fault for an AuthorizationFailed: the missing action, and the role to assign at which scope to which client. Azure has no code
 * of its own for a condition that is not fulfilled, so that is read from the text: the role is there, and another one of it would not help.
 */
export function missingPermission({ message }: AzureError): FaultWords {
  const names = quoted(message);
  const [, , action = '', scope = ''] = names;
  if (!action.includes('/')) {
    return {
      code: 'azure-forbidden',
      message: 'Identity Desk does not have permission for this operation in Azure.',
      next: 'Ask an Azure administrator to assign the required role to the identity of Identity Desk, then try again.',
    };
  }
  if (/\bABAC condition\b/i.test(message)) {
    return {
      code: 'azure-forbidden',
      message: `A condition on the role assignment of Identity Desk in Azure does not allow this: ${action}.`,
      next: `Ask an Owner or User Access Administrator of ${scopeWords(scopeFor(action, scope))} to change the condition for ${clientWords(names)}, or to make this change themselves.`,
    };
  }
  return {
    code: 'azure-forbidden',
    message: `Identity Desk does not have permission in Azure: the action ${action} is missing.`,
    next: `Ask an Azure administrator to assign the role “${leastRole(action)}” on ${scopeWords(scopeFor(action, scope))} to ${clientWords(names)}, then try again. A new role assignment takes up to ten minutes to take effect.`,
  };
}

/** The fault for a LinkedAuthorizationFailed: the action that is missing is one on another resource. */
export function linkedPermission({ message }: AzureError): FaultWords {
  const names = quoted(message);
  const [, , , , action = '', scope = ''] = names;
  return {
    code: 'azure-forbidden',
    message: `Identity Desk does not have permission for ${action || 'an action'} on a linked resource.`,
    next: `Ask an Azure administrator to assign the role “${leastRole(action)}” on ${scope || 'it'} to ${clientWords(names)}, then try again.`,
  };
}

/** The fault for a DenyAssignmentAuthorizationFailed: no role helps against it. Its name may have quotes itself. */
export function denied({ message }: AzureError): FaultWords {
  const names = quoted(message);
  const [, , action = 'the action'] = names;
  const [, name = '', scope = ''] =
    /deny assignment with name '(.{0,200}?)' and Id '[^']*' at scope '([^']*)'/s.exec(message) ?? [];
  return {
    code: 'azure-forbidden',
    message: `A deny assignment in Azure${name ? `, “${name}”,` : ''} blocks ${action} for Identity Desk.`,
    next: `No role overrides it. Ask whoever manages ${scope ? scopeWords(scope) : 'it'} (often a deployment stack or a managed application) to exclude ${clientWords(names)} from it, or to make this change.`,
  };
}
