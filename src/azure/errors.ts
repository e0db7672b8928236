// The one table from what Azure says to what a person is told and can do next. It branches on codes and statuses, never on
// message text: that is only read for the names that it quotes. Nothing of a token or a setting's value may get in here.

import { Fault } from '../core/errors.ts';
import { type AzureError, readAzureError } from './azure-error.ts';
import { type FaultWords, missingPermission, quoted, roleFor } from './missing-permission.ts';

interface Row {
  codes?: readonly string[];
  when?: (error: AzureError) => boolean;
  tell: (error: AzureError) => FaultWords;
}

const longest = 300;
const trimmed = (message: string) => {
  const line = message.replace(/\s+/g, ' ').trim();
  return [...line].length > longest ? `${[...line].slice(0, longest - 1).join('')}…` : line;
};

const refused = (message: string, next: string): FaultWords => ({ code: 'azure-refused', message, next });

const rows: readonly Row[] = [
  {
    when: ({ isCredential }) => isCredential,
    tell: () => ({
      code: 'azure-forbidden',
      message: 'I could not sign in to Azure.',
      next: 'Ask the people who run this bot to look at its identity: a managed identity on its host, or AZURE_TENANT_ID, AZURE_CLIENT_ID and their secret, certificate or token file.',
    }),
  },
  {
    when: ({ status }) => status === 401,
    tell: () => ({
      code: 'azure-forbidden',
      message: 'Azure did not accept my sign-in.',
      next: 'Ask the people who run this bot to compare AZURE_CLOUD and AZURE_TENANT_ID with the tenant of its identity.',
    }),
  },
  {
    codes: ['Authorization_RequestDenied'],
    tell: () => ({
      code: 'azure-forbidden',
      message: 'I may not look people up in the directory.',
      next: 'Ask an Entra administrator to give my identity the Microsoft Graph permission User.Read.All.',
    }),
  },
  {
    codes: ['LinkedAuthorizationFailed'],
    tell: ({ message }) => {
      const [client = 'my identity', , , , action = '', scope = ''] = quoted(message);
      return {
        code: 'azure-forbidden',
        message: `My own identity lacks ${action || 'a right'} on something that this is linked to.`,
        next: `Ask an Azure administrator to give the role “${roleFor(action)}” on ${scope || 'it'} to ${client}, then try again.`,
      };
    },
  },
  { codes: ['AuthorizationFailed'], tell: missingPermission },
  {
    codes: ['ScopeLocked'],
    tell: ({ message }) => {
      const lock = quoted(message)[1];
      return refused(
        `A lock in Azure forbids it${lock ? `: ${lock} is locked` : ''}.`,
        'Ask someone who owns it to remove the lock, then try again.',
      );
    },
  },
  {
    codes: ['ResourceGroupNotFound'],
    tell: ({ message }) =>
      refused(
        `The resource group ${quoted(message)[0] ?? ''} is not there.`.replace('  ', ' '),
        'Create it first, or name another one.',
      ),
  },
  {
    codes: ['SubscriptionNotFound', 'InvalidSubscriptionId'],
    tell: ({ message }) =>
      refused(
        `The subscription ${quoted(message)[0] ?? ''} is not there, or I may not see it.`.replace('  ', ' '),
        'Look at its id, or ask an administrator to give my identity the role “Reader” on it.',
      ),
  },
  {
    codes: ['RoleAssignmentExists'],
    tell: () =>
      refused(
        'The identity already has this role there, by an assignment that is not of this request.',
        'Nothing was changed: that assignment stays as it is, and does not end with this request.',
      ),
  },
  {
    codes: ['RoleAssignmentLimitExceeded'],
    tell: () =>
      refused(
        'This subscription has as many role assignments as Azure allows.',
        'Remove some that are not needed, or give the role to a group or on a wider scope.',
      ),
  },
  {
    codes: ['RoleDefinitionDoesNotExist'],
    tell: () => refused('The role is not there any more.', 'Look at what there is with: roles'),
  },
  {
    codes: ['PrincipalNotFound'],
    tell: () =>
      refused(
        'Azure’s directory does not know the identity yet.',
        'Try again in a minute or two: a new identity takes that long to be known everywhere.',
      ),
  },
  {
    codes: ['InvalidResourceLocation'],
    tell: ({ message }) => {
      const [name = 'It', there] = quoted(message);
      return refused(
        `${name} is already there${there ? ` in ${there}` : ''}, and a location cannot be changed.`,
        'Use that one, or choose another name.',
      );
    },
  },
  {
    codes: ['LocationNotAvailableForResourceType', 'LocationNotAvailableForResourceGroup', 'NoRegisteredProviderFound'],
    tell: ({ message }) =>
      refused(
        `Azure does not offer this in the location ${quoted(message)[0] ?? ''}.`.replace(' .', '.'),
        'Choose another location.',
      ),
  },
  {
    codes: ['MissingSubscriptionRegistration'],
    tell: () =>
      refused(
        'This subscription is not set up for managed identities.',
        'Ask an administrator to register the resource provider Microsoft.ManagedIdentity in it.',
      ),
  },
  {
    codes: ['RequestDisallowedByPolicy'],
    tell: ({ message }) =>
      refused(
        `A policy in Azure forbids it: ${trimmed(message)}`,
        'Ask the owner of that Azure policy, or change the request.',
      ),
  },
  {
    codes: ['ReadOnlyDisabledSubscription'],
    tell: () => refused('This subscription is disabled.', 'Ask its owner to enable it, or use another one.'),
  },
  {
    when: ({ status }) => status === 429,
    tell: () => ({
      code: 'azure-busy',
      message: 'Azure has too many requests just now.',
      next: 'Try again in a little while.',
    }),
  },
  {
    when: ({ isNetwork }) => isNetwork,
    tell: () => ({
      code: 'azure-unreachable',
      message: 'Azure did not answer.',
      next: 'Try again in a little while.',
    }),
  },
  {
    when: ({ status }) => status !== undefined && (status >= 500 || status === 408),
    tell: () => ({
      code: 'azure-unreachable',
      message: 'Azure has trouble of its own just now.',
      next: 'Try again in a little while.',
    }),
  },
  { when: ({ status }) => status === 403, tell: missingPermission },
  {
    when: ({ status }) => status !== undefined,
    tell: ({ message, code, status }) =>
      refused(
        `Azure refused: ${trimmed(message) || code || `status ${status}`}`,
        'Change the request accordingly, or show this to an Azure administrator.',
      ),
  },
];

/** The Fault that fits what an SDK threw; 'internal' where it is none of Azure's doing. A Fault stays as it is. */
export function toFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const read = readAzureError(error);
  const row = rows.find(({ codes, when }) => codes?.includes(read.code) || when?.(read));
  if (!row) {
    return new Fault('internal', 'Something went wrong on my side while I asked Azure.', {
      next: 'Try again; if it stays so, tell the people who run this bot and give them the time of day.',
      cause: error,
    });
  }
  const { code, message, next } = row.tell(read);
  const wait = code === 'azure-busy' || code === 'azure-unreachable' ? read.retryAfterMs : undefined;
  return new Fault(code, message, { next, cause: error, ...(wait === undefined ? {} : { retryAfterMs: wait }) });
}
