// What a person is told where Azure says that the bot itself may not: the role to give it, and where.

import type { FaultCode } from '../core/errors.ts';
import type { AzureError } from './azure-error.ts';

export interface FaultWords {
  code: FaultCode;
  message: string;
  next: string;
}

/** What Azure puts in single quotes, in order. */
export function quoted(message: string): string[] {
  return [...message.matchAll(/'([^']*)'/g)].map(([, name = '']) => name);
}

/**
 * The built-in role, with the fewest rights, that allows an action.
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

/** Where a role has to be given for an action: the group of a thing that is made in it, the subscription of a new group. */
function scopeFor(action: string, scope: string): string {
  const own = scope.replace(/\/providers\/microsoft\.(authorization|managedidentity)\/.*$/i, '') || scope;
  const isGroup = /^microsoft\.resources\/subscriptions\/resourcegroups\/(write|delete)$/i.test(action);
  return isGroup ? own.replace(/\/resourcegroups\/.*$/i, '') : own;
}

function placeWords(scope: string): string {
  const [, , subscription, groups, group] = scope.split('/');
  if (group !== undefined && groups?.toLowerCase() === 'resourcegroups' && scope.split('/').length === 5) {
    return `the resource group ${group}`;
  }
  return subscription !== undefined && scope.split('/').length === 3 ? `the subscription ${subscription}` : scope;
}

/** A right that the bot's own identity lacks: which, and what role to give it where. */
export function missingPermission(error: AzureError): FaultWords {
  const [client = '', objectId = '', action = '', scope = ''] = quoted(error.message);
  if (!action.includes('/')) {
    return {
      code: 'azure-forbidden',
      message: 'My own identity may not do that in Azure.',
      next: 'Ask an Azure administrator to give it the role that this needs.',
    };
  }
  const who = client === objectId || objectId === '' ? client : `${client} (object id ${objectId})`;
  return {
    code: 'azure-forbidden',
    message: `My own identity may not do that in Azure: it lacks ${action}.`,
    next: `Ask an Azure administrator to give the role “${roleFor(action)}” on ${placeWords(scopeFor(action, scope))} to ${who}, then try again. A new role takes up to ten minutes to work.`,
  };
}
